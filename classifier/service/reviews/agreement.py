"""Agreement of reviewers on double-reviewed cases: kappa and alpha, by scheme and reviewer.

References
----------
J. Cohen, A coefficient of agreement for nominal scales, 1960.
K. Krippendorff, Computing Krippendorff's alpha-reliability, 2011 (nominal data).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from classifier.service.reviews.model import REVIEW
from classifier.service.reviews.queue import DOUBLE, standing
from classifier.service.reviews.verdicts import judgement
from classifier.service.storage.tables import Case, User, Verdict


@dataclass(frozen=True, slots=True)
class SchemeAgreement:
    """How far reviewers agree in one scheme; figures are None where they are undefined."""

    scheme: str
    cases: int
    agreed: int
    share: float | None
    kappa: float | None
    alpha: float | None


@dataclass(frozen=True, slots=True)
class ReviewerAgreement:
    """How far one reviewer agrees with the others, and how often adjudication upheld them."""

    user: int
    name: str
    cases: int
    share: float | None
    kappa: float | None
    adjudicated: int
    upheld: int


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """Agreement in all, by scheme and by reviewer."""

    whole: SchemeAgreement
    schemes: tuple[SchemeAgreement, ...]
    reviewers: tuple[ReviewerAgreement, ...]


def cohen_kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Return Cohen's kappa of two raters; None where chance alone gives full agreement.

    Examples
    --------
    >>> cohen_kappa([("a", "a"), ("b", "b")])
    1.0
    >>> cohen_kappa([("a", "b"), ("b", "a")])
    -1.0
    """
    count = len(pairs)
    if not count:
        return None
    observed = sum(one == other for one, other in pairs) / count
    first = Counter(one for one, _ in pairs)
    second = Counter(other for _, other in pairs)
    expected = sum(first[label] * second[label] for label in first) / count**2
    if expected == 1:
        return None
    return (observed - expected) / (1 - expected)


def krippendorff_alpha(units: Iterable[Sequence[Hashable]]) -> float | None:
    """Return Krippendorff's alpha of nominal ratings; None where only one label occurs.

    Parameters
    ----------
    units
        The ratings of each unit; units with fewer than two do not count.

    Examples
    --------
    >>> krippendorff_alpha([("a", "a"), ("b", "b")])
    1.0
    """
    rated = [list(unit) for unit in units if len(unit) > 1]
    totals = Counter(label for unit in rated for label in unit)
    count = sum(totals.values())
    expected = sum(n * (count - n) for n in totals.values())
    if not expected:
        return None
    observed = sum(
        sum(n * (len(unit) - n) for n in Counter(unit).values()) / (len(unit) - 1) for unit in rated
    )
    return 1 - (count - 1) * observed / expected


@dataclass(frozen=True, slots=True)
class _Unit:
    """A double-reviewed case with what its reviewers said, in the order of the reviewers' ids."""

    scheme: str
    said: tuple[tuple[int, str], ...]
    outcome: str


def agreement(session: Session) -> AgreementReport:
    """Return how far reviewers agree on the cases that two of them decided."""
    units = _units(session)
    by_scheme: dict[str, list[_Unit]] = defaultdict(list)
    for unit in units:
        by_scheme[unit.scheme].append(unit)
    names = {user.id: user.name for user in session.scalars(select(User))}
    people = sorted({user for unit in units for user, _ in unit.said})
    return AgreementReport(
        whole=_scheme("", units),
        schemes=tuple(_scheme(name, found) for name, found in sorted(by_scheme.items())),
        reviewers=tuple(_reviewer(user, names[user], units) for user in people),
    )


def _units(session: Session) -> list[_Unit]:
    found = session.execute(
        select(Case, Verdict)
        .join(Verdict, Verdict.case_id == Case.id)
        .where(Case.needs == DOUBLE, Verdict.stage == REVIEW, standing())
        .order_by(Case.id, Verdict.user_id)
    )
    said: dict[int, list[tuple[int, str]]] = defaultdict(list)
    cases: dict[int, Case] = {}
    for case, verdict in found:
        cases[case.id] = case
        said[case.id].append((verdict.user_id, judgement(verdict.kind, verdict.notation)))
    return [
        _Unit(
            cases[case_id].scheme,
            tuple(pairs),
            judgement(cases[case_id].outcome or "", cases[case_id].outcome_notation),
        )
        for case_id, pairs in said.items()
        if len(pairs) >= DOUBLE
    ]


def _scheme(name: str, units: Sequence[_Unit]) -> SchemeAgreement:
    labels = [tuple(label for _, label in unit.said) for unit in units]
    pairs = [(given[0], given[1]) for given in labels]
    agreed = sum(one == other for one, other in pairs)
    return SchemeAgreement(
        scheme=name,
        cases=len(units),
        agreed=agreed,
        share=_rounded(agreed / len(units) if units else None),
        kappa=_rounded(cohen_kappa(pairs)),
        alpha=_rounded(krippendorff_alpha(labels)),
    )


def _reviewer(user: int, name: str, units: Sequence[_Unit]) -> ReviewerAgreement:
    pairs: list[tuple[str, str]] = []
    adjudicated = upheld = 0
    for unit in units:
        own = next((label for who, label in unit.said if who == user), None)
        if own is None:
            continue
        others = [label for who, label in unit.said if who != user]
        pairs.extend((own, other) for other in others)
        if unit.outcome and any(other != own for other in others):
            adjudicated += 1
            upheld += own == unit.outcome
    agreed = sum(one == other for one, other in pairs)
    return ReviewerAgreement(
        user=user,
        name=name,
        cases=len(pairs),
        share=_rounded(agreed / len(pairs) if pairs else None),
        kappa=_rounded(cohen_kappa(pairs)),
        adjudicated=adjudicated,
        upheld=upheld,
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
