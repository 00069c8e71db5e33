"""Files of claims: columns in Chinese or English, several claims a row, bad rows listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifier.batch.records import read_records
from classifier.errors import InputError, Problem
from classifier.schemes.model import Scheme
from classifier.service.reviews.flaws import Flaw, Refused, as_refused, refused
from classifier.service.reviews.model import STAKES, Stake

COLUMNS = {
    "text": ("text", "产品描述", "产品说明", "主导产品", "主导产品说明"),
    "claim": ("claim", "申报领域", "领域"),
    "enterprise": ("enterprise", "企业名称", "企业"),
    "stake": ("stake", "重要程度"),
}
REQUIRED = ("text", "claim")
LONGEST_NAME = 200
_BETWEEN = re.compile(r"[;；\n]+")
_STAKES: dict[str, Stake] = {name: name for name in STAKES}
_STAKE_WORDS: dict[str, Stake] = {zh: name for name, (zh, _) in STAKES.items()}


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of a file: a text is said to belong to a concept."""

    row: int
    enterprise: str
    text: str
    scheme: str
    notation: str
    stake: Stake


@dataclass(frozen=True, slots=True)
class ClaimsRead:
    """The claims of a file, and what is wrong with the rows that gave none."""

    claims: tuple[Claim, ...]
    problems: tuple[Problem, ...]


def read_claims(
    path: Path,
    schemes: Mapping[str, Scheme],
    *,
    rows: int,
    characters: int,
    claimed: bool = True,
) -> ClaimsRead:
    """Read a file of claims.

    Parameters
    ----------
    path
        ``.csv`` (UTF-8) or ``.xlsx``; columns as in ``COLUMNS``. A claim is written
        ``scheme:notation`` or ``scheme:official name``; several are separated by ``；``.
    schemes
        What can be claimed.
    rows, characters
        Most rows, and most characters of a text.
    claimed
        Whether the rows hold claims; if not, scheme and notation of what is read are empty.

    Raises
    ------
    InputError
        The file cannot be read, lacks a column, or has too many rows.
    """
    claims: list[Claim] = []
    problems: list[Problem] = []
    columns: dict[str, str] | None = None
    number = 0
    for number, record in enumerate(read_records(path), 1):
        if number > rows:
            raise InputError([refused(path.name, 0, "file", "rows", "", str(rows))])
        if isinstance(record, Problem):
            problems.append(as_refused(record, number))
            continue
        if columns is None:
            columns = _columns(path, record, claimed=claimed)
        found = _row(path.name, number, record, columns, schemes, characters, claimed=claimed)
        claims.extend(one for one in found if isinstance(one, Claim))
        problems.extend(one for one in found if isinstance(one, Problem))
    if not number:
        raise InputError([refused(path.name, 0, "file", "nothing")])
    return ClaimsRead(tuple(claims), tuple(problems))


def _columns(path: Path, record: Mapping[str, Any], *, claimed: bool) -> dict[str, str]:
    names = [str(name).strip() for name in record]
    found = {}
    for key, allowed in COLUMNS.items():
        here = next((name for name in allowed if name in names), None)
        if here is not None:
            found[key] = here
    missing: list[Problem] = [
        refused(path.name, 0, key, "column", "", "、".join(COLUMNS[key]))
        for key in (REQUIRED if claimed else REQUIRED[:1])
        if key not in found
    ]
    if missing:
        raise InputError(missing)
    return found


def _row(
    file: str,
    number: int,
    record: Mapping[str, Any],
    columns: Mapping[str, str],
    schemes: Mapping[str, Scheme],
    characters: int,
    *,
    claimed: bool,
) -> Iterable[Claim | Problem]:
    cells = {str(name).strip(): value for name, value in record.items()}

    def cell(key: str) -> str:
        value = cells.get(columns.get(key, ""))
        return "" if value is None else str(value).strip()

    text, enterprise, stake = cell("text"), cell("enterprise"), cell("stake") or "normal"
    stake = _STAKE_WORDS.get(stake, stake)
    flaw = _front(text, enterprise, stake, characters)
    if flaw is not None:
        return [refused(file, number, *flaw)]
    if not claimed:
        return [Claim(number, enterprise, text, "", "", _STAKES[stake])]
    written = [part.strip() for part in _BETWEEN.split(cell("claim")) if part.strip()]
    if not written:
        return [refused(file, number, "claim", "empty", "", "mp10:M07")]
    out: list[Claim | Problem] = []
    for one in dict.fromkeys(written):
        found = parse_claim(one, schemes)
        if isinstance(found, Flaw):
            out.append(Refused(file, number, "claim", found.say(), found))
        else:
            out.append(Claim(number, enterprise, text, *found, _STAKES[stake]))
    return out


def _front(
    text: str, enterprise: str, stake: str, characters: int
) -> tuple[str, str, str, str] | None:
    """Return what is wrong before the claims: field, code, found, allowed."""
    if not text:
        return "text", "blank", "", str(characters)
    if len(text) > characters:
        return "text", "long", str(len(text)), str(characters)
    if len(enterprise) > LONGEST_NAME:
        return "enterprise", "long", str(len(enterprise)), str(LONGEST_NAME)
    if stake not in STAKES:
        return "stake", "choice", stake, "、".join([*STAKES, *_STAKE_WORDS])
    return None


def parse_claim(written: str, schemes: Mapping[str, Scheme]) -> tuple[str, str] | Flaw:
    """Return scheme and notation of a claim, or what is wrong with it."""
    scheme_id, colon, rest = written.replace("：", ":").partition(":")
    scheme = schemes.get(scheme_id.strip())
    if not colon or scheme is None:
        return Flaw("scheme", written, "、".join(schemes))
    wanted = rest.strip()
    if wanted in scheme:
        return scheme.id, wanted
    named = [c.notation for c in scheme.concepts.values() if c.label.zh == wanted]
    # a name that stands at several levels of one branch means the uppermost
    if named and all(n == named[0] or n.startswith(f"{named[0]}.") for n in named):
        return scheme.id, named[0]
    return Flaw("concept", wanted, scheme.id)
