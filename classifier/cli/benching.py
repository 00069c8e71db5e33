"""``keyfield bench``: the model beside its peers, on the same folds and the same benchmark."""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.cli.wording import pad
from classifier.errors import InputError, Problem

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from classifier.training.peers.beside import Line
    from classifier.training.peers.measuring import Row

_NAME, _CELL = 18, 9
_MEASURES = {
    "fair": ("可辩护（首选或也可）", "fair: the primary or an also"),
    "strict": ("首选一致", "strict: the primary"),
    "recall": ("各概念平均找到", "recall: mean over concepts"),
    "false_positive": ("误报（越低越好）", "false+: given a concept from outside; lower is better"),
}
_PLACES = {"heldout": ("留出折", "Held out"), "benchmark": ("评测文件", "Benchmark")}


def add_commands(commands: Any) -> None:
    """Add the command of this module."""
    bench = commands.add_parser(
        "bench",
        help="本模型与其他做法（多数类、关键词、TF-IDF+SVM、fastText）在同一次运行中比较",
        description="各做法用同样的语料、词表和权重训练，在同样的留出折和评测文件上打分。",
    )
    bench.add_argument("--taxonomy", type=Path, help="分类数据目录，默认随程序附带")
    bench.add_argument("--model", type=Path, help="模型目录，默认正在使用的模型")
    bench.add_argument("--benchmark", type=Path, help="评测文件（TSV），只用来打分")
    bench.add_argument(
        "--folds", type=int, choices=range(1, 6), default=1, help="打分的折数，默认五折中的第一折"
    )
    bench.add_argument("--jobs", type=int, default=os.cpu_count(), help="并行进程数")
    bench.add_argument("--output", type=Path, help="把结果写成 JSON，如 build/peers.json")
    bench.add_argument("--results", type=Path, help="不再测，只打印以前写出的结果")
    bench.add_argument("--lang", choices=("zh", "en"), default="zh", help="结果语言")
    bench.set_defaults(run=run_bench)


def run_bench(args: argparse.Namespace) -> int:
    """Measure the peers, or read what was measured, and print the tables."""
    from classifier.domains.artefact import read_manifest
    from classifier.home import default_model_dir
    from classifier.training.peers.beside import (
        BENCHMARK,
        HELD_OUT,
        lines,
        own_held_out,
        same_rows,
    )

    gc.enable()
    results = read_results(args.results) if args.results else _measured(args)
    folder = args.model or default_model_dir()
    manifest = read_manifest(folder)
    held, by_kind = own_held_out(folder, manifest, results["folds"]["scored"])
    own: dict[str, Mapping[str, Row] | None] = {
        HELD_OUT: held,
        BENCHMARK: _scores(args) if args.benchmark else None,
    }
    for place, model in own.items():
        _print_place(place, lines(place, results, model), results, args.lang)
    _print_kinds(results, by_kind, args.lang)
    _print_notes(results, args.lang, same=same_rows(results, manifest))
    return 0


def read_results(path: Path) -> dict[str, Any]:
    """Read what an earlier run wrote.

    Raises
    ------
    InputError
        There is no such file, or it is something else.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        words = "没有这个文件；先运行 keyfield bench --output"
        raise InputError([Problem(str(path), 0, "", words)]) from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InputError([Problem(str(path), 0, "", f"不是 JSON：{error}")]) from None
    if not isinstance(found, dict) or not {"peers", "folds", "hashes"} <= set(found):
        raise InputError([Problem(str(path), 0, "", "不是 keyfield bench 的结果")])
    return found


def draw_pictures(folder: Path, peers: Path, scores: Path | None) -> None:
    """Draw the card's pictures into a model folder."""
    from classifier.domains.artefact import read_manifest
    from classifier.training.peers.beside import places
    from classifier.training.pictures import draw

    results, manifest = read_results(peers), read_manifest(folder)
    own = json.loads(scores.read_text(encoding="utf-8")) if scores else None
    curve = results.get("curve", ())
    draw(folder, manifest, places=places(results, folder, manifest, own), curve=curve)


def _measured(args: argparse.Namespace) -> dict[str, Any]:
    from classifier.home import taxonomy_dir
    from classifier.training.curve import learning_curve
    from classifier.training.ground import shipped_ground
    from classifier.training.peers.bench import bench

    begun = time.monotonic()

    def progress(words: str) -> None:
        sys.stderr.write(f"{time.monotonic() - begun:6.1f} s  {words}\n")
        sys.stderr.flush()

    ground = shipped_ground(args.taxonomy or taxonomy_dir())
    results = bench(
        ground,
        benchmark=args.benchmark,
        scored=args.folds,
        jobs=args.jobs,
        progress=progress,
    )
    schemes = [s for s in ("mp10", "sei2018") if s in ground.taxonomy.schemes]
    results["curve"] = learning_curve(ground, schemes=schemes, jobs=args.jobs, progress=progress)
    if args.output:
        args.output.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(results, ensure_ascii=False, indent=1)
        args.output.write_text(text + "\n", encoding="utf-8")
        sys.stderr.write(f"→ {args.output}\n")
    return results


