"""Finds the named reasons for which a claim does not stand.

``adjective_only`` reads the weights; the others are rules over the text, the answers of all
schemes, and the data files, and a probability beside one is that of the part or the rest of
the text that it names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from classifier.domains.reasons import Reason, ReasonCode
from classifier.schemes.labels import ancestors, roll_up
from classifier.schemes.mappings import Mappings, load_mappings
from classifier.schemes.praise import Praise, blank, load_praise
from classifier.schemes.restricted import Restricted, find_restricted, load_restricted
from classifier.schemes.taxonomy import content_hash
from classifier.text.boilerplate import MAIN
from classifier.text.normalise import canonical
from classifier.text.prepare import prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from classifier.domains.answer import Answer, Scored, Span, Verdict
    from classifier.domains.claimed import Claimed, Reading
    from classifier.domains.evidence import Explainer

OF_PRODUCTS = ("mp10", "comp")
"""Schemes to which a product belongs, and a service with it at best beside others; the other
schemes have services of their own."""

MOST_PARTS = 40
"""Parts of a text that are read one by one; a longer list is a registered scope's tail."""

_SIDE = re.compile(r"[,;。、\n]")
_RUN = re.compile(r"[^\s\x00-\x1f]+")
_NAMES = re.compile(r"[^\W\d_]{2,}")
_TAIL = re.compile(r"(?:等|的|业务|服务|工程|活动|及其|相关)+$")
_ITEM = re.compile(r"[、，,]|和(?=[^平])|及(?!其)")
_QUALIFIER = re.compile(
    r"^(?:(?:没有|未|只|不)[^的]*的|普通|一般|传统|常规|大宗|消费类|生产线上的|其他)+|[（(].*[)）]|等$"
)
_USE = re.compile(
    r"\s*(?:主要|广泛|可|适|应)*(?:用于|应用于|适用于|供|面向|服务于|配套|采用|运用|利用|使用|基于|依托|通过|以)"
)
_JOINS = re.compile(r"[的和及与等或、]")
_ORDER = tuple(ReasonCode)
_SECTORS = ("mp10", "sei14", "sei2018", "comp")
_PARTS = ("F1", "F2")
_NO_WORD = 2  # characters; shorter ones are no product's name


@dataclass(frozen=True, slots=True)
class Lists:
    """What reasons are looked up in; ``hash`` is that of the files."""

    praise: Praise
    restricted: tuple[Restricted, ...]
    mappings: Mappings
    hash: str

    @classmethod
    def load(cls, folder: Path) -> Lists:
        """Read the lists of a taxonomy folder.

        Raises
        ------
        TaxonomyError
            A list is refused.
        """
        return cls(
            praise=load_praise(folder / "praise.txt"),
            restricted=load_restricted(folder / "restricted.yaml"),
            mappings=load_mappings(folder / "mappings"),
            hash=content_hash(folder, "praise.txt", "restricted.yaml", "mappings/*.csv"),
        )


@dataclass(frozen=True, slots=True)
class Case:
    """A claim with all that was found about it."""

    text: str
    claimed: Claimed
    answer: Answer
    reading: Reading
    verdict: Verdict
    better: Scored | None
    explainer: Explainer
    lists: Lists
    classify: Callable[[Sequence[str]], list[Answer]]

    def judged(self, verdict: Verdict) -> Case:
        """Return the case with another verdict."""
        return replace(self, verdict=verdict)


class Praised(NamedTuple):
    """What a text without its praise reads like, and the reason that is in it."""

    reading: Reading
    reason: Reason


def without_praise(case: Case) -> Praised | None:
    """Return what the claim is worth without praise and buzzwords, where they carry it.

    All of these must hold: at least half of the weight for the claim stands in praise or
    buzzwords; the text without them still names something, and would not be given the
    claimed concept; its head noun weighs less for the claim than for what fits instead;
    and the claim loses by it.
    """
    plain = canonical(case.text)
    places = case.lists.praise.find(plain, "praise", "buzzword")
    if not places:
        return None
    bare = blank(plain, places)
    head = _head_noun(case, bare)
    (reading,) = case.claimed.read([bare])
    if head is None or reading.defensible >= case.reading.defensible:
        return None
    (answer,) = case.classify([bare])
    scheme = case.claimed.scheme
    rival = answer.domains[scheme].primary
    own = case.claimed.explained(case.text)
    if rival is not None and case.claimed.notation in ancestors(rival):
        return None
    mine = case.explainer.weights(scheme, own)
    praise = [case.explainer.span(start, end, mine) for start, end in places]
    praise = [span for span in praise if span.weight > 0]
    carried = sum(span.weight for span in praise)
    words = [float(mine[start:end].sum()) for start, end in case.explainer.words()]
    against = mine - case.explainer.weights(scheme, rival)
    noun = case.explainer.span(*head, against)
    if carried < sum(w for w in words if w > 0) / 2 or noun.weight >= 0 or not praise:
        return None
    reason = Reason(
        ReasonCode.ADJECTIVE_ONLY,
        "weights",
        words=tuple(sorted(praise, key=lambda s: -s.weight)),
        head=noun,
        probability=reading.probability,
        concept=rival,
    )
    return Praised(reading, reason)


