"""The ladder's statistics are data with a confidence, and a broken file is refused."""

import json

import pytest

from classifier.cli import main
from classifier.errors import RuleError
from classifier.evaluator.data_files import DATA
from classifier.evaluator.ladder import load_ladder


def test_every_figure_names_its_document_and_is_marked_unconfirmed():
    """None was read in the original; the targets are a million, 100,000, 10,000 and 1,000."""
    ladder = load_ladder()
    assert {s.confidence for s in ladder.statistics} == {"unconfirmed"}
    targets = [s.figure for s in ladder.statistics if s.part == "targets"]
    assert targets == [1_000_000, 100_000, 10_000, 1_000]
    assert all(s.document for s in ladder.statistics)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("figure: 248", "figure: many", "found 'many', expected a whole number"),
        ("id: batch-2", "id: batch-1", "'batch-1' stands twice"),
        ("title: 第一批", "titel: 第一批", "unknown key"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(tmp_path, old, new, message):
    """The message names line and key."""
    text = (DATA / "ladder.yaml").read_text("utf-8")
    (tmp_path / "ladder.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleError, match=message):
        load_ladder(tmp_path / "ladder.yaml")


def test_the_command_shows_figures_and_their_standing(capsys):
    """As lines and as JSON."""
    assert main(["ladder"]) == 0
    assert "未经证实" in capsys.readouterr().out
    assert main(["ladder", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["statistics"]) == 10
