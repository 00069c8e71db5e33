"""Peers: taught on the same rows, never on the benchmark, and shown where they lose or win."""

import json
import shutil

import fasttext
import numpy as np
import pytest

from classifier.cli import main
from classifier.domains.artefact import read_manifest
from classifier.errors import InputError
from classifier.schemes.labels import LabelCell
from classifier.schemes.lexicon import Lexicon, Term
from classifier.schemes.taxonomy import Taxonomy
from classifier.training import pictures
from classifier.training.card import write_card
from classifier.training.corpus import Example
from classifier.training.curve import families, learning_curve
from classifier.training.ground import Ground
from classifier.training.peers import bench as running
from classifier.training.peers.bench import bench, choose, field_of
from classifier.training.peers.beside import lines, own_held_out, section
from classifier.training.peers.learned import FastText, Linear
from classifier.training.peers.lesson import Lesson, Texts, cut
from classifier.training.peers.measuring import read_labelled, views_of
from classifier.training.peers.rules import keywords, majority
from classifier.training.record import read_record

SCHEMES = ("mp10", "sei2018")
PRODUCTS = {
    ("M07", "6.5.1"): ("油浸变压器", "干式变压器", "箱式变电站", "高压开关柜"),
    ("M07", "6.5.2"): ("储能变流器", "充电模块", "无功补偿装置"),
    ("M01", "1.1.1"): ("光纤交换机", "路由器", "基站天线"),
    ("-", "-"): ("速冻水饺", "办公桌椅", "塑料拖鞋", "纸箱包装", "家政服务"),
}
FORMS = ("{}的研发、生产和销售", "主要从事{}的制造", "公司专注于{}", "一种{}")


def cells(labels):
    """Return a row's cells by scheme."""
    return {s: LabelCell(n) for s, n in zip(SCHEMES, labels, strict=True)}


@pytest.fixture(scope="module")
def ground(taxonomy):
    """Return two of the schemes that ship with a synthetic lexicon and corpus."""
    terms, examples = [], []
    for labels, products in PRODUCTS.items():
        terms += [Term(p, cells(labels), "t.txt", 1) for p in products]
        for product in products:
            for number in range(24):
                text = FORMS[number % 4].format(f"{'甲乙丙丁戊己'[number // 4]}牌{product}")
                name = f"{product}{number}"
                kind = "title" if number % 4 == 3 else "short"
                examples.append(Example(name, text, cells(labels), kind, name, "e.tsv", 2))
    schemes = {s: taxonomy.schemes[s] for s in SCHEMES}
    whole = Taxonomy(schemes, Lexicon(tuple(terms)), taxonomy.mappings, taxonomy.restricted)
    return Ground(whole, tuple(examples), (), (), {"lexicon": "l", "corpus": "c"}, {})


