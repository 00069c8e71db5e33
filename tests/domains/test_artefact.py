"""A model folder that is not whole and unchanged is never read."""

import hashlib
import json
import shutil

import numpy as np
import pytest

from classifier import Classifier
from classifier.domains.artefact import FILES, load_artefact, read_manifest
from classifier.errors import ArtefactError
from classifier.schemes.taxonomy import content_hash


@pytest.fixture
def copy(tmp_path, root):
    """Return a copy of the shipped model."""
    return shutil.copytree(root / "models" / "default", tmp_path / "model")


@pytest.mark.parametrize("name", FILES)
def test_a_changed_byte_in_any_file_is_refused_by_name(copy, name):
    """The message says which file and what to do."""
    data = bytearray((copy / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / name).write_bytes(data)
    with pytest.raises(ArtefactError, match=rf"{name} was changed.*restore"):
        load_artefact(copy)


def test_a_missing_file_is_refused_by_name(copy):
    """Nothing is guessed."""
    (copy / "idf.npy").unlink()
    with pytest.raises(ArtefactError, match=r"idf\.npy is missing"):
        load_artefact(copy)


def test_a_folder_without_a_manifest_is_no_model(tmp_path):
    """It says what to do."""
    with pytest.raises(ArtefactError, match="run keyfield train"):
        load_artefact(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 99}, "has format 99, this program reads"),
        ({"files": {}}, "names other files"),
    ],
)
def test_another_format_is_refused(copy, change, message):
    """A manifest of the future or of another shape."""
    path = copy / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | change), encoding="utf-8")
    with pytest.raises(ArtefactError, match=message):
        load_artefact(copy)


def test_a_manifest_that_is_not_json_is_refused(copy):
    """Damage is told as such."""
    (copy / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(ArtefactError, match="is not JSON"):
        load_artefact(copy)


def test_a_model_is_known_by_the_hash_of_its_manifest(copy):
    """That of the canonical JSON, which is what is written; a change of any value is seen."""
    path = copy / "manifest.json"
    manifest = read_manifest(copy)
    canonical = json.dumps(dict(manifest), ensure_ascii=False, sort_keys=True, indent=1)
    assert path.read_text("utf-8") == canonical + "\n"
    assert manifest.digest == hashlib.sha256(canonical.encode()).hexdigest()
    assert load_artefact(copy, manifest.digest).versions.model == manifest.digest[:12]
    path.write_text(canonical.replace('"name": "default"', '"name": "other"'), encoding="utf-8")
    with pytest.raises(ArtefactError, match="was changed since it was promoted"):
        load_artefact(copy, manifest.digest)


def test_a_pickle_in_place_of_an_array_is_never_loaded(copy):
    """Even with its hash in the manifest: allow_pickle is off."""
    np.save(copy / "idf.npy", np.array([object()]), allow_pickle=True)
    _name_as_it_is(copy, "idf.npy")
    with pytest.raises(ArtefactError, match="is no plain array"):
        load_artefact(copy)


def _name_as_it_is(folder, name):
    """Put a changed file's hash into the manifest."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["files"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


@pytest.mark.parametrize(
    "change",
    [
        lambda bits: bits ^ np.uint8(1),  # the first feature comes and goes
        lambda bits: bits[:, :-1],  # a vocabulary with fewer features
        lambda bits: bits[:-1],  # a model is missing
        lambda bits: bits.ravel(),
    ],
)
def test_finer_models_with_other_features_are_refused(copy, change):
    """Their weights would be those of other features."""
    bits = np.load(copy / "fine_features.npy")
    np.save(copy / "fine_features.npy", change(bits))
    _name_as_it_is(copy, "fine_features.npy")
    with pytest.raises(ArtefactError, match="features that the manifest names"):
        load_artefact(copy)


def test_the_shipped_model_is_small_enough_to_ship(root):
    """At most 16 MB in all."""
    folder = root / "models" / "default"
    assert sum(f.stat().st_size for f in folder.rglob("*")) <= 16 * 1024 * 1024


def test_the_shipped_model_is_of_the_taxonomy_that_ships(root, taxonomy, classifier):
    """Its columns are concepts, and the hashes in its manifest are those of the data."""
    folder = root / "taxonomy"
    hashes = classifier.artefact.manifest["hashes"]
    assert hashes["taxonomy"] == content_hash(folder, "schemes/*.yaml", "mappings/*.csv")
    assert hashes["lexicon"] == content_hash(folder, "terms/*.txt")
    assert hashes["corpus"] == content_hash(folder, "examples/*.tsv")
    for scheme, head in classifier.artefact.heads.items():
        assert set(head.columns) - {"-"} <= set(taxonomy.schemes[scheme].concepts)


def test_the_shipped_model_gives_the_golden_answers(classifier):
    """Every named case: the sector, or none, that its author expects."""
    assert isinstance(classifier, Classifier)
    cases = classifier.artefact.manifest["golden"]
    assert len(cases) == 40
    answers = classifier.classify([case["text"] for case in cases])
    wrong = [
        (case["id"], case["text"], answer.domains["mp10"].primary)
        for case, answer in zip(cases, answers, strict=True)
        if (answer.domains["mp10"].primary or "-")
        not in {n.split(".")[0] for n in case["expected"]["mp10"]}
    ]
    assert wrong == []
