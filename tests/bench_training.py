"""What a training takes, and how that grows with the corpus, in one run.

Run it as ``python -m tests.bench_training [--shares 0.25 0.5 1]``. Each share holds whole files'
rows thinned evenly, texts and terms alike. Seconds hang on the machine, which should have nothing
else to do; ``exponent`` is that of the rows by which they grow from the share before.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.schemes.lexicon import write_terms
from classifier.schemes.taxonomy import load_taxonomy

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent

COMMAND = """
import json, resource, sys, time
from classifier.cli import main

begun = time.perf_counter()
code = main(["train", "--taxonomy", sys.argv[1], "--output", sys.argv[2]])
assert code == 0, code
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": time.perf_counter() - begun, "peak": peak}))
"""


def _thinned(items: Sequence[Any], share: float) -> list[Any]:
    """Return so large a share of the items, evenly spread."""
    return [item for i, item in enumerate(items) if int((i + 1) * share) > int(i * share)]


def thin(folder: Path, share: float) -> int:
    """Copy the taxonomy with a share of its texts and terms; return how many there are."""
    shutil.copytree(ROOT / "taxonomy", folder)
    rows = 0
    for path in (folder / "examples").glob("*.tsv"):
        header, *lines = path.read_text(encoding="utf-8").split("\n")[:-1]
        kept = _thinned(lines, share)
        rows += len(kept)
        path.write_text("\n".join([header, *kept]) + "\n", encoding="utf-8")
    taxonomy = load_taxonomy(ROOT / "taxonomy")
    terms = _thinned(taxonomy.lexicon.terms, share)
    shutil.rmtree(folder / "terms")
    (folder / "terms").mkdir()
    text = write_terms(terms, tuple(taxonomy.schemes))
    (folder / "terms" / "all.txt").write_text(text, encoding="utf-8")
    return rows + len(terms)


def main() -> int:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--shares", type=float, nargs="+", default=[0.25, 0.5, 1.0])
    print(f"{'rows':>10}{'seconds':>10}{'peak MiB':>10}{'exponent':>10}")
    before: tuple[int, float] | None = None
    for share in options.parse_args().shares:
        with tempfile.TemporaryDirectory() as name:
            rows = thin(Path(name) / "taxonomy", share)
            given = (str(Path(name) / "taxonomy"), str(Path(name) / "bench" / "1"))
            done = subprocess.run(
                [sys.executable, "-c", COMMAND, *given], check=True, capture_output=True, text=True
            )
        found = json.loads(done.stdout.splitlines()[-1])
        grown = ""
        if before:
            ratio = found["seconds"] / before[1]
            grown = f"{math.log(ratio) / math.log(rows / before[0]):10.2f}"
        before = rows, found["seconds"]
        print(
            f"{rows:>10,}{found['seconds']:10.0f}{found['peak']:10.0f}{grown}",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
