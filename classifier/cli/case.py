"""What the evaluating commands share: arguments, the firm, its domain, the rules."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.errors import InputError, Problem, ProfileError
from classifier.findings import findings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from classifier.evaluator.clauses import Application, TierId
    from classifier.evaluator.domain import SchemeFinding
    from classifier.evaluator.loading import Rulebook
    from classifier.evaluator.profile import Profile
    from classifier.evaluator.question import Question
    from classifier.evaluator.record import Evaluation

TIER_NAMES = ("innovative", "tech", "srdi", "little-giant", "champion")
WORKBOOK = ".xlsx"


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms firms are evaluated: everything but the firm itself."""

    on: date
    application: Application
    rules: str | None
    rulebook: Rulebook
    province: str | None
    readings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """One firm with what was found in its text."""

    profile: Profile
    domain: Mapping[str, SchemeFinding] | None
    restricted: tuple[str, ...] | None


def day(text: str) -> date:
    """Return a date of the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        words = f"“{text}”不是日期；应如2026-04-01"
        raise argparse.ArgumentTypeError(words) from None


def pair(text: str) -> tuple[str, str]:
    """Return ``NAME=VALUE`` of the command line."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise argparse.ArgumentTypeError(f"“{text}”不是“名称=值”，如 rd_expense.2025=600")
    return name.strip(), value.strip()


def add_terms(parser: argparse.ArgumentParser, *, province: bool = True) -> None:
    """Add date, kind of application, rules and readings."""
    parser.add_argument("--on", type=day, metavar="日期", help="评价日，默认今天；决定适用哪套规则")
    parser.add_argument("--renewal", action="store_true", help="复核（默认新申报）")
    if province:
        parser.add_argument("--province", help="省级特色化文件（YAML）或已收入的省名")
        parser.add_argument(
            "--reading", type=pair, action="append", metavar="口径=选项", help="改用某个解释口径"
        )


def add_profile(parser: argparse.ArgumentParser, words: str = "企业信息：YAML、JSON或XLSX") -> None:
    """Add the firm, changes to it, and its text."""
    parser.add_argument("profile", type=Path, metavar="PROFILE", help=words)
    parser.add_argument(
        "--set", type=pair, action="append", metavar="项=值", help="假设：如 rd_expense.2025=600"
    )


def add_domain(parser: argparse.ArgumentParser) -> None:
    """Add how the domain of the main product is found."""
    parser.add_argument("--text", help="主导产品说明，代替企业信息中的主导产品")
    parser.add_argument("--model", type=Path, help="领域判定模型目录，默认随程序附带的模型")
    parser.add_argument("--no-model", action="store_true", help="不判定领域，按未知处理")


def add_tier(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """Add the tier."""
    words = "层级：innovative创新型、tech科技型、srdi专精特新、little-giant小巨人、champion单项冠军"
    parser.add_argument("--tier", choices=TIER_NAMES, required=required, help=words)


def add_language(parser: argparse.ArgumentParser) -> None:
    """Add the language of headings; rules keep their official wording."""
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="结果语言")


def today(args: argparse.Namespace) -> date:
    """Return the day of assessment."""
    given: date | None = args.on
    return given or datetime.now().astimezone().date()


def terms(args: argparse.Namespace) -> Terms:
    """Return the terms that the arguments name.

    Raises
    ------
    RuleError
        The province's file is refused.
    """
    from classifier.evaluator.loading import load_rulebook, shipped
    from classifier.evaluator.readings import content_hash

    name: str | None = getattr(args, "province", None)
    book = shipped()
    if name is not None and Path(name).suffix in {".yaml", ".yml"}:
        path = Path(name)
        if not path.is_file():
            raise InputError([Problem(name, 0, "--province", "没有这个文件")])
        book = load_rulebook(provinces=(path,))
        version = content_hash(path)
        name = next(p.id for p in book.provinces.values() if p.hash == version)
    return Terms(
        today(args),
        "renewal" if args.renewal else "new",
        getattr(args, "rules", None),
        book,
        name,
        dict(getattr(args, "reading", None) or ()),
    )


def load_one(path: Path) -> Profile:
    """Read one firm from YAML, JSON, or a workbook that holds one.

    Raises
    ------
    ProfileError
        It cannot be read, or the workbook holds none or several.
    """
    from classifier.evaluator.profile_files import read_profile

    if path.suffix.lower() != WORKBOOK:
        return read_profile(path)
    from classifier.evaluator.workbook_reading import read_workbook

    read = read_workbook(path)
    if read.problems:
        raise ProfileError(list(read.problems))
    if len(read.firms) != 1:
        words = f"有{len(read.firms)}家企业；这个命令只看一家，多家请用 keyfield evaluate"
        raise ProfileError([Problem(str(path), 0, "企业", words)])
    return read.firms[0].profile


def changed(profile: Profile, args: argparse.Namespace) -> Profile:
    """Return the firm with the changes of ``--set``."""
    from classifier.evaluator.profile_files import change_profile

    return change_profile(profile, dict(args.set)) if args.set else profile


def cases(
    profiles: Sequence[Profile], args: argparse.Namespace, text: str | None = None
) -> list[Case]:
    """Find domain and restricted products of firms, from their main product's text.

    Raises
    ------
    ArtefactError
        There is no model; ``--no-model`` does without.
    """
    texts = [text or profile.main_product or "" for profile in profiles]
    if args.no_model or not any(texts):
        return [Case(profile, None, None) for profile in profiles]
    from classifier.domains.classifier import Classifier
    from classifier.home import taxonomy_dir
    from classifier.schemes.restricted import find_restricted, load_restricted

    classifier = Classifier.load(args.model)
    entries = load_restricted(taxonomy_dir() / "restricted.yaml")
    answers = iter(classifier.classify([text for text in texts if text]))
    out = []
    for profile, words in zip(profiles, texts, strict=True):
        if words:
            found = tuple(hit for _, hit in find_restricted(words, entries))
            out.append(Case(profile, findings(next(answers)), found))
        else:
            out.append(Case(profile, None, None))
    return out


def question(case: Case, tier: TierId, given: Terms, rules: str | None = None) -> Question:
    """Put the question of one firm and tier.

    Raises
    ------
    SelectionError
        No rule set is in force on that day, or a name does not exist.
    """
    from classifier.evaluator.question import put
    from classifier.evaluator.record import Inputs

    inputs = Inputs(
        case.profile, case.domain, case.restricted, given.readings, given.province or ""
    )
    chosen = rules or given.rules
    return put(inputs, tier, given.on, given.application, rules=chosen, rulebook=given.rulebook)


def evaluation(asked: Question, given: Terms, rules: str | None = None) -> Evaluation:
    """Answer a question."""
    from classifier.evaluator.engine import answer

    return answer(asked, "--rules" if rules or given.rules else "")


def save(path: Path, content: bytes) -> None:
    """Write a file that was asked for, and say so.

    Raises
    ------
    InputError
        It cannot be written.
    """
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputError([Problem(str(path), 0, "", f"写不进去：{error.strerror}")]) from error
    sys.stderr.write(f"已写 {path}\n")


def to_json(value: Any) -> str:
    """Return JSON as the commands print it."""
    import json

    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
