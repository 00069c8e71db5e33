"""``keyfield train`` and ``keyfield model-card``."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.errors import RegistryError

if TYPE_CHECKING:
    import argparse

    from classifier.training.train import Extra


def add_commands(commands: Any) -> None:
    """Add the commands of this module."""
    train = commands.add_parser(
        "train",
        help="用语料、词表和自己的标注训练模型",
        description="训练从不改动正在使用的模型：带 --labels 或 --schemes 时必须写明 --output。",
    )
    train.add_argument("--taxonomy", type=Path, help="分类数据目录，默认随程序附带")
    train.add_argument("--output", type=Path, help="模型目录，如 models/我的模型/1")
    train.add_argument("--replace", action="store_true", help="输出目录已有模型时替换它")
    train.add_argument("--jobs", type=int, help="并行进程数，默认全部核心")
    add_extra(train)
    train.set_defaults(run=run_train)
    card = commands.add_parser("model-card", help="由模型清单写出 MODEL_CARD.md")
    card.add_argument("--model", type=Path, help="模型目录，默认随程序附带的模型")
    card.add_argument("--scores", type=Path, help="评测结果（score.py --json 的输出）")
    card.add_argument("--peers", type=Path, help="keyfield bench 写出的结果，另画插图")
    card.set_defaults(run=run_card)


def add_extra(parser: argparse.ArgumentParser) -> None:
    """Add label files and schemes beside the shipped taxonomy."""
    parser.add_argument(
        "--labels", type=Path, action="extend", nargs="+", default=[], metavar="文件",
        help="标注文件（CSV、TSV、XLSX），可多个",
    )  # fmt: skip
    parser.add_argument("--schemes", type=Path, metavar="目录", help="自己的分类（YAML）所在目录")
    parser.add_argument("--keep-shipped", action="store_true", help="保留随程序附带的分类")
    parser.add_argument(
        "--prefer", choices=("neither", "labels", "corpus"), default="neither",
        help="标注与语料冲突时：都不用（默认）、用标注、用语料",
    )  # fmt: skip
    parser.add_argument("--weight", type=float, help="一条标注相当于多少个词条，默认与语料相同")
    parser.add_argument("--who", default="", help="标注人（文件里没有写时）")
    parser.add_argument("--guide", default="", help="标注指南版本（文件里没有写时）")


def extra_of(args: argparse.Namespace) -> Extra:
    """Return what the arguments add to the shipped taxonomy."""
    from classifier.training.labels import Provenance
    from classifier.training.material import EXAMPLE_WEIGHT
    from classifier.training.train import Extra

    return Extra(
        labels=tuple(args.labels),
        schemes=args.schemes,
        keep=args.keep_shipped,
        prefer=args.prefer,
        weight=args.weight if args.weight is not None else EXAMPLE_WEIGHT,
        default=Provenance(args.who, "", args.guide),
    )


def _output(args: argparse.Namespace) -> Path:
    """Return the folder to write, which is never the model in use.

    Raises
    ------
    RegistryError
        It is in use, it is a version that exists, or none was named.
    """
    from classifier.home import default_model_dir, home

    shipped = home() / "models" / "default"
    if args.output is None:
        if args.labels or args.schemes:
            raise RegistryError("用自己的标注或分类训练，要写明 --output，如 models/我的模型/1")
        return shipped
    folder: Path = args.output
    if folder.resolve() == shipped.resolve():
        if args.labels or args.schemes:
            raise RegistryError(f"{folder} 是附带的模型，只由附带的语料训练；换一个 --output")
        return folder
    if not (folder / "manifest.json").exists():
        return folder
    if folder.resolve() == default_model_dir().resolve():
        raise RegistryError(f"{folder} 正在使用，不能覆盖；换一个 --output")
    if not args.replace:
        raise RegistryError(f"{folder} 已有模型，版本不可改；换一个 --output，或加 --replace")
    return folder


def run_train(args: argparse.Namespace) -> int:
    """Train, write the artefact and its card, print the held-out figures."""
    from classifier.cli import BAD_ROWS, DONE
    from classifier.cli.labelling import write_conflicts
    from classifier.cli.progress import Steps
    from classifier.home import taxonomy_dir
    from classifier.training.card import AGREEMENT, write_card
    from classifier.training.train import train

    gc.enable()
    folder = _output(args)
    inner = folder.parent.name if folder.parent.name != "models" else ""
    trained = train(
        args.taxonomy or taxonomy_dir(),
        folder,
        extra=extra_of(args),
        name=f"{inner}/{folder.name}" if args.output and inner else folder.name,
        jobs=args.jobs,
        progress=Steps(),
    )
    write_card(trained.folder, None, None if args.schemes else taxonomy_dir() / AGREEMENT)
    sys.stderr.write(f"→ {trained.folder}\n")
    sys.stdout.write(
        f"{'':12}{'strict':>8}{'fair':>8}{'recall':>8}{'false+':>8}{'auto':>8}{'auto-ok':>8}\n"
    )
    for scheme, f in trained.assessment.figures.items():
        row = (f.strict, f.fair, f.recall, f.false_positive, f.auto, f.auto_ok)
        sys.stdout.write(f"{scheme:12}" + "".join(f"{x:8.3f}" for x in row) + "\n")
    for problem in trained.problems:
        sys.stderr.write(f"{problem}\n")
    settled = trained.sources.settled
    if args.labels:
        sys.stdout.write(
            f"标注：新增 {settled.added}，并入语料 {settled.merged}，重复 {settled.folded}，"
            f"冲突 {len(settled.conflicts)}\n"
        )
        write_conflicts(settled.conflicts)
    for scheme, count in trained.sources.ground.dropped.items():
        sys.stdout.write(f"{scheme}：{count} 条附带的标注用了本分类没有的概念，未参加训练\n")
    return BAD_ROWS if trained.problems else DONE


def run_card(args: argparse.Namespace) -> int:
    """Write the model card again, with benchmark figures, peers and pictures if there are any."""
    from classifier.home import default_model_dir, taxonomy_dir
    from classifier.training.card import AGREEMENT, write_card

    folder = args.model or default_model_dir()
    if args.peers:
        from classifier.cli.benching import draw_pictures

        draw_pictures(folder, args.peers, args.scores)
    write_card(folder, args.scores, taxonomy_dir() / AGREEMENT, args.peers)
    return 0
