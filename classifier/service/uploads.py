"""Uploaded files: known kinds only, looked into before a parser sees them, kept as UTF-8."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from classifier.errors import FormatError, InvalidError, TooLargeError

ENDINGS = (".csv", ".xlsx")
ENCODINGS = ("utf-8-sig", "gb18030")
"""Tried in this order: spreadsheets in China save CSV as GB18030 unless told otherwise."""

UNPACKED = 200 * 1024 * 1024
"""Bytes that a workbook may unpack to."""

PARTS = 2000
"""Files that a workbook may hold."""

BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was taken in: its name as the sender gave it, its path here, its hash."""

    name: str
    path: Path
    digest: str


def take_in(stream: BinaryIO, name: str | None, target: Path, *, most: int) -> Upload:
    """Write an uploaded file to ``target`` with its ending, checked.

    Parameters
    ----------
    stream
        The file's bytes.
    name
        What the sender calls it; only its ending matters.
    target
        Where to put it, without an ending; the folder is made.
    most
        Most bytes.

    Raises
    ------
    FormatError
        Another ending, or content that does not fit the ending.
    TooLargeError
        More bytes than allowed, packed or unpacked.
    InvalidError
        The file is empty.
    """
    called = Path((name or "").replace("\\", "/")).name[:200]
    ending = Path(called).suffix.lower()
    if ending not in ENDINGS:
        raise FormatError(
            f"文件“{called}”的扩展名是{ending or '空'}；允许：{'、'.join(ENDINGS)}", field="file"
        )
    path = target.with_name(target.name + ending)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        digest = _copy(stream, path, most)
        if ending == ".xlsx":
            _check_workbook(path)
        else:
            _to_utf8(path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Upload(called, path, digest)


def _copy(stream: BinaryIO, path: Path, most: int) -> str:
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as out:
        while block := stream.read(BLOCK):
            size += len(block)
            if size > most:
                raise TooLargeError(f"文件超过{most}字节的上限", field="file")
            digest.update(block)
            out.write(block)
    if not size:
        raise InvalidError("文件是空的", field="file")
    return digest.hexdigest()


def _check_workbook(path: Path) -> None:
    """Refuse what is no workbook, unpacks to too much, or declares entities."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > PARTS or sum(p.file_size for p in parts) > UNPACKED:
                raise TooLargeError("工作簿解压后过大", field="file")
            if "[Content_Types].xml" not in archive.namelist():
                raise FormatError("不是XLSX工作簿", field="file")
            for part in parts:
                with archive.open(part) as stream:
                    if b"<!DOCTYPE" in stream.read(4096).upper():
                        raise FormatError("工作簿里有不允许的XML声明", field="file")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise FormatError("不是XLSX工作簿，或已损坏", field="file") from error


def _to_utf8(path: Path) -> None:
    data = path.read_bytes()
    if b"\0" in data:
        raise FormatError("不是文本的CSV文件", field="file")
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        path.write_bytes(text.encode())
        return
    raise FormatError("既不是UTF-8也不是GB18030；请另存为UTF-8的CSV", field="file")
