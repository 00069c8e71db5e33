"""``models/<name>/<version>``: immutable model folders, and one pointer to the one in use.

The pointer (``current.json``) is replaced in one step under a lock. Who changes it says which
change he saw last; if another came first, he is told. Every change stands in ``log.jsonl``.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from classifier.domains.artefact import Manifest, read_manifest
from classifier.errors import ArtefactError, RegistryError
from classifier.home import POINTER, SHIPPED, Pointer, Step, read_pointer
from classifier.training.record import read_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

LOG = "log.jsonl"
_LOCK = ".lock"
_REF = re.compile(r"[\w][\w.\-]*/[\w][\w.\-]*")
_PATIENCE = 5.0
"""Seconds that a change waits for another one to end."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A model of the registry; ``fault`` says why it cannot be loaded, empty where it can."""

    ref: str
    folder: Path
    model: str
    schemes: tuple[str, ...]
    examples: int
    labels: int
    in_use: bool
    fault: str


def refs(models: Path) -> list[str]:
    """Return the names of all models: ``default``, then ``name/version`` in order."""
    out = [SHIPPED] if (models / SHIPPED / "manifest.json").is_file() else []
    for path in sorted(models.glob("*/*/manifest.json"), key=_natural):
        ref = path.parent.relative_to(models).as_posix()
        if _REF.fullmatch(ref):
            out.append(ref)
    return out


def _natural(path: Path) -> list[tuple[int, str]]:
    name = path.parent.as_posix()
    return [(int(p), "") if p.isdigit() else (0, p) for p in re.split(r"(\d+)", name)]


def folder_of(models: Path, ref: str) -> Path:
    """Return the folder of a model.

    Raises
    ------
    RegistryError
        The name is not ``default`` or ``name/version``, or there is no such model.
    """
    if ref != SHIPPED and not _REF.fullmatch(ref):
        raise RegistryError(f"“{ref}”不是模型名；应为 名称/版本，或 {SHIPPED}")
    folder = models / ref
    if not (folder / "manifest.json").is_file():
        raise RegistryError(f"没有模型 {ref}；有 {'、'.join(refs(models)) or '（无）'}")
    return folder


def verified(models: Path, ref: str) -> Manifest:
    """Return the manifest of a model of which every file was checked.

    Raises
    ------
    RegistryError
        As ``folder_of``.
    ArtefactError
        A file is missing or was changed, or the model is not the one that was promoted.
    """
    folder = folder_of(models, ref)
    manifest = read_manifest(folder)
    read_record(folder, manifest)
    found = manifest.digest
    for step in read_pointer(models).history:
        if step.ref == ref and step.model not in {"", found}:
            raise ArtefactError(
                f"{folder} 在发布后被改动：现为 {found[:12]}，发布时为 {step.model[:12]}；请恢复"
            )
    return manifest


def entries(models: Path) -> list[Entry]:
    """Return all models, each checked file by file."""
    current = read_pointer(models).current.ref
    out = []
    for ref in refs(models):
        folder, fault = models / ref, ""
        manifest = Manifest()
        try:
            manifest = verified(models, ref)
        except ArtefactError as error:
            fault = str(error)
        counts = manifest.get("counts", {})
        out.append(
            Entry(
                ref=ref,
                folder=folder,
                model=manifest.digest if manifest else "",
                schemes=tuple(h["scheme"] for h in manifest.get("heads", ())),
                examples=counts.get("examples", 0),
                labels=counts.get("labels", {}).get("added", 0),
                in_use=ref == current,
                fault=fault,
            )
        )
    return out


def leftovers(models: Path) -> list[Path]:
    """Return folders that a training or an import that was killed left behind."""
    return sorted(p for p in (*models.glob(".*-*"), *models.glob("*/.*-*")) if p.is_dir())


