"""``keyfield indicator``: what a product description is worth in a tier's domain indicator."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.cli.case import add_language, add_terms, add_tier, terms, to_json
from classifier.findings import findings

if TYPE_CHECKING:
    import argparse

    from classifier.domains.classifier import Classifier
    from classifier.evaluator.domain import SchemeFinding
    from classifier.evaluator.domain_indicator import DomainScore


def add_commands(commands: Any) -> None:
    """Add the command of this module."""
    indicator = commands.add_parser(
        "indicator", help="主导产品所属领域这一项指标得几分，或是否符合"
    )
    indicator.add_argument("text", help="主导产品说明")
    add_tier(indicator)
    indicator.add_argument("--rules", help="指定规则集，不按日期选")
    add_terms(indicator, province=False)
    indicator.add_argument("--model", type=Path, help="模型目录，默认随程序附带的模型")
    indicator.add_argument("--json", action="store_true", help="打印JSON")
    add_language(indicator)
    indicator.set_defaults(run=run_indicator)


def run_indicator(args: argparse.Namespace) -> int:
    """Classify the text and score the indicator."""
    from classifier.domains.classifier import Classifier
    from classifier.evaluator.domain_indicator import domain_indicator

    given = terms(args)
    classifier = Classifier.load(args.model)
    (answer,) = classifier.classify([args.text])
    found = findings(answer)
    score = domain_indicator(
        found,
        args.tier,
        on=given.on,
        application=given.application,
        rules=given.rules,
        rulebook=given.rulebook,
    )
    if args.json:
        versions = answer.versions.to_json()
        domain = {scheme: one.to_json() for scheme, one in found.items()}
        record = score.to_json() | {"text": args.text, "domain": domain, "model": versions}
        sys.stdout.write(to_json(record))
    else:
        _print(args.text, classifier, found, score, args.lang)
    return 0


def _print(
    text: str,
    classifier: Classifier,
    found: dict[str, SchemeFinding],
    score: DomainScore,
    lang: str,
) -> None:
    from classifier.cli.folding import fold_text
    from classifier.cli.report import COLUMNS, bullets, write
    from classifier.cli.report_view import CONFIDENCES, TIER_TITLES, titles_of
    from classifier.cli.wording import name, title
    from classifier.evaluator.english import english, plain
    from classifier.evaluator.trace import VERDICTS

    en = lang == "en"
    if score.points is None:
        result = VERDICTS[score.verdict]
    else:
        result = f"{score.points}分（满分{score.maximum}分）"
    if en:
        whole = f"{score.points} of {score.maximum} points"
        result = plain(result) if score.points is None else whole

    def named(text: str) -> str:
        return english(text) if en else text

    source = f"{score.trace.clause}（{CONFIDENCES.get(score.trace.confidence, '')}）"
    lines = [
        *fold_text(text, COLUMNS),
        "─" * COLUMNS,
        *fold_text(f"{named(TIER_TITLES[score.tier])}  {score.rule_set}", COLUMNS),
        *fold_text(f"{named(score.trace.title)}  {result}", COLUMNS),
        *fold_text(f"Source  {plain(source)}" if en else f"依据  {source}", COLUMNS),
    ]
    asked = {s.id.removeprefix("domain.") for s in score.trace.walk() if s.kind == "fact"}
    concepts = classifier.artefact.concepts
    for scheme in (s for s in found if s in asked):
        one = found[scheme]
        label = name(concepts, scheme, one.notation, lang)
        mark = "" if one.sure else " (unsure)" if en else "（不能确定）"
        lines += fold_text(f"{title(scheme, lang)}  {label}{mark}", COLUMNS, "  ")
    if score.review:
        lines.append(
            "For review: the domain is unsure and moves the result"
            if en
            else "提请复核：领域判定不能确定，且影响这一项的结果"
        )
    claims = tuple(path for path in score.settle if not path.startswith("domain."))
    if claims:
        lines.append(
            "No text can prove these; the firm states them with evidence:"
            if en
            else "下列事实文字无法证明，须由企业声明并附佐证："
        )
        lines += bullets(map(named, titles_of(claims, score.trace)))
    write(lines)
