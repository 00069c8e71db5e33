"""The model folder: a manifest and plain arrays, hash-checked before anything is read.

Files
-----
``manifest.json``
    Format, sha256 of each file, hashes of taxonomy, lexicon and corpus, library versions,
    metrics, thresholds, golden cases.
``features.npy``  uint64 (features,), sorted hashes.
``idf.npy``  float32 (features,).
``weights.npy``  int8 (features, columns); one column a concept or "none" of a scheme.
``scales.npy``, ``biases.npy``  float32 (columns,).
``defensible.npy``  float32 (columns, columns): what every column's score adds to the
    log-odds that a label could be defended.
``fine_features.npy``, ``fine_weights.npy``, ``fine_scales.npy``, ``fine_biases.npy``
    for every concept with concepts below it, one after another: a row of bits that says which
    features (uint8, the first feature in the lowest bit), int8 weights (those features x
    columns, row by row), scales, biases.
``words.gz``  the segmenter's dictionary: a word a line, an empty line, and how frequent each
    is (int32), all of it compressed.
``concepts.json``  names, scope notes and exclusions of every concept.
``lexicon.gz``  the terms with their labels, for the evidence, compressed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.domains.answer import Versions
from classifier.errors import ArtefactError
from classifier.text.segment import Words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from classifier.domains.agreement import Disagreements

_GZIP = 31
"""What tells zlib that data begin as gzip writes them."""

FORMAT = 7
FILES = (
    "features.npy",
    "idf.npy",
    "weights.npy",
    "scales.npy",
    "biases.npy",
    "defensible.npy",
    "fine_features.npy",
    "fine_weights.npy",
    "fine_scales.npy",
    "fine_biases.npy",
    "words.gz",
    "concepts.json",
    "lexicon.gz",
)


class Manifest(dict[str, Any]):
    """What a ``manifest.json`` says.

    ``digest`` is the hash over its text as it was written, and so over every file that it
    names: sha256 of ``canonical_json``, without the last line's end.
    """

    digest = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a verdict on a claim turns.

    Parameters
    ----------
    supported
        Least probability, as the first label, of a claimed concept that is supported.
    contradicted
        Probability of being defensible below which a claimed concept is contradicted.
    """

    supported: float
    contradicted: float


@dataclass(frozen=True, slots=True)
class Head:
    """One scheme's columns in the weights, with what turns margins into a decision.

    Parameters
    ----------
    scheme
        Its id.
    columns
        Notations, ``-`` first; column ``first + i`` of the weights is ``columns[i]``.
    first
        Index of the first column.
    slope, other, offsets, mix
        How probable it is that a label could be defended, see ``Scorer.defensible``.
    threshold
        Least probability of an answer that is accepted.
    precision
        Share of right answers among the accepted on held-out groups.
    below
        The same for concepts below the level of the decision: weights of
        ``scoring.features_below``, shape (4,).
    limits, finer
        Where a verdict on a claim turns on the level on which the scheme decides, and
        below it.
    short_list
        Mass of probability that stands before the last label of a short list, at most.
    """

    scheme: str
    columns: tuple[str, ...]
    first: int
    slope: float
    other: float
    offsets: NDArray[np.float64]
    mix: NDArray[np.float32]
    below: NDArray[np.float64]
    limits: Limits
    finer: Limits
    threshold: float
    precision: float
    short_list: float

    @property
    def last(self) -> int:
        """Return the index behind the last column."""
        return self.first + len(self.columns)


@dataclass(frozen=True)
class Fine:
    """The linear model that tells apart the concepts below one concept.

    ``held`` (features of the vocabulary / 8,) a bit for each, ``weights`` int8 (n, k),
    ``scales`` and ``biases`` (k,), ``slope`` the calibration.
    """

    columns: tuple[str, ...]
    held: NDArray[np.uint8]
    weights: NDArray[np.int8]
    scales: NDArray[np.float32]
    biases: NDArray[np.float32]
    slope: float

    @cached_property
    def features(self) -> NDArray[np.uint32]:
        """Return the rising indices of its features, shape (n,)."""
        return np.unpackbits(self.held, bitorder="little").nonzero()[0].astype(np.uint32)


@dataclass(frozen=True, slots=True)
class Artefact:
    """A loaded model folder."""

    folder: Path
    manifest: Manifest
    features: NDArray[np.uint64]
    idf: NDArray[np.float32]
    weights: NDArray[np.int8]
    scales: NDArray[np.float32]
    biases: NDArray[np.float32]
    heads: dict[str, Head]
    fine: dict[tuple[str, str], Fine]
    concepts: dict[str, dict[str, Any]]

    @property
    def words(self) -> Words:
        """Return the segmenter's words, each with how frequent it is.

        Only evidence needs them, so they are read on demand.
        """
        import zlib  # noqa: PLC0415  (answers need none)

        data = zlib.decompress((self.folder / "words.gz").read_bytes(), wbits=_GZIP)
        lines, _, frequencies = data.partition(b"\n\n")
        return Words(lines.decode(), np.frombuffer(frequencies, dtype="<i4"))

    @property
    def disagreements(self) -> Disagreements:
        """Return what cannot stand together, see ``agreement``."""
        found: Disagreements = self.manifest["disagreements"]
        return found

    @property
    def versions(self) -> Versions:
        """Return the content hashes of model and taxonomy, shortened to 12 digits."""
        return Versions(
            model=self.manifest.digest[:12], taxonomy=self.manifest["hashes"]["taxonomy"][:12]
        )