def _scores(args: argparse.Namespace) -> dict[str, Row]:
    """Return the model's figures on the benchmark."""
    from classifier.domains.classifier import Classifier
    from classifier.schemes.labels import NONE
    from classifier.training.peers.measuring import measured, read_labelled

    classifier = Classifier.load(args.model)
    gold = read_labelled(args.benchmark, classifier.schemes)
    answers = classifier.classify(list(gold.texts))
    given = {s: [a.domains[s].primary or NONE for a in answers] for s in classifier.schemes}
    return measured(gold.views, given)


def _print_place(place: str, found: list[Line], results: Mapping[str, Any], lang: str) -> None:
    from classifier.training.peers.beside import TITLES, best, views

    if not found:
        return
    names = views(found, results, place)
    sys.stdout.write(f"\n{_title(place, results, lang)}\n")
    for measure, words in _MEASURES.items():
        heads = "".join(f"{name[: _CELL - 1]:>{_CELL}}" for name in names)
        sys.stdout.write(f"\n{words[lang == 'en']}\n{'':{_NAME}}{heads}\n")
        for line in found:
            cells = []
            for name in names:
                row = line.views.get(name)
                top = best(found, name, measure)
                cells.append(_cell(None if row is None else row[measure], top))
            sys.stdout.write(pad(TITLES[line.name][lang == "en"], _NAME) + "".join(cells) + "\n")


def _cell(value: float | None, top: float | None) -> str:
    if value is None:
        return f"{'–':>{_CELL - 1}} "
    mark = "*" if value == top else " "
    return f"{value:{_CELL - 1}.3f}{mark}"


def _title(place: str, results: Mapping[str, Any], lang: str) -> str:
    words = _PLACES[place][lang == "en"]
    if place == "heldout":
        folds, counts = results["folds"], results["counts"]
        if lang == "en":
            return (
                f"{words}: {folds['scored']} of {folds['of']} folds, {counts['examples']} "
                f"descriptions and {counts['terms']} terms"
            )
        return (
            f"{words}：{folds['of']} 折中的 {folds['scored']} 折，"
            f"描述 {counts['examples']}，词条 {counts['terms']}"
        )
    known = results["benchmark"]
    return f"{words} {known['name']} ({known['texts']})"


def _print_kinds(
    results: Mapping[str, Any], own: Mapping[str, Mapping[str, float]], lang: str
) -> None:
    """Print the fair share by kind of text in the first scheme."""
    from classifier.training.peers.beside import MODEL, TITLES

    scheme = next(iter(results["peers"][0]["by_kind"]), None) if results["peers"] else None
    if scheme is None:
        return
    by = {p["name"]: p["by_kind"][scheme] for p in results["peers"]}
    by[MODEL] = own.get(scheme, {})
    kinds = list(next(iter(by.values())))
    words = "Fair by kind of text, held out" if lang == "en" else "各类文本的可辩护率（留出折）"
    heads = "".join(f"{kind:>{_CELL}}" for kind in kinds)
    sys.stdout.write(f"\n{words}  {scheme}\n{'':{_NAME}}{heads}\n")
    for name in [n for n in TITLES if n in by]:
        cells = [
            _cell(by[name].get(kind), max(v.get(kind, 0.0) for v in by.values())) for kind in kinds
        ]
        sys.stdout.write(pad(TITLES[name][lang == "en"], _NAME) + "".join(cells) + "\n")


def _print_notes(results: Mapping[str, Any], lang: str, *, same: bool) -> None:
    from classifier.training.peers.beside import TITLES

    english = lang == "en"
    notes = ["* best of its column" if english else "* 该列最好"]
    for peer in results["peers"]:
        if peer["setting"]:
            title = TITLES[peer["name"]][english]
            chosen = "chosen on an inner split" if english else "在内层划分上选定"
            notes.append(f"{title}: {peer['setting']} ({chosen})")
    for left in results["left_out"]:
        words = "left out" if english else "未比较"
        notes.append(f"{TITLES[left['name']][english]}: {words}, {left['reason']}")
    if not same:
        notes.append(
            "the peers were taught on another state of corpus or lexicon than the model"
            if english
            else "其他做法与本模型训练时的语料或词表不是同一版"
        )
    sys.stdout.write("\n" + "\n".join(notes) + "\n")
