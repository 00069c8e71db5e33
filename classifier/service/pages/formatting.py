"""How values read on a page: probabilities, times, concepts and schemes."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from classifier.schemes.model import Scheme
from classifier.service.knowledge import Knowledge
from classifier.service.pages.wording import Lang, text

CHINA = timezone(timedelta(hours=8), "CST")
"""The time of all of China; no daylight saving since 1991."""


def percent(value: float | None) -> str:
    """Return a share of one, counted, as a percentage; never a false 100 or 0.

    Examples
    --------
    >>> percent(0.5), percent(0.99996), percent(0.00001), percent(1), percent(None)
    ('50.0%', '>99.9%', '<0.1%', '100%', '—')
    """
    return f"{value * 100:.0f}%" if value in {0, 1} else likelihood(value)


def likelihood(value: float | None) -> str:
    """Return a probability as a percentage; a model is never certain.

    Examples
    --------
    >>> likelihood(1.0), likelihood(0.0), likelihood(0.5)
    ('>99.9%', '<0.1%', '50.0%')
    """
    if value is None:
        return "—"
    if value >= 0.9995:  # noqa: PLR2004
        return ">99.9%"
    return f"{value * 100:.1f}%" if value >= 0.0005 else "<0.1%"  # noqa: PLR2004


def figure(value: float | None) -> str:
    """Return a coefficient with three digits.

    Examples
    --------
    >>> figure(0.61234), figure(None)
    ('0.612', '—')
    """
    return "—" if value is None else f"{value:.3f}"


def points(value: float | None) -> str:
    """Return a difference of shares in percentage points, with its sign.

    Examples
    --------
    >>> points(0.0123), points(-0.2), points(0.0), points(None)
    ('+1.2', '−20.0', '0', '—')
    """
    if value is None:
        return "—"
    rounded = round(value * 100, 1)
    return "0" if not rounded else f"{rounded:+.1f}".replace("-", "−")


def stamp(at: str) -> str:
    """Return a time written by ISO 8601 as ``moment`` shows it.

    Examples
    --------
    >>> stamp("2026-05-01T23:30:00+00:00")
    '2026-05-02 07:30'
    """
    return moment(datetime.fromisoformat(at))


def moment(at: datetime | None) -> str:
    """Return a point in time as clocks in China show it.

    Examples
    --------
    >>> from datetime import UTC
    >>> moment(datetime(2026, 5, 1, 23, 30, tzinfo=UTC))
    '2026-05-02 07:30'
    """
    return "—" if at is None else at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def clock(at: datetime | None) -> str:
    """Return the time of day in China."""
    return "—" if at is None else at.astimezone(CHINA).strftime("%H:%M")


def shortened(said: str, most: int = 60) -> str:
    """Return a text cut to a length, with a mark where it was cut.

    Examples
    --------
    >>> shortened("工业机器人减速器", 5)
    '工业机器…'
    """
    return said if len(said) <= most else said[: most - 1] + "…"


def concept_name(knowledge: Knowledge, lang: Lang, scheme: str, notation: str | None) -> str:
    """Return a concept as ``M07 电力装备``; in English the translation follows."""
    if notation is None:
        return text(lang, "concept.none")
    found = knowledge.schemes.get(scheme)
    if found is None or notation not in found:
        return notation
    label = found.concept(notation).label
    translated = f" ({label.en})" if lang == "en" and label.en else ""
    return f"{notation} {label.zh}{translated}"


def scheme_name(knowledge: Knowledge, lang: Lang, scheme: str) -> str:
    """Return a scheme's title; in English the translation follows."""
    found = knowledge.schemes.get(scheme)
    if found is None:
        return scheme
    return found.title.zh if lang == "zh" else f"{found.title.zh} ({found.title.en})"


def short_scheme(scheme: Scheme) -> str:
    """Return the short name of a scheme, for tables.

    The names are those that people use; the whole title stands in the heading of a case.
    """
    return SHORT.get(scheme.id, scheme.title.zh)


SHORT = {
    "mp10": "十大重点领域",
    "sei14": "“十四五”战新",
    "sei2018": "战新分类2018",
    "foundation": "工业六基",
    "cyber": "网络强国",
    "comp": "核心竞争力",
    "env": "环保节约",
}
