"""Throughput against the pipelines that people build, and against floors, in one run.

Run it as ``python -m tests.bench_speed``; it fails where a ratio fell by more than a fifth
below that of ``bench_speed.json`` (``--update`` writes it). One core each, seconds of CPU, so
that other work on the machine counts little; medians of repeats that take turns. ``--full``
adds batches of 100,000 texts, ``--plot FILE`` draws throughput by batch size as SVG.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from classifier import Answer, Classifier
from tests.speed_rivals import corpus, rivals, varied

ROOT = Path(__file__).resolve().parent.parent
EXPECTED = Path(__file__).with_suffix(".json")
FALL = 0.8
REPEATS = 3
OFTEN = 5
"""Repeats of the batches that the ratios are of."""
SIZES = (1, 10, 100, 1_000, 10_000)
SOME = 1_000
OURS = "keyfield, decisions"
OBJECTS = "keyfield, answers as objects"
JIEBA = "jieba + TfidfVectorizer + LinearSVC"
SEGMENTING, HASHING = "floor: segmenting alone", "floor: hashing n-grams alone"


def _ours(classifier: Classifier) -> dict[str, Any]:
    return {
        OURS: lambda texts: [None for _ in classifier.decided(texts, detail=False)],
        "keyfield, with labels and short lists": lambda t: [None for _ in classifier.decided(t)],
        OBJECTS: lambda texts: [_read(answer) for answer in classifier.classify(texts)],
    }


def _read(answer: Answer) -> int:
    """Look at every finding, which are made when they are looked at."""
    return sum(len(found.labels) for found in answer.domains.values())


def _rates(runs: dict[str, Any], texts: list[str], size: int) -> dict[str, float]:
    """Return each pipeline's median texts a second of CPU, in batches of a size."""
    batches = [texts[at : at + size] for at in range(0, len(texts), size)]
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(OFTEN if size == SIZES[-1] else REPEATS):
        for name, run in runs.items():
            begun = time.process_time()
            for batch in batches:
                run(batch)
            seconds[name].append(time.process_time() - begun)
    return {name: len(texts) / statistics.median(found) for name, found in seconds.items()}


def _one(runs: dict[str, Any], texts: list[str]) -> dict[str, float]:
    """Return each pipeline's median microseconds of CPU over texts, one at a time.

    The pipelines take turns of a hundred texts, as a service's requests follow one another.
    """
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for at in range(0, len(texts), 100):
        for name, run in runs.items():
            for text in texts[at : at + 100]:
                begun = time.process_time()
                run([text])
                seconds[name].append(time.process_time() - begun)
    return {name: statistics.median(found) * 1e6 for name, found in seconds.items()}


def _memory() -> dict[str, float]:
    """Return peak memory in MiB of a process that has loaded, and of one that has answered."""
    code = (
        "from pathlib import Path; from classifier import Classifier; "
        "c = Classifier.load(Path('models/default')); {}"
        "print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])"
    )
    work = "[None for _ in c.decided('数控车床刀塔的研发%d' % i for i in range(20_000))]; "
    out = {}
    for name, more in (("loaded", ""), ("after 20,000 texts", work)):
        done = subprocess.run(
            [sys.executable, "-c", code.format(more)], cwd=ROOT, capture_output=True, check=True
        )
        out[name] = float(done.stdout) / 1024
    return out


def _with_schemes(classifier: Classifier, count: int) -> Classifier:
    """Return a classifier that answers the first so many schemes."""
    model = classifier.artefact
    heads = dict(list(model.heads.items())[:count])
    last = max(head.last for head in heads.values())
    cut = {
        name: np.ascontiguousarray(getattr(model, name)[..., :last])
        for name in ("weights", "scales", "biases")
    }
    return Classifier(replace(model, heads=heads, **cut))


