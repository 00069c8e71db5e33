"""``keyfield verify``: one claim on the screen, and files of claims."""

import csv
import json

import openpyxl
import pytest

from .test_cli import run, width

ROWS = [
    ("a", "风电主轴轴承的研发、生产和销售", "mp10:M07"),
    ("b", "智能垃圾桶的生产", "mp10:M01"),
    ("c", "", "mp10:M07"),
    ("d", "变压器", "mp10:M99"),
    ("e", "速冻水饺的生产", " sei14:S1 "),
    ("f", "电缆", ""),
]


@pytest.fixture
def claims(tmp_path):
    """Return a CSV file of claims, three of them bad."""
    path = tmp_path / "claims.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("id", "text", "claim"), *ROWS])
    return path


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("采用人工智能、大数据技术的高端智能拖把的生产，工业互联网平台，国际领先", "mp10:M01"),
        ("木制家具制造，窗帘加工，医疗器械批发", "mp10:M10"),
        ("110kV油浸式电力变压器", "mp10:M07.1"),
        ("地条钢、含汞电池的生产", "mp10:M09"),
    ],
)
def test_a_verification_fits_80_columns_in_both_languages(capsys, lang, text, claim):
    """Verdict, reasons, the deciding sentence, evidence; no line too wide."""
    code, out, _ = run(capsys, "verify", text, "--claim", claim, "--lang", lang)
    assert code == 0
    assert max(map(width, out.splitlines())) <= 80
    for word in (
        ("reasons", "verdict", "defensible") if lang == "en" else ("理由", "结论", "可成立")
    ):
        assert word in out


def test_reasons_are_shown_by_name_with_what_they_rest_on(capsys):
    """The name, [权重] or [规则], and the sentence."""
    _, out, _ = run(capsys, "verify", "智能垃圾桶的生产", "--claim", "mp10:M01")
    assert "只有修饰语支持 [权重]" in out
    assert "中心词“垃圾桶”" in out
    _, out, _ = run(capsys, "verify", "家用净水器", "--claim", "env:E2", "--lang", "en")
    assert "excluded by the scope note [rule]" in out


def test_a_file_of_claims_is_verified(capsys, claims, tmp_path):
    """Good rows into JSONL, bad ones into a list with what was wrong; exit code 3."""
    out = tmp_path / "out.jsonl"
    code, _, err = run(capsys, "verify", "--input", claims, "--output", out)
    assert code == 3
    assert "已核对 3 条" in err
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [(r["id"], r["verdict"]) for r in rows] == [
        ("a", "supported"), ("b", "contradicted"), ("e", "contradicted"),
    ]  # fmt: skip
    with (tmp_path / "out.jsonl.bad.csv").open(encoding="utf-8", newline="") as stream:
        bad = list(csv.DictReader(stream))
    assert [(r["row"], r["field"]) for r in bad] == [("3", "text"), ("4", "claim"), ("6", "claim")]
    assert "no concept 'M99'" in bad[1]["message"]


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".xlsx"])
def test_a_table_holds_codes_and_sentences(capsys, claims, tmp_path, ending):
    """One row a claim, reasons as codes and in words."""
    out = tmp_path / f"out{ending}"
    code, _, err = run(
        capsys, "verify", "--input", claims, "--output", out, "--lang", "en",
    )  # fmt: skip
    assert code == 3
    assert "3 claims verified (supported 1, uncertain 0, contradicted 2)" in err
    if ending == ".xlsx":
        header, *cells = openpyxl.load_workbook(out).worksheets[0].iter_rows(values_only=True)
        rows = [dict(zip(header, row, strict=True)) for row in cells]
    else:
        with out.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream, delimiter="," if ending == ".csv" else "\t"))
    assert [r["claim"] for r in rows] == ["mp10:M07", "mp10:M01", "sei14:S1"]
    assert rows[1]["reasons"] == "adjective_only"
    assert "head noun" in rows[1]["reasons_told"]
    assert rows[1]["better"] == "-"


def test_a_workbook_of_claims_with_other_columns_is_verified(capsys, tmp_path):
    """Columns by their names; nothing bad, exit code 0, and an old list of bad rows goes."""
    book = openpyxl.Workbook()
    book.active.append(["编号", "主导产品", "申报领域"])
    book.active.append([7, "110kV油浸式电力变压器", "mp10:M07"])
    book.save(tmp_path / "in.xlsx")
    (tmp_path / "out.csv.bad.csv").write_text("row,field,message\n", encoding="utf-8")
    code, _, _ = run(
        capsys, "verify", "--input", tmp_path / "in.xlsx", "--output", tmp_path / "out.csv",
        "--text-column", "主导产品", "--claim-column", "申报领域", "--id-column", "编号",
    )  # fmt: skip
    assert code == 0
    assert not (tmp_path / "out.csv.bad.csv").exists()
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["id"], row["verdict"]) == ("7", "supported")


def test_one_claim_can_be_made_for_a_whole_file(capsys, root, tmp_path):
    """--claim with --input: no column of claims is needed."""
    out = tmp_path / "out.jsonl"
    code, _, _ = run(
        capsys, "verify", "--input", root / "taxonomy" / "golden.tsv", "--output", out,
        "--claim", "mp10:M07",
    )  # fmt: skip
    assert code == 0
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert len(rows) == 40
    assert {r["claimed"] for r in rows} == {"M07"}


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["x", "--output", "o.csv", "--claim", "mp10:M07"], "give both"),
        (["--input", "i.csv"], "give both"),
        (["x", "--input", "i.csv", "--output", "o.csv"], "not both"),
        (["x"], "no claim"),
        ([], "no text"),
        (["--input", "no.csv", "--output", "o.csv"], "no such file"),
        (["--input", "no.csv", "--output", "o.parquet"], "allowed: .jsonl"),
        (["--input", "no.csv", "--output", "no/o.csv"], "no folder"),
    ],
)
def test_what_cannot_be_verified_is_told_with_exit_code_two(capsys, args, message):
    """One plain message."""
    code, _, err = run(capsys, "verify", *args)
    assert code == 2
    assert message in err
    assert "Traceback" not in err


def test_a_file_without_the_column_of_claims_is_refused(capsys, claims, tmp_path):
    """It names the column, and nothing is left behind."""
    code, _, err = run(
        capsys, "verify", "--input", claims, "--output", tmp_path / "o.csv",
        "--claim-column", "申报",
    )  # fmt: skip
    assert code == 2
    assert "申报" in err
    assert [p.name for p in tmp_path.iterdir()] == ["claims.csv"]
