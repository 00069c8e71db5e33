"""Bad rows are listed and stop nothing; repetition and contradiction are found."""

import pytest

from classifier.schemes.labels import SCHEME_IDS
from classifier.training.audit import audit, contradictions, duplicates, near_pairs, read_benchmark
from classifier.training.corpus import COLUMNS, load_examples
from classifier.training.material import folds

GOOD = ["变压器的制造", "M07.2", "S3", "6.5.1", "-", "-", "K2|-", "-", "short", "transformer"]


def write(folder, rows, header=COLUMNS):
    """Write an example file; a row is its cells after the id."""
    lines = ["\t".join(header)]
    lines += ["\t".join([f"t-{i}", *row]) for i, row in enumerate(rows, 1)]
    (folder / "t.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def changed(**cells):
    """Return the good row with some cells changed."""
    at = dict(zip(COLUMNS[1:], range(10), strict=True))
    row = list(GOOD)
    for name, value in cells.items():
        row[at[name]] = value
    return row


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (changed(mp10="M77"), "t.tsv:2 [mp10]: unknown code 'M77'"),
        (changed(sei2018="6.5.9"), "t.tsv:2 [sei2018]: unknown code '6.5.9'"),
        (changed(comp="K2|"), "t.tsv:2 [comp]: found 'K2|'"),
        (changed(kind="essay"), "t.tsv:2 [kind]: found 'essay', allowed: short, long"),
        (changed(text=" "), "t.tsv:2 [text]: empty"),
        (changed(group=""), "t.tsv:2 [group]: empty"),
        (changed(text="长" * 2001), "t.tsv:2 [text]: 2001 characters, allowed: 2000"),
        (GOOD[:-1], "t.tsv:2: found 10 cells, expected 11"),
    ],
)
def test_a_bad_row_is_listed_and_the_good_one_comes_through(tmp_path, taxonomy, row, message):
    """File, line, field, what was found and what is allowed."""
    examples, problems = load_examples(write(tmp_path, [row, GOOD]), taxonomy.schemes)
    assert [e.id for e in examples] == ["t-2"]
    assert message in str(problems[0])


def test_a_file_with_other_columns_is_listed(tmp_path, taxonomy):
    """The header is the contract."""
    examples, problems = load_examples(write(tmp_path, [GOOD], COLUMNS[1:]), taxonomy.schemes)
    assert examples == []
    assert "expected id, text, mp10" in str(problems[0])


def test_a_file_may_name_some_of_the_schemes(tmp_path, taxonomy):
    """In the others nobody labelled its texts; a scheme that does not exist is refused."""
    row = ["变压器的制造", "S3", "M07", "name", "g"]
    header = ("id", "text", "sei14", "mp10", "kind", "group")
    (example,), problems = load_examples(write(tmp_path, [row], header), taxonomy.schemes)
    assert problems == []
    assert {s: str(c) for s, c in example.labels.items()} == {"sei14": "S3", "mp10": "M07"}
    assert not example.label("env").known
    other = write(tmp_path, [row], ("id", "text", "sei14", "nace", "kind", "group"))
    assert load_examples(other, taxonomy.schemes)[0] == []


def test_an_id_stands_once(tmp_path, taxonomy):
    """The second row of an id is listed."""
    write(tmp_path, [GOOD])
    (tmp_path / "u.tsv").write_text((tmp_path / "t.tsv").read_text("utf-8"), encoding="utf-8")
    examples, problems = load_examples(tmp_path, taxonomy.schemes)
    assert len(examples) == 1
    assert "'t-1' stands already at t.tsv:2" in str(problems[0])


def test_near_repetitions_are_found_and_different_texts_are_not():
    """Jaccard of character 5-grams, punctuation and width aside."""
    texts = [
        "公司主要从事油浸式电力变压器的研发、生产和销售",
        "公司主要从事油浸式电力变压器的研发,生产和销售。",
        "公司主要从事干式变压器的研发、生产和销售",
        "速冻水饺",
    ]
    assert [(i, j) for i, j, s in near_pairs(texts, 0.9) if s == 1.0] == [(0, 1)]
    assert near_pairs(texts[1:], 0.9) == []


def test_a_text_that_repeats_another_or_the_benchmark_is_listed(tmp_path, taxonomy):
    """Exactly or nearly."""
    rows = [GOOD, changed(text="变压器的制造。"), changed(text="高压开关柜的研发与制造")]
    examples, _ = load_examples(write(tmp_path, rows), taxonomy.schemes)
    found = duplicates(examples, [("d1", "高压开关柜的研发与制造"), ("d2", "无关")])
    assert [str(p).split("; ")[0] for p in found] == [
        "t.tsv:2 [text]: t-1 repeats t.tsv:3 (t-2)",
        "t.tsv:4 [text]: t-3 repeats benchmark row d1",
    ]


def test_labels_that_the_mappings_do_not_join_are_listed(tmp_path, taxonomy):
    """A transformer is no drug; an also that fits settles it."""
    rows = [GOOD, changed(sei2018="4.1.2"), changed(sei2018="4.1.2|6.5"), changed(sei2018="-")]
    examples, _ = load_examples(write(tmp_path, rows), taxonomy.schemes)
    found = {p.line for p in contradictions(examples, taxonomy)}
    assert found == {3}


def test_counts_go_up_the_tree(tmp_path, taxonomy):
    """A class counts for its group and industry."""
    examples, _ = load_examples(write(tmp_path, [GOOD]), taxonomy.schemes)
    found = audit(examples, taxonomy)
    assert found.by_concept["sei2018"] == {"6.5.1": 1, "6.5": 1, "6": 1}
    assert found.by_kind == {"short": 1}


def test_a_family_is_never_split_and_keeps_its_fold():
    """The fold hangs on the name alone, whatever else there is."""
    alone = folds(["a", "b", "c"], 5)
    among = folds(["x", "a", "y", "b", "c", "a"], 5)
    assert among[[1, 3, 4]].tolist() == alone.tolist()
    assert among[1] == among[5]
    assert set(folds([str(i) for i in range(200)], 5)) == {0, 1, 2, 3, 4}


def test_the_shipped_corpus_is_sound_and_covers_every_concept(root, taxonomy):
    """No bad row, no repetition, no contradiction; the promised counts by concept."""
    examples, problems = load_examples(root / "taxonomy" / "examples", taxonomy.schemes)
    benchmark = root.parent / "shared" / "benchmark" / "dev.tsv"
    rows = read_benchmark(benchmark) if benchmark.is_file() else []
    found = audit(examples, taxonomy, rows)
    assert [str(p) for p in [*problems, *found.problems]] == []
    assert len(examples) >= 5000
    thin = {
        f"{scheme}:{n}": found.by_concept[scheme][n]
        for scheme in SCHEME_IDS
        for n in taxonomy.schemes[scheme].concepts
        if found.by_concept[scheme][n] < (8 if n.count(".") == 2 else 40)
        and not (scheme == "sei2018" and n.count(".") == 1)
    }
    assert thin == {}
    none = [e for e in examples if all(c.primary == "-" for c in e.labels.values())]
    assert len(none) >= 1200
    assert len({e.group for e in none}) >= 120
