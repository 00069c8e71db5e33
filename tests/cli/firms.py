"""Runs commands on firms written to files, with a classifier that answers as it is told."""

import json
import unicodedata

from classifier.cli import main
from classifier.domains.answer import Answer, Finding, Scored, Versions
from classifier.domains.classifier import Classifier
from tests.evaluator.firms import firm

CONCEPTS = {
    "foundation:F1": {"zh": "核心基础零部件", "en": "Core basic parts"},
    "mp10:M07": {"zh": "电力装备", "en": "Electric power equipment"},
    "sei2018:6.2.1": {"zh": "风能发电机装备及零部件制造", "en": "Wind power equipment"},
    "cyber:C3": {"zh": "网络安全", "en": "Network security"},
}


def sure(notation):
    """Return a finding that stands alone."""
    return Finding(notation, "accept", 0.97, (Scored(notation, 0.97),))


def unsure(*labels):
    """Return a finding for a reviewer, with its short list."""
    scored = tuple(Scored(*label) for label in labels)
    listed = tuple(one.notation for one in scored)
    first = scored[0]
    return Finding(first.notation, "review", first.probability, scored, short_list=listed)


class Told:
    """Answers every text with the same findings."""

    class artefact:  # noqa: N801  (named as the classifier names it)
        """Names of concepts."""

        concepts = CONCEPTS

    def __init__(self, **domains):
        self.domains = {
            "mp10": sure("M07"),
            "sei2018": sure("6.2.1"),
            "foundation": sure("F1"),
            "cyber": sure(None),
            **domains,
        }

    def classify(self, texts):
        """Return one answer a text."""
        return [Answer(text, self.domains, Versions("m", "t")) for text in texts]


def told(monkeypatch, **domains):
    """Let the commands use a classifier that answers so."""
    monkeypatch.setattr(Classifier, "load", lambda _=None: Told(**domains))


def run(capsys, *args):
    """Run a command in this process; return code, output and messages."""
    code = main([str(a) for a in args])
    out, err = capsys.readouterr()
    return code, out, err


def width(line):
    """Return the terminal columns of a line."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def widest(text):
    """Return the terminal columns of the widest line."""
    return max(map(width, text.splitlines()))


def written(path, changes=None):
    """Write the good firm, changed, as JSON; its main product has a text."""
    data = {"main_product": "风电主轴轴承", **(changes or {})}
    path.write_text(json.dumps(firm(data).to_json(), ensure_ascii=False), encoding="utf-8")
    return path
