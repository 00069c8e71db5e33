"""The public surface, the home folder, and the models that ship inside a wheel."""

import subprocess
import sys
import zipfile

import pytest

import classifier
from classifier.errors import HomeError, KeyfieldError
from classifier.home import default_model_dir, home


def test_the_public_names_are_sorted_and_exist():
    """__all__ is complete and in order."""
    assert classifier.__all__ == sorted(classifier.__all__)
    for name in classifier.__all__:
        assert getattr(classifier, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = classifier.nothing


def test_every_error_has_a_code_of_its_own():
    """Stable codes, none twice."""
    found = [KeyfieldError]
    for cls in found:
        found.extend(cls.__subclasses__())
    codes = [cls.code for cls in found]
    assert len(codes) == len(set(codes))


def test_the_home_can_be_named(tmp_path, monkeypatch, root):
    """KEYFIELD_HOME wins; a folder without a taxonomy is refused with what to do."""
    monkeypatch.setenv("KEYFIELD_HOME", str(root))
    assert home() == root
    assert default_model_dir() == root / "models" / "default"
    monkeypatch.setenv("KEYFIELD_HOME", str(tmp_path))
    with pytest.raises(HomeError, match="set KEYFIELD_HOME"):
        home()


def test_a_wheel_carries_taxonomy_and_model(tmp_path, root):
    """What is installed answers without the checkout."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=root, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as bundle:
        names = set(bundle.namelist())
        bundle.extractall(tmp_path / "site")
    assert "classifier/_data/taxonomy/schemes/mp10.yaml" in names
    assert "classifier/_data/models/default/manifest.json" in names
    assert "classifier/evaluator/rules/miit-2026-2.yaml" in names
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import classifier; "
        "assert classifier.__file__.startswith(sys.argv[1]), classifier.__file__; "
        "a, = classifier.Classifier.load().classify(['变压器']); "
        "print(a.domains['mp10'].primary)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "site")],
        cwd=tmp_path, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.strip() == "M07"


def test_no_file_names_a_registry_or_a_machine(root):
    """The project can be built anywhere: no index address stands in it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True, text=True
    )  # fmt: skip
    marks = ("--index" + "-url", "--extra" + "-index-url", "pypi" + ".org", "npm" + "js.org")
    for name in listed.stdout.split("\0"):
        path = root / name
        if path.suffix in {".npy", ".gz", ""} and path.name != "Makefile":
            continue
        if path.is_file():
            text = path.read_text("utf-8")
            assert not any(mark in text for mark in marks), name
