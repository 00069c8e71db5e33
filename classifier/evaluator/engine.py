"""Evaluates a firm against a tier: gates, conditions, score or direct pass, routes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypedDict, Unpack

from classifier.evaluator.clauses import LADDER
from classifier.evaluator.judge import Judge, clause_of, in_force, period_of
from classifier.evaluator.question import put
from classifier.evaluator.record import Evaluation, Inputs, Note
from classifier.evaluator.selection import select
from classifier.evaluator.settle import settle_by_cases
from classifier.evaluator.trace import Points, Step, sum_points, verdict
from classifier.evaluator.values import Truth, all_of, any_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from classifier.evaluator.clauses import Application, Condition, TierId
    from classifier.evaluator.domain import SchemeFinding
    from classifier.evaluator.loading import Rulebook
    from classifier.evaluator.model import IndicatorGroup, Score
    from classifier.evaluator.profile import Profile
    from classifier.evaluator.question import Question
    from classifier.evaluator.record import Decision
    from classifier.evaluator.trace import Kind


def evaluate(
    profile: Profile,
    tier: TierId,
    *,
    on: date,
    application: Application = "new",
    rules: str | None = None,
    rulebook: Rulebook | None = None,
    domain: Mapping[str, SchemeFinding] | None = None,
    restricted: tuple[str, ...] | None = None,
    province: str | None = None,
    readings: Mapping[str, str] | None = None,
) -> Evaluation:
    """Evaluate a firm for one tier.

    Parameters
    ----------
    profile
        The firm.
    tier
        ``innovative``, ``tech``, ``srdi``, ``little-giant`` or ``champion``.
    on
        Day of assessment; it selects the rule set and the last complete year.
    application
        ``new`` or ``renewal`` (复核).
    rules
        Rule set to use whatever the date says.
    rulebook
        Rules to read instead of those that ship.
    domain
        Finding of the main product's domain, by scheme.
    restricted
        Wordings of restricted products found in the firm's text, empty if none was
        found; None where nobody looked.
    province
        Name or id of the province whose own part applies; the profile's by default.
    readings
        Options of readings to use instead of the defaults.

    Returns
    -------
    Evaluation
        Decision, score, what would settle it, and the trace.

    Raises
    ------
    SelectionError
        No rule set is in force on that date, or a name does not exist.
    """
    inputs = Inputs(profile, domain, restricted, readings, province or "")
    question = put(inputs, tier, on, application, rules=rules, rulebook=rulebook)
    return answer(question, "--rules" if rules is not None else "")


class Options(TypedDict, total=False):
    """What ``evaluate`` takes besides firm, tier and date."""

    application: Application
    rulebook: Rulebook | None
    domain: Mapping[str, SchemeFinding] | None
    restricted: tuple[str, ...] | None
    province: str | None
    readings: Mapping[str, str] | None


def evaluate_ladder(
    profile: Profile, *, on: date, **options: Unpack[Options]
) -> dict[TierId, Evaluation]:
    """Evaluate a firm for the four tiers; the options are those of ``evaluate``."""
    return {tier: evaluate(profile, tier, on=on, **options) for tier in LADDER}


def answer(question: Question, chosen_by: str = "") -> Evaluation:
    """Answer a question: judge, then reason by cases where facts hang together."""
    trace = finding(question)
    notes = list(_notes(question, trace))
    truth = trace.truth
    if truth is None:
        truth, about = settle_by_cases(question, trace, finding)
        if truth is not None:
            notes.append(Note("cases", f"无论{about}取何值，结论相同"))
            trace = replace(trace, verdict=verdict(truth))
    decision: Decision = "unknown" if truth is None else "pass" if truth else "fail"
    found = trace.find("score", question.tier.id)
    return Evaluation(
        tier=question.tier.id,
        application=question.application,
        on=question.on,
        rule_set=question.rule_set.id,
        chosen_by=chosen_by or _chosen_by(question),
        decision=decision,
        score=None if found is None else found.points,
        settle=trace.unknown_facts() if truth is None else (),
        notes=tuple(notes),
        trace=trace,
        versions=_versions(question),
        inputs=question.inputs,
    )


def _chosen_by(question: Question) -> str:
    _, row = select(question.rulebook, question.tier.id, question.application, question.on)
    return f"{row.source.clause}（{row.source.period}）"


def _versions(question: Question) -> dict[str, str]:
    out = {question.rule_set.id: question.rule_set.hash}
    for route in question.tier.routes:
        out[route.rule_set] = question.rulebook.rule_sets[route.rule_set].hash
    if question.province is not None:
        out[question.province.id] = question.province.hash
    out[question.rulebook.size.id] = question.rulebook.size.hash
    return out


def finding(question: Question) -> Step:
    """Return the whole trace of one question; its verdict is the decision."""
    tier = question.tier
    judge = question.judge()
    parts = [_part(judge, "gates", "基本条件", tier.gates, "gate")] if tier.gates else []
    parts += _standard(question, judge)
    if tier.routes:
        routes = tuple(_route(question, at) for at in range(len(tier.routes)))
        truth = any_of(step.truth for step in routes)
        parts.append(Step("part", "routes", "满足其一", verdict=verdict(truth), children=routes))
    truth = all_of(step.truth for step in parts)
    parts += _remarks(judge, "findings", "提示项（不影响结论）", tier.findings)
    parts += _remarks(judge, "bonus", "加分项（不影响结论）", tier.bonus)
    return Step(
        "finding",
        tier.id,
        tier.title,
        verdict=verdict(truth),
        clause=clause_of(tier.source),
        confidence=tier.source.confidence,
        in_force=period_of(tier.source),
        children=tuple(parts),
    )


def _remarks(judge: Judge, part: str, title: str, conditions: tuple[Condition, ...]) -> list[Step]:
    """Return what is shown and decides nothing, as a part of the trace."""
    steps = tuple(judge.condition(c) for c in in_force(conditions, judge.sheet))
    return [Step("remark", part, title, children=steps)] if steps else []


def _part(
    judge: Judge, part: str, title: str, conditions: tuple[Condition, ...], kind: Kind
) -> Step:
    steps = tuple(judge.condition(c, kind) for c in in_force(conditions, judge.sheet))
    truth = all_of(step.truth for step in steps)
    return Step("part", part, title, verdict=verdict(truth), children=steps)


def _standard(question: Question, judge: Judge) -> list[Step]:
    """Return the parts of a tier's own standard: conditions, and score or direct pass."""
    tier, province = question.tier, question.province
    extra = () if province is None else province.conditions
    parts = []
    if tier.conditions or extra:
        conditions = (*tier.conditions, *extra)
        parts.append(_part(judge, "conditions", "认定条件", conditions, "condition"))
    if tier.score is None:
        return parts
    direct = tuple(judge.condition(c, "direct") for c in in_force(tier.direct, judge.sheet))
    scored = score(judge, tier.score, tier.id)
    truth = any_of([*(step.truth for step in direct), scored.truth])
    parts.append(
        Step(
            "part",
            "qualification",
            "评价得分或直接认定，满足其一",
            verdict=verdict(truth),
            children=(*direct, scored),
        )
    )
    return parts


