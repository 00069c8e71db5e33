"""The command as people run it: results on standard output, exit codes, plain messages."""

import json
import unicodedata
from importlib import import_module

import pytest

from classifier.cli import MODULES, main, parser


def run(capsys, *args):
    """Run a command in this process; return code, output and messages."""
    code = main([str(a) for a in args])
    out, err = capsys.readouterr()
    return code, out, err


def width(line):
    """Return the terminal columns of a line."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def test_one_description_is_answered_in_chinese(capsys):
    """Official names, the direction, the words that carried it, the versions."""
    code, out, _ = run(capsys, "classify", "风电主轴轴承的研发、生产和销售")
    assert code == 0
    for piece in ("M07 电力装备", "M07.1 发电装备", "6.2.1", "F1 核心基础零部件", "依据", "模型"):
        assert piece in out
    assert max(map(width, out.splitlines())) <= 80


def test_english_is_there_for_the_asking(capsys):
    """--lang en."""
    _, out, _ = run(capsys, "classify", "风电主轴轴承", "--lang", "en")
    assert "Electric power equipment" in out


def test_the_shipped_cases_make_a_table_of_80_columns(capsys, root):
    """What make demo shows: all forty, no line too wide."""
    path = root / "taxonomy" / "golden.tsv"
    code, out, _ = run(capsys, "classify", "--input", path, "--format", "table")
    assert code == 0
    assert max(map(width, out.splitlines())) <= 80
    assert sum("M07" in line for line in out.splitlines()) == 3
    assert "烤鸭" in out


def test_a_file_is_answered_by_the_contract(capsys, root, tmp_path):
    """JSONL rows with id, domains and versions; exit code 0."""
    out = tmp_path / "out.jsonl"
    code, _, err = run(
        capsys, "classify", "--input", root / "taxonomy" / "golden.tsv", "--output", out
    )
    assert code == 0
    assert "40" in err
    row = json.loads(out.read_text("utf-8").splitlines()[17])
    assert row["id"] == "18"
    assert row["domains"]["mp10"]["primary"] == "M07"
    assert {"model", "taxonomy"} == set(row["versions"])


def test_bad_rows_give_exit_code_three(capsys, tmp_path):
    """And say where they are listed."""
    (tmp_path / "in.csv").write_text("text\n变压器\n \n", encoding="utf-8")
    code, _, err = run(
        capsys, "classify", "--input", tmp_path / "in.csv", "--output", tmp_path / "out.csv"
    )
    assert code == 3
    assert "out.csv.bad.csv" in err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["classify", "--input", "no.csv", "--output", "o.csv"], "no such file"),
        (["classify", "x", "--output", "o.csv"], "give both"),
        (["verify", "变压器", "--claim", "M07"], "expected scheme:notation"),
        (["explain", "变压器", "--scheme", "nace"], "known: mp10"),
        (["classify", "x", "--model", "no"], "no model in no"),
        (["taxonomy", "show", "nace"], "no scheme 'nace'"),
        (["taxonomy", "show", "mp10:M99"], "no concept 'M99'"),
    ],
)
def test_what_cannot_be_done_is_told_with_exit_code_two(capsys, args, message):
    """One plain message, no traceback."""
    code, _, err = run(capsys, *args)
    assert code == 2
    assert message in err
    assert "Traceback" not in err


def test_standard_input_is_answered_line_by_line(capsys, monkeypatch):
    """An empty line is told by its number; the others are answered."""
    import io

    data = io.TextIOWrapper(io.BytesIO("变压器\n\n速冻水饺\n".encode()), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", data)
    code, out, err = run(capsys, "classify", "--format", "json")
    assert code == 3
    assert [json.loads(x)["text"] for x in out.splitlines()] == ["变压器", "速冻水饺"]
    assert "-:2 [text]: empty" in err


def test_a_claim_is_verified_with_words_on_both_sides(capsys):
    """Verdict, probability, the field that fits better."""
    code, out, _ = run(capsys, "verify", "速冻水饺的生产", "--claim", "mp10:M01")
    assert code == 0
    assert "不支持" in out
    assert "更合适" in out
    _, out, _ = run(capsys, "verify", "速冻水饺的生产", "--claim", "mp10:M01", "--format", "json")
    assert json.loads(out)["verdict"] == "contradicted"


def test_an_explanation_shows_words_terms_and_scope(capsys):
    """For each scheme that is asked for."""
    _, out, _ = run(capsys, "explain", "110kV油浸式电力变压器", "--scheme", "mp10")
    for piece in ("电力变压器", "词表命中", "官方范围", "常数"):
        assert piece in out
    _, out, _ = run(capsys, "explain", "变压器", "--format", "json")
    assert len(json.loads(out)) == 7


def test_the_taxonomy_can_be_seen_searched_checked_and_exported(capsys, tmp_path):
    """show, search, check, export."""
    _, out, _ = run(capsys, "taxonomy", "show")
    assert "sei2018" in out
    _, out, _ = run(capsys, "taxonomy", "show", "mp10")
    assert "M07.2 输变电装备" in out
    _, out, _ = run(capsys, "taxonomy", "show", "sei2018:6.2.1")
    assert "gbt4754" in out
    code, out, _ = run(capsys, "taxonomy", "search", "变压器")
    assert code == 0
    assert "词条 变压器" in out
    assert run(capsys, "taxonomy", "search", "不存在的词条")[0] == 1
    code, out, _ = run(capsys, "taxonomy", "check")
    assert code == 0
    assert "通过" in out
    code, _, _ = run(capsys, "taxonomy", "export", "env", tmp_path / "env.ttl")
    assert code == 0
    assert "大气污染物减排" in (tmp_path / "env.ttl").read_text("utf-8")


def test_an_official_list_is_imported(capsys, tmp_path):
    """New terms into a lexicon file, the bad row listed."""
    (tmp_path / "in.csv").write_text("名称\n超环面滚刀专机\n变压器\n轴\n", encoding="utf-8")
    out = tmp_path / "new.txt"
    code, _, err = run(
        capsys, "taxonomy", "import", tmp_path / "in.csv", "--term-column", "名称",
        "--label", "mp10=M02.1", "--output", out,
    )  # fmt: skip
    assert code == 3
    assert "新词条 1" in err
    assert out.read_text("utf-8").startswith("# M02.1\t-\t-")


def test_the_corpus_is_checked(capsys):
    """Counts by concept and kind, and a verdict."""
    code, out, _ = run(capsys, "corpus", "check")
    assert code == 0
    assert "通过" in out
    assert "M07.2:" in out


@pytest.mark.parametrize(("module", "commands"), MODULES.items())
def test_a_command_imports_its_own_module_and_stands_in_the_help(module, commands):
    """The table by which a command finds its module names all that the module adds."""
    assert tuple(_commands(parser(commands[0]))) == commands
    assert set(commands) <= set(_commands(parser()))
    assert import_module(f"classifier.cli.{module}").add_commands


def _commands(top):
    return next(a.choices for a in top._actions if a.dest == "command")
