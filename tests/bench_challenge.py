"""The challenge set: texts written without sight of the corpus and kept out of it.

Ordinary products stuffed with buzzwords, key products in everyday words, application
paragraphs, and claims to verify. Run it as ``python -m tests.bench_challenge``; it prints
shares and every miss, and asserts nothing. ``claims-2`` is where the threshold was chosen under
which a claim is contradicted.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from classifier import Classifier
from classifier.schemes.labels import parse_label

FOLDER = Path(__file__).resolve().parent / "challenge"


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def main() -> int:
    """Print the shares that are right, and the misses."""
    classifier = Classifier.load()
    shares = []
    for name in ("stuffed", "plain", "forms"):
        rows = _rows(f"{name}.tsv")
        right = 0
        for row, answer in zip(rows, classifier.classify([r["text"] for r in rows]), strict=True):
            given = answer.domains["mp10"].primary or "-"
            ok = given in parse_label(row["mp10"]).notations
            right += ok
            if not ok:
                print(f"{row['id']}  {row['mp10']} given {given}  {row['text'][:50]}")
        shares.append(f"{name:10}{right:4} of {len(rows):4}  {right / len(rows):.3f}")
    for name in ("claims", "claims-2"):
        rows = _rows(f"{name}.tsv")
        right = 0
        for row in rows:
            found = classifier.verify(row["text"], row["claim"])
            right += found.verdict == row["verdict"]
            if found.verdict != row["verdict"]:
                print(
                    f"{row['id']}  {row['claim']} is {row['verdict']}, "
                    f"said {found.verdict} ({found.probability:.2f})  {row['text'][:40]}"
                )
        shares.append(f"{name:10}{right:4} of {len(rows):4}  {right / len(rows):.3f}")
    print("\n".join(shares))
    return 0


if __name__ == "__main__":
    sys.exit(main())