def canonical_json(value: Any) -> str:
    """Return JSON with sorted keys, the same for the same value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """Read a manifest and check the format and every file's hash.

    Raises
    ------
    ArtefactError
        No manifest, another format, a missing, unknown or changed file.
    """
    path = folder / "manifest.json"
    try:
        text = path.read_text(encoding="utf-8")
        manifest = json.loads(text)
    except FileNotFoundError:
        raise ArtefactError(
            f"no model in {folder}: manifest.json is missing; run keyfield train"
        ) from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ArtefactError(f"{path} is not JSON: {error}") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        found = manifest.get("format") if isinstance(manifest, dict) else type(manifest).__name__
        raise ArtefactError(f"{path} has format {found!r}, this program reads {FORMAT}")
    named = manifest.get("files", {})
    if set(named) != set(FILES):
        odd = ", ".join(sorted(set(named) ^ set(FILES)))
        raise ArtefactError(f"{path} names other files than format {FORMAT} has: {odd}")
    for name, expected in named.items():
        file = folder / name
        if not file.is_file():
            raise ArtefactError(f"{file} is missing; restore the model folder")
        found = _sha256(file)
        if found != expected:
            raise ArtefactError(
                f"{file} was changed: sha256 {found[:12]}…, the manifest says {expected[:12]}…; "
                "restore the model folder"
            )
    out = Manifest(manifest)
    out.digest = hashlib.sha256(text.removesuffix("\n").encode()).hexdigest()
    return out


def _fine(
    manifest: dict[str, Any], array: Callable[[str], NDArray[Any]], features: int
) -> dict[tuple[str, str], Fine]:
    entries = manifest["fine"]
    held = array("fine_features.npy")
    weights = array("fine_weights.npy")
    scales = array("fine_scales.npy")
    biases = array("fine_biases.npy")
    out: dict[tuple[str, str], Fine] = {}
    counts = [entry["features"] for entry in entries]
    whole = held.shape == (len(entries), -(-features // 8))
    if not whole or np.bitwise_count(held).sum(axis=1).tolist() != counts:
        raise ArtefactError("the fine models do not have the features that the manifest names")
    column = cell = 0
    for row, entry in zip(held, entries, strict=True):
        count, width = entry["features"], len(entry["columns"])
        out[entry["scheme"], entry["above"]] = Fine(
            columns=tuple(entry["columns"]),
            held=row,
            weights=weights[cell : cell + count * width].reshape(count, width),
            scales=scales[column : column + width],
            biases=biases[column : column + width],
            slope=entry["slope"],
        )
        column, cell = column + width, cell + count * width
    if (column, cell) != (len(scales), len(weights)):
        raise ArtefactError("the fine arrays do not have the lengths that the manifest names")
    return out


def _limits(entry: dict[str, Any]) -> Limits:
    return Limits(entry["supported"], entry["contradicted"])


def load_artefact(folder: Path, promoted: str = "") -> Artefact:
    """Load a model folder; nothing is read before every hash is checked, no pickle ever.

    Parameters
    ----------
    folder
        The model folder.
    promoted
        Hash that the model had when it was put to use; empty where nothing says so.

    Raises
    ------
    ArtefactError
        As ``read_manifest``, where arrays do not fit one another, and where the model is
        another than the one that was promoted.
    """
    manifest = read_manifest(folder)
    if promoted and manifest.digest != promoted:
        raise ArtefactError(
            f"{folder} was changed since it was promoted: it is {manifest.digest[:12]}…, "
            f"promoted was {promoted[:12]}…; restore it, or go back by keyfield models rollback"
        )

    def array(name: str) -> NDArray[Any]:
        try:
            mapped = np.load(folder / name, mmap_mode="r", allow_pickle=False)
        except ValueError as error:
            raise ArtefactError(f"{folder / name} is no plain array: {error}") from None
        return np.asarray(mapped)  # a plain view of the same pages: slices of it are cheap

    weights = array("weights.npy")
    features = array("features.npy")
    mix = array("defensible.npy")
    heads: dict[str, Head] = {}
    first = 0
    for entry in manifest["heads"]:
        heads[entry["scheme"]] = Head(
            scheme=entry["scheme"],
            columns=tuple(entry["columns"]),
            first=first,
            slope=entry["defensible"]["slope"],
            other=entry["defensible"]["other"],
            offsets=np.array(entry["defensible"]["offsets"]),
            mix=mix[:, first : first + len(entry["columns"])],
            below=np.array(entry["defensible"]["below"]),
            limits=_limits(entry["verdicts"][0]),
            finer=_limits(entry["verdicts"][1]),
            threshold=entry["threshold"],
            precision=entry["precision"],
            short_list=entry["short_list"]["mass"],
        )
        first += len(entry["columns"])
    if weights.shape != (len(features), first):
        raise ArtefactError(
            f"{folder}: weights have shape {weights.shape}, expected {(len(features), first)}"
        )
    if mix.shape != (first, first):
        raise ArtefactError(
            f"{folder}: defensible has shape {mix.shape}, expected {(first, first)}"
        )
    return Artefact(
        folder=folder,
        manifest=manifest,
        features=features,
        idf=array("idf.npy"),
        weights=weights,
        scales=array("scales.npy"),
        biases=array("biases.npy"),
        heads=heads,
        fine=_fine(manifest, array, len(features)),
        concepts=json.loads((folder / "concepts.json").read_text(encoding="utf-8")),
    )
