"""The evaluator's examples in the README, run as they stand there."""

import json
import shlex
import shutil

import pytest

from classifier.cli import main
from classifier.evaluator.workbook import write_workbook
from tests.evaluator.firms import firm

from .firms import told

FIRM = "classifier/evaluator/examples/firm.yaml"
ONE_OWN_ONE_BOUGHT = [
    *(f"intellectual_property[{i}].in_force=false" for i in (2, 3, 4)),
    "intellectual_property[0].acquired=transferred",
]


def revenue(last, rd):
    """Return the changes for a firm with this revenue and R&D in both of the last years, 万元."""
    out = []
    for year in (2025, 2024):
        out += [
            f"revenue.{year}={last}",
            f"main_revenue.{year}={last * 95 // 100}",
            f"main_product_revenue.{year}={last * 8 // 10}",
            f"rd_expense.{year}={rd}",
        ]
    return [*out, *(f"{name}.2023={last * 85 // 100}" for name in ("revenue", "main_revenue")),
            f"main_product_revenue.2023={last * 8 // 10}"]  # fmt: skip


def decided(capsys, root, tier, on, changes):
    """Return the decision record of the example firm with facts changed."""
    args = ["evaluate", str(root / FIRM), "--tier", tier, "--on", on, "--no-model", "--json"]
    for change in changes:
        args += ["--set", change]
    assert main(args) == 0
    return json.loads(capsys.readouterr().out)


def truth(record, condition):
    """Return the verdict of one condition in the trace."""
    found = []

    def walk(step):
        if step["id"] == condition and step["kind"] in {"condition", "gate"}:
            found.append(step["verdict"])
        for child in step.get("children", ()):
            walk(child)

    walk(record["trace"])
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("on", "rules", "verdict"),
    [("2026-03-31", "miit-2022-63", "unmet"), ("2026-04-01", "miit-2026-2", "met")],
)
def test_a_debt_ratio_of_72_percent_fails_the_old_rules_and_passes_the_new(
    capsys, root, on, rules, verdict
):
    """小巨人: at most 70 % until 2026-03-31, 75 % from 2026-04-01."""
    record = decided(capsys, root, "little-giant", on, ["total_liabilities.2025=8640"])
    assert record["rule_set"] == rules
    assert truth(record, "debt") == verdict


def test_a_firm_of_1500_staff_and_300_million_revenue_is_an_sme(capsys, root):
    """工业: below 1,000 staff or below 40,000 万元 is enough."""
    changes = ["employees.2025=1500", "revenue.2025=30000", "main_revenue.2025=28500"]
    assert truth(decided(capsys, root, "srdi", "2026-03-31", changes), "sme") == "met"
    large = ["employees.2025=1500", "revenue.2025=40000", "main_revenue.2025=38000"]
    assert truth(decided(capsys, root, "srdi", "2026-03-31", large), "sme") == "unmet"


@pytest.mark.parametrize(
    ("bought", "counts"), [("2025-04-30", False), ("2025-02-28", True)], ids=["11", "13"]
)
def test_a_bought_patent_counts_after_a_year_under_the_old_rules_and_never_under_the_new(
    capsys, root, bought, counts
):
    """63号文 leaves out transfers of under a year; 2号文 all."""
    changes = [*ONE_OWN_ONE_BOUGHT, f"intellectual_property[0].transferred_on={bought}"]
    old = decided(capsys, root, "little-giant", "2026-03-31", changes)
    assert truth(old, "innovation") == ("met" if counts else "unmet")
    none_own = [*changes, "intellectual_property[1].in_force=false"]
    new = decided(capsys, root, "srdi", "2026-04-01", none_own)
    assert truth(new, "ip") == "unmet"


@pytest.mark.parametrize(
    ("last", "rd", "passes"),
    [
        (10000, 300, True),
        (9999, 300, False),
        (9999, 600, True),
        (5000, 300, True),
        (5000, 299, False),
    ],
)
def test_revenue_of_exactly_100_and_50_million_takes_the_better_band(
    capsys, root, last, rd, passes
):
    """小巨人 (63号文): 3 % from 10,000 万元, 6 % from 5,000 万元."""
    record = decided(capsys, root, "little-giant", "2026-03-31", revenue(last, rd))
    assert truth(record, "innovation") == ("met" if passes else "unmet")


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_the_commands_of_the_readme_run_today(monkeypatch, capsys, tmp_path, root, readme):
    """Every line about firms, with the rules of the day on which it is read."""
    told(monkeypatch)
    monkeypatch.chdir(tmp_path)
    shutil.copy(root / FIRM, "firm.yaml")
    text = (root / readme).read_text(encoding="utf-8")
    block = next(part for part in text.split("```")[1::2] if "compare-rules" in part)
    for line in block.strip().splitlines():
        args = shlex.split(line)[1:]
        for book in (tmp_path / arg for arg in args if arg.endswith(".xlsx")):
            book.unlink(missing_ok=True)
            if str(book.name) == args[1]:
                write_workbook(book, {"1": firm()})
        assert main(args) == 0, line
    capsys.readouterr()