def _ratios(rates: dict[str, float], single: dict[str, float]) -> dict[str, float]:
    ours = rates[OURS]
    floor = 1 / (1 / rates[SEGMENTING] + 1 / rates[HASHING])
    out = {f"{OURS} / {n}": ours / r for n, r in rates.items() if "keyfield" not in n}
    out[f"{OURS} / segmenting and hashing"] = ours / floor
    out["one text: jieba's time / keyfield's"] = single[JIEBA] / single[OURS]
    out[f"{OBJECTS} / jieba"] = rates[OBJECTS] / rates[JIEBA]
    return {name: round(ratio, 2) for name, ratio in out.items()}


def _judge(ratios: dict[str, float]) -> int:
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))
    low = 0
    print(f"\n{'ratio':60s} {'found':>8s} {'expected':>9s}")
    for name, ratio in ratios.items():
        bad = name in expected and ratio < FALL * expected[name]
        low += bad
        print(f"{name:60s} {ratio:8.2f} {expected.get(name, 0):9.2f}{'  FELL' if bad else ''}")
    return int(low > 0)


def _plot(path: Path, by_size: dict[int, dict[str, float]]) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 5))
    for name in by_size[1]:
        axes.loglog(list(by_size), [rates[name] for rates in by_size.values()], "o-", label=name)
    axes.set_xlabel("texts a batch")
    axes.set_ylabel("texts a second, one core")
    axes.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="batches of 100,000 texts too")
    parser.add_argument("--plot", type=Path, help="SVG to draw")
    parser.add_argument("--update", action="store_true", help="write the expected ratios anew")
    return parser.parse_args()


def main() -> int:
    """Print the tables; return 1 where a ratio fell."""
    asked = _arguments()
    classifier = Classifier.load(ROOT / "models" / "default")
    written, labels = corpus(ROOT)
    texts = varied(written, 100_000 if asked.full else SIZES[-1])
    lengths = sorted(len(text) for text in texts)
    print(
        f"{os.cpu_count()} cores, one used; texts of {lengths[len(lengths) // 2]} characters "
        f"(median; mean {statistics.mean(lengths):.0f}, longest {lengths[-1]})"
    )
    ours = _ours(classifier)
    runs = {**ours, **rivals(classifier, written, labels)}
    for run in runs.values():
        run(texts[:SOME])  # warm
    by_size: dict[int, dict[str, float]] = {}
    print(f"\n{'texts a second by batch size':45s}" + "".join(f"{n:>10,}" for n in SIZES))
    for size in (*SIZES, *([100_000] if asked.full else [])):
        part = texts[: max(size, 200 if size == 1 else SOME)]
        by_size[size] = _rates(runs, part, size)
    for name in runs:
        print(f"{name:45s}" + "".join(f"{rates[name]:10,.0f}" for rates in by_size.values()))
    single = _one(runs, texts[: 2 * SOME])
    print("\none text at a time, median microseconds")
    for name, each in single.items():
        print(f"{name:45s}{each:10,.0f}")
    print("\ntexts a second by length (batches of 1,000)")
    two = {name: runs[name] for name in (OURS, JIEBA)}
    for low, high in ((1, 15), (16, 40), (41, 100), (101, 20_000)):
        part = [text for text in texts if low <= len(text) <= high][:SOME]
        found = _rates(two, part, 1_000)
        print(f"{low:6,} to {high:6,} characters  {found[OURS]:10,.0f}  {found[JIEBA]:10,.0f}")
    print("\ntexts a second by number of schemes")
    for count in (1, 3, 7):
        small = _with_schemes(classifier, count)
        one = {OURS: _ours(small)[OURS]}
        one[OURS](texts[:SOME])
        found = _rates(one, texts[:SOME], 1_000)
        print(f"{count}, {small.artefact.weights.shape[1]:3d} columns  {found[OURS]:10,.0f}")
    memory = _memory()
    print("\nmemory, MiB: " + ", ".join(f"{name} {found:.0f}" for name, found in memory.items()))
    if asked.plot:
        _plot(asked.plot, by_size)
    ratios = _ratios(by_size[SIZES[-1]], single)
    if asked.update:
        EXPECTED.write_text(json.dumps(ratios, indent=1) + "\n", encoding="utf-8")
    return _judge(ratios)


if __name__ == "__main__":
    with threadpool_limits(limits=1):
        sys.exit(main())
