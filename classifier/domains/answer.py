"""What the classifier answers: frozen, and plain enough for JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from classifier.domains.reasons import Reason

Decision = Literal["accept", "review"]
Verdict = Literal["supported", "contradicted", "uncertain"]


@dataclass(frozen=True, slots=True)
class Scored:
    """A notation (None: outside the scheme) with its probability, 0 to 1."""

    notation: str | None
    probability: float


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer of one scheme.

    Parameters
    ----------
    primary
        Notation, or None where the text belongs to no concept of the scheme.
    decision
        ``accept`` where the answer is sure enough to stand alone, else ``review``.
    probability
        Of the primary at the level on which the decision is taken.
    labels
        The likeliest labels in falling order, None among them.
    narrower
        For ``mp10``: the likeliest direction (方向) below the primary.
    short_list
        Where a person decides: the labels, on the level on which the scheme decides, among
        which the true one stands with the stated coverage. Empty where accepted.
    conflict
        Whether the answer cannot stand beside another scheme's, by the mappings; it is
        reviewed then.
    """

    primary: str | None
    decision: Decision
    probability: float
    labels: tuple[Scored, ...]
    narrower: Scored | None = None
    short_list: tuple[str | None, ...] = ()
    conflict: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the finding by the batch contract."""
        out: dict[str, Any] = {
            "primary": self.primary,
            "decision": self.decision,
            "probability": round(self.probability, 4),
            "labels": [
                {"notation": s.notation, "probability": round(s.probability, 4)}
                for s in self.labels
            ],
        }
        if self.narrower is not None:
            out["narrower"] = {
                "notation": self.narrower.notation,
                "probability": round(self.narrower.probability, 4),
            }
        if self.decision == "review":
            out["short_list"] = list(self.short_list)
        if self.conflict:
            out["conflict"] = True
        return out


@dataclass(frozen=True, slots=True)
class Versions:
    """Content hashes by which an answer can be given again."""

    model: str
    taxonomy: str

    def to_json(self) -> dict[str, str]:
        """Return both hashes."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Answer:
    """The findings of all schemes for one text, by scheme."""

    text: str
    domains: Mapping[str, Finding]
    versions: Versions

    def to_json(self, row_id: str | None = None) -> dict[str, Any]:
        """Return a row of the batch contract; without an id, the text goes along."""
        head = {"text": self.text} if row_id is None else {"id": row_id}
        return {
            **head,
            "domains": {scheme: found.to_json() for scheme, found in self.domains.items()},
            "versions": self.versions.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the original text with the weight that it carried.

    ``start`` and ``end`` are character indices of the text as it was given. Weights of
    all spans and the rest add up to the margin of the concept.
    """

    start: int
    end: int
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a text got, or did not get, a concept.

    Parameters
    ----------
    scheme, notation
        The concept; notation None stands for "no concept of the scheme".
    margin
        Linear score of the concept: ``bias`` + ``rest`` + the weights of all spans.
    spans
        Stretches of text in falling order of absolute weight.
    bias
        The concept's constant.
    rest
        Weight of everything not shown in ``spans``.
    terms
        Lexicon terms in the text that are labelled with this concept, longest first.
    label, scope
        The concept's official name and scope note, Chinese.
    """

    scheme: str
    notation: str | None
    margin: float
    spans: tuple[Span, ...]
    bias: float
    rest: float
    terms: tuple[str, ...]
    label: str
    scope: str

    def to_json(self) -> dict[str, Any]:
        """Return the evidence as plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ScopeNote:
    """The sentence of a scope note that decides a claim.

    Parameters
    ----------
    notation
        The concept whose note it is.
    kind
        ``scope``: what belongs to it; ``excludes``: what looks so and does not.
    text
        The sentence, Chinese.
    see
        Where an exclusion belongs, ``-`` for nowhere in the scheme; empty for a scope.
    words
        Words of the text that stand in the sentence, with the weight that they carried
        for the concept that it speaks for (against the other one, where there is one).
    """

    notation: str
    kind: Literal["scope", "excludes"]
    text: str
    see: str
    words: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer to a claim that a text belongs to a concept.

    Parameters
    ----------
    verdict
        ``supported``, ``contradicted``, or ``uncertain``: a reviewer could defend it.
    probability
        That the claimed concept is the first label of the text.
    defensible
        That it stands among the labels that a reviewer could defend.
    better
        What fits better (notation None: nothing in the scheme), None where the claim agrees.
    evidence_for, evidence_against
        For the claimed concept, and for the better one.
    reasons
        Named reasons, see ``ReasonCode``.
    decided_by
        The sentence of a scope note that names the words that carried most weight.
    lists
        Content hash of praise, restricted products and mappings, by which reasons are given.
    """

    text: str
    scheme: str
    claimed: str
    verdict: Verdict
    probability: float
    defensible: float
    better: Scored | None
    evidence_for: Evidence
    evidence_against: Evidence | None
    reasons: tuple[Reason, ...]
    decided_by: ScopeNote | None
    versions: Versions
    lists: str

    def to_json(self, row_id: str | None = None) -> dict[str, Any]:
        """Return the verification as plain values, with an id where there is one."""
        head = {} if row_id is None else {"id": row_id}
        return {**head, **asdict(self), "reasons": [r.to_json() for r in self.reasons]}
