"""Writes an artefact: prune, quantise, hash, and put in place in one step."""

from __future__ import annotations

import gzip
import hashlib
import importlib.metadata
import json
import shutil
import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.domains.artefact import FILES, FORMAT, canonical_json
from classifier.schemes.lexicon import write_terms
from classifier.text.normalise import canonical
from classifier.training.pairs import disagreements

if TYPE_CHECKING:
    from collections.abc import Mapping

    from _typeshed import DataclassInstance
    from numpy.typing import NDArray

    from classifier.schemes.model import Scheme
    from classifier.schemes.taxonomy import Taxonomy
    from classifier.training.fit import ModelFit
    from classifier.training.heldout import Assessment
    from classifier.training.material import Design

LIBRARIES = ("numpy", "scipy", "scikit-learn", "jieba", "rjieba")


def quantise(weights: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return int8 weights and the scale of each column; column x scale gives them back."""
    scales = np.abs(weights).max(axis=0, initial=0.0) / 127
    scales = np.where(scales > 0, scales, 1.0).astype(np.float32)
    return np.rint(weights / scales).astype(np.int8), scales


def keep_features(model: ModelFit, features: int) -> NDArray[np.int64]:
    """Return the rising indices of the features that carry any weight.

    No other is left out: what a model was fitted with belongs to the norm of a text, and
    leaving out half of the features gave twice the false positives on real texts.
    """
    importance = np.zeros(features, dtype=np.float32)
    for head in model.heads:
        np.maximum(importance, np.abs(head.weights).max(axis=1), out=importance)
    for fine in model.fine:
        if len(fine.features):
            peak = np.abs(fine.weights).max(axis=1)
            importance[fine.features] = np.maximum(importance[fine.features], peak)
    return np.flatnonzero(importance)


def write_artefact(
    folder: Path,
    *,
    name: str,
    design: Design,
    words: Mapping[str, int],
    model: ModelFit,
    assessment: Assessment,
    taxonomy: Taxonomy,
    hashes: dict[str, str],
    golden: list[dict[str, Any]],
    counts: dict[str, Any],
    records: Mapping[str, bytes],
) -> None:
    """Write a model folder beside its place, then move it there; nothing is half-written.

    ``records`` are files that no answer needs (what was held out); their hashes stand in the
    manifest too.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        kept = keep_features(model, len(design.idf))
        heads = _write_heads(work, design, model, assessment, kept)
        fine = _write_fine(work, model, assessment, kept)
        frequencies = np.array(list(words.values()), dtype="<i4").tobytes()
        lines = "\n".join(words).encode() + b"\n\n" + frequencies
        (work / "words.gz").write_bytes(gzip.compress(lines, mtime=0))
        (work / "concepts.json").write_text(canonical_json(_concepts(taxonomy)), encoding="utf-8")
        terms = write_terms(
            [replace(t, text=canonical(t.text)) for t in taxonomy.lexicon.terms if t.labels],
            tuple(taxonomy.schemes),
        )
        (work / "lexicon.gz").write_bytes(gzip.compress(terms.encode(), mtime=0))
        for record, data in records.items():
            (work / record).write_bytes(data)
        manifest = {
            "format": FORMAT,
            "name": name,
            "files": {f: hashlib.sha256((work / f).read_bytes()).hexdigest() for f in FILES},
            "records": {r: hashlib.sha256(data).hexdigest() for r, data in records.items()},
            "schemes": {s.id: scheme_hash(s) for s in taxonomy.schemes.values()},
            "hashes": hashes,
            "libraries": {lib: importlib.metadata.version(lib) for lib in LIBRARIES},
            "heads": heads,
            "fine": fine,
            "disagreements": disagreements(taxonomy),
            "counts": counts,
            "metrics": {s: f.to_json() for s, f in assessment.figures.items()},
            "metrics_by_kind": {
                scheme: {kind: f.to_json() for kind, f in kinds.items()}
                for scheme, kinds in assessment.by_kind.items()
            },
            "recall_by_concept": {
                scheme: {n: [count, round(share, 4)] for n, (count, share) in found.items()}
                for scheme, found in assessment.concepts.items()
            },
            "golden": golden,
        }
        (work / "manifest.json").write_text(canonical_json(manifest) + "\n", encoding="utf-8")
        work.chmod(0o755)
        _swap(work, folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _swap(work: Path, folder: Path) -> None:
    if not folder.exists():
        work.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
    folder.replace(old)
    work.rename(folder)
    shutil.rmtree(old)


def fold_calibration(
    model: ModelFit, assessment: Assessment, kept: NDArray[np.int64]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return weights (kept features, all columns) and biases whose sums are log-odds.

    Calibration is linear in the margins, so it goes into the weights once and for all.
    """
    plain = np.concatenate([head.weights[kept] for head in model.heads], axis=1)
    constant = np.concatenate([head.biases for head in model.heads]).astype(np.float64)
    weights = np.empty_like(plain)
    biases = np.empty_like(constant)
    at = 0
    for head in model.heads:
        own = slice(at, at + len(head.columns))
        at = own.stop
        found = assessment.calibrations[head.scheme]
        weights[:, own] = found.slope * plain[:, own] + plain @ found.mix
        biases[own] = found.slope * constant[own] + found.offsets + constant @ found.mix
    return weights, biases.astype(np.float32)


def _write_heads(
    work: Path,
    design: Design,
    model: ModelFit,
    assessment: Assessment,
    kept: NDArray[np.int64],
) -> list[dict[str, Any]]:
    weights, biases = fold_calibration(model, assessment, kept)
    small, scales = quantise(weights)
    np.save(work / "features.npy", design.vocabulary.hashes[kept])
    np.save(work / "idf.npy", design.idf[kept])
    np.save(work / "weights.npy", small)
    np.save(work / "scales.npy", scales)
    np.save(work / "biases.npy", biases)
    mixes = [assessment.verdicts[head.scheme].defensible.mix for head in model.heads]
    np.save(work / "defensible.npy", np.concatenate(mixes, axis=1).astype(np.float32))
    out = []
    for head in model.heads:
        found = assessment.quality[head.scheme]
        verdicts = assessment.verdicts[head.scheme]
        out.append(
            {
                "scheme": head.scheme,
                "columns": list(head.columns),
                "threshold": found.threshold,
                "defensible": {
                    "slope": round(verdicts.defensible.slope, 6),
                    "other": round(verdicts.defensible.other, 6),
                    "offsets": [round(float(x), 6) for x in verdicts.defensible.offsets],
                    "below": [round(float(x), 6) for x in verdicts.below],
                },
                "verdicts": [_rounded(verdicts.limits), _rounded(verdicts.finer)],
                "precision": round(found.precision, 4),
                "accepted": round(found.accepted, 4),
                "calibration_error": round(found.error, 4),
                "short_list": _rounded(assessment.short_lists[head.scheme]),
            }
        )
    return out


def _rounded(found: DataclassInstance) -> dict[str, Any]:
    return {
        name: round(value, 6) if isinstance(value, float) else value
        for name, value in asdict(found).items()
    }


def _write_fine(
    work: Path, model: ModelFit, assessment: Assessment, kept: NDArray[np.int64]
) -> list[dict[str, Any]]:
    # a scheme of one level has no finer model: what is written is then empty
    bits = np.zeros((len(model.fine), len(kept)), dtype=bool)
    weights: list[NDArray[np.int8]] = [np.zeros(0, dtype=np.int8)]
    column_scales: list[NDArray[np.float32]] = [np.zeros(0, dtype=np.float32)]
    biases = [np.zeros(0, dtype=np.float32), *(fine.biases for fine in model.fine)]
    out = []
    for row, fine in zip(bits, model.fine, strict=True):
        at = np.searchsorted(kept, fine.features)
        at[at == len(kept)] = 0
        held = kept[at] == fine.features if len(fine.features) else np.zeros(0, dtype=bool)
        small, scales = quantise(fine.weights[held])
        some = np.abs(small).max(axis=1, initial=0) > 0
        row[at[held][some]] = True
        weights.append(small[some].ravel())
        column_scales.append(scales)
        out.append(
            {
                "scheme": fine.scheme,
                "above": fine.above,
                "columns": list(fine.columns),
                "features": int(some.sum()),
                "slope": assessment.slopes[fine.scheme, fine.above],
            }
        )
    np.save(work / "fine_features.npy", np.packbits(bits, axis=1, bitorder="little"))
    np.save(work / "fine_weights.npy", np.concatenate(weights))
    np.save(work / "fine_scales.npy", np.concatenate(column_scales))
    np.save(work / "fine_biases.npy", np.concatenate(biases))
    return out


def scheme_hash(scheme: Scheme) -> str:
    """Return the hash over a scheme's notations, names, scopes and tree."""
    plain = [[c.notation, c.label.zh, c.scope, c.broader] for c in scheme.concepts.values()]
    return hashlib.sha256(canonical_json([scheme.title.zh, plain]).encode()).hexdigest()


def _concepts(taxonomy: Taxonomy) -> dict[str, Any]:
    return {
        f"{scheme.id}:{c.notation}": {
            "zh": c.label.zh,
            "en": c.label.en,
            "scope": c.scope,
            "excludes": [[e.what, e.see] for e in c.excludes],
        }
        for scheme in taxonomy.schemes.values()
        for c in scheme.concepts.values()
    } | {
        scheme.id: {"zh": scheme.title.zh, "en": scheme.title.en}
        for scheme in taxonomy.schemes.values()
    }


def read_json(path: Path) -> Any:
    """Read one JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))
