"""The size class of a firm (中小企业划型), from large down to micro."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classifier.evaluator.trace import Step
from classifier.evaluator.values import Amount, Truth, all_of, between

if TYPE_CHECKING:
    from classifier.evaluator.model import Sector
    from classifier.evaluator.sheet import Sheet

CLASSES = {"large": 4, "medium": 3, "small": 2, "micro": 1}
"""Size classes with their rank."""
CLASS_TITLES = {4: "大型", 3: "中型", 2: "小型", 1: "微型"}


def sector_of(sheet: Sheet) -> Sector | None:
    """Return the sector: as the firm states it, else by its GB/T 4754 code."""
    stated = sheet.facts.profile.size_sector
    if stated is not None:
        found = sheet.size.sector(stated)
        if found is None:
            known = "、".join(sector.title for sector in sheet.size.sectors)
            words = f"划型行业“{stated}”不在300号文的行业中，请核实；有：{known}"
            sheet.facts.note(Step("fact", "size_sector", "划型行业", value=words))
        else:
            sheet.facts.text("size_sector")
        return found
    code = sheet.facts.text("industry")
    return None if code is None else sheet.size.sector_of_code(code)


def _seen(sheet: Sheet, sector: Sector) -> str:
    """Return how well the sector is known: stated, or by a table of codes."""
    stated = sheet.facts.profile.size_sector is not None
    return sector.source.confidence if stated else sector.codes_confidence


def size_class(sheet: Sheet) -> Amount:
    """Return the rank of the size class, 1 micro to 4 large.

    Large, medium and small need *all* their floors; a missing figure leaves a range.
    Where the sector is unknown, or the code stands in none, the range holds what the
    firm would be in any sector: a firm that is small everywhere is small.
    """
    sector = sector_of(sheet)
    if sector is not None:
        sheet.facts.note(
            Step(
                "fact",
                f"sector.{sector.id}",
                f"按“{sector.title}”划型",
                clause=f"{sector.source.document} {sector.source.clause}",
                confidence=_seen(sheet, sector),
            )
        )
        return _class_in(sector, _figures(sheet, (sector,)))
    sheet.facts.note(
        Step("fact", "size_sector", "划型行业", value="未知", missing=("size_sector",))
    )
    sectors = sheet.size.sectors
    figures = _figures(sheet, sectors)
    found = [_class_in(possible, figures) for possible in sectors]
    return Amount(min(a.low for a in found), max(a.high for a in found))


def _figures(sheet: Sheet, sectors: tuple[Sector, ...]) -> dict[str, Amount]:
    names = dict.fromkeys(
        figure for sector in sectors for _, floors in sector.floors for figure, _ in floors
    )
    return {name: sheet.facts.figure(name, sheet.last_year) for name in names}


def manufacturing(sheet: Sheet) -> Truth:
    """Return whether the industry's code is one of manufacturing (GB/T 4754 C, 13 to 43)."""
    code = sheet.facts.text("industry")
    if code is None:
        return None
    digits = code.lstrip("ABCDEFGHIJKLMNOPQRST")
    if code[:1].isalpha():
        return code[0] == "C"
    if len(digits) < 2:  # noqa: PLR2004  (a class of one digit says nothing)
        return None
    return 13 <= int(digits[:2]) <= 43  # noqa: PLR2004  (the divisions of C)


def _class_in(sector: Sector, figures: dict[str, Amount]) -> Amount:
    """Return the rank of the class by one sector's floors."""
    low = high = CLASSES["micro"]
    undecided = False
    for name, floors in sector.floors:
        reached: Truth = all_of(figures[figure].compare("at_least", f) for figure, f in floors)
        if reached is False:
            continue
        rank = CLASSES[name]
        high = high if undecided else rank
        if reached is True:
            low = rank
            break
        undecided = True
    return between(low, high)
