"""``keyfield models list | show | compare | promote | rollback | verify | export | import``."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.cli.wording import clip, pad

if TYPE_CHECKING:
    import argparse

    from classifier.schemes.model import Scheme
    from classifier.training.compare import Comparison


def add_commands(commands: Any) -> None:
    """Add the commands of this module."""
    top = commands.add_parser("models", help="管理模型版本：比较、发布、回退、校验、导出导入")
    sub = top.add_subparsers(dest="action", required=True, metavar="动作")
    listing = sub.add_parser("list", help="列出全部模型，逐个校验")
    listing.set_defaults(run=run_list)
    show = sub.add_parser("show", help="一个模型的来源、数据与指标")
    show.set_defaults(run=run_show)
    comparing = sub.add_parser("compare", help="两个模型并排：同样的留出折、评测文件、典型案例")
    comparing.add_argument("first", metavar="模型甲")
    comparing.add_argument("second", metavar="模型乙")
    comparing.add_argument("--changed", type=Path, help="写出所有判定有变的文本（CSV、TSV）")
    comparing.add_argument("--format", choices=("text", "json"), default="text")
    comparing.set_defaults(run=run_compare)
    promote = sub.add_parser("promote", help="检查后启用一个模型")
    promote.add_argument("--only", action="store_true", help="只用 --schemes 的分类，不用附带的")
    promote.add_argument("--force", action="store_true", help="检查不通过也启用（须写理由）")
    promote.set_defaults(run=run_promote)
    back = sub.add_parser("rollback", help="回到上一个模型")
    back.set_defaults(run=run_rollback)
    verify = sub.add_parser("verify", help="校验文件；不写名称则校验全部")
    verify.add_argument("ref", nargs="?", metavar="模型")
    verify.set_defaults(run=run_verify)
    out = sub.add_parser("export", help="导出为一个文件（.tar）")
    out.set_defaults(run=run_export)
    intake = sub.add_parser("import", help="导入导出的文件")
    intake.add_argument("file", type=Path, metavar="文件")
    intake.add_argument("ref", metavar="名称/版本")
    intake.set_defaults(run=run_import)
    for parser in (show, promote, out):
        parser.add_argument("ref", metavar="模型", help="名称/版本，或 default")
    out.add_argument("file", type=Path, metavar="文件")
    for parser in (comparing, promote):
        parser.add_argument("--benchmark", type=Path, help="评测文件（未用于训练的标注）")
        parser.add_argument("--taxonomy", type=Path, help="分类数据目录，默认随程序附带")
        parser.add_argument("--schemes", type=Path, help="自己的分类所在目录")
        parser.add_argument(
            "--labels", type=Path, nargs="+", default=[], help="标注文件，显示文本用"
        )
    for parser in (promote, back):
        parser.add_argument("--who", help="操作人，默认系统用户名")
        parser.add_argument("--reason", default="", help="理由，记入日志")
    for parser in (listing, show, comparing, promote, back, verify, out, intake):
        parser.add_argument("--models", type=Path, help="模型目录，默认 models")


def _models(args: argparse.Namespace) -> Path:
    from classifier.home import models_dir

    return args.models or models_dir()


def _who(args: argparse.Namespace) -> str:
    import getpass

    return str(args.who or getpass.getuser())


def run_list(args: argparse.Namespace) -> int:
    """List all models; exit code 3 where one is not whole."""
    from classifier.cli import BAD_ROWS, DONE
    from classifier.training.registry import entries

    found = entries(_models(args))
    for entry in found:
        mark = "*" if entry.in_use else " "
        words = entry.fault or (
            f"{entry.model[:12]}  描述 {entry.examples}  标注 {entry.labels}  "
            f"{' '.join(entry.schemes)}"
        )
        sys.stdout.write(f"{mark} {pad(entry.ref, 20)} {words}\n")
    if not found:
        sys.stdout.write("没有模型；请运行 keyfield train\n")
    return BAD_ROWS if any(e.fault for e in found) else DONE


def run_show(args: argparse.Namespace) -> int:
    """Show one model's sources and figures, and when it was used."""
    from classifier.training.parcel import summary
    from classifier.training.registry import log, verified

    models = _models(args)
    sys.stdout.write(summary(verified(models, args.ref)) + "\n")
    for line in log(models):
        if args.ref in {line["from"], line["to"]}:
            verb = {"promote": "启用", "rollback": "回退"}[line["action"]]
            forced = f"  强制：{'；'.join(line['overruled'])}" if line["overruled"] else ""
            sys.stdout.write(
                f"{line['at']} {verb} {line['from']} → {line['to']}  {line['who']}  "
                f"{line['reason']}{forced}\n"
            )
    return 0