def _route(question: Question, at: int) -> Step:
    route = question.tier.routes[at]
    rule_set = question.rulebook.rule_sets[route.rule_set]
    other = replace(question, rule_set=rule_set, tier=rule_set.tiers[route.tier], province=None)
    parts = tuple(_standard(other, other.judge()))
    return Step(
        "route",
        route.id,
        route.title,
        verdict=verdict(all_of(step.truth for step in parts)),
        clause=clause_of(route.source),
        confidence=route.source.confidence,
        in_force=period_of(route.source),
        children=parts,
    )


def score(judge: Judge, table: Score, tier: TierId) -> Step:
    """Score a table: the total against the pass mark, each group against its minimum."""
    groups = tuple(_group(judge, group) for group in table.groups)
    total = sum_points(step.points for step in groups if step.points is not None)
    mark, readings, clause = _pass_mark(judge, table)
    truths: list[Truth] = [_reached(total, mark), *(step.truth for step in groups if step.formula)]
    return Step(
        "score",
        tier,
        "评价得分",
        verdict=verdict(all_of(truths)),
        points=total,
        maximum=table.maximum,
        formula=f"总分≥{mark}分" + "".join(f"，{s.title}{s.formula}" for s in groups if s.formula),
        readings=readings,
        clause=clause,
        confidence=table.source.confidence,
        in_force=period_of(table.source),
        children=groups,
    )


