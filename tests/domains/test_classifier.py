"""Answers: the contract, independence of batches, exact evidence, claims."""

import copy
import pickle
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier import Classifier
from classifier.errors import NotationError
from classifier.schemes.labels import SCHEME_IDS

TEXTS = [
    "风电主轴轴承的研发、生产和销售",
    "速冻水饺的生产和配送",
    "一种数控车床刀塔的换刀机构",
    "公司主要从事半导体用高纯溅射靶材的研发、生产和销售，兼营有色金属贸易。",
    "",
    "￥%…&*",
    "重组人源化单克隆抗体注射液",
    "5G基站用滤波器；技术服务；货物进出口",
]


@pytest.fixture(scope="module")
def answers(classifier):
    """Return the answers to TEXTS."""
    return classifier.classify(TEXTS)


def test_every_scheme_is_answered_with_falling_probabilities(answers):
    """The batch contract: primary, decision and labels for each of the seven schemes."""
    for answer in answers:
        assert tuple(answer.domains) == SCHEME_IDS
        for found in answer.domains.values():
            shares = [label.probability for label in found.labels]
            assert found.primary == found.labels[0].notation
            assert shares[1:] == sorted(shares[1:], reverse=True)
            assert all(0 <= share <= 1 for share in shares)
            assert found.decision in {"accept", "review"}


def test_sei2018_is_answered_to_the_class_and_mp10_to_the_direction(answers):
    """6.2.1 and not 6.2; M07 with its direction beside it."""
    wind = answers[0].domains
    assert wind["sei2018"].primary == "6.2.1"
    assert wind["mp10"].primary == "M07"
    assert wind["mp10"].narrower.notation == "M07.1"
    assert wind["foundation"].primary == "F1"


def test_an_ordinary_product_is_outside_every_scheme(answers):
    """A sure null is an accepted answer."""
    for found in answers[1].domains.values():
        assert found.primary is None
        assert found.decision == "accept"


@pytest.mark.parametrize("at", [4, 5])
def test_a_text_that_says_nothing_goes_to_review(answers, at):
    """Empty or signs only: an answer, but none that stands alone."""
    assert all(found.decision == "review" for found in answers[at].domains.values())


@given(order=st.permutations(range(len(TEXTS))), cut=st.integers(1, len(TEXTS)))
@settings(max_examples=25, deadline=None)
def test_answers_do_not_hang_on_the_batch(classifier, answers, order, cut):
    """Any order and any size of batch gives the same answer to the same text."""
    shuffled = [TEXTS[i] for i in order]
    again = classifier.classify(shuffled[:cut]) + classifier.classify(shuffled[cut:])
    for i, answer in zip(order, again, strict=True):
        assert _rounded(answer) == _rounded(answers[i])


@pytest.fixture(scope="module")
def corpus(root):
    """Return every seventh text of the corpus."""
    texts = []
    for path in sorted((root / "taxonomy" / "examples").glob("*.tsv")):
        lines = path.read_text(encoding="utf-8").splitlines()
        at = lines[0].split("\t").index("text")
        texts += [line.split("\t")[at] for line in lines[1::7]]
    return texts


@given(data=st.data())
@settings(max_examples=5, deadline=None)
def test_answers_of_the_corpus_are_the_same_alone_in_a_batch_and_in_any_order(
    classifier, corpus, data
):
    """The same decision, and probabilities to 1e-6: sums of single floats hang on nothing else."""
    at = data.draw(st.lists(st.integers(0, len(corpus) - 1), min_size=200, max_size=1500))
    size = data.draw(st.sampled_from([1, 3, 64, 700, len(at)]))
    together = classifier.classify([corpus[i] for i in at])
    cut = [
        answer
        for start in range(0, len(at), size)
        for answer in classifier.classify([corpus[i] for i in at[start : start + size]])
    ]
    for one, other in zip(together, cut, strict=True):
        assert _decided(one) == _decided(other)
        for scheme, found in one.domains.items():
            shares = [label.probability for label in found.labels]
            again = [label.probability for label in other.domains[scheme].labels]
            assert shares == pytest.approx(again, abs=1e-6)


def test_decisions_as_arrays_are_the_answers(classifier, corpus):
    """With and without what stands beside the primary; chunks come as they are read."""
    answers = classifier.classify(corpus)
    for detail in (True, False):
        at = 0
        for texts, decisions in classifier.decided(iter(corpus), detail=detail):
            assert corpus[at : at + len(texts)] == texts
            for scheme, found in decisions.items():
                expected = [a.domains[scheme] for a in answers[at : at + len(texts)]]
                assert [f.primary for f in expected] == [found.names[i] for i in found.primary]
                accepted = [f.decision == "accept" for f in expected]
                assert accepted == found.accepted.tolist()
                assert [f.probability for f in expected] == found.probability.tolist()
                assert [f.labels[0].probability for f in expected] == found.shares[:, 0].tolist()
            at += len(texts)
        assert at == len(corpus)


def _decided(answer):
    return [
        (s, f.primary, f.decision, f.short_list, f.conflict, [x.notation for x in f.labels])
        for s, f in answer.domains.items()
    ]


def _rounded(answer):
    return [
        (s, f.primary, f.decision, [round(x.probability, 5) for x in f.labels])
        for s, f in answer.domains.items()
    ]