def _head_noun(case: Case, bare: str) -> tuple[int, int] | None:
    """Return where the head noun of the main phrase stands: the last word of it."""
    masked = prepare([bare])[0]
    start = masked.find(MAIN) + 1
    generic = case.lists.praise.find(masked, "generic", "making")
    named = blank(masked, generic)
    for run in _RUN.finditer(masked, start):
        if not _NAMES.search(named, *run.span()):
            continue
        words = [w for w in case.explainer.words() if run.start() <= w[0] and w[1] <= run.end()]
        nouns = [w for w in words if _NAMES.search(named, *w)]
        return nouns[-1] if nouns else run.span()
    return None


def reasons(case: Case, *found: Reason | None) -> tuple[Reason, ...]:
    """Return the reasons that were found and all others that hold, as ``ReasonCode`` ranks."""
    told = [reason for reason in found if reason is not None]
    looks = [_no_product, _restricted]
    if case.verdict != "supported":
        looks += [_service, _general_part, _excluded, _neighbouring]
    for look in looks:
        told.extend(look(case))
    return tuple(sorted(told, key=lambda reason: _ORDER.index(reason.code)))


def names_nothing(case: Case) -> bool:
    """Tell whether nothing is left of the text without general words and praise."""
    masked = case.explainer.masked
    places = case.lists.praise.find(masked, "generic", "praise", "service", "trade", "making")
    return not _NAMES.search(blank(masked, places))


def _no_product(case: Case) -> Iterator[Reason]:
    if names_nothing(case):
        yield Reason(ReasonCode.NO_PRODUCT, "rule")


def only_deals(case: Case) -> bool:
    """Tell whether the main phrase ends in trade and nothing in the text is made."""
    return _dealt(case, "trade") is not None


def _dealt(case: Case, *sections: str) -> list[tuple[int, int]] | None:
    """Return these words of the main phrase, where it ends in one and nothing is made."""
    praise = case.lists.praise
    plain = canonical(case.text)
    if praise.find(plain, "making"):
        return None
    for start, end in _parts(plain):
        part = plain[start:end]
        if not _NAMES.search(blank(part, praise.find(part, "generic", "praise"))):
            continue
        tail = len(_TAIL.sub("", part))
        places = praise.find(part, *sections)
        if any(stop == tail for _, stop in places):
            return [(start + a, start + b) for a, b in places]
        return None
    return None


def served(case: Case) -> bool:
    """Tell whether the text is of a service with what is claimed, in a scheme of products."""
    return case.claimed.scheme in OF_PRODUCTS and any(True for _ in _service(case))


def _service(case: Case) -> Iterator[Reason]:
    """Yield the reason where the main phrase ends in a service and fits better without it."""
    places = _dealt(case, "service", "trade")
    if places is None:
        return
    (reading,) = case.claimed.read([blank(canonical(case.text), places)])
    if reading.probability > case.reading.probability or only_deals(case):
        words = tuple(_weighed(case, start, end) for start, end in places)
        yield Reason(
            ReasonCode.SERVICE_NOT_PRODUCT, "rule", words=words, probability=reading.probability
        )


def side_line(case: Case) -> Reason | None:
    """Return the reason that the claimed product is a side line, where it is one.

    Each part of the text is read alone, without words of trade. The first part must not
    support the claim and a later one must; either the first speaks against it, or the later
    one is trade or leasing. A supported claim falls by both together alone.
    """
    praise = case.lists.praise
    plain = canonical(case.text)
    parts = [
        (start, end)
        for start, end in _parts(plain)
        if not _USE.match(plain, start, end)
        and _NAMES.search(blank(plain[start:end], praise.find(plain[start:end], "generic")))
    ][:MOST_PARTS]
    if len(parts) <= 1:
        return None
    texts = [plain[start:end] for start, end in parts]
    readings = case.claimed.read([blank(text, praise.find(text, "trade")) for text in texts])
    verdicts = [case.claimed.verdict(reading) for reading in readings]
    claimed = [at for at, verdict in enumerate(verdicts) if verdict == "supported"]
    if not claimed or claimed[0] == 0:
        return None
    apart = verdicts[0] == "contradicted"
    dealt = all(praise.find(texts[at], "trade") for at in claimed) and not any(
        praise.find(texts[at], "making") for at in claimed
    )
    if not (apart and dealt if case.verdict == "supported" else apart or dealt):
        return None
    span = _weighed(case, *parts[claimed[0]])
    return Reason(
        ReasonCode.SIDE_LINE,
        "rule",
        probability=readings[claimed[0]].probability,
        detail=span.text.strip(),
    )


