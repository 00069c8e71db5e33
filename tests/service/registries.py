"""Registries of whole models that differ in one number, made of the model that ships."""

from __future__ import annotations

import json
import os
import shutil

from classifier.home import SHIPPED

from .server import ROOT

SHIPPED_MODEL = ROOT / "models" / SHIPPED


def version(models, ref, share):
    """Put a version into a registry: the shipped arrays, another threshold in the manifest."""
    folder = models / ref
    folder.mkdir(parents=True)
    for path in SHIPPED_MODEL.iterdir():
        if path.is_file() and path.name != "manifest.json":  # the card's pictures stay
            share_file(path, folder / path.name)
    manifest = json.loads((SHIPPED_MODEL / "manifest.json").read_text(encoding="utf-8"))
    manifest["heads"][0]["threshold"] = share
    (folder / "manifest.json").write_text(
        json.dumps(manifest, ensure_ascii=False), encoding="utf-8"
    )
    return folder


def registry(folder):
    """Return a registry of the shipped model and two more, ``mine/1`` and ``mine/2``."""
    models = folder / "models"
    models.mkdir()
    (models / SHIPPED).symlink_to(SHIPPED_MODEL)
    for number in (1, 2):
        version(models, f"mine/{number}", 0.9 + number / 100)
    return models


def tamper(folder, name="biases.npy"):
    """Change one byte of a file, which is a link to the shipped one, in a copy of its own."""
    path = folder / name
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.unlink()
    path.write_bytes(data)


def mend(folder, name="biases.npy"):
    """Put the file back as it was."""
    (folder / name).unlink()
    share_file(SHIPPED_MODEL / name, folder / name)


def share_file(source, target):
    """Link a file, or copy it where the folders lie on two disks."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
