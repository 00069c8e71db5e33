"""Markdown of a model card as HTML: headings, paragraphs, lists, tables, code and bold; no more.

Everything is escaped; nothing that stands in a card becomes markup of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from markupsafe import Markup, escape

_INLINE = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*")
_RULE = re.compile(r"\|[\s:|-]+\|")
_HEADING = re.compile(r"(#{1,4}) +(.+)")


def to_html(said: str) -> Markup:
    r"""Return a text in Markdown as HTML; its headings begin one level down.

    Examples
    --------
    >>> to_html("# A <b> card\n\nis `kept`")
    Markup('<h2>A &lt;b&gt; card</h2><p>is <code>kept</code></p>')
    """
    return Markup().join(_blocks(said))


def _blocks(said: str) -> Iterator[Markup]:
    for kind, group in groupby(said.splitlines(), _kind):
        lines = list(group)
        if kind == "heading":
            for line in lines:
                found = _HEADING.fullmatch(line.strip())
                if found:
                    level = min(len(found[1]) + 1, 4)
                    yield Markup("<h{0}>{1}</h{0}>").format(level, _inline(found[2]))
        elif kind == "table":
            yield _table(lines)
        elif kind == "list":
            items = Markup().join(
                Markup("<li>{}</li>").format(_inline(line.strip()[2:])) for line in lines
            )
            yield Markup("<ul>{}</ul>").format(items)
        elif kind == "text":
            yield Markup("<p>{}</p>").format(_inline(" ".join(line.strip() for line in lines)))


def _kind(line: str) -> str:
    words = line.strip()
    if not words:
        return ""
    if _HEADING.fullmatch(words):
        return "heading"
    if words.startswith("|") and words.endswith("|"):
        return "table"
    return "list" if words.startswith(("- ", "* ")) else "text"


def _table(lines: list[str]) -> Markup:
    rows = [
        [_inline(cell.strip()) for cell in line.strip().strip("|").split("|")]
        for line in lines
        if not _RULE.fullmatch(line.strip())
    ]
    head, *body = rows

    def row(cells: list[Markup], tag: Markup) -> Markup:
        return Markup("<tr>{}</tr>").format(Markup().join(tag.format(c) for c in cells))

    return Markup(
        '<table class="table kf-table kf-tight"><thead>{}</thead><tbody>{}</tbody></table>'
    ).format(
        row(head, Markup('<th scope="col">{}</th>')),
        Markup().join(row(cells, Markup("<td>{}</td>")) for cells in body),
    )


def _inline(words: str) -> Markup:
    out, at = [], 0
    for found in _INLINE.finditer(words):
        out.append(escape(words[at : found.start()]))
        tag = Markup("<code>{}</code>") if found[1] else Markup("<strong>{}</strong>")
        out.append(tag.format(found[1] or found[2]))
        at = found.end()
    return Markup().join([*out, escape(words[at:])])
