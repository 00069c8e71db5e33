"""Writes events as an iCalendar file (RFC 5545): CRLF lines, folded at 75 octets."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from classifier.evaluator.lifecycle import KINDS
from classifier.evaluator.trace import CONFIDENCE_TITLES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from classifier.evaluator.lifecycle import Event

OCTETS = 75
"""Most octets of a content line, its line break not counted (RFC 5545, 3.1)."""

REMIND_DAYS = 30
"""Days before the deadline at which the calendar reminds."""


def icalendar(events: Iterable[Event], name: str, on: date) -> str:
    """Return the text of an ``.ics`` file.

    Parameters
    ----------
    events
        Deadlines; each becomes an event of one whole day with a reminder.
    name
        Name of the firm.
    on
        Day on which it was made; the same input gives the same file.
    """
    stamp = on.strftime("%Y%m%dT000000Z")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//keyfield//calendar//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(f'{name}梯度培育日程')}",
    ]
    for event in events:
        confidence = CONFIDENCE_TITLES.get(event.confidence, event.confidence)
        text = f"{event.text}\n依据：{event.clause}（{confidence}）"
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_uid(event, name)}@keyfield",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{escaped(event.title)}",
            f"DESCRIPTION:{escaped(text)}",
            f"CATEGORIES:{escaped(KINDS[event.kind])}",
            "TRANSP:TRANSPARENT",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"DESCRIPTION:{escaped(event.title)}",
            f"TRIGGER:-P{REMIND_DAYS}D",
            "END:VALARM",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _uid(event: Event, name: str) -> str:
    key = f"{name}|{event.day.isoformat()}|{event.kind}|{event.title}"
    return sha256(key.encode()).hexdigest()[:24]


def escaped(text: str) -> str:
    r"""Return a text value with its special characters escaped (RFC 5545, 3.3.11).

    Examples
    --------
    >>> escaped("甲,乙;丙")
    '甲\\,乙\\;丙'
    """
    out = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return out.replace("\r\n", "\\n").replace("\n", "\\n")


def folded(line: str) -> str:
    """Return a content line folded at ``OCTETS``, never inside a character."""
    parts: list[str] = []
    part, size = "", 0
    for char in line:
        octets = len(char.encode())
        # A continuation begins with the space that folding put there.
        if size + octets > OCTETS:
            parts.append(part)
            part, size = " ", 1
        part += char
        size += octets
    return "\r\n".join([*parts, part])
