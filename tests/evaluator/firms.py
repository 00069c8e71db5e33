"""A firm that meets everything, and ways to change one fact of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from classifier.evaluator.domain import SchemeFinding
from classifier.evaluator.engine import evaluate
from classifier.evaluator.profile_files import build_profile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from classifier.evaluator.profile import Profile
    from classifier.evaluator.record import Evaluation

BEFORE = date(2026, 3, 31)
AFTER = date(2026, 4, 1)

SURE = {
    "sei2018": SchemeFinding("2.1.4", sure=True),
    "foundation": SchemeFinding("F1", sure=True),
    "mp10": SchemeFinding("M05", sure=True),
    "cyber": SchemeFinding(None, sure=True),
}
NOWHERE = {name: SchemeFinding(None, sure=True) for name in SURE}


def right(**changes: Any) -> dict[str, Any]:
    """Return an invention patent that counts everywhere."""
    return {
        "kind": "invention",
        "applied": date(2021, 1, 1),
        "granted": date(2023, 1, 1),
        "in_force": True,
        "acquired": "own",
        "holder_rank": 1,
        "related": True,
        "in_use": True,
        "earning": True,
        "overseas_family": False,
        "overseas_revenue": False,
        "large_pledge": False,
        "award": False,
        **changes,
    }


def year(revenue: Any, **changes: Any) -> dict[str, Any]:
    """Return a year's figures of a healthy firm, 万元."""
    revenue = Decimal(str(revenue))
    return {
        "revenue": revenue,
        "main_revenue": revenue * Decimal("0.95"),
        "main_product_revenue": revenue * Decimal("0.8"),
        "rd_expense": revenue * Decimal("0.08"),
        "cost": revenue * Decimal("0.9"),
        "net_profit": revenue * Decimal("0.1"),
        "total_assets": revenue,
        "total_liabilities": revenue * Decimal("0.4"),
        "employees": 200,
        "rd_staff": 60,
        "science_staff": 70,
        **changes,
    }


YES = {"met": True, "evidence": "材料"}


def good_firm() -> dict[str, Any]:
    """Return the plain values of a firm that passes every tier but the champion's."""
    return {
        "name": "示例精密零部件有限公司",
        "legal_person": True,
        "industry": "3489",
        "segment_years": 8,
        "new_product": False,
        "years": {2025: year(12000), 2024: year(10000), 2023: year(9000), 2022: year(8000)},
        "platform_scores": {2026: 70, 2025: 65},
        "intellectual_property": [right() for _ in range(5)],
        "awards": [],
        "financing": [],
        "institutions": [{"name": "技术中心", "level": "city", "recognised": True}],
        "certificates": [{"kind": "quality-management", "valid_until": date(2027, 12, 31)}],
        "brands": [{"own_ip": True, "registered": True, "earning": True}],
        "standards": [],
        "titles": [
            {"kind": kind, "granted": date(2024, 6, 1), "valid_until": date(2027, 5, 31)}
            for kind in ("innovative", "srdi")
        ],
        "market": {
            "domestic_share": 15,
            "international_share": 2,
            "domestic_rank": 5,
            "provincial_rank": 1,
            "global_rank": 30,
            "relatively_high": YES,
            "high_reputation": YES,
        },
        "chain": {
            "key_link": YES,
            "key_basics": YES,
            "gap_filling": YES,
            "serves_leader": YES,
            "time_honoured": {"met": False},
            "upgrading": YES,
            "resilience": YES,
        },
        "operation": {
            "information_system": YES,
            "governance": YES,
            "digital_level": 3,
            "advanced_process": YES,
            "energy_advanced": YES,
            "strong_innovation": YES,
            "leading_results": YES,
        },
        "conduct": {
            "abnormal_list": False,
            "dishonesty_list": False,
            "makes_restricted": False,
            "incidents": [],
        },
        "group": {"tied_to_little_giant": False, "similar_in_group": False},
    }


def firm(changes: Mapping[str, Any] | None = None) -> Profile:
    """Return the good firm with facts replaced; ``rd_expense.2025`` names a year's figure."""
    data = good_firm()
    for path, value in (changes or {}).items():
        name, _, rest = path.partition(".")
        if rest.isdigit() and name != "platform_scores":
            data["years"][int(rest)][name] = value
        elif rest:
            data[name][int(rest) if rest.isdigit() else rest] = value
        else:
            data[name] = value
    return build_profile(data, "firm")


def judged(changes: Mapping[str, Any] | None = None, tier: Any = "srdi", **more: Any) -> Evaluation:
    """Evaluate the changed firm, before 2026-04-01 unless said otherwise."""
    more.setdefault("on", BEFORE)
    more.setdefault("domain", SURE)
    return evaluate(firm(changes), tier, **more)


def points(found: Evaluation, indicator: str) -> Any:
    """Return an indicator's points: a number where they are settled, else the range."""
    step = found.trace.find("indicator", indicator)
    assert step is not None
    assert step.points is not None
    return step.points.low if step.points.settled else (step.points.low, step.points.high)


def met(found: Evaluation, condition: str) -> bool | None:
    """Return whether a condition, gate or direct pass is met."""
    step = next(
        s
        for s in found.trace.walk()
        if s.id == condition and s.kind in {"gate", "condition", "direct"}
    )
    return step.truth