@pytest.fixture(scope="module")
def gold(tmp_path_factory):
    """Return a benchmark file of four texts, one of them in words that stand nowhere else."""
    path = tmp_path_factory.mktemp("gold") / "gold.tsv"
    rows = [
        "id\ttext\tmp10\tsei2018\tsei2018c",
        "1\t干式变压器\tM07\t6.5\t6.5.1",
        "2\t手工水饺\t-\t-\t",
        "3\t蓝鲸牌饸饹面\t-|M01\t-\t",
        "4\t路由器及交换机\t?\t1.1\t1.1.1",
    ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def results(ground, gold):
    """Return what all peers reached, with two settings each to choose from."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "LINEAR", (Linear(1, 0.5), Linear(2, 0.5)))
        patch.setattr(running, "FASTTEXT", (FastText(1, 0.01), FastText(25, 0.5, longest=2)))
        return bench(ground, benchmark=gold)


def lesson_of(terms, rows=()):
    """Return a lesson of (text, notation, weight) rows in one scheme."""
    every = [*terms, *rows]
    texts = tuple(text for text, _, _ in every)
    labels = tuple({"mp10": LabelCell(n)} for _, n, _ in every)
    return Lesson(Texts(texts, texts), labels, np.array([w for *_, w in every]), len(terms))


def asked(*texts):
    """Return texts to be answered."""
    return Texts(texts, texts)


def test_the_majority_counts_weights_not_rows():
    """One description of weight four outweighs three terms."""
    lesson = lesson_of([("a", "M01", 1.0)] * 3, [("b", "M02.1", 4.0)])
    assert majority(lesson, asked("x", "y"), ["mp10"]) == {"mp10": ["M02", "M02"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("变压器油箱", "-"),  # the longest term takes its characters, and "变压器" has none left
        ("变压器与轴承", "M07"),
        ("轴承、轴承、变压器", "M08"),  # four characters against three
        ("轴承轴承套", "M08"),
        ("水饺", "-"),  # no term stands in it
        ("ＡＢＣ 芯片", "M01"),  # full width and spaces do not matter
        ("芯片轴承", "M01"),  # of equal votes the first
    ],
)
def test_the_longest_terms_vote_with_their_length(text, expected):
    """Longest first, each character once."""
    rows = [
        ("变压器", "M07"),
        ("变压器油箱", "-"),
        ("轴承", "M08.2"),
        ("芯片", "M01"),
        ("abc", "M01"),
    ]
    lesson = lesson_of([(t, n, 1.0) for t, n in rows])
    assert keywords(lesson, cut([text]), ["mp10"]) == {"mp10": [expected]}


def test_texts_are_cut_without_a_cache_and_in_canonical_form():
    """Words are parted by single spaces, whatever stood there."""
    found = cut(["ＰＬＣ　控制器\t的生产"])
    assert found.plain == ("plc 控制器 的生产",)
    assert found.words == ("plc 控制器 的 生产",)


def test_what_learns_beats_what_does_not(results):
    """On texts made by rule, and each peer keeps its row."""
    assert [p["name"] for p in results["peers"]] == ["majority", "keywords", "linear", "fasttext"]
    fair = {p["name"]: p["heldout"]["mp10"]["fair"] for p in results["peers"]}
    assert fair["linear"] > fair["majority"]
    assert fair["fasttext"] > fair["majority"]
    assert fair["keywords"] == 1.0
    views = {tuple(p["heldout"]) for p in results["peers"]}
    assert views == {("mp10", "sei2018", "sei2018c")}
    assert results["folds"] == {"of": 5, "scored": 5}


def test_the_best_setting_is_chosen_and_all_that_were_tried_are_told(results):
    """One epoch at a low rate is no match for twenty-five."""
    peer = results["peers"][-1]
    assert peer["setting"].startswith("epoch=25")
    assert len(peer["tried"]) == 2
    assert max(peer["tried"], key=peer["tried"].get) == peer["setting"]


def test_the_same_again_gives_the_same(ground, gold, results):
    """Seeds and one thread: the figures are the same to the digit, whatever the jobs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "LINEAR", (Linear(1, 0.5), Linear(2, 0.5)))
        patch.setattr(running, "FASTTEXT", (FastText(1, 0.01), FastText(25, 0.5, longest=2)))
        assert json.dumps(bench(ground, benchmark=gold, jobs=2)) == json.dumps(results)


def test_a_missing_fasttext_is_left_out_by_name(ground, monkeypatch):
    """The others are measured all the same."""
    monkeypatch.setattr(running, "has_fasttext", lambda: False)
    found = bench(ground, scored=1, names=("majority", "fasttext"))
    assert [p["name"] for p in found["peers"]] == ["majority"]
    assert found["left_out"] == [{"name": "fasttext", "reason": "fasttext-numpy2 is not installed"}]
    assert found["benchmark"] is None


