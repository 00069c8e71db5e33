"""A text is tried: fields of all schemes with their evidence, and a claim checked, at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Form, Response

from classifier.domains.answer import Finding
from classifier.errors import RequestError
from classifier.service.api.answers import check_text
from classifier.service.pages import evidence
from classifier.service.pages.shell import Page, PageShell, page_router
from classifier.service.reviews.claims import parse_claim
from classifier.service.reviews.flaws import Flaw
from classifier.service.security.access import Anyone
from classifier.service.security.roles import Caller

router = page_router()

EXAMPLES = ("try.example.wind", "try.example.robot", "try.example.rent")
FIRST = "mp10"
"""Scheme whose evidence is marked unless the reader chooses another."""

CARRIED = 3
"""Words of evidence that the table lists a scheme."""

OTHERS = 2
OTHERS_LEAST = 0.02
"""Candidates beside the first that are listed, and from which probability."""

Words = Annotated[str, Form(max_length=200)]


@dataclass(frozen=True, slots=True)
class SchemeRow:
    """What one scheme says of the text; ``carried`` are the words that weigh most."""

    scheme: str
    finding: Finding
    carried: tuple[str, ...]
    others: tuple[tuple[str | None, float], ...]


@router.get("/try")
def show(page: Page, caller: Anyone) -> Response:
    """Show the form, and nothing tried yet."""
    return _page(page, caller, {"text": "", "scheme": FIRST, "claim_scheme": FIRST, "claim": ""})


@router.post("/try")
def answer(
    page: Page,
    caller: Anyone,
    text: Annotated[str, Form(max_length=100_000)] = "",
    scheme: Words = FIRST,
    claim_scheme: Words = FIRST,
    claim: Words = "",
) -> Response:
    """Answer a text; for htmx only the answer, without scripts the whole page."""
    words = text.replace("\0", "").strip()
    known = page.here.knowledge.schemes
    given = {
        "text": words,
        "scheme": scheme if scheme in known else FIRST,
        "claim_scheme": claim_scheme if claim_scheme in known else FIRST,
        "claim": claim.replace("\0", "").strip(),
    }
    return _page(page, caller, given)


def _page(page: PageShell, caller: Caller, given: dict[str, str]) -> Response:
    wrong, values = "", {}
    if given["text"]:
        try:
            check_text(page.here.settings, given["text"], "text")
            values = {**_answer(page, given), **_claim(page, given)}
        except RequestError as error:
            wrong = error.detail
    return page.render(
        "try_found.html" if page.from_htmx else "try.html",
        caller,
        status=422 if wrong and not page.from_htmx else 200,
        given=given,
        wrong=wrong,
        examples=EXAMPLES,
        most=page.here.settings.characters,
        **{"rows": (), "pieces": (), "claim": None, "claim_wrong": "", **values},
    )


def _answer(page: PageShell, given: dict[str, str]) -> dict[str, Any]:
    classifier = page.here.knowledge.classifier
    (found,) = classifier.classify([given["text"]])
    rows = []
    for scheme, finding in found.domains.items():
        spans = [s for s in classifier.carried(found, scheme) if s.weight > 0]
        rows.append(
            SchemeRow(
                scheme,
                finding,
                tuple(dict.fromkeys(s.text for s in spans[:CARRIED])),
                tuple(
                    (s.notation, s.probability)
                    for s in finding.labels
                    if s.notation != finding.primary and s.probability >= OTHERS_LEAST
                )[:OTHERS],
            )
        )
    (shown,) = classifier.explain(given["text"], [given["scheme"]])
    pieces = evidence.pieces(
        given["text"], {"evidence_for": shown.to_json(), "evidence_against": None}
    )
    return {"rows": rows, "pieces": pieces, "shown": shown}


def _claim(page: PageShell, given: dict[str, str]) -> dict[str, Any]:
    if not given["claim"]:
        return {}
    knowledge = page.here.knowledge
    parsed = parse_claim(f"{given['claim_scheme']}:{given['claim']}", knowledge.schemes)
    if isinstance(parsed, Flaw):
        return {"claim_wrong": given["claim"]}
    found = knowledge.classifier.verify(given["text"], ":".join(parsed))
    return {"claim": found, "claim_pieces": evidence.pieces(given["text"], found.to_json())}
