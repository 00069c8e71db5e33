"""All words of the pages: one catalogue, Chinese first, English behind ``?lang=en``."""

from __future__ import annotations

from typing import Literal

from classifier.service.pages.wording import (
    accounts,
    admin,
    cases,
    double,
    firms,
    labels,
    models,
    profile,
    queue,
    shell,
    trying,
)

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")

PARTS = (
    shell.TEXTS,
    accounts.TEXTS,
    queue.TEXTS,
    cases.TEXTS,
    double.TEXTS,
    labels.TEXTS,
    trying.TEXTS,
    firms.TEXTS,
    profile.TEXTS,
    models.TEXTS,
    admin.TEXTS,
)


def _join() -> dict[str, tuple[str, str]]:
    out: dict[str, tuple[str, str]] = {}
    for part in PARTS:
        twice = out.keys() & part.keys()
        if twice:
            raise ValueError(f"worded twice: {', '.join(sorted(twice))}")
        out.update(part)
    return out


CATALOGUE = _join()


def text(lang: Lang, key: str, **values: object) -> str:
    """Return the words of a key in a language, with its values filled in.

    Raises
    ------
    KeyError
        The catalogue has no such key.

    Examples
    --------
    >>> text("en", "shell.skip")
    'Skip to content'
    """
    said = CATALOGUE[key][LANGS.index(lang)]
    return said.format(**values) if values else said
