"""``keyfield taxonomy show | search | check | export | import | migrate``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.cli.migrating import add_command as add_migrate
from classifier.cli.wording import fold

if TYPE_CHECKING:
    import argparse


def add_commands(commands: Any) -> None:
    """Add the commands of this module."""
    top = commands.add_parser("taxonomy", help="查看、检索、检查、导出、导入分类数据")
    sub = top.add_subparsers(dest="action", required=True, metavar="动作")
    show = sub.add_parser("show", help="列出一个分类，或一个概念的说明")
    show.add_argument(
        "concept", nargs="?", help="分类（mp10）或概念（mp10:M07）；不写则列出全部分类"
    )
    show.set_defaults(run=run_show)
    search = sub.add_parser("search", help="在名称、说明和词表中检索")
    search.add_argument("query", help="要找的字词")
    search.set_defaults(run=run_search)
    check = sub.add_parser("check", help="检查分类、词表、对应表和限制目录")
    check.set_defaults(run=run_check)
    export = sub.add_parser("export", help="导出为 SKOS（Turtle 或 JSON-LD）")
    export.add_argument("scheme", help="分类，如 sei2018；all 为全部")
    export.add_argument("output", type=Path, help="扩展名 .ttl 或 .jsonld")
    export.set_defaults(run=run_export)
    intake = sub.add_parser("import", help="从官方清单（CSV、XLSX）补充词条")
    intake.add_argument("file", type=Path, help="清单文件")
    intake.add_argument("--term-column", required=True, help="产品名称所在列")
    intake.add_argument(
        "--label",
        action="append",
        default=[],
        metavar="分类=编号",
        help="整份清单的标注，如 --label mp10=M07.2；也可由列给出",
    )
    intake.add_argument(
        "--label-column",
        action="append",
        default=[],
        metavar="分类=列名",
        help="逐行标注所在列，如 --label-column sei2018=类别代码",
    )
    intake.add_argument("--output", type=Path, required=True, help="写出的词表文件（.txt）")
    intake.set_defaults(run=run_import)
    add_migrate(sub)
    for parser in (show, search, check, export, intake):
        parser.add_argument("--taxonomy", type=Path, help="分类数据目录，默认随程序附带")
        parser.add_argument("--lang", choices=("zh", "en"), default="zh")


def run_show(args: argparse.Namespace) -> int:
    """Show all schemes, one scheme, or one concept."""
    from classifier.errors import NotationError
    from classifier.schemes.taxonomy import load_taxonomy

    whole = load_taxonomy(args.taxonomy)
    if args.concept is None:
        for scheme in whole.schemes.values():
            sys.stdout.write(
                f"{scheme.id:12}{len(scheme.concepts):4}  {scheme.title.in_language(args.lang)}\n"
            )
        return 0
    scheme_id, _, notation = args.concept.partition(":")
    if scheme_id not in whole.schemes:
        raise NotationError(f"no scheme {scheme_id!r}; known: {', '.join(whole.schemes)}")
    scheme = whole.schemes[scheme_id]
    if notation:
        _show_concept(whole, scheme.concept(notation), args.lang)
        return 0
    source = scheme.source
    sys.stdout.write(f"{scheme.title.in_language(args.lang)}\n")
    sys.stdout.write(f"{source.document} · {source.number} · {source.issuer} · {source.date}\n")
    sys.stdout.write(f"可信度：{source.confidence}\n{fold(source.note, 80, '  ')}\n\n")
    for concept in scheme.concepts.values():
        indent = "  " * (scheme.depth(concept.notation) - 1)
        label = concept.label.in_language(args.lang)
        terms = len(whole.lexicon.of_concept(scheme.id, concept.notation))
        sys.stdout.write(f"{indent}{concept.notation} {label}（{terms}）\n")
    return 0


def _show_concept(whole: Any, concept: Any, lang: str) -> None:
    terms = whole.lexicon.of_concept(concept.scheme, concept.notation)
    lines = [
        f"{concept.scheme}:{concept.notation} {concept.label.in_language(lang)}",
        fold(f"范围：{concept.scope}", 80, "  "),
        *(fold(f"不含：{e.what} → {e.see}", 80, "  ") for e in concept.excludes),
        f"  可信度：{concept.confidence}",
    ]
    if concept.note:
        lines.append(fold(f"说明：{concept.note}", 80, "  "))
    for match in whole.mappings.of(concept.scheme, concept.notation):
        other, notation = match.object
        lines.append(f"  {match.relation} {other}:{notation} {match.object_label} {match.note}")
    lines.append(fold(f"词条 {len(terms)}：{'、'.join(t.text for t in terms[:60])}", 80, "  "))
    sys.stdout.write("\n".join(lines) + "\n")


def run_search(args: argparse.Namespace) -> int:
    """Find a word in names, scope notes and terms."""
    from classifier.schemes.labels import NONE
    from classifier.schemes.taxonomy import load_taxonomy

    whole = load_taxonomy(args.taxonomy)
    query = args.query.lower()
    found = 0
    for scheme in whole.schemes.values():
        for concept in scheme.concepts.values():
            near = f"{concept.label.zh} {concept.label.en} {concept.scope}".lower()
            if query in near:
                found += 1
                label = concept.label.in_language(args.lang)
                sys.stdout.write(f"{scheme.id}:{concept.notation} {label}\n")
    for term in whole.lexicon.terms:
        if query in term.text.lower():
            found += 1
            cells = [f"{s}:{c}" for s, c in term.labels.items() if c.primary != NONE or c.also]
            sys.stdout.write(f"词条 {term.text}  {' '.join(cells) or '-'}\n")
    return 0 if found else 1


def run_check(args: argparse.Namespace) -> int:
    """Load everything, which checks it, and print counts."""
    from classifier.schemes.taxonomy import load_taxonomy

    whole = load_taxonomy(args.taxonomy)
    for scheme_id in whole.schemes:
        scheme = whole.schemes[scheme_id]
        counts = {n: len(whole.lexicon.of_concept(scheme_id, n)) for n in scheme.concepts}
        least = min(counts, key=lambda n: counts[n])
        sys.stdout.write(f"{scheme_id:12}{len(counts):4} 概念  词条最少 {least} {counts[least]}\n")
    sys.stdout.write(
        f"词条 {len(whole.lexicon.terms)}  对应 {len(whole.mappings.matches)}  "
        f"限制目录 {len(whole.restricted)}\n通过\n"
    )
    return 0


def run_export(args: argparse.Namespace) -> int:
    """Write SKOS."""
    from classifier.schemes.skos import export_skos
    from classifier.schemes.taxonomy import load_taxonomy

    whole = load_taxonomy(args.taxonomy)
    names = list(whole.schemes) if args.scheme == "all" else [args.scheme]
    concepts = export_skos(whole, names, args.output)
    sys.stderr.write(f"{concepts} → {args.output}\n")
    return 0


def run_import(args: argparse.Namespace) -> int:
    """Read an official list and write new terms as a lexicon file."""
    from classifier.cli import BAD_ROWS, DONE
    from classifier.schemes.intake import import_terms
    from classifier.schemes.taxonomy import load_taxonomy

    whole = load_taxonomy(args.taxonomy)
    outcome = import_terms(
        args.file,
        whole,
        term_column=args.term_column,
        labels=dict(_pairs(args.label)),
        label_columns=dict(_pairs(args.label_column)),
    )
    args.output.write_text(outcome.text, encoding="utf-8")
    sys.stderr.write(
        f"新词条 {outcome.added} → {args.output}；已有 {outcome.known}；"
        f"问题行 {len(outcome.problems)}\n"
    )
    for problem in outcome.problems:
        sys.stderr.write(f"  {problem}\n")
    return BAD_ROWS if outcome.problems else DONE


def _pairs(given: list[str]) -> list[tuple[str, str]]:
    from classifier.errors import NotationError

    out = []
    for pair in given:
        scheme, equals, value = pair.partition("=")
        if not equals or not value:
            raise NotationError(f"found {pair!r}, expected SCHEME=VALUE, for instance mp10=M07.2")
        out.append((scheme, value))
    return out
