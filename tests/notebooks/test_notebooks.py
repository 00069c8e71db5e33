"""The notebooks: committed clean, and executed whole on a sample of the corpus."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from classifier.schemes.loader import load_schemes
from classifier.training.keys import text_key
from classifier.training.labels import read_labels

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LARGEST = 40_000
"""Bytes of a committed notebook; its outputs are made by whoever runs it."""

PATIENCE = 900
"""Seconds that a notebook may take on a machine that is busy: alone it takes under twenty."""

EXECUTE = """
import sys, warnings
warnings.simplefilter("ignore")
import nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], 4)
NotebookClient(
    notebook, timeout=900, kernel_name="python3", resources={"metadata": {"path": sys.argv[2]}}
).execute()
pictures = sum(
    "image/png" in output.get("data", {})
    for cell in notebook.cells for output in cell.get("outputs", ())
)
print("pictures", pictures)
"""
"""Runs in a process of its own, so that a kernel's threads and warnings stay out of the tests."""


def tree(folder):
    """Return every file below a folder with its size and time of change."""
    files = (p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return {p: (p.stat().st_size, p.stat().st_mtime_ns) for p in files}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_is_committed_clean(path):
    """No output, no execution count, English headings, and ids that tell cells apart."""
    notebook = nbformat.read(path, 4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [c.id for c in code if c.outputs or c.execution_count is not None] == []
    headings = [
        line
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("#")
    ]
    assert headings
    assert [h for h in headings if not h.isascii()] == []
    assert path.stat().st_size < LARGEST


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_runs_on_a_sample_and_writes_nothing_beside_it(path, tmp_path):
    """Each draws something; models, taxonomy and notebooks stay as they were."""
    folders = [ROOT / "models", ROOT / "taxonomy", FOLDER]
    before = [tree(folder) for folder in folders]
    variables = {
        **os.environ,
        "KEYFIELD_SMALL": "1",
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(tmp_path),
        "MPLCONFIGDIR": str(tmp_path),
        "IPYTHONDIR": str(tmp_path),
    }
    for name in ("KEYFIELD_HOME", "KEYFIELD_DATA"):
        variables.pop(name, None)
    ran = subprocess.run(
        [sys.executable, "-c", EXECUTE, str(path), str(FOLDER)],
        env=variables, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-4000:]
    assert int(ran.stdout.split()[-1]) >= 2
    assert [tree(folder) for folder in folders] == before


def test_the_province_has_ten_concepts_four_hundred_texts_and_a_benchmark_apart(root):
    """All labels are good, every concept has thirty, and no text is in both files."""
    shipped = load_schemes(root / "taxonomy" / "schemes")
    schemes = load_schemes(FOLDER / "province" / "schemes", beside=shipped)
    sets = [
        read_labels([FOLDER / "province" / name], schemes)
        for name in ("labels.csv", "benchmark.csv")
    ]
    assert [s.problems for s in sets] == [(), ()]
    labels, benchmark = ({r.key: r.labels["prov10"].primary for r in s.rows} for s in sets)
    assert (len(schemes["prov10"].concepts), len(labels), len(benchmark)) == (10, 400, 40)
    given = list(labels.values())
    assert min(given.count(n) for n in (*schemes["prov10"].concepts, "-")) >= 30
    assert not set(labels) & set(benchmark)
    golden = (FOLDER / "province" / "golden.tsv").read_text("utf-8").splitlines()[1:]
    assert not {text_key(line.split("\t")[1]) for line in golden} & set(labels)
