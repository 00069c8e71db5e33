"""Makes whole profiles of the demonstration's table, dated back from the last complete year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

YEARS = 4
"""Years of figures that a firm has."""

_CLAIMS = {
    "market": ("relatively_high", "high_reputation"),
    "chain": ("key_link", "key_basics", "gap_filling", "serves_leader", "upgrading", "resilience"),
    "operation": (
        "information_system",
        "governance",
        "advanced_process",
        "energy_advanced",
        "strong_innovation",
        "leading_results",
    ),
}
_MET = {"full": 6, "half": 2, "bare": 0}
"""How many statements of each part a firm makes; of the others nothing is known."""

_LONG = 3
"""Years after which a title runs out."""


def profile(row: dict[str, str], main_product: str, on: date) -> dict[str, Any]:
    """Return the plain values of a firm of the table.

    Parameters
    ----------
    row
        Figures of the last complete year: 万元, %, persons.
    main_product
        Text of its first product.
    on
        Today.
    """
    out: dict[str, Any] = {
        "name": row["name"],
        "legal_person": True,
        "province": row["province"],
        "city": row["city"],
        "industry": row["industry"],
        "main_product": main_product,
        "segment_years": int(row["segment_years"]),
        "new_product": False,
        "years": {on.year - 1 - back: _year(row, back) for back in range(YEARS)},
        "conduct": {
            "abnormal_list": False,
            "dishonesty_list": False,
            "makes_restricted": False,
            "incidents": [],
        },
        "titles": [_title(part, on) for part in row["titles"].split(",") if part],
    }
    if row["strength"] != "bare":
        out |= _strong(row, on)
    for part, names in _CLAIMS.items():
        stated = {n: {"met": True, "evidence": "申报材料"} for n in names[: _MET[row["strength"]]]}
        out[part] = {**out.get(part, {}), **stated}
    return out


def _year(row: dict[str, str], back: int) -> dict[str, Any]:
    growth = 1 + Decimal(row["growth"]) / 100
    revenue = (Decimal(row["revenue"]) / growth**back).quantize(Decimal(1))

    def share(percent: str, of: Decimal = revenue) -> str:
        return str((of * Decimal(percent) / 100).quantize(Decimal(1)))

    assets = (revenue * Decimal("1.2")).quantize(Decimal(1))
    return {
        "revenue": str(revenue),
        "main_revenue": share(row["main_share"]),
        "main_product_revenue": share(str(Decimal(row["main_share"]) - 12)),
        "rd_expense": share(row["rd_share"]),
        "cost": share(str(100 - Decimal(row["margin"]))),
        "net_profit": share(row["margin"]),
        "total_assets": str(assets),
        "total_liabilities": share(row["debt"], assets),
        "employees": int(row["employees"]),
        "rd_staff": int(row["rd_staff"]),
        "science_staff": int(row["rd_staff"]),
    }


def _strong(row: dict[str, str], on: date) -> dict[str, Any]:
    full = row["strength"] == "full"
    right = {
        "kind": "invention",
        "applied": f"{on.year - 5}-03-01",
        "granted": f"{on.year - 3}-06-01",
        "in_force": True,
        "acquired": "own",
        "holder_rank": 1,
        "related": True,
        "in_use": True,
        "earning": True,
    }
    out: dict[str, Any] = {
        "intellectual_property": [right] * min(int(row["inventions"]), 12),
        "brands": [{"own_ip": True, "registered": True, "earning": True}],
        "awards": [],
        "financing": [],
        "market": {
            "domestic_share": row["domestic_share"],
            "domestic_rank": int(row["rank"]),
        },
    }
    score = (62 if full else 50) + min(int(row["inventions"]), 20) // 2
    out["platform_scores"] = {on.year: score, on.year - 1: score - 3}
    if full:
        out["certificates"] = [
            {"kind": "quality-management", "valid_until": f"{on.year + 1}-12-31"}
        ]
        out["institutions"] = [{"name": "企业技术中心", "level": "provincial", "recognised": True}]
        out["operation"] = {"digital_level": 3}
        out["market"]["provincial_rank"] = 1
        out["group"] = {"tied_to_little_giant": False, "similar_in_group": False}
    return out


def _title(written: str, on: date) -> dict[str, Any]:
    kind, _, ago = written.partition(":")
    year = on.year - int(ago)
    return {
        "kind": kind,
        "granted": f"{year}-07-01",
        "valid_until": f"{year + _LONG}-06-30",
    }
