"""The command ``keyfield``."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from classifier import __version__
from classifier.errors import JobInterruptedError, KeyfieldError

if TYPE_CHECKING:
    from collections.abc import Sequence

DONE, FAILED, BAD_ROWS, INTERRUPTED = 0, 2, 3, 4

MODULES = {
    "answers": ("classify", "explain"),
    "claims": ("verify",),
    "evaluation": ("evaluate", "gap"),
    "indicator": ("indicator",),
    "comparing": ("compare-rules", "peers"),
    "planning": ("lifecycle", "calendar", "ladder", "incentives"),
    "profiles": ("profile",),
    "taxonomy": ("taxonomy",),
    "corpus": ("corpus",),
    "labelling": ("labels",),
    "training": ("train", "model-card"),
    "benching": ("bench",),
    "models": ("models",),
    "watching": ("drift", "suggest"),
    "serving": ("serve", "users", "keys", "audit", "backup", "restore", "demo-data"),
}
"""Modules with their commands, in the order of the help."""


def parser(command: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of all commands, or one that knows a command and its neighbours.

    A cold start pays for every module that is imported.
    """
    top = argparse.ArgumentParser(
        prog="keyfield",
        description="重点领域判定：产品描述属于哪些官方重点领域，有多大把握，依据是什么。",
        epilog="退出码：0 完成；2 无法进行；3 已完成，但有问题行（列在旁边的文件里）；"
        "4 被中断，可用 --resume 接着做。",
    )
    top.add_argument("--version", action="version", version=f"keyfield {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="命令")
    asked = [name for name, own in MODULES.items() if command in own]
    for name in asked or MODULES:
        import_module(f"classifier.cli.{name}").add_commands(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    gc.disable()  # a command lives shortly; batches switch it on again
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    given = sys.argv[1:] if argv is None else argv
    args = parser(given[0] if given else None).parse_args(given)
    try:
        return int(args.run(args))
    except KeyfieldError as error:
        sys.stderr.write(f"keyfield: {error}\n")
        return INTERRUPTED if isinstance(error, JobInterruptedError) else FAILED
    except BrokenPipeError:  # the reader of a pipe went away; that is no error of ours
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return 130
