"""The frame of a page: language, words, formats, navigation, versions and the CSRF token."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from classifier.evaluator.english import english
from classifier.service.backend import Backend, backend_of
from classifier.service.pages import formatting, navigation
from classifier.service.pages.static_files import address
from classifier.service.pages.wording import Lang, text
from classifier.service.pages.wording.failures import in_english
from classifier.service.reviews.model import KINDS, STAKES, STATES
from classifier.service.security.csrf import FIELD
from classifier.service.security.roles import ROLE_TITLES, Caller

LANG_COOKIE = "keyfield_lang"
LANG_SECONDS = 365 * 24 * 3600


def page_router() -> APIRouter:
    """Return a router for pages; they are no part of the API's document."""
    return APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@cache
def environment() -> Environment:
    """Return the templates; what is undefined is an error, and everything is escaped."""
    made = Environment(
        loader=PackageLoader("classifier.service.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        percent=formatting.percent,
        likelihood=formatting.likelihood,
        figure=formatting.figure,
        moment=formatting.moment,
        points=formatting.points,
        stamp=formatting.stamp,
        clock=formatting.clock,
        shortened=formatting.shortened,
    )
    made.globals.update(asset=address)
    return made


def language(request: Request) -> Lang:
    """Return the reader's language: as the address says, else as it said before, else Chinese."""
    given = request.query_params.get("lang") or request.cookies.get(LANG_COOKIE)
    return "en" if given == "en" else "zh"


def words(lang: Lang) -> dict[str, Any]:
    """Return what every template may use to say things in a language."""
    side = 0 if lang == "zh" else 1

    def t(key: str, **values: object) -> str:
        return text(lang, key, **values)

    def titled(table: dict[Any, tuple[str, str]], key: str) -> str:
        return table[key][side] if key in table else key

    return {
        "lang": lang,
        "t": t,
        "named": english if lang == "en" else str,
        "kind_title": lambda key: titled(KINDS, key),
        "state_title": lambda key: titled(STATES, key),
        "stake_title": lambda key: titled(STAKES, key),
        "role_title": lambda role: ROLE_TITLES[role][side],
    }


class PageShell:
    """One request for a page, and how to answer it.

    Attributes
    ----------
    here
        The backend.
    lang
        The reader's language.
    request
        The request.
    """

    def __init__(self, request: Request) -> None:
        self.request = request
        self.here: Backend = backend_of(request)
        self.lang: Lang = language(request)

    @property
    def from_htmx(self) -> bool:
        """Return whether a part of a page is asked for, not a whole one."""
        return request_is_htmx(self.request)

    def say(self, key: str, **values: object) -> str:
        """Return words of the catalogue in the reader's language."""
        return text(self.lang, key, **values)

    def told(self, sentence: str) -> str:
        """Return what the service said of a mistake in the reader's language."""
        return sentence if self.lang == "zh" else in_english(sentence)

    def render(
        self, template: str, caller: Caller | None, status: int = 200, **values: Any
    ) -> Response:
        """Return a page.

        Parameters
        ----------
        template
            Its name in ``templates/``.
        caller
            Who reads it; None before the sign-in.
        status
            Of the response.
        values
            What the template shows. ``path`` says where the page stands, for a form's answer
            that stands at the form's address.
        """
        knowledge, lang = self.here.knowledge, self.lang
        path = values.pop("path", self.request.url.path)
        known: dict[str, Any] = {
            **words(lang),
            "caller": caller,
            "path": path,
            "other_language": self._other_language(path),
            "nav": navigation.offered(caller) if caller else (),
            "versions": knowledge.versions.to_json(),
            "refused_model": self.here.following.refusal,
            "schemes": tuple(knowledge.schemes),
            "csrf_token": caller.csrf if caller else "",
            "csrf": lambda: _csrf(caller),
            "concept": lambda s, n: formatting.concept_name(knowledge, lang, s, n),
            "concept_brief": lambda s, n: formatting.concept_name(
                knowledge, "zh" if n else lang, s, n
            ),
            "scheme_title": lambda s: formatting.scheme_name(knowledge, lang, s),
            "scheme_short": lambda s: formatting.short_scheme(knowledge.schemes[s]),
        }
        content = environment().get_template(template).render({**known, **values})
        return self._kept(HTMLResponse(content, status))

    def go(self, path: str, **query: Any) -> Response:
        """Send the reader to another page (303), after a form or on the way in."""
        given = {name: value for name, value in query.items() if value not in {None, ""}}
        target = f"{path}?{urlencode(given)}" if given else path
        if self.from_htmx:
            return self._kept(Response(status_code=204, headers={"HX-Redirect": target}))
        return self._kept(RedirectResponse(target, 303))

    def _kept(self, response: Response) -> Response:
        """Remember a language that the address asked for."""
        if "lang" in self.request.query_params:
            response.set_cookie(
                LANG_COOKIE,
                self.lang,
                max_age=LANG_SECONDS,
                secure=self.here.settings.secure_cookie,
                httponly=True,
                samesite="strict",
            )
        return response

    def _other_language(self, path: str) -> str:
        other = "zh" if self.lang == "en" else "en"
        query = [(k, v) for k, v in self.request.query_params.multi_items() if k != "lang"]
        return f"{path}?{urlencode([*query, ('lang', other)])}"


def request_is_htmx(request: Request) -> bool:
    """Return whether htmx asks, and not the browser itself."""
    return request.headers.get("hx-request") == "true"


def _csrf(caller: Caller | None) -> Markup:
    token = caller.csrf if caller else ""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token)


Page = Annotated[PageShell, Depends(PageShell)]
