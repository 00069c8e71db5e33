"""A model as one file: written the same each time, and read with suspicion."""

from __future__ import annotations

import json
import shutil
import tarfile
import tempfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from classifier.domains.artefact import FILES, read_manifest
from classifier.errors import ArtefactError, RegistryError
from classifier.home import SHIPPED
from classifier.training.record import HELD_OUT, read_record
from classifier.training.registry import folder_of, locked, verified

if TYPE_CHECKING:
    from typing import Any

    from classifier.domains.artefact import Manifest

NAMES = frozenset({*FILES, "manifest.json", "MODEL_CARD.md", HELD_OUT})
"""Files that a model folder may hold."""

MOST_BYTES = 512 * 1024 * 1024
"""Bytes that an unpacked model may have."""


def export_model(models: Path, ref: str, path: Path) -> str:
    """Write a model to a tar file, the same bytes for the same model; return its hash.

    Raises
    ------
    RegistryError, ArtefactError
        No such model, or it is not whole.
    """
    manifest = verified(models, ref)
    folder = folder_of(models, ref)
    work = path.with_name(f".{path.name}.part")
    try:
        with tarfile.open(work, "w", format=tarfile.PAX_FORMAT) as tar:
            for name in sorted(p.name for p in folder.iterdir() if p.name in NAMES):
                info = tarfile.TarInfo(name)
                info.size, info.mode = (folder / name).stat().st_size, 0o644
                with (folder / name).open("rb") as stream:
                    tar.addfile(info, stream)
        work.replace(path)
    finally:
        work.unlink(missing_ok=True)
    return manifest.digest


def import_model(models: Path, path: Path, ref: str) -> Manifest:
    """Unpack a model beside its place, check every file, and put it there in one step.

    Raises
    ------
    RegistryError
        The name is taken or not allowed, or the file is no model parcel.
    ArtefactError
        A file of the model is missing or was changed.
    """
    if ref == SHIPPED:
        raise RegistryError(f"不能导入为 {SHIPPED}；请起一个 名称/版本")
    try:
        folder_of(models, ref)
    except RegistryError as error:
        if "不是模型名" in str(error):
            raise
    else:
        raise RegistryError(f"{ref} 已存在，版本不可改；换一个版本号")
    folder = models / ref
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _unpack(path, work)
        manifest = read_manifest(work)
        read_record(work, manifest)
        work.chmod(0o755)
        with locked(models):
            if folder.exists():
                raise RegistryError(f"{ref} 已存在，版本不可改；换一个版本号")
            work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return manifest


def _unpack(path: Path, work: Path) -> None:
    """Unpack regular files of known names; anything else in the parcel refuses it."""
    total = 0
    try:
        with tarfile.open(path, "r:") as tar:
            for member in tar:
                if not member.isreg() or member.name not in NAMES:
                    name = PurePosixPath(member.name).name[:40]
                    raise RegistryError(f"{path} 里有不属于模型的内容：“{name}”；未导入")
                total += member.size
                if total > MOST_BYTES:
                    raise RegistryError(f"{path} 解开后超过 {MOST_BYTES >> 20} MiB；未导入")
                source = tar.extractfile(member)
                if source is None or (work / member.name).exists():
                    raise RegistryError(f"{path} 里“{member.name}”重复或不能读；未导入")
                with (work / member.name).open("wb") as target:
                    shutil.copyfileobj(source, target)
    except (tarfile.TarError, OSError, EOFError) as error:
        raise RegistryError(f"{path} 不是导出的模型：{error}") from None
    if not (work / "manifest.json").is_file():
        raise ArtefactError(f"{path} 里没有 manifest.json；未导入")


def summary(manifest: dict[str, Any]) -> str:
    """Return a manifest without its long parts, as JSON for people."""
    short: dict[str, Any] = {
        k: manifest[k] for k in ("name", "hashes", "libraries", "metrics") if k in manifest
    }
    short["counts"] = {k: v for k, v in manifest["counts"].items() if k != "concepts"}
    return json.dumps(short, ensure_ascii=False, indent=1)
