"""What a model must pass before it is put to use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from classifier.domains.artefact import load_artefact
from classifier.domains.classifier import Classifier
from classifier.errors import ArtefactError, PromotionError, RegistryError
from classifier.home import read_pointer
from classifier.training.compare import Comparison, compare
from classifier.training.keys import text_key
from classifier.training.pack import scheme_hash
from classifier.training.record import read_record
from classifier.training.registry import folder_of, point, verified
from classifier.training.sheets import read_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from classifier.home import Pointer
    from classifier.schemes.model import Scheme

_LISTED = 5


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, and every reason against the model; none where it may be used."""

    seen: Pointer
    comparison: Comparison | None
    reasons: tuple[str, ...]


def load_model(models: Path, ref: str) -> Classifier:
    """Load a model of the registry.

    Raises
    ------
    RegistryError, ArtefactError
        No such model, or it is not whole.
    """
    verified(models, ref)
    return Classifier(load_artefact(folder_of(models, ref)))


def check(
    models: Path,
    ref: str,
    schemes: Mapping[str, Scheme],
    benchmark: Path | None = None,
    texts: Mapping[str, str] | None = None,
) -> Check:
    """Hold a model against the one in use.

    Parameters
    ----------
    models
        The registry.
    ref
        The candidate.
    schemes
        The schemes that answers are read by: those of ``taxonomy/``, and one's own.
    benchmark
        A label file that no model was trained on.
    texts
        Texts by their key, to show what changed on the folds.

    Raises
    ------
    RegistryError, ArtefactError
        No such model, or it is not whole.
    """
    seen = read_pointer(models)
    manifest = verified(models, ref)
    candidate = load_model(models, ref)
    reasons = _taxonomy(manifest, schemes)
    comparison = None
    try:
        current = Classifier(load_artefact(models / seen.current.ref, seen.current.model))
    except ArtefactError as error:
        reasons.append(f"正在使用的模型 {seen.current.ref} 不能载入，无从比较：{error}")
    else:
        comparison = compare(current, candidate, benchmark, texts)
        reasons += _worse(comparison, seen.current.ref)
    reasons += _trained_on(models / ref, manifest, benchmark)
    return Check(seen, comparison, tuple(reasons))


def _taxonomy(manifest: Mapping[str, Any], schemes: Mapping[str, Scheme]) -> list[str]:
    known = {head["scheme"] for head in manifest["heads"]}
    out = [f"模型没有分类 {s}，而分类数据里有" for s in schemes if s not in known]
    for scheme, found in manifest.get("schemes", {}).items():
        if scheme not in schemes:
            out.append(f"分类数据里没有模型的分类 {scheme}；用 --schemes 指明它所在的目录")
        elif found != scheme_hash(schemes[scheme]):
            out.append(f"分类 {scheme} 与模型训练时的不同；请重新训练")
    if "schemes" not in manifest:
        out += [f"分类数据里没有模型的分类 {s}" for s in sorted(known - set(schemes))]
    return out


def _worse(found: Comparison, current: str) -> list[str]:
    out = []
    wrong = [c for c in found.golden if not c.second_right]
    for case in wrong[:_LISTED]:
        expected = "、".join(case.expected)
        out.append(
            f"典型案例 {case.id} 的 {case.scheme} 答 {case.second}，应为 {expected}：{case.text}"
        )
    if len(wrong) > _LISTED:
        out.append(f"……还有 {len(wrong) - _LISTED} 个典型案例不符")
    places = {"folds": "留出折", "benchmark": "评测文件"}
    for scheme in found.schemes:
        if scheme.worse:
            gap = scheme.measures["fair"].difference
            out.append(
                f"{scheme.scheme} 在{places[scheme.on]}上显著变差：fair {gap.value:+.3f}"
                f"（{gap.low:+.3f} 至 {gap.high:+.3f}），p = {scheme.p:.4f}"
            )
    if found.shared and not found.schemes:
        out.append(f"与 {current} 没有可比的数据：请用 --benchmark 给出评测文件")
    return out


def _trained_on(folder: Path, manifest: Mapping[str, Any], benchmark: Path | None) -> list[str]:
    rows = read_record(folder, manifest)
    if rows is None:
        return ["模型没有训练记录，不能证明没有用评测文本训练过"] if benchmark else []
    keys = {row.key: row.id for row in rows}
    texts = {"典型案例": [(c["id"], c["text"]) for c in manifest["golden"]]}
    if benchmark is not None:
        sheet = read_sheet(benchmark)
        texts["评测文件"] = [(r.get("id", str(n)), r.get("text", "")) for n, r in sheet.rows]
    out = []
    for where, pairs in texts.items():
        hits = [row_id for row_id, text in pairs if text_key(text) in keys]
        if hits:
            shown = "、".join(hits[:_LISTED])
            out.append(f"训练用了{where}的 {len(hits)} 条文本（{shown}）")
    return out


def promote(
    models: Path,
    ref: str,
    found: Check,
    *,
    who: str,
    force: bool = False,
    reason: str = "",
) -> Pointer:
    """Put a checked model to use; the pointer must still be the one that the check saw.

    Raises
    ------
    PromotionError
        There are reasons against it, and it is not forced.
    RegistryError
        It is forced without a reason, it is in use, or another change came first.
    """
    if found.reasons and not force:
        raise PromotionError(ref, list(found.reasons))
    if found.reasons and not reason.strip():
        raise RegistryError("强制发布要写明理由：--reason 理由")
    overruled = found.reasons if force else ()
    return point(models, ref, found.seen, who=who, reason=reason, overruled=overruled)