def test_a_rate_at_which_fasttext_diverges_is_halved(monkeypatch, ground):
    """Until it does not; any other failure is told."""
    true, rates = fasttext.train_supervised, []

    def train(path, **settings):
        rates.append(settings["lr"])
        if settings["lr"] > 0.2:
            raise RuntimeError("Encountered NaN.")
        return true(path, **settings)

    monkeypatch.setattr(fasttext, "train_supervised", train)
    field = field_of(ground, None)
    asked = field.texts(field.fold == 0)
    found = FastText(lr=0.8)(field.lesson, asked, ["mp10"])
    assert rates == [0.8, 0.4, 0.2]
    assert len(found["mp10"]) == len(asked.plain)
    monkeypatch.setattr(fasttext, "train_supervised", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        FastText()(field.lesson, asked, ["mp10"])


def test_a_setting_that_diverges_at_every_rate_is_never_chosen(monkeypatch, ground):
    """It is told with a share of 0."""

    def train(*_, **__):
        raise RuntimeError("Encountered NaN.")

    monkeypatch.setattr(fasttext, "train_supervised", train)
    found = choose(field_of(ground, None), [FastText(), Linear(1, 0.5)])
    assert found.tried[str(FastText())] == 0.0
    assert found.setting == Linear(1, 0.5)


def test_the_benchmark_is_never_taught(ground, gold):
    """Its texts are asked for, and stand in no lesson; its words are in no vocabulary."""
    field = field_of(ground, gold)
    assert len(field.lesson.texts.plain) == field.lesson.terms + len(ground.examples)
    assert not any("饸饹面" in text for text in field.lesson.texts.plain)
    assert "饸饹面" in "".join(field.asked.plain)


def test_no_family_is_taught_and_asked_for(ground):
    """Folds are those of a training, and so is the inner split."""
    examples = [*ground.examples, *ground.examples]
    field = field_of(Ground(ground.taxonomy, tuple(examples), (), (), {}, {}), None)
    half = len(ground.examples)
    assert field.fold[:half].tolist() == field.fold[half:].tolist()
    assert field.inner[:half].tolist() == field.inner[half:].tolist()


def test_settings_are_chosen_without_the_first_fold(ground):
    """What the first fold holds is neither taught nor scored there."""
    field = field_of(ground, None)
    seen = []

    def learn(lesson, texts, schemes):
        seen.extend([*lesson.texts.plain[lesson.terms :], *texts.plain])
        return {s: ["-"] * len(texts.plain) for s in schemes}

    choose(field, [learn])
    outside = set(field.texts(field.fold == 0).plain)
    assert outside
    assert not outside & set(seen)


def test_a_benchmark_is_scored_where_it_is_labelled(gold):
    """An unlabelled cell does not count, and three digits count where there are three."""
    found = {view.name: view for view in read_labelled(gold, SCHEMES).views}
    assert found["mp10"].rows.tolist() == [0, 1, 2]
    assert found["sei2018c"].rows.tolist() == [0, 3]
    answers = {"mp10": ["M07.2", "-", "M01", "M02"], "sei2018": ["6.5.2", "-", "1.1", "1.1.1"]}
    assert found["mp10"].measure(answers) == {
        "texts": 3, "strict": 0.6667, "fair": 1.0, "recall": 1.0, "false_positive": 0.0,
    }  # fmt: skip
    assert found["sei2018"].measure(answers)["false_positive"] == 0.5
    assert found["sei2018c"].measure(answers)["fair"] == 0.5


def test_a_benchmark_cell_that_is_no_label_is_refused_by_line(tmp_path):
    """The message names file, line and column."""
    path = tmp_path / "gold.tsv"
    path.write_text("id\ttext\tmp10\n1\t变压器\tM07|\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"gold\.tsv:2 \[mp10\]"):
        read_labelled(path, SCHEMES)


def test_a_part_of_the_texts_is_measured_alone(ground):
    """The mask is over all descriptions."""
    (view, *_) = views_of(ground.examples, ["mp10"])
    answers = {"mp10": ["M07"] * len(ground.examples)}
    only = np.zeros(len(ground.examples), dtype=bool)
    only[:5] = True
    assert view.measure(answers, only)["fair"] == 1.0
    assert view.measure(answers)["fair"] < 1.0


def test_the_larger_part_of_the_families_holds_the_smaller():
    """Parts grow by whole families."""
    groups = [f"g{i % 20}" for i in range(100)]
    small, large = families(groups, 0.25), families(groups, 0.5)
    assert small.sum() == 25
    assert large.sum() == 50
    assert (large | ~small).all()


def test_the_learning_curve_ends_with_the_whole_corpus(ground):
    """All families of the other folds, the lexicon in every point."""
    points = learning_curve(ground, shares=(0.1, 1.0))
    assert [p["share"] for p in points] == [0.1, 1.0]
    assert points[1]["texts"] == int((field_of(ground, None).fold != 0).sum())
    assert set(points[1]["fair"]) == set(SCHEMES)
    assert points[1]["fair"]["mp10"] > 0.9


def test_reliability_by_hand():
    """Two bins: stated 0.55, half right; stated 1, all right."""
    stated = np.array([0.5, 0.6 - 1e-9, 1.0, 1.0])
    right = np.array([True, False, True, True])
    low, high = pictures.reliability(stated, right)
    assert low == (pytest.approx(0.55), 0.5, 2)
    assert high == (1.0, 1.0, 2)


def test_pictures_are_small_and_the_same_again():
    """SVG with words as words, at most 60 KB at the size of the shipped schemes."""
    schemes = ("mp10", "sei14", "sei2018", "foundation", "cyber", "comp", "env")
    kinds = ("form", "long", "name", "short", "title")
    chance = np.random.default_rng(1)
    stated = chance.uniform(0.3, 1, 5000)
    shares = {p: dict.fromkeys(schemes, 0.9) for p in ("this model", "fastText", "a", "b", "c")}
    makers = {
        "peers.svg": lambda: pictures.peers_picture({"Held out": shares, "Benchmark": shares}),
        "kinds.svg": lambda: pictures.kinds_picture(
            {s: dict.fromkeys(kinds, 0.95) for s in schemes}
        ),
        "learning-curve.svg": lambda: pictures.learning_curve_picture(
            [{"texts": n, "fair": {"mp10": 0.9, "sei2018": 0.8}} for n in (100, 1000)]
        ),
        "reliability.svg": lambda: pictures.reliability_picture(
            {s: (stated, chance.uniform(size=5000) < stated) for s in schemes}
        ),
    }
    assert set(makers) == set(pictures.CAPTIONS)
    for name, make in makers.items():
        state = chance.bit_generator.state
        text = make()
        chance.bit_generator.state = state
        assert text.startswith("<svg"), name
        assert text == make(), name
        assert len(text.encode()) < 60_000, name
        assert "mp10" in text, name


@pytest.fixture
def model(tmp_path, root):
    """Return a copy of the shipped model."""
    return shutil.copytree(root / "models" / "default", tmp_path / "model")


def test_the_card_takes_in_peers_and_pictures(model, results, tmp_path):
    """Losing rows stay, pictures are linked by a path in the folder, and the model still loads."""
    path = tmp_path / "peers.json"
    curve = [{"share": 1.0, "families": 9, "texts": 90, "fair": {"mp10": 0.9}}]
    path.write_text(json.dumps({**results, "curve": curve}), encoding="utf-8")
    assert main(["model-card", "--model", str(model), "--peers", str(path)]) == 0
    card = (model / "MODEL_CARD.md").read_text("utf-8")
    assert "## Beside its peers" in card
    for row in ("| this model |", "| fastText |", "| keyword rules |", "| majority class |"):
        assert row in card
    assert "another state of the corpus" in card
    assert "![Held-out fair share by kind of text](figures/kinds.svg)" in card
    assert (model / "figures" / "peers.svg").is_file()
    assert card.index("## Benchmark") < card.index("## Beside") < card.index("## Limits")
    read_manifest(model)


def test_a_card_without_peers_says_nothing_of_them(model):
    """And of pictures only where there are some."""
    shutil.rmtree(model / "figures", ignore_errors=True)
    card = write_card(model, None).read_text("utf-8")
    assert "peers" not in card
    assert "## Pictures" not in card


def test_a_card_tells_how_two_readings_agree_and_what_is_said_of_them(model, tmp_path):
    """The figures over all batches; the notes beside them, where there are some."""
    path = tmp_path / "agreement.csv"
    head = "batch,scheme,texts,equal,kappa,second_accepted,first_accepted,either"
    path.write_text(f"{head}\nall,mp10,60,0.9,0.8,0.95,0.96,0.99\nx,mp10,60,0.1,0,0,0,0\n", "utf-8")
    card = write_card(model, None, agreement=path).read_text("utf-8")
    assert "| mp10 | 0.9 | 0.8 | 0.95 |" in card
    assert "| mp10 | 0.1 |" not in card
    path.with_suffix(".md").write_text("Settled by the guide.\n", "utf-8")
    noted = write_card(model, None, agreement=path).read_text("utf-8")
    assert "Settled by the guide." in noted
    assert "Settled by the guide." not in card


def test_the_best_of_a_column_is_marked_whoever_it_is(results, tmp_path):
    """The model gets no bonus: keyword rules win on texts made of terms."""
    own = {
        view: {"fair": 0.5, "recall": 0.5, "false_positive": 0.5, "strict": 0.5}
        for view in ("mp10", "sei2018", "sei2018c")
    }
    manifest = {"metrics": own, "metrics_by_kind": {}, "hashes": results["hashes"]}
    text = "\n".join(section(results, tmp_path, manifest, None))
    model, rules = (
        next(line for line in text.splitlines() if line.startswith(f"| {name}"))
        for name in ("this model", "keyword rules")
    )
    assert "**" not in model
    assert rules.startswith("| keyword rules | **1.000** /")
    assert "another state" not in text
    assert next(line.name for line in lines("heldout", results, own)) == "model"


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ("本模型", "多数类", "可辩护", "* 该列最好")),
        ("en", ("this model", "false+", "Held out")),
    ],
)
def test_bench_prints_what_was_measured(results, gold, tmp_path, capsys, lang, words):
    """Every peer, every measure, both places; the model's own answers to the benchmark too."""
    path = tmp_path / "peers.json"
    path.write_text(json.dumps(results), encoding="utf-8")
    code = main(["bench", "--results", str(path), "--benchmark", str(gold), "--lang", lang])
    out = capsys.readouterr().out
    assert code == 0
    assert "gold.tsv" in out
    assert "fastText" in out
    for word in words:
        assert word in out