@given(st.text(st.characters(), max_size=80))
@settings(max_examples=60, deadline=None)
def test_any_text_has_an_answer_and_an_explanation(classifier, text):
    """Nothing raises, whatever the characters."""
    (answer,) = classifier.classify([text])
    assert set(answer.domains) == set(SCHEME_IDS)
    classifier.explain(text, ["mp10"])


def test_a_very_long_text_has_an_answer(classifier):
    """A hundred thousand characters are read to the stated length."""
    (answer,) = classifier.classify(["变压器制造；" * 20_000])
    assert answer.domains["mp10"].primary == "M07"


@pytest.mark.parametrize("text", [t for t in TEXTS if t])
def test_evidence_adds_up_to_the_score(classifier, text):
    """Spans, rest and constant give the margin that the decision was taken on."""
    batch = classifier._scorer.batch([text])
    margins = classifier._scorer.margins(batch)[0]
    for evidence in classifier.explain(text):
        total = sum(s.weight for s in evidence.spans) + evidence.rest + evidence.bias
        assert total == pytest.approx(evidence.margin, abs=1e-4)
        head = classifier.artefact.heads[evidence.scheme]
        notation = evidence.notation or "-"
        if notation in head.columns:
            at = head.first + head.columns.index(notation)
            assert evidence.margin == pytest.approx(float(margins[at]), abs=1e-3)


def test_evidence_points_into_the_text_as_it_was_given(classifier):
    """Full-width letters and capitals are shown as they stand."""
    text = "ＰＬＣ可编程控制器（ＤＣＳ）"
    (evidence,) = classifier.explain(text, ["mp10"])
    assert evidence.spans
    assert all(span.text == text[span.start : span.end] for span in evidence.spans)
    assert any("ＰＬＣ" in span.text for span in evidence.spans)


def test_evidence_names_the_terms_and_the_official_scope(classifier, taxonomy):
    """Words of the lexicon that are labelled with the concept, and its scope note."""
    (evidence,) = classifier.explain("110kV油浸式电力变压器", ["mp10"])
    concept = taxonomy.schemes["mp10"].concept("M07")
    assert "油浸式电力变压器" in evidence.terms
    assert evidence.label == concept.label.zh
    assert evidence.scope == concept.scope


@pytest.mark.parametrize(
    ("text", "claim", "verdict"),
    [
        ("风电主轴轴承的研发、生产和销售", "mp10:M07", "supported"),
        ("风电主轴轴承的研发、生产和销售", "mp10:M07.1", "supported"),
        ("风电主轴轴承的研发、生产和销售", "sei2018:6", "supported"),
        ("风电主轴轴承的研发、生产和销售", "mp10:M10", "contradicted"),
        ("速冻水饺、汤圆的生产和销售", "mp10:M01", "contradicted"),
    ],
)
def test_a_claim_is_verified_at_any_level(classifier, text, claim, verdict):
    """Sector, direction, industry or class."""
    found = classifier.verify(text, claim)
    assert found.verdict == verdict
    assert (found.better is None) == (verdict == "supported")
    assert (found.evidence_against is None) == (verdict == "supported")


@pytest.mark.parametrize("claim", ["M07", "nace:26", "mp10:M99", "mp10:"])
def test_a_claim_of_nothing_that_exists_is_refused(classifier, claim):
    """It says how a claim is written."""
    with pytest.raises(NotationError, match="claim"):
        classifier.verify("变压器", claim)


def test_an_unknown_scheme_cannot_be_explained(classifier):
    """It names those that there are."""
    with pytest.raises(NotationError, match="known: mp10"):
        classifier.explain("变压器", ["nace"])


def test_answers_carry_what_is_needed_to_give_them_again(classifier, answers):
    """Model and taxonomy hashes, the same for every answer and on every load."""
    assert {a.versions for a in answers} == {classifier.versions}
    assert Classifier.load(classifier.artefact.folder).versions == classifier.versions
    row = answers[0].to_json("7")
    assert row["id"] == "7"
    assert set(row["versions"]) == {"model", "taxonomy"}
    assert set(row["domains"]["sei2018"]) == {"primary", "decision", "probability", "labels"}


def test_answering_imports_neither_sklearn_nor_jieba_nor_scipy():
    """A cold start pays for NumPy and the native cutter alone."""
    code = (
        "import sys; from classifier.cli import main; main(['classify', '风电主轴轴承']); "
        "print(sorted({m.split('.')[0] for m in sys.modules} "
        "& {'sklearn', 'jieba', 'scipy', 'joblib', 'rich', 'yaml', 'pyarrow', 'openpyxl'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.decode().splitlines()[-1] == "[]"


def test_findings_are_plain_to_compare_copy_and_print(answers, classifier):
    """They are made when they are looked at; whoever keeps or sends them has a dictionary."""
    found = answers[0].domains
    plain = {scheme: found[scheme] for scheme in SCHEME_IDS}
    assert plain == found
    assert answers[0] == classifier.classify(TEXTS[:1])[0]
    assert answers[0] != answers[1]
    assert repr(plain) == repr(found)
    assert type(copy.deepcopy(found)) is dict
    assert pickle.loads(pickle.dumps(answers[0])) == answers[0]  # noqa: S301  (our own)
    assert "mp10" in found
    assert "nace" not in found
    with pytest.raises(KeyError):
        found["nace"]
