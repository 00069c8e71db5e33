"""One broken file for each way to break a rule file; its first line says what it must give."""

from __future__ import annotations

from pathlib import Path

import pytest

from classifier.errors import RuleError
from classifier.evaluator.loading import (
    RULES,
    load_rule_set,
    load_rulebook,
    load_selection,
    shipped,
)
from classifier.evaluator.provinces import load_province
from classifier.evaluator.readings import load_readings
from classifier.evaluator.sizes import load_sizes

FOLDER = Path(__file__).parent / "broken"
READINGS = load_readings(RULES / "readings.yaml")
LOADERS = {
    "rules": lambda path: load_rule_set(path, READINGS),
    "size": load_sizes,
    "selection": load_selection,
    "readings": load_readings,
    "province": lambda path: load_province(path, READINGS, shipped().rule_sets),
}
FILES = sorted(path for path in FOLDER.glob("*-*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_broken_file_is_refused_with_its_message(path):
    """The file is refused; the message names file, line and field, and says what is wrong."""
    expected = path.read_text(encoding="utf-8").split("\n")[0].removeprefix("# expects: ")
    with pytest.raises(RuleError) as caught:
        LOADERS[path.stem.partition("-")[0]](path)
    shown = str(caught.value)
    assert expected in shown
    assert shown.startswith(path.name)


def test_the_whole_file_is_accepted():
    """The file that the broken ones were made from is not refused."""
    assert list(load_rule_set(FOLDER / "whole.yaml", READINGS).tiers) == ["srdi"]


def test_every_shipped_value_has_a_source():
    """Clause, confidence and dates stand at every condition and indicator that ships."""
    for rule_set in shipped().rule_sets.values():
        for tier in rule_set.tiers.values():
            parts = [*tier.gates, *tier.conditions, *tier.direct, *tier.findings, *tier.bonus]
            parts += [i for g in (tier.score.groups if tier.score else ()) for i in g.indicators]
            assert all(part.source.clause and part.source.confidence for part in parts)


def test_references_between_files_are_checked(tmp_path):
    """A selection that names a rule set that is not there is refused."""
    for path in RULES.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        if path.stem == "selection":
            text = text.replace("rules: champion-2023-138", "rules: champion-1999")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match="no tier 'champion' in rule set 'champion-1999'"):
        load_rulebook(tmp_path)


def test_a_folder_without_sizes_is_refused(tmp_path):
    """The size standard is part of every evaluation."""
    for path in RULES.glob("*.yaml"):
        if not path.stem.startswith("size-"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
    with pytest.raises(RuleError, match=r"no size-\*\.yaml found here"):
        load_rulebook(tmp_path)