@contextlib.contextmanager
def locked(models: Path) -> Iterator[None]:
    """Hold the registry's lock; it is let go even if the process is killed.

    Raises
    ------
    RegistryError
        Another change did not end within five seconds, or the folder cannot be written.
    """
    try:
        models.mkdir(parents=True, exist_ok=True)
        handle = os.open(models / _LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise RegistryError(f"{models} 不能写：{error}；用 KEYFIELD_HOME 指定可写的目录") from None
    try:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() > until:
                    raise RegistryError("另一个操作正在改动模型指针，请稍后再试") from None
                time.sleep(0.02)
        yield
    finally:
        os.close(handle)


def _write_pointer(models: Path, pointer: Pointer) -> None:
    work = models / f".{POINTER}.{os.getpid()}"
    try:
        with work.open("w", encoding="utf-8") as stream:
            json.dump({"serial": pointer.serial, "history": pointer.history}, stream)
            stream.flush()
            os.fsync(stream.fileno())
        work.replace(models / POINTER)
    finally:
        work.unlink(missing_ok=True)


def _append(models: Path, line: dict[str, Any]) -> None:
    with (models / LOG).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        stream.flush()
        os.fsync(stream.fileno())


def _change(
    models: Path, seen: Pointer, history: Sequence[Step], action: str, words: dict[str, Any]
) -> Pointer:
    """Replace the pointer, if it is still the one that was seen."""
    with locked(models):
        now = read_pointer(models)
        if now != seen:
            raise RegistryError(
                f"指针已被改动：现在用的是 {now.current.ref}（第{now.serial}次改动），"
                f"您看到的是 {seen.current.ref}（第{seen.serial}次）；请看清后再试"
            )
        pointer = Pointer(seen.serial + 1, tuple(history))
        line = {
            "serial": pointer.serial,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "action": action,
            "from": seen.current.ref,
            "to": pointer.current.ref,
            "model": pointer.current.model,
            **words,
        }
        _append(models, line)  # first: a change without its line would be worse than the reverse
        _write_pointer(models, pointer)
    return pointer


def point(
    models: Path,
    ref: str,
    seen: Pointer,
    *,
    who: str,
    reason: str = "",
    overruled: Sequence[str] = (),
) -> Pointer:
    """Put a model to use, without any check but that of its files.

    Parameters
    ----------
    seen
        The pointer that was read before the checks began.
    who, reason
        Who does it, and why; both go into the log.
    overruled
        Checks that the model failed and that ``reason`` answers for.

    Raises
    ------
    RegistryError
        No such model, or another change came first.
    ArtefactError
        The model is not whole.
    """
    model = verified(models, ref).digest
    if seen.current.ref == ref and seen.current.model in {"", model}:
        raise RegistryError(f"{ref} 已在使用")
    step = Step(ref, "" if ref == SHIPPED else model)
    words = {"who": who, "reason": reason, "overruled": list(overruled)}
    return _change(models, seen, (*seen.history, step), "promote", words)


def rollback(models: Path, seen: Pointer, *, who: str, reason: str = "") -> Pointer:
    """Go back to the model that was in use before.

    Raises
    ------
    RegistryError
        There is none before, or another change came first.
    ArtefactError
        The model before is not whole.
    """
    if len(seen.history) == 1:
        raise RegistryError(f"{seen.current.ref} 之前没有用过别的模型，无法回退")
    verified(models, seen.history[-2].ref)
    words = {"who": who, "reason": reason, "overruled": []}
    return _change(models, seen, seen.history[:-1], "rollback", words)


def log(models: Path) -> list[dict[str, Any]]:
    """Return the changes that took effect, oldest first."""
    path = models / LOG
    if not path.is_file():
        return []
    done = read_pointer(models).serial
    lines = (json.loads(x) for x in path.read_text(encoding="utf-8").splitlines() if x.strip())
    by_serial = {line["serial"]: line for line in lines if line["serial"] <= done}
    return [by_serial[serial] for serial in sorted(by_serial)]
