"""``keyfield drift`` and ``keyfield suggest``."""

from __future__ import annotations

import gc
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.cli.wording import clip, pad

if TYPE_CHECKING:
    import argparse

    from classifier.domains.classifier import Classifier
    from classifier.schemes.labels import LabelCell
    from classifier.training.drift import Side
    from classifier.training.suggest import Suggestion

_ALARM = 1
_SHOWN = 20


def add_commands(commands: Any) -> None:
    """Add the commands of this module."""
    drift = commands.add_parser("drift", help="近期文本与训练语料相比有没有变")
    drift.add_argument("recent", type=Path, help="近期文本（CSV、TSV、XLSX）")
    drift.add_argument("--reference", type=Path, help="参照文本，默认训练时的留出判定")
    drift.add_argument("--labels", type=Path, nargs="+", default=[], help="审核后的标注，算改判率")
    drift.add_argument("--output", type=Path, help="报告（.html 或 .json），可与 --json 同用")
    drift.add_argument("--json", type=Path, help="另写一份 JSON")
    drift.add_argument(
        "--limit", action="append", default=[], metavar="项目=注意:警报",
        help="改变阈值，如 psi=0.1:0.3",
    )  # fmt: skip
    drift.add_argument("--strict", action="store_true", help="有警报时退出码为 1")
    drift.set_defaults(run=run_drift)
    suggest = commands.add_parser("suggest", help="下一批最值得标注的文本")
    suggest.add_argument("unlabelled", type=Path, help="未标注的文本（CSV、TSV、XLSX）")
    suggest.add_argument("--count", type=int, default=100, help="要多少条，默认 100")
    suggest.add_argument("--output", type=Path, help="待标注文件（CSV、TSV）")
    suggest.add_argument("--queue", action="store_true", help="放进服务的复核队列")
    suggest.add_argument("--by", help="放进队列的人：服务的用户名")
    suggest.add_argument("--data", type=Path, help="服务的数据目录，默认 ./keyfield-data")
    suggest.add_argument("--database-url", help="服务的数据库，默认数据目录中的 SQLite")
    suggest.add_argument("--labels", type=Path, nargs="+", default=[], help="已有标注，不再建议")
    suggest.add_argument("--id-column", default="id", help="编号所在列，默认 id")
    suggest.add_argument("--value-column", help="分量所在列（数，越大越值得），如营业收入")
    suggest.set_defaults(run=run_suggest)
    for parser in (drift, suggest):
        parser.add_argument("--text-column", help="文本所在列，默认 text")
        parser.add_argument("--model", type=Path, help="模型目录，默认正在使用的模型")
        parser.add_argument("--taxonomy", type=Path, help="分类数据目录，默认随程序附带")


def _limits(given: list[str]) -> dict[str, tuple[float, float]]:
    from classifier.errors import SelectionError
    from classifier.training.drift import LIMITS

    out = {}
    for pair in given:
        name, _, values = pair.partition("=")
        warn, _, alarm = values.partition(":")
        try:
            out[name] = (float(warn), float(alarm))
        except ValueError:
            raise SelectionError(f"“{pair}”应如 psi=0.1:0.25") from None
        if name not in LIMITS:
            raise SelectionError(f"没有项目“{name}”；有 {'、'.join(LIMITS)}")
    return out


def _reference(args: argparse.Namespace, classifier: Classifier) -> tuple[Side, bool]:
    """Return the reference and whether it was held out."""
    from classifier.home import taxonomy_dir
    from classifier.training.drift import reference_of, side_of
    from classifier.training.sheets import read_sheet, text_column, texts_by_key

    if args.reference:
        sheet = read_sheet(args.reference)
        column = text_column(sheet, args.text_column)
        texts = [row[column] for _, row in sheet.rows]
        return side_of(texts, classifier.classify(texts)), False
    folder = args.taxonomy or taxonomy_dir()
    known = texts_by_key([*sorted((folder / "examples").glob("*.tsv")), *args.labels])
    return reference_of(classifier, known)