def _texts(args: argparse.Namespace) -> dict[str, str]:
    """Return the texts of the corpus and of label files by their key."""
    from classifier.home import taxonomy_dir
    from classifier.training.sheets import texts_by_key

    folder = args.taxonomy or taxonomy_dir()
    return texts_by_key([*sorted((folder / "examples").glob("*.tsv")), *args.labels])


def _schemes(args: argparse.Namespace) -> dict[str, Scheme]:
    from classifier.home import taxonomy_dir
    from classifier.schemes.loader import load_schemes
    from classifier.training.ground import own_schemes

    shipped = load_schemes((args.taxonomy or taxonomy_dir()) / "schemes")
    own = own_schemes(args.schemes, shipped) if args.schemes else {}
    return own if args.only and own else {**shipped, **own}


def run_compare(args: argparse.Namespace) -> int:
    """Compare two models."""
    from classifier.cli.comparison import changed_rows, print_comparison, to_json
    from classifier.training.compare import compare
    from classifier.training.promotion import load_model
    from classifier.training.sheets import write_sheet

    gc.enable()
    models = _models(args)
    first, second = (load_model(models, ref) for ref in (args.first, args.second))
    found: Comparison = compare(first, second, args.benchmark, _texts(args))
    if args.format == "json":
        sys.stdout.write(to_json(found))
    else:
        print_comparison(found, args.first, args.second)
    if args.changed:
        header, rows = changed_rows(found)
        write_sheet(args.changed, header, rows)
        sys.stderr.write(f"判定有变 {len(rows)} → {args.changed}\n")
    return 0


def run_promote(args: argparse.Namespace) -> int:
    """Check a model against the one in use, and put it to use."""
    from classifier.cli.comparison import print_comparison
    from classifier.training.promotion import check, promote

    gc.enable()
    models = _models(args)
    found = check(models, args.ref, _schemes(args), args.benchmark, _texts(args))
    if found.comparison is not None:
        print_comparison(found.comparison, found.seen.current.ref, args.ref)
    pointer = promote(models, args.ref, found, who=_who(args), force=args.force, reason=args.reason)
    for reason in found.reasons:
        sys.stdout.write(f"强制通过：{clip(reason, 70)}\n")
    sys.stdout.write(f"已启用 {args.ref}（第{pointer.serial}次改动）\n")
    return 0


def run_rollback(args: argparse.Namespace) -> int:
    """Go back to the model before."""
    from classifier.home import read_pointer
    from classifier.training.registry import rollback

    models = _models(args)
    seen = read_pointer(models)
    pointer = rollback(models, seen, who=_who(args), reason=args.reason)
    sys.stdout.write(
        f"已从 {seen.current.ref} 回到 {pointer.current.ref}（第{pointer.serial}次改动）\n"
    )
    return 0


def run_verify(args: argparse.Namespace) -> int:
    """Check every file of one model or of all; exit code 2 where one was changed."""
    from classifier.cli import DONE, FAILED
    from classifier.errors import ArtefactError
    from classifier.training.registry import leftovers, refs, verified

    models = _models(args)
    wrong = 0
    for ref in [args.ref] if args.ref else refs(models):
        try:
            verified(models, ref)
        except ArtefactError as error:
            wrong += 1
            sys.stdout.write(f"{pad(ref, 20)} 不可用：{error}\n")
        else:
            sys.stdout.write(f"{pad(ref, 20)} 完好\n")
    for folder in leftovers(models):
        sys.stdout.write(f"{folder} 是中断的训练或导入留下的，可以删除\n")
    return FAILED if wrong else DONE


def run_export(args: argparse.Namespace) -> int:
    """Write one model to a file."""
    from classifier.training.parcel import export_model

    model = export_model(_models(args), args.ref, args.file)
    sys.stdout.write(f"{args.ref} {model[:12]} → {args.file}\n")
    return 0


def run_import(args: argparse.Namespace) -> int:
    """Take a model from a file; it is not put to use."""
    from classifier.training.parcel import import_model

    manifest = import_model(_models(args), args.file, args.ref)
    sys.stdout.write(
        f"已导入 {args.ref} {manifest.digest[:12]}；启用请运行 keyfield models promote {args.ref}\n"
    )
    return 0
