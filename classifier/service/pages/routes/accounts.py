"""Signing in and out, the first page, and one's own account."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Form, Request, Response

from classifier.errors import InvalidError, SignInError
from classifier.service.pages.navigation import start_of
from classifier.service.pages.shell import Page, page_router
from classifier.service.security import users
from classifier.service.security.access import OPEN, AnyoneAtAll
from classifier.service.security.csrf import check_origin
from classifier.service.security.sessions import COOKIE, sign_in, sign_out

router = page_router()

Word = Annotated[str, Form(max_length=200)]


def safe_next(given: str) -> str:
    """Return a path of this site, or empty: nobody is sent elsewhere after the sign-in.

    Examples
    --------
    >>> safe_next("/cases/3?x=1"), safe_next("//elsewhere/x"), safe_next("https://elsewhere")
    ('/cases/3?x=1', '', '')
    """
    parts = urlsplit(given)
    own = not parts.scheme and not parts.netloc and given.startswith("/")
    return given if own and "\\" not in given and given.isprintable() else ""


@router.get("/")
def start(page: Page, caller: AnyoneAtAll) -> Response:
    """Send everybody to where their work begins."""
    return page.go(start_of(caller))


@router.get("/login", dependencies=[OPEN])
def sign_in_form(page: Page, why: str = "", next: str = "") -> Response:  # noqa: A002
    """Show the sign-in."""
    notice = f"sign_in.{why}" if why in {"again", "changed", "out"} else ""
    return page.render("sign_in.html", None, notice=notice, name="", next=safe_next(next), wrong="")


@router.post("/login", dependencies=[OPEN])
def begin(
    page: Page,
    request: Request,
    name: Annotated[str, Form(max_length=100)],
    password: Word,
    next: Annotated[str, Form(max_length=2000)] = "",  # noqa: A002
) -> Response:
    """Sign in, or say why not."""
    check_origin(request)
    settings = page.here.settings
    try:
        caller, cookie = sign_in(page.here.store, name, password, hours=settings.session_hours)
    except SignInError as error:
        return page.render(
            "sign_in.html",
            None,
            status=401,
            notice="",
            name=name,
            next=safe_next(next),
            wrong=error.detail,
        )
    response = page.go("/account" if caller.must_change else safe_next(next) or start_of(caller))
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=int(settings.session_hours * 3600),
        httponly=True,
        secure=settings.secure_cookie,
        samesite="strict",
    )
    return response


@router.post("/logout")
def end(page: Page, caller: AnyoneAtAll) -> Response:
    """Sign out."""
    if caller.via == "session":
        sign_out(page.here.store, caller)
    response = page.go("/login", why="out")
    response.delete_cookie(COOKIE)
    return response


@router.get("/account")
def account(page: Page, caller: AnyoneAtAll) -> Response:
    """Show one's name, roles and the form for another password."""
    return page.render("account.html", caller, wrong="")


@router.post("/account/password")
def password(page: Page, caller: AnyoneAtAll, old: Word, new: Word, again: Word) -> Response:
    """Change one's password; all one's sessions end."""
    wrong = page.say("account.differ") if new != again else ""
    if not wrong:
        try:
            with page.here.store.write() as session:
                users.change_password(session, caller.user_id, old, new)
        except (SignInError, InvalidError) as error:
            wrong = error.detail
    if wrong:
        return page.render("account.html", caller, status=422, path="/account", wrong=wrong)
    response = page.go("/login", why="changed")
    response.delete_cookie(COOKIE)
    return response
