"""The domain finding as the evaluator sees it: an argument, sure or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from classifier.evaluator.trace import Step, verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from classifier.evaluator.values import Truth

SCHEME_TITLES = {
    "mp10": "制造强国十大重点产业领域",
    "sei2018": "战略性新兴产业分类(2018)",
    "sei14": "“十四五”战略性新兴产业",
    "foundation": "工业“六基”",
    "cyber": "网络强国重点领域",
    "comp": "制造业核心竞争力提升领域",
    "env": "环境保护和资源节约工程领域",
}


@dataclass(frozen=True, slots=True)
class SchemeFinding:
    """What a classifier or a reviewer found in one scheme.

    Parameters
    ----------
    notation
        Concept of the scheme, or None: the product belongs to none.
    sure
        Whether the finding is sure enough to stand alone.
    candidates
        Where it is not: all notations that may be true, None among them.
    """

    notation: str | None
    sure: bool
    candidates: tuple[str | None, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the finding as plain values."""
        return {
            "notation": self.notation,
            "sure": self.sure,
            "candidates": list(self.candidates),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> SchemeFinding:
        """Read back what ``to_json`` gave."""
        return cls(data["notation"], data["sure"], tuple(data.get("candidates", ())))


def membership(finding: SchemeFinding | None) -> Truth:
    """Return whether the product belongs to some concept of the scheme.

    An unsure finding still settles it where all candidates agree.

    Examples
    --------
    >>> membership(SchemeFinding("F1", sure=False, candidates=("F1", "F2")))
    True
    >>> membership(SchemeFinding("F1", sure=False, candidates=("F1", None)))
    """
    if finding is None:
        return None
    if finding.sure:
        return finding.notation is not None
    possible = {candidate is not None for candidate in finding.candidates}
    return possible.pop() if len(possible) == 1 else None


def domain_step(scheme: str, findings: Mapping[str, SchemeFinding] | None) -> Step:
    """Return the step that asks whether the main product belongs to a scheme."""
    finding = None if findings is None else findings.get(scheme)
    truth = membership(finding)
    title = SCHEME_TITLES.get(scheme, scheme)
    if finding is None:
        shown = "未判定"
    else:
        shown = finding.notation or "不属于"
        if not finding.sure:
            names = "、".join(c or "不属于" for c in finding.candidates)
            shown += f"（不能确定，候选：{names or '无'}；请复核）"
    path = f"domain.{scheme}"
    return Step(
        "fact",
        path,
        f"主导产品属于{title}",
        verdict=verdict(truth),
        value=shown,
        missing=(path,) if truth is None else (),
    )
