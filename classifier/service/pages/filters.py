"""The queue's filters: read from an address or a form, and written back to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any, Self, get_args
from urllib.parse import urlencode

from fastapi import Depends, Request

from classifier.schemes.model import Scheme
from classifier.service.backend import backend_of
from classifier.service.reviews.model import Stake, State
from classifier.service.reviews.queue import CaseFilter

DECISIONS = ("contradicted", "uncertain", "supported", "unclaimed")
WHOSE = ("available", "mine", "double")
LONGEST = 100
_LARGEST = 2**31


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What the reader wants to see; empty means all.

    Parameters
    ----------
    scheme, claimed
        The claim; ``claimed`` takes in what lies below it.
    decision
        What the model said of the claim.
    state
        ``open``, ``disputed``, ``settled``, or ``all``.
    source
        Number of an import.
    stake, firm, words
        What hangs on it; part of the firm's name; words of the text.
    whose
        ``available``, ``mine`` or ``double``.
    """

    scheme: str = ""
    claimed: str = ""
    decision: str = ""
    state: str = "open"
    source: str = ""
    stake: str = ""
    firm: str = ""
    words: str = ""
    whose: str = ""

    @classmethod
    def read(cls, given: Mapping[str, Any], schemes: Mapping[str, Scheme]) -> Self:
        """Return the filter of an address or form; what makes no sense in it is left out."""

        def among(name: str, allowed: Any) -> str:
            value = str(given.get(name, ""))
            return value if value in allowed else ""

        def said(name: str) -> str:
            return str(given.get(name, "")).replace("\0", "").strip()[:LONGEST]

        scheme = among("scheme", schemes)
        source = str(given.get("source", ""))
        return cls(
            scheme=scheme,
            claimed=among("claimed", schemes[scheme].concepts) if scheme else "",
            decision=among("decision", DECISIONS),
            state=among("state", (*get_args(State), "all")) or "open",
            source=source
            if source.isascii() and source.isdigit() and int(source) < _LARGEST
            else "",
            stake=among("stake", get_args(Stake)),
            firm=said("firm"),
            words=said("words"),
            whose=among("whose", WHOSE),
        )

    def wanted(self, **instead: Any) -> CaseFilter:
        """Return what the queue is asked for."""
        asked: dict[str, Any] = {
            "state": None if self.state == "all" else self.state,
            "scheme": self.scheme or None,
            "claimed": self.claimed or None,
            "model_verdict": self.decision or None,
            "stake": self.stake or None,
            "import_id": int(self.source) if self.source else None,
            "enterprise": self.firm,
            "words": self.words,
            "double": True if self.whose == "double" else None,
            "available": self.whose == "available",
            "mine": True if self.whose == "mine" else None,
        }
        return CaseFilter(**{**asked, **instead})

    def to_take(self) -> CaseFilter:
        """Return the same, but of what the reader may take now."""
        return self.wanted(state=None, available=True, mine=None)

    def values(self) -> dict[str, str]:
        """Return what differs from the beginning, for hidden fields."""
        return {
            f.name: getattr(self, f.name)
            for f in fields(self)
            if getattr(self, f.name) != f.default
        }

    def query(self) -> str:
        """Return the same as the end of an address, such as ``scheme=mp10&``; or empty."""
        given = self.values()
        return urlencode(given) + "&" if given else ""


async def filter_of(request: Request) -> QueueFilter:
    """Return the filter that a request carries: in its address, or in a form's hidden fields."""
    given = request.query_params if request.method == "GET" else await request.form()
    return QueueFilter.read(given, backend_of(request).knowledge.schemes)


Wanted = Annotated[QueueFilter, Depends(filter_of)]