def run_drift(args: argparse.Namespace) -> int:
    """Measure recent texts, print every signal, write the report."""
    from classifier.domains.classifier import Classifier
    from classifier.training.drift import LIMITS, drift
    from classifier.training.drift_report import LEVELS, TITLES, page, to_json
    from classifier.training.sheets import read_sheet, text_column

    gc.enable()
    limits = {**LIMITS, **_limits(args.limit)}
    classifier = Classifier.load(args.model)
    sheet = read_sheet(args.recent)
    column = text_column(sheet, args.text_column)
    texts = [row[column] for _, row in sheet.rows if row[column]]
    labels: dict[str, dict[str, LabelCell]] = {}
    if args.labels:
        labels = _cells(args)
    reference, held_out = _reference(args, classifier)
    found = drift(classifier, texts, reference, held_out=held_out, labels=labels, limits=limits)
    for signal in found.signals:
        before = "" if math.isnan(signal.reference) else f"{signal.reference:.3f} →"
        sys.stdout.write(
            f"{pad(TITLES[signal.name], 26)}{pad(signal.scheme, 12)}{before:>8}"
            f"{signal.recent:7.3f}  {LEVELS[signal.level]}\n"
        )
    sys.stdout.write(f"结论：{LEVELS[found.level]}（近期 {len(texts)} 条）\n")
    if args.output:
        html = args.output.suffix.lower() != ".json"
        names = {key: value["zh"] for key, value in classifier.artefact.concepts.items()}
        text = page(found, limits, names) if html else to_json(found, limits)
        args.output.write_text(text, encoding="utf-8")
        sys.stderr.write(f"→ {args.output}\n")
    if args.json:
        args.json.write_text(to_json(found, limits), encoding="utf-8")
    return _ALARM if args.strict and found.level == "alarm" else 0


def _cells(args: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """Return reviewers' cells by text key and scheme."""
    from classifier.home import taxonomy_dir
    from classifier.schemes.loader import load_schemes
    from classifier.training.labels import read_labels

    schemes = load_schemes((args.taxonomy or taxonomy_dir()) / "schemes")
    given = read_labels(args.labels, schemes)
    out: dict[str, dict[str, Any]] = {}
    for row in given.rows:
        out.setdefault(row.key, {}).update(row.labels)
    for problem in given.problems:
        sys.stderr.write(f"{problem}\n")
    return out


def run_suggest(args: argparse.Namespace) -> int:
    """Choose texts to label, and write them as a label file with empty cells."""
    from classifier.cli import BAD_ROWS, DONE
    from classifier.domains.classifier import Classifier
    from classifier.errors import SelectionError
    from classifier.training.record import read_record
    from classifier.training.sheets import read_sheet, text_column, texts_by_key, write_sheet
    from classifier.training.suggest import Unlabelled, suggest

    gc.enable()
    if not args.output and not args.queue:
        raise SelectionError("请用 --output 写出文件，或用 --queue 放进复核队列")
    if args.queue and not args.by:
        raise SelectionError("--queue 要写明放进队列的人：--by 用户名")
    classifier = Classifier.load(args.model)
    sheet = read_sheet(args.unlabelled)
    column = text_column(sheet, args.text_column)
    value_column = text_column(sheet, args.value_column) if args.value_column else None
    texts, bad = [], list(sheet.problems)
    for line, row in sheet.rows:
        value = _value(row[value_column]) if value_column else 1.0
        if value is None:
            words = f"第{line}行的 {value_column} 不是数：“{row[value_column or column]}”，按 1 算"
            sys.stderr.write(words + "\n")
            value = 1.0
        texts.append(Unlabelled(row.get(args.id_column) or str(line), row[column], value))
    rows = read_record(classifier.artefact.folder, classifier.artefact.manifest) or []
    seen = {row.key for row in rows} | set(texts_by_key(args.labels))
    found = suggest(classifier, texts, args.count, seen)
    schemes = classifier.schemes
    header = (
        "id", "text", *schemes, "kind", "group", "who", "when", "guide", "priority",
        *(f"predicted_{s}" for s in schemes), "near",
    )  # fmt: skip
    if args.output:
        write_sheet(args.output, header, (_row(s, schemes) for s in found.chosen))
    if args.queue:
        from classifier.cli.queueing import put_into_queue

        put_into_queue(args, found.chosen, {text.id: at for at, text in enumerate(texts, 1)})
    sys.stdout.write(
        f"{len(texts)} 条中选出 {len(found.chosen)} 条 → {args.output or '复核队列'}\n"
        f"已有标注 {found.known}，近似重复并入 {found.repeated}，空文本 {found.empty}\n"
    )
    for s in found.chosen[:_SHOWN]:
        near = f"（+{len(s.folded)} 条近似）" if s.folded else ""
        sys.stdout.write(f"{s.priority:6.3f}  {clip(s.text, 56)}{near}\n")
    for problem in bad:
        sys.stderr.write(f"{problem}\n")
    return BAD_ROWS if bad else DONE


def _value(cell: str) -> float | None:
    try:
        return max(0.0, float(cell.replace(",", ""))) if cell else 1.0
    except ValueError:
        return None


def _row(s: Suggestion, schemes: tuple[str, ...]) -> tuple[object, ...]:
    """Return a row by the label contract: cells empty, what the model thinks beside them."""
    found = s.answer.domains
    return (
        s.id, s.text, *("" for _ in schemes), "", "", "", "", "", round(s.priority, 4),
        *(f"{found[n].primary or '-'} {found[n].probability:.2f}" for n in schemes),
        " ".join(s.folded),
    )  # fmt: skip