def _group(judge: Judge, group: IndicatorGroup) -> Step:
    indicators = tuple(judge.indicator(indicator) for indicator in group.indicators)
    total = sum_points(step.points for step in indicators if step.points is not None)
    return Step(
        "group",
        group.id,
        group.title,
        verdict=verdict(_reached(total, group.minimum)) if group.minimum else "none",
        points=total,
        maximum=group.maximum,
        formula=f"≥{group.minimum}分" if group.minimum else "",
        children=indicators,
    )


def _reached(points: Points, mark: int) -> Truth:
    if points.low >= mark:
        return True
    return False if points.high < mark else None


def _pass_mark(judge: Judge, table: Score) -> tuple[int, tuple[str, ...], str]:
    own = None if judge.province is None else judge.province.pass_marks
    if own is None or not own.source.covers(judge.sheet.on):
        return table.pass_mark, (), clause_of(table.source)
    option = judge.sheet.option(own.reading)
    return own.marks[option], (f"{own.reading}={option}",), clause_of(own.source)


def _notes(question: Question, trace: Step) -> list[Note]:
    """Return the remarks: process findings, review requests, values that nobody confirmed."""
    province = question.province
    about = [question.rule_set.note, "" if province is None else province.note]
    notes = [
        *_process(trace),
        *_undeclared(question),
        *(Note("rules", text) for text in about if text),
        *(note for step in trace.walk() for note in _of_step(step, question.rulebook)),
    ]
    return list(dict.fromkeys(notes))


def _process(trace: Step) -> Iterator[Note]:
    part = trace.find("remark", "findings")
    for step in () if part is None else part.children:
        if step.truth is not True:
            state = "待定" if step.truth is None else "不满足"
            yield Note("process", f"{step.title}（{state}）")


def _undeclared(question: Question) -> Iterator[Note]:
    """Yield a remark on facts of the profile that no file in use declares."""
    facts = {**question.rule_set.facts}
    facts |= {} if question.province is None else question.province.facts
    unknown = [name for name in question.inputs.profile.local if name not in facts]
    if facts and unknown:
        known = "、".join(f"{fact.id}（{fact.title}）" for fact in facts.values())
        names = "、".join(unknown)
        yield Note("review", f"地方事实{names}没有用到：所用文件没有声明；声明的有：{known}")


def _of_step(step: Step, rulebook: Rulebook) -> Iterator[Note]:
    if step.id == "main-product" and step.truth is False:
        text = f"没有主导产品（{step.clause}：{step.title}），有关项目待定，请复核"
        yield Note("review", text)
    if step.kind == "fact" and step.id.startswith("domain.") and step.truth is None:
        yield Note("review", f"{step.title}：{step.value}")
    if step.kind == "fact" and "请核实" in step.value:
        yield Note("review", step.value)
    if step.confidence == "unconfirmed":
        yield Note("confidence", f"未经证实：{step.title}（{step.clause or step.formula}）")
    for used in step.readings:
        reading = rulebook.readings[used.partition("=")[0]]
        if reading.source.confidence == "unconfirmed":
            yield Note("confidence", f"未经证实的口径：{reading.title}（{used}）")