def _parts(plain: str) -> Iterator[tuple[int, int]]:
    start = 0
    for mark in [*_SIDE.finditer(plain), None]:
        end = mark.start() if mark else len(plain)
        if plain[start:end].strip():
            yield start, end
        start = mark.end() if mark else end


def _general_part(case: Case) -> Iterator[Reason]:
    domains, scheme = case.answer.domains, case.claimed.scheme
    foundation = domains.get("foundation")
    if scheme not in _SECTORS or foundation is None or domains[scheme].primary is not None:
        return
    if foundation.primary in _PARTS:
        yield Reason(ReasonCode.GENERAL_PART, "rule", concept=foundation.primary)


def _excluded(case: Case) -> Iterator[Reason]:
    """Look for an exclusion's items, without their qualifiers, where a phrase ends."""
    for notation in ancestors(case.claimed.notation):
        for what, _see in case.claimed.concept(notation)["excludes"]:
            for item in _ITEM.split(what):
                name = canonical(_QUALIFIER.sub("", item)).strip()
                if case.lists.praise.find(name, "generic") == [(0, len(name))]:
                    continue
                at = _ends_a_phrase(case, name) if len(name) >= _NO_WORD else -1
                if at >= 0:
                    words = (_weighed(case, at, at + len(name)),)
                    yield Reason(
                        ReasonCode.EXCLUDED_BY_SCOPE,
                        "rule",
                        words=words,
                        concept=notation,
                        detail=what,
                    )
                    return


def _ends_a_phrase(case: Case, name: str) -> int:
    """Return where a name stands as the end of a phrase, -1 where it does not."""
    masked = case.explainer.masked
    at = masked.find(name)
    while at >= 0:
        rest = masked[at + len(name) :]
        verbs = case.lists.praise.find(rest, "making", "service", "trade")
        if not _NAMES.match(rest) or _JOINS.match(rest) or any(a == 0 for a, _ in verbs):
            return at
        at = masked.find(name, at + 1)
    return -1


def _weighed(case: Case, start: int, end: int) -> Span:
    own = case.claimed.explained(case.text)
    return case.explainer.span(start, end, case.explainer.weights(case.claimed.scheme, own))


def _neighbouring(case: Case) -> Iterator[Reason]:
    if case.better is None or case.better.notation is None:
        return
    depth = case.claimed.notation.count(".") + 1
    other = roll_up(case.better.notation, depth)
    how = _relation(case, case.claimed.notation, other)
    if how:
        yield Reason(ReasonCode.NEIGHBOURING_FIELD, "rule", concept=other, detail=how)


def _relation(case: Case, claimed: str, other: str) -> str:
    """Return how two concepts are neighbours, one of ``NEIGHBOURS``, or nothing."""
    if claimed == other:
        return ""
    above = ancestors(claimed)[1:2]
    if above and above == ancestors(other)[1:2]:
        return "siblings"
    for one, two in ((claimed, other), (other, claimed)):
        for notation in ancestors(one):
            sees = {see for _, see in case.claimed.concept(notation)["excludes"]}
            if sees & set(ancestors(two)) or any(s.startswith(two + ".") for s in sees):
                return "border"
    for scheme, found in case.answer.domains.items():
        if scheme == case.claimed.scheme or found.primary is None:
            continue
        allowed = case.lists.mappings.allowed(case.claimed.scheme, scheme)
        line = set(ancestors(found.primary))
        if all(
            any(line & allowed.get(n, frozenset()) for n in ancestors(c)) for c in (claimed, other)
        ):
            return "mapped"
    return ""


def _restricted(case: Case) -> Iterator[Reason]:
    for entry, wording in find_restricted(case.text, case.lists.restricted):
        at = canonical(case.text).find(canonical(wording))
        words = (_weighed(case, at, at + len(canonical(wording))),) if at >= 0 else ()
        yield Reason(
            ReasonCode.RESTRICTED,
            "rule",
            words=words,
            detail=f"{entry.name}（{_GROUNDS[entry.ground_class]}；{entry.source}）",
        )


_GROUNDS = {"prohibited": "禁止", "eliminated": "淘汰", "restricted": "限制"}
