"""Fills an empty database so that every page has something to show."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from classifier.errors import ConflictError
from classifier.evaluator.clauses import LADDER
from classifier.service.demo.profiles import profile
from classifier.service.demo.texts import Example, Said, examples, rows
from classifier.service.enterprises import store as enterprises
from classifier.service.enterprises.evaluating import Terms, today
from classifier.service.knowledge import Knowledge
from classifier.service.reviews import verdicts
from classifier.service.reviews.claims import Claim, parse_claim
from classifier.service.reviews.flaws import Flaw
from classifier.service.reviews.model import STAKES, CaseRow
from classifier.service.reviews.queue import DOUBLE, CaseFilter, import_claims, list_cases
from classifier.service.security.roles import Caller, read_roles
from classifier.service.security.users import add_user
from classifier.service.settings import Settings
from classifier.service.storage.engine import Store
from classifier.service.storage.tables import Case, Enterprise, User

PEOPLE = {
    "审核员甲": ["reviewer"],
    "审核员乙": ["reviewer"],
    "审核组长": ["lead"],
    "分析员": ["analyst"],
}
DECIDED = 0.6
"""Share of the claims that are decided."""

ASSESSED = 16
"""Enterprises that are evaluated on all tiers."""

PAGE = 200


@dataclass(frozen=True, slots=True)
class Filled:
    """What was put in; passwords of the people by name, told once."""

    passwords: dict[str, str]
    enterprises: int
    products: int
    claims: int
    decided: int
    double: int
    disputed: int


def fill(store: Store, knowledge: Knowledge, settings: Settings) -> Filled:
    """Fill a database with the demonstration.

    Raises
    ------
    ConflictError
        It holds enterprises or cases already.
    """
    with store.read() as session:
        held = sum(session.scalar(select(func.count(t.id))) or 0 for t in (Enterprise, Case))
    if held:
        raise ConflictError("数据库里已有企业或案件；演示数据只用于空的数据库")
    people, passwords = _people(store)
    found = examples()
    firms, products = _enterprises(store, knowledge, found, people["审核组长"])
    claims = _claims(store, knowledge, settings, found, people["审核组长"])
    decided, double, disputed = _decide(store, knowledge, found, people)
    return Filled(passwords, firms, products, claims, decided, double, disputed)


def _people(store: Store) -> tuple[dict[str, Caller], dict[str, str]]:
    people: dict[str, Caller] = {}
    passwords: dict[str, str] = {}
    with store.write() as session:
        for name, roles in PEOPLE.items():
            user, passwords[name] = add_user(session, name, roles, actor="demo")
            user.must_change = False  # each is random and told once, to whoever runs the command
            people[name] = _caller(user)
    return people, passwords


def _caller(user: User) -> Caller:
    return Caller(user.id, user.name, read_roles(user.roles))


def _enterprises(
    store: Store, knowledge: Knowledge, found: list[Example], lead: Caller
) -> tuple[int, int]:
    by_firm: dict[str, list[Example]] = {}
    for example in found:
        by_firm.setdefault(example.enterprise, []).append(example)
    ids, products, on = [], 0, today()
    with store.write() as session:
        for row in rows("enterprises.tsv"):
            own = by_firm[row["name"]]
            data = profile(row, own[0].text, on)
            firm = enterprises.add_enterprise(session, data, caller=lead)
            ids.append(firm.id)
            for example in own:
                claims = [said.claim for said in example.claims]
                enterprises.add_product(
                    session, knowledge, firm.id, example.text, claims, caller=lead
                )
                products += 1
    for firm_id in ids[:ASSESSED]:
        enterprises.assess(store, knowledge, firm_id, LADDER, Terms(on=on), caller=lead)
    return len(ids), products


def _claims(
    store: Store, knowledge: Knowledge, settings: Settings, found: list[Example], lead: Caller
) -> int:
    claims = []
    for number, example in enumerate(found, 1):
        for said in example.claims:
            parsed = parse_claim(said.claim, knowledge.schemes)
            if isinstance(parsed, Flaw):
                raise ConflictError(parsed.say())
            stake = next(s for s in STAKES if s == example.stake)
            claims.append(Claim(number, example.enterprise, example.text, *parsed, stake))
    digest = hashlib.sha256(repr(claims).encode()).hexdigest()
    done = import_claims(
        store, knowledge, settings, claims, by=lead, file="演示申报.csv", digest=digest
    )
    return done.added


def _decide(
    store: Store, knowledge: Knowledge, found: list[Example], people: dict[str, Caller]
) -> tuple[int, int, int]:
    """Decide the most valuable cases as their author holds right, with some disagreement."""
    right = {(e.text, said.claim): said for e in found for said in e.claims}
    first, second, lead = people["审核员甲"], people["审核员乙"], people["审核组长"]
    cases: list[CaseRow] = []
    with store.read() as session:
        page = 1
        while some := list_cases(session, CaseFilter(), caller=lead, page=page, size=PAGE).items:
            cases.extend(some)
            page += 1
    decided = double = disputed = 0
    for at, case in enumerate(cases):
        if at % 5 >= DECIDED * 5:
            continue
        said = right[case.text, f"{case.scheme}:{case.claimed}"]
        reviewers = (first, second) if at % 2 else (second, first)
        with store.write() as session:
            _say(session, knowledge, case.id, said, reviewers[0])
            decided += 1
            if case.needs < DOUBLE or at % 7 == 0:  # some still wait for their second verdict
                continue
            double += 1
            other = _otherwise(said) if at % 6 == 0 else said
            if _say(session, knowledge, case.id, other, reviewers[1]) != "disputed":
                continue
            if disputed % 2:
                verdicts.adjudicate(
                    session,
                    knowledge,
                    case.id,
                    said.kind,
                    caller=lead,
                    notation=said.notation,
                    reason="对照官方范围说明后裁定",
                )
            disputed += 1
    return decided, double, disputed


def _say(session: Session, knowledge: Knowledge, case: int, said: Said, by: Caller) -> str:
    return verdicts.decide(
        session, knowledge, case, said.kind, caller=by, notation=said.notation
    ).state


def _otherwise(said: Said) -> Said:
    return Said(said.claim, "partial" if said.kind == "confirm" else "confirm", None)
