"""Filters of the queue: read from an address, written back, nonsense left out."""

from urllib.parse import parse_qsl

from classifier.service.pages.filters import QueueFilter
from classifier.service.pages.formatting import concept_name, likelihood, percent


def test_a_filter_comes_back_from_its_own_address(knowledge):
    """Reading what was written gives the same filter."""
    given = {"scheme": "mp10", "claimed": "M07", "state": "all", "source": "3", "firm": "示例 & 乙"}
    wanted = QueueFilter.read(given, knowledge.schemes)
    assert given == wanted.values()
    assert wanted == QueueFilter.read(dict(parse_qsl(wanted.query())), knowledge.schemes)


def test_nonsense_in_an_address_is_left_out(knowledge):
    """What is no scheme, state or number is as if it were not there."""
    given = {
        "scheme": "x",
        "claimed": "M07",
        "state": "y",
        "source": "²",
        "whose": "z",
        "firm": "\0",
    }
    assert QueueFilter() == QueueFilter.read(given, knowledge.schemes)


def test_what_is_taken_is_what_is_free(knowledge):
    """Taking keeps the scheme and drops what only a list can show."""
    wanted = QueueFilter.read({"scheme": "mp10", "state": "settled"}, knowledge.schemes).to_take()
    assert (
        wanted.scheme,
        wanted.state,
        wanted.available,
        wanted.mine,
    ) == ("mp10", None, True, None)


def test_official_names_stay_chinese(knowledge):
    """In English the translation follows the official name."""
    assert concept_name(knowledge, "zh", "mp10", "M07") == "M07 电力装备"
    assert concept_name(knowledge, "en", "mp10", "M07").startswith("M07 电力装备 (")


def test_shares_never_round_to_certainty():
    """Nearly all is not all, nearly nothing is not nothing; a model is never certain."""
    assert (likelihood(1.0), likelihood(0.0)) == (">99.9%", "<0.1%")
    assert [percent(v) for v in (0.9996, 0.0001, 1, None)] == [">99.9%", "<0.1%", "100%", "—"]