def test_results_that_are_none_are_refused(tmp_path, capsys):
    """A missing file and a file of something else."""
    assert main(["bench", "--results", str(tmp_path / "none.json")]) == 2
    other = tmp_path / "other.json"
    other.write_text("[]", encoding="utf-8")
    assert main(["bench", "--results", str(other)]) == 2
    other.write_text("{", encoding="utf-8")
    assert main(["bench", "--results", str(other)]) == 2
    assert "不是 JSON" in capsys.readouterr().err


def test_the_model_is_measured_on_the_folds_of_its_peers(province):
    """From its record: the folds are those of the product families, and together they are all."""
    manifest = read_manifest(province.model)
    whole, _ = own_held_out(province.model, manifest, 5)
    parts = [own_held_out(province.model, manifest, n)[0]["zj10"]["texts"] for n in (1, 2, 4)]
    assert whole["zj10"] == manifest["metrics"]["zj10"]
    assert 0 < parts[0] < parts[1] < parts[2] < whole["zj10"]["texts"]
    groups = [row.group for row in read_record(province.model, manifest)]
    assert parts[0] == sum(int(g, 16) % 5 == 0 for g in groups)
    _, by_kind = own_held_out(province.model, manifest, 1)
    assert all(0 <= share <= 1 for share in by_kind["zj10"].values())
