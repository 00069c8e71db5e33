"""``MODEL_CARD.md``: what a model is, what it learned from, and what it was measured at."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from classifier.domains.artefact import read_manifest
from classifier.training.heldout import FOLDS
from classifier.training.pack import read_json
from classifier.training.peers.beside import section
from classifier.training.pictures import CAPTIONS, FOLDER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

AGREEMENT = "agreement.csv"
"""File beside the corpus: how a second, blind reading agrees with the first."""

_COLUMNS = ("strict", "fair", "recall", "false_positive", "auto", "auto_ok")
_HEAD = "| scheme | texts | strict | fair | recall | false+ | auto | auto-ok |\n" + "|---" * 8 + "|"
_LEAST_TEXTS = 8
_WORST = 10


def _row(scheme: str, found: Mapping[str, Any]) -> str:
    texts = found.get("texts", found.get("n"))
    shares = (found.get(c) for c in _COLUMNS)
    cells = " | ".join("–" if x is None else f"{x:.3f}" for x in shares)
    return f"| {scheme} | {texts} | {cells} |"


def write_card(
    folder: Path,
    scores: Path | None,
    agreement: Path | None = None,
    peers: Path | None = None,
) -> Path:
    """Write the card of a model folder from its manifest.

    Parameters
    ----------
    folder
        A model folder.
    scores
        JSON of the benchmark's scorer; without it, the card says that none was measured.
    agreement
        ``taxonomy/agreement.csv``: how two readings of the corpus agree; what is said of them
        beside it, in ``agreement.md``.
    peers
        JSON of ``keyfield bench``; without it, the card has no chapter on peers. Pictures
        are embedded where they lie in the folder (see ``pictures``).
    """
    manifest = read_manifest(folder)
    metrics = manifest["metrics"]
    counts = manifest["counts"]
    kinds = ", ".join(f"{kind} {n}" for kind, n in counts["kinds"].items())
    lines = [
        f"# Model card: {manifest['name']}",
        "",
        (
            f"Model `{manifest.digest[:12]}`, "
            f"taxonomy `{manifest['hashes']['taxonomy'][:12]}`, "
            f"lexicon `{manifest['hashes']['lexicon'][:12]}`, "
            f"corpus `{manifest['hashes']['corpus'][:12]}`. "
            "Written by `keyfield train` from the manifest."
        ),
        "",
        "## What it does",
        "",
        (
            f"Reads a Chinese product description and gives, in each of {len(manifest['heads'])} "
            "schemes, the concept that the main product belongs to (or none), with a probability "
            "and the words that carried it. Made for reviewers who check claimed fields "
            "(重点领域). It is not a verdict: what is marked `review` needs a person, and so does "
            "any claim that a text cannot prove."
        ),
        "",
        "## What it learned from",
        "",
        (
            f"{counts['examples']} product descriptions written for this project ({kinds}) and "
            f"{counts['terms']} labelled product terms. No benchmark text is among them "
            "(`keyfield corpus check --benchmark FILE` shows it)."
        ),
        *_labels(counts),
        "",
        "## How it works",
        "",
        (
            "Character 1- to 4-grams that stand as words or inside one by jieba's cutting of the "
            "training texts (HMM off), once more where they end a phrase (the head noun), weighted "
            "by idf and by place (what stands first counts most, each further part of a list "
            "less, and most of all what the text itself names as its main product); parts that "
            "only deal in goods are left out where another part makes something; "
            "one-vs-rest linear SVMs for each scheme, and below each `sei2018` group and `mp10` "
            "sector one more for its classes or directions. Weights are int8. Probabilities are "
            "a softmax over the scores; "
            "calibration, in which the margins of all schemes take part, is fitted on held-out "
            "product families and folded into the weights. What is outside a scheme but could be "
            "defended in it (`-|2.1`) is a weak counter-example there. Evidence is exact: the "
            "weights of the words add up to the score. An answer that the mappings do not let "
            "stand beside that of `sei2018` is never accepted."
        ),
        "",
        *_agreement(agreement),
        "## Held-out figures",
        "",
        (
            f"{FOLDS} folds over the written descriptions; a product family (`group`) never stands "
            "on both sides, the lexicon stands in every fold. "
            "strict: the primary label is met. fair: the primary or an `also`. recall: mean over "
            "concepts. false+: texts outside the scheme that were given a concept. auto: accepted "
            "without review. auto-ok: fair among those. `sei2018c` is `sei2018` at three digits. "
            "Calibration is cross-fitted over the same folds."
        ),
        "",
        _HEAD,
        *(_row(scheme, found) for scheme, found in metrics.items()),
        "",
        "Expected calibration error of the first answer (ten bins): "
        + ", ".join(f"{h['scheme']} {h['calibration_error']:.3f}" for h in manifest["heads"])
        + ". The thresholds of `accept` were set and measured on the same held-out answers, so "
        "auto-ok is somewhat optimistic.",
        "",
        "Short lists of the texts that go to review (conformal, aimed at 0.95; cross-fitted):",
        "",
        "| scheme | texts | holds the primary | labels in the mean |",
        "|---|---|---|---|",
        *_short_lists(manifest["heads"]),
        "",
        (
            "Verdicts on claims made from the held-out texts (cross-fitted): primary labels that "
            "are supported, second labels (`also`) that are not contradicted, false ones that are "
            "contradicted and that are supported. Half of the false ones are the most tempting "
            "of their text, half are drawn at random. `finer` is below the level on which a "
            "scheme decides. below: probability of being defensible below which a claim is "
            "contradicted."
        ),
        "",
        "| scheme | claims | below | primary | also | false | false, supported |",
        "|---|---|---|---|---|---|---|",
        *_verdicts(manifest["heads"]),
        "",
        "Fair, by kind of text:",
        "",
        "| scheme | " + " | ".join(counts["kinds"]) + " |",
        "|---" * (1 + len(counts["kinds"])) + "|",
        *(
            f"| {scheme} | "
            + " | ".join(f"{by[k]['fair']:.3f}" if k in by else "–" for k in counts["kinds"])
            + " |"
            for scheme, by in manifest["metrics_by_kind"].items()
        ),
        "",
        f"Concepts that are found least ({_LEAST_TEXTS} texts or more):",
        "",
        "| concept | texts | recall |",
        "|---|---|---|",
        *_worst(manifest["recall_by_concept"]),
        "",
        "## Benchmark",
        "",
    ]
    if scores is None:
        lines.append("Not measured for this card.")
    else:
        lines += [
            (
                "317 real texts labelled by hand (`make bench`), never trained on. The scheme's "
                "figures were looked at while the model was built, so they are a development set."
            ),
            "",
            _HEAD,
            *(_row(scheme, found) for scheme, found in read_json(scores).items()),
        ]
    lines.append("")
    if peers is not None:
        lines += section(read_json(peers), folder, manifest, read_json(scores) if scores else None)
    lines += [
        *_pictures(folder),
        "## Limits",
        "",
        "- The corpus was written by few hands; wording that none of them thought of is not in it.",
        (
            "- A model of words is fooled by words: ordinary products stuffed with the vocabulary "
            "of a field are its weakest kind."
        ),
        "- It reads what a text says, not whether it is true.",
        (
            "- Class numbers and names of `sei2018` at three digits are not checked against the "
            "official print (see the scheme's source note)."
        ),
        "",
    ]
    path = folder / "MODEL_CARD.md"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _short_lists(heads: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        f"| {head['scheme']} | {found['texts']} | {found['coverage']:.3f} | {found['size']:.1f} |"
        for head in heads
        for found in (head["short_list"],)
    ]


def _verdicts(heads: Sequence[Mapping[str, Any]]) -> list[str]:
    out: list[str] = []
    for head in heads:
        coarse, finer = head["verdicts"]
        names = [(head["scheme"], coarse)]
        if finer != coarse:
            names.append((f"{head['scheme']} finer", finer))
        out.extend(
            f"| {name} | {found['claims']} | {found['contradicted']:g} "
            f"| {found['primary']:.3f} | {found['also']:.3f} "
            f"| {found['false']:.3f} | {found['misled']:.3f} |"
            for name, found in names
        )
    return out


def _agreement(path: Path | None) -> list[str]:
    """Return the chapter on the second reading; nothing where there was none."""
    if path is None or not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["batch"] == "all"]
    notes = path.with_suffix(".md")  # which they were, and how the two were settled
    return [
        "## How two readings agree",
        "",
        (
            f"{rows[0]['texts']} descriptions were labelled a second time from the text alone (by "
            "batch in `taxonomy/agreement.csv`). equal: the same primary; accepted: the second "
            "primary stands in the first label set; kappa: the mean over the batches, by their "
            "texts."
        ),
        "",
        *([notes.read_text(encoding="utf-8").strip(), ""] if notes.is_file() else []),
        "| scheme | equal | kappa | accepted |",
        "|---|---|---|---|",
        *(
            f"| {r['scheme']} | {r['equal']} | {r['kappa']} | {r['second_accepted']} |"
            for r in rows
        ),
        "",
    ]


def _labels(counts: Mapping[str, Any]) -> list[str]:
    """Return what the card says of label files; nothing where there were none."""
    found = counts.get("labels")
    if found is None:
        return []
    files = ", ".join(f"{f['name']} ({f['rows']} rows, {f['bad']} bad)" for f in found["files"])
    days = " to ".join(dict.fromkeys(found["when"])) or "no date"
    guides = ", ".join(f"{guide} ({n})" for guide, n in found["guide"].items())
    return [
        "",
        (
            f"Among them are labels from {files}: {found['added']} new texts, {found['merged']} "
            f"that the corpus has too, {found['folded']} repeated; labelled {days}, guide "
            f"{guides}. {found['conflicts']} conflicts between labels were listed, not averaged "
            f"(standing: {found['prefer']}). A label weighs {counts['weights']['label']:g}, a "
            f"text of the corpus {counts['weights']['example']:g}, a term "
            f"{counts['weights']['term']:g}."
        ),
    ]


def _pictures(folder: Path) -> list[str]:
    found = [name for name in CAPTIONS if (folder / FOLDER / name).is_file()]
    if not found:
        return []
    shown = [line for n in found for line in ("", f"![{CAPTIONS[n]}]({FOLDER}/{n})")]
    return ["## Pictures", *shown, ""]


def _worst(recall: Mapping[str, Mapping[str, list[float]]]) -> list[str]:
    found = [
        (share, f"{scheme}:{notation}", int(texts))
        for scheme, by in recall.items()
        for notation, (texts, share) in by.items()
        if texts >= _LEAST_TEXTS
    ]
    return [f"| {name} | {texts} | {share:.2f} |" for share, name, texts in sorted(found)[:_WORST]]
