"""The calendar file, by RFC 5545."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.evaluator.calendar_file import escaped, folded, icalendar
from classifier.evaluator.lifecycle import Event, calendar_of
from classifier.evaluator.profile import Profile

ON = date(2026, 4, 1)
FIRM = Profile.model_validate(
    {"name": "甲,乙;丙", "titles": [{"kind": "srdi", "granted": "2024-06-01"}]}
)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=300)


def made():
    """Return the calendar of a firm."""
    return icalendar(calendar_of(FIRM, on=ON), FIRM.name, ON)


def unfolded(text):
    """Return the content lines, continuations joined (RFC 5545, 3.1)."""
    return text.replace("\r\n ", "").split("\r\n")


@settings(max_examples=200, deadline=None, derandomize=True)
@given(TEXTS)
def test_a_line_is_folded_at_75_octets_and_unfolds_to_itself(text):
    """Never inside a character, whatever the text."""
    line = f"SUMMARY:{text}"
    out = folded(line)
    assert all(len(part.encode()) <= 75 for part in out.split("\r\n"))
    assert out.replace("\r\n ", "") == line


def test_every_line_ends_with_crlf_and_is_at_most_75_octets_long():
    """Also in a whole file of Chinese text."""
    text = made()
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


def test_the_parts_that_the_standard_requires_are_there():
    """Version and product; of each event UID, stamp and start; blocks closed."""
    lines = unfolded(made())
    assert lines[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//keyfield//calendar//ZH"]
    events = lines.count("BEGIN:VEVENT")
    assert events == len(calendar_of(FIRM, on=ON))
    for name in ("UID:", "DTSTAMP:20260401T000000Z", "DTSTART;VALUE=DATE:", "SUMMARY:"):
        assert sum(line.startswith(name) for line in lines) == events
    assert lines.count("END:VEVENT") == events
    assert len({line for line in lines if line.startswith("UID:")}) == events


def test_a_deadline_is_one_whole_day():
    """The end is the day after (RFC 5545, 3.6.1)."""
    event = Event(date(2026, 12, 31), "update", "更新", "文", "文号", "confirmed")
    lines = unfolded(icalendar([event], "甲", ON))
    assert "DTSTART;VALUE=DATE:20261231" in lines
    assert "DTEND;VALUE=DATE:20270101" in lines
    assert "TRIGGER:-P30D" in lines


def test_commas_semicolons_backslashes_and_breaks_are_escaped():
    """RFC 5545, 3.3.11."""
    assert escaped("a,b;c\\d\ne") == "a\\,b\\;c\\\\d\\ne"
    assert "X-WR-CALNAME:甲\\,乙\\;丙梯度培育日程" in unfolded(made())


def test_the_same_firm_gives_the_same_file():
    """So that a calendar that is imported again replaces its events."""
    assert made() == made()
