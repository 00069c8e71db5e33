"""Laws: better facts never hurt, settled scores lie in earlier ranges, records round-trip."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifier.evaluator.clauses import TIERS
from classifier.evaluator.domain import SchemeFinding
from classifier.evaluator.engine import evaluate
from classifier.evaluator.profile import Profile
from classifier.evaluator.record import Evaluation
from tests.synthetic import Maker

from .firms import AFTER, BEFORE, SURE, firm, good_firm

DAYS = st.sampled_from([date(2025, 6, 1), BEFORE, AFTER])
KINDS = st.sampled_from(["new", "renewal"])
TIER = st.sampled_from(TIERS)
SEEDS = st.integers(0, 10**9)
COMMON = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def is_chinese(text: str) -> bool:
    """Whether a text holds a Chinese character."""
    return any("\u4e00" <= char <= "\u9fff" for char in text)


def drawn(maker: Maker) -> Profile:
    """Return a random profile, or one near the good firm, so that every decision occurs."""
    return maker.profile() if maker.random.random() < 0.4 else maker.near(good_firm())


def thinned(value: Any, maker: Maker) -> Any:
    """Return plain values with facts left out at random, whole lists among them."""
    if isinstance(value, dict):
        return {k: thinned(v, maker) for k, v in value.items() if maker.maybe(1)}
    if isinstance(value, list):
        return [thinned(item, maker) for item in value]
    return value


def without_score(found: Evaluation) -> tuple[int, int]:
    """Return the score's range, the same for tiers without one."""
    return (0, 0) if found.score is None else (found.score.low, found.score.high)


@COMMON
@given(seed=SEEDS, tier=TIER, day=DAYS, kind=KINDS)
def test_settled_values_lie_in_the_earlier_range(seed, tier, day, kind):
    """Filling unknown facts narrows the score and never overturns a decision."""
    maker = Maker(seed, on=day)
    full = drawn(maker)
    maker.gap = maker.random.choice((0.02, 0.15))
    part = Profile.from_json(thinned(full.to_json(), maker))
    known = maker.domain()
    settled = {
        name: SchemeFinding(found.notation, sure=True) for name, found in (known or SURE).items()
    }
    # Nobody looked at the text: a search without a hit stands for the missing statement.
    options = {"on": day, "application": kind, "restricted": None}
    before = evaluate(part, tier, domain=known, **options)
    after = evaluate(full, tier, domain=settled, **options)
    if before.score is not None and after.score is not None and _same_rules(before, after):
        assert before.score.low <= after.score.low
        assert after.score.high <= before.score.high
    if before.decision != "unknown" and _same_rules(before, after):
        assert before.decision == after.decision
    for old, new in zip(before.trace.walk(), after.trace.walk(), strict=False):
        if (old.kind, old.id) != (new.kind, new.id):
            break
        if old.kind == "condition" and old.truth is not None:
            assert old.truth is new.truth


def _same_rules(before: Evaluation, after: Evaluation) -> bool:
    """Whether the province's part, found by a fact of the profile, is the same."""
    return before.versions == after.versions


BETTER_UP = ("rd_expense", "net_profit", "rd_staff", "science_staff", "main_revenue")


@COMMON
@given(
    seed=SEEDS,
    tier=TIER,
    day=DAYS,
    figure=st.sampled_from([*BETTER_UP, "total_liabilities"]),
    size=st.integers(1, 5000),
)
def test_better_figures_never_hurt(seed, tier, day, figure, size):
    """More R&D, profit, staff in R&D or main business, or less debt: no lower score."""
    maker = Maker(seed, on=day)
    data = drawn(maker).model_dump(mode="python")
    last = data["years"][day.year - 1]
    before = Profile.model_validate(data)
    if figure == "total_liabilities":
        last[figure] = max(0, last[figure] - size)
    else:
        last[figure] += size
        whole = {"rd_staff": "employees", "science_staff": "employees", "main_revenue": "revenue"}
        if figure in whole:
            last[figure] = min(last[figure], last[whole[figure]])
    after = Profile.model_validate(data)
    _no_worse(before, after, tier, day)


@COMMON
@given(seed=SEEDS, tier=TIER, day=DAYS, more=st.sampled_from(
    ["intellectual_property", "institutions", "certificates", "financing", "awards"]
))  # fmt: skip
def test_more_items_never_hurt(seed, tier, day, more):
    """One more right, institution, certificate, financing or award: no lower score."""
    maker = Maker(seed, on=day)
    before = drawn(maker)
    data = before.model_dump(mode="python")
    own = firm().model_dump(mode="python")
    extra = {
        "awards": {"kind": "science", "level": "national", "rank": 1, "year": day.year - 1},
        "financing": {"on": date(day.year - 1, 5, 1), "amount": 9000, "qualified": True},
    }
    data[more] = (*(data[more] or ()), extra.get(more) or own[more][0])
    _no_worse(before, Profile.model_validate(data), tier, day)


def _no_worse(before: Profile, after: Profile, tier: Any, day: date) -> None:
    options: Any = {"on": day, "domain": SURE, "restricted": ()}
    old, new = (evaluate(profile, tier, **options) for profile in (before, after))
    assert without_score(old)[0] <= without_score(new)[0]
    assert without_score(old)[1] <= without_score(new)[1]
    assert not (old.decision == "pass" and new.decision == "fail")


@COMMON
@given(seed=SEEDS, tier=TIER, day=DAYS, kind=KINDS)
def test_records_round_trip_through_json(seed, tier, day, kind):
    """A decision record read back from JSON is the same, and gives the same answer."""
    maker = Maker(seed, gap=0.1, on=day)
    found = evaluate(
        drawn(maker), tier, on=day, application=kind, domain=maker.domain(), restricted=("汞",)
    )
    again = Evaluation.from_json(json.loads(json.dumps(found.to_json(), ensure_ascii=False)))
    assert found == again
    inputs = again.inputs
    repeated = evaluate(
        inputs.profile,
        again.tier,
        on=again.on,
        application=again.application,
        domain=inputs.domain,
        restricted=inputs.restricted,
    )
    assert found == repeated


@COMMON
@given(seed=SEEDS, tier=TIER, day=DAYS)
def test_open_decisions_name_facts_and_settled_ones_none(seed, tier, day):
    """``unknown`` lists what would settle it; ``pass`` and ``fail`` list nothing."""
    maker = Maker(seed, gap=0.2, on=day)
    found = evaluate(drawn(maker), tier, on=day, domain=maker.domain())
    assert (found.decision == "unknown") is bool(found.settle)
    assert all(is_chinese(title) for title in found.settle_titles())


@COMMON
@given(seed=SEEDS, tier=TIER, day=DAYS)
def test_every_step_that_judges_names_its_clause(seed, tier, day):
    """The trace is complete: conditions and indicators carry source, confidence and dates."""
    maker = Maker(seed, gap=0.1, on=day)
    found = evaluate(drawn(maker), tier, on=day, domain=maker.domain())
    for step in found.trace.walk():
        if step.kind in {"finding", "gate", "condition", "direct", "waiver", "indicator", "score"}:
            assert step.clause
            assert step.confidence
            assert step.in_force
        if step.kind == "comparison" and step.id != "application" and not step.readings:
            assert step.children
