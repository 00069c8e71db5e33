"""Findings as objects, made of a chunk's arrays when they are looked at.

An answer holds some forty small objects: made in advance, they cost more than the answer does,
and the collector of garbage walks over all of them again and again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from classifier.domains.answer import Finding, Scored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from classifier.domains.decisions import Decisions


class _Columns:
    """The answers of one scheme as Python's own numbers, a list each, rows one after another."""

    __slots__ = (
        "accepted",
        "below",
        "conflict",
        "labels",
        "listed",
        "longest",
        "names",
        "primary",
        "probability",
        "ranked",
        "share",
        "shares",
        "width",
    )

    def __init__(self, found: Decisions) -> None:
        self.names = found.names
        self.primary: list[int] = found.primary.tolist()
        self.accepted: list[bool] = found.accepted.tolist()
        self.conflict: list[bool] = found.conflict.tolist()
        self.probability: list[float] = found.probability.tolist()
        self.width = found.labels.shape[1]
        self.labels: list[int] = found.labels.ravel().tolist()
        self.shares: list[float] = found.shares.ravel().tolist()
        self.below: list[int] = found.narrower.tolist()
        self.share: list[float] = found.narrower_share.tolist()
        self.longest = int(found.listed.max(initial=0))
        self.ranked: list[int] = found.ranked[:, : self.longest].ravel().tolist()
        self.listed: list[int] = found.listed.tolist()

    def finding(self, row: int) -> Finding:
        """Return the answer to one text."""
        names = self.names
        labels = slice(row * self.width, (row + 1) * self.width)
        begin = row * self.longest
        below = self.below[row]
        return Finding(
            names[self.primary[row]],
            "accept" if self.accepted[row] else "review",
            self.probability[row],
            tuple(
                [
                    Scored(names[i], p)
                    for i, p in zip(self.labels[labels], self.shares[labels], strict=True)
                    if i >= 0
                ]
            ),
            Scored(names[below], self.share[row]) if below >= 0 else None,
            tuple([names[i] for i in self.ranked[begin : begin + self.listed[row]]]),
            self.conflict[row],
        )


class Chunk:
    """The answers to texts that were scored together.

    Parameters
    ----------
    decisions
        By scheme.
    """

    __slots__ = ("_columns", "_decisions")

    def __init__(self, decisions: Mapping[str, Decisions]) -> None:
        self._decisions = decisions
        self._columns: dict[str, _Columns] = {}

    @property
    def schemes(self) -> Mapping[str, object]:
        """Return the schemes as keys, in order."""
        return self._decisions

    def finding(self, scheme: str, row: int) -> Finding:
        """Return the answer to one text in one scheme."""
        columns = self._columns.get(scheme)
        if columns is None:
            columns = self._columns[scheme] = _Columns(self._decisions[scheme])
        return columns.finding(row)


class Findings(Mapping[str, Finding]):
    """The findings of one text by scheme; each is made anew when it is asked for.

    It keeps the arrays of its chunk, about two kilobytes a text of it. A copy and a pickle are
    a plain ``dict``.
    """

    __slots__ = ("_chunk", "_row")

    def __init__(self, chunk: Chunk, row: int) -> None:
        self._chunk = chunk
        self._row = row

    def __getitem__(self, scheme: str) -> Finding:
        return self._chunk.finding(scheme, self._row)

    def __iter__(self) -> Iterator[str]:
        return iter(self._chunk.schemes)

    def __len__(self) -> int:
        return len(self._chunk.schemes)

    def __contains__(self, scheme: object) -> bool:
        return scheme in self._chunk.schemes

    def __repr__(self) -> str:
        return repr(dict(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)
