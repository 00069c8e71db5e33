"""What the notebooks share: a folder to work in, the corpus or a sample of it, plots.

With ``KEYFIELD_SMALL=1`` a notebook works on a sample of the corpus and, where it trains the
shipped schemes, on ``mp10`` alone: that is how the tests run it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import warnings
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import matplotlib.pyplot as plt
from IPython.display import HTML
from matplotlib import font_manager

from classifier.home import home, taxonomy_dir
from classifier.training.train import Extra, train

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SMALL = os.environ.get("KEYFIELD_SMALL") == "1"
HERE = Path(__file__).resolve().parent

BLUE, GREY, AMBER, RED = "#1f5fa8", "#8a94a6", "#c77700", "#b3261e"

_SHARE = 70
"""One product family in so many is in the sample."""

_TERMS = 4
"""Blocks of the lexicon that the sample keeps."""

_PATIENCE = 120
"""Seconds that a service may take to start, to answer or to end."""

_CJK = ("Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "Microsoft YaHei")


def work() -> Path:
    """Return a new folder for all that a notebook writes; nothing goes anywhere else."""
    return Path(tempfile.mkdtemp(prefix="keyfield-"))


def jobs() -> int | None:
    """Return the processes that a training may use: one for a sample, else all cores."""
    return 1 if SMALL else None


def taxonomy(folder: Path) -> Path:
    """Return the shipped taxonomy, or a sample of it that is written into ``folder``."""
    shipped = taxonomy_dir()
    if not SMALL:
        return shipped
    sample = folder / "taxonomy"
    for name in ("schemes", "mappings"):
        shutil.copytree(shipped / name, sample / name)
    shutil.copy(shipped / "restricted.yaml", sample)
    (sample / "terms").mkdir()
    blocks = (shipped / "terms" / "ordinary.txt").read_text(encoding="utf-8").split("\n\n")
    (sample / "terms" / "ordinary.txt").write_text("\n\n".join(blocks[:_TERMS]), encoding="utf-8")
    (sample / "examples").mkdir()
    for path in sorted((shipped / "examples").glob("*.tsv")):
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        kept = [row for row in rows if _sampled(row.rsplit("\t", 1)[-1])]
        text = "\n".join([header, *kept]) + "\n"
        (sample / "examples" / path.name).write_text(text, encoding="utf-8")
    return sample


def _sampled(family: str) -> bool:
    return int(hashlib.sha256(family.encode()).hexdigest()[-8:], 16) % _SHARE == 0


def own(folder: Path) -> Path | None:
    """Return the folder of schemes to train: None for all that ship, ``mp10`` for a sample."""
    if not SMALL:
        return None
    target = folder / "schemes"
    target.mkdir(exist_ok=True)
    shutil.copy(taxonomy_dir() / "schemes" / "mp10.yaml", target)
    return target


def registry(folder: Path, corpus: Path) -> Path:
    """Return a registry of models in ``folder`` with the shipped model in use.

    With a sample, a model that was trained on the sample stands in for it.
    """
    models = folder / "models"
    if SMALL:
        train(corpus, models / "default", extra=Extra(schemes=own(folder)), jobs=1)
    else:
        shutil.copytree(home() / "models" / "default", models / "default")
    return models


def home_of(folder: Path, schemes: Path) -> Path:
    """Return ``folder`` as a home: the shipped taxonomy with one's own schemes beside it."""
    target = folder / "home"
    target.mkdir(exist_ok=True)
    for name in ("schemes", "mappings"):
        shutil.copytree(taxonomy_dir() / name, target / "taxonomy" / name, dirs_exist_ok=True)
    shutil.copy(taxonomy_dir() / "restricted.yaml", target / "taxonomy")
    shutil.copytree(schemes, target / "taxonomy" / "schemes", dirs_exist_ok=True)
    (target / "models").symlink_to(folder / "models")
    return target


class Ticks:
    """Prints a line a tenth of the work, with what comes next."""

    def __init__(self) -> None:
        self.tenths = -1

    def __call__(self, share: float, words: str) -> None:
        """Take the share of the work that is done."""
        if int(share * 10) > self.tenths:
            self.tenths = int(share * 10)
            print(f"{share:4.0%} {words}")


def style() -> bool:
    """Set up plots; tell whether a Chinese font is there (else label by notation)."""
    there = {font.name for font in font_manager.fontManager.ttflist}
    chosen = [name for name in _CJK if name in there]
    plt.rcParams.update(
        {
            "font.family": [*chosen[:1], "sans-serif"],
            "font.size": 9,
            "figure.figsize": (7.2, 3.2),
            "figure.dpi": 80,
            "figure.constrained_layout.use": True,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.unicode_minus": False,
            "axes.titlelocation": "left",
            "legend.frameon": False,
        }
    )
    return bool(chosen)


CHINESE = style()
warnings.filterwarnings("ignore", message="IProgress not found")  # cleanlab's tqdm


def words(chinese: str, notation: str) -> str:
    """Return the Chinese words for a plot, or the notation where no font can show them."""
    return chinese if CHINESE else notation


def bars(
    names: Sequence[str], values: Sequence[float], title: str = "", colour: Any = BLUE
) -> plt.Axes:
    """Draw horizontal bars, the first on top."""
    figure, axes = plt.subplots(figsize=(7.2, 0.28 * len(names) + 0.9))
    axes.barh(range(len(names)), values, 0.65, color=colour)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_title(title)
    figure.align_labels()
    return axes


def table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> HTML:
    """Return rows as a table; numbers with three digits."""
    lines = ["<table><thead><tr>", *(f"<th>{escape(h)}</th>" for h in header), "</tr></thead>"]
    for row in rows:
        cells = (f"{c:.3f}" if isinstance(c, float) else str(c) for c in row)
        lines += [
            "<tr>",
            *(f'<td style="text-align:left">{escape(c)}</td>' for c in cells),
            "</tr>",
        ]
    return HTML("".join([*lines, "</table>"]))


class Service:
    """``keyfield serve`` on a free port, with a home and a database of its own.

    ``with Service(home, folder) as service`` waits until it is ready, and ends it.
    """

    def __init__(self, place: Path, data: Path) -> None:
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]
        data.mkdir(exist_ok=True)
        self.log = data / "serve.log"
        self.variables = {"KEYFIELD_HOME": str(place), "KEYFIELD_DATA": str(data)}

    def __enter__(self) -> Self:
        """Start it, and take the admin's key, which the first start prints once."""
        code = "import sys; from classifier.cli import main; sys.exit(main())"
        command = [sys.executable, "-c", code, "serve", "--port", str(self.port)]
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                command, env={**os.environ, **self.variables}, stdout=out, stderr=out
            )
        until = time.monotonic() + _PATIENCE
        while not self._ready():
            if self.process.poll() is not None or time.monotonic() > until:
                self.process.kill()
                raise RuntimeError(self.log.read_text(encoding="utf-8"))
            time.sleep(0.1)
        found = re.search(r"kf_\S+", self.log.read_text(encoding="utf-8"))
        self.key = found[0] if found else ""
        return self

    def __exit__(self, *_error: object) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(_PATIENCE)

    def _ready(self) -> bool:
        try:
            self.ask("/readyz")
        except OSError:
            return False
        return True

    def ask(self, path: str, body: object = None) -> Any:
        """Return the JSON that a route answers: GET, or POST where there is a body."""
        headers = {"Content-Type": "application/json"}
        if body is not None:
            headers["Authorization"] = f"Bearer {self.key}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, headers)
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
            return json.load(answer)
