"""``keyfield train`` and ``keyfield model-card``."""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse


def add_commands(commands: Any) -> None:
    """Add the commands of this module."""
    train = commands.add_parser("train", help="用语料和词表训练模型")
    train.add_argument("--taxonomy", type=Path, help="分类数据目录，默认随程序附带")
    train.add_argument("--output", type=Path, help="模型目录，默认 models/default")
    train.add_argument("--jobs", type=int, help="并行进程数，默认全部核心")
    train.set_defaults(run=run_train)
    card = commands.add_parser("model-card", help="由模型清单写出 MODEL_CARD.md")
    card.add_argument("--model", type=Path, help="模型目录，默认随程序附带的模型")
    card.add_argument("--scores", type=Path, help="评测结果（score.py --json 的输出）")
    card.set_defaults(run=run_card)


def run_train(args: argparse.Namespace) -> int:
    """Train, write the artefact and its card, print the held-out figures."""
    from classifier.cli import BAD_ROWS, DONE
    from classifier.home import default_model_dir, taxonomy_dir
    from classifier.training.card import write_card
    from classifier.training.train import train

    gc.enable()
    begun = time.monotonic()

    def progress(message: str) -> None:
        sys.stderr.write(f"{time.monotonic() - begun:6.1f} s  {message}\n")

    trained = train(
        args.taxonomy or taxonomy_dir(),
        args.output or default_model_dir(),
        jobs=args.jobs,
        progress=progress,
    )
    write_card(trained.folder, None)
    progress(f"→ {trained.folder}")
    sys.stdout.write(
        f"{'':12}{'strict':>8}{'fair':>8}{'recall':>8}{'false+':>8}{'auto':>8}{'auto-ok':>8}\n"
    )
    for scheme, f in trained.assessment.figures.items():
        row = (f.strict, f.fair, f.recall, f.false_positive, f.auto, f.auto_ok)
        sys.stdout.write(f"{scheme:12}" + "".join(f"{x:8.3f}" for x in row) + "\n")
    for problem in trained.problems:
        sys.stderr.write(f"{problem}\n")
    return BAD_ROWS if trained.problems else DONE


def run_card(args: argparse.Namespace) -> int:
    """Write the model card again, with benchmark figures if there are any."""
    from classifier.home import default_model_dir
    from classifier.training.card import write_card

    write_card(args.model or default_model_dir(), args.scores)
    return 0
