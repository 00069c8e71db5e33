"""Reads enterprise profiles from YAML and JSON, and applies single changes to them.

Every complaint names the file, the line of the part it stands in, the field, what was
found and what is allowed; people read them, so they are in Chinese.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from classifier.errors import Problem, ProfileError
from classifier.evaluator.facts import FIGURES, bare
from classifier.evaluator.items import CHOICES
from classifier.evaluator.profile import Profile
from classifier.reading import Node, read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pydantic_core import ErrorDetails

_WORDS = {"true": True, "是": True, "false": False, "否": False, "unknown": None, "未知": None}


def read_profile(path: Path) -> Profile:
    """Read one profile from a ``.yaml``, ``.yml`` or ``.json`` file.

    Raises
    ------
    ProfileError
        The file cannot be read, or some field does not hold what it must; every
        problem is listed.
    """
    problems: list[Problem] = []
    try:
        data = _json(path, problems) if path.suffix == ".json" else _yaml(path, problems)
    except OSError as error:
        raise ProfileError([Problem(str(path), 0, "", f"打不开：{error.strerror}")]) from error
    if problems:
        raise ProfileError(problems)
    return build_profile(data, str(path))


def _yaml(path: Path, problems: list[Problem]) -> Any:
    return read_yaml(path, str(path), problems)


def _json(path: Path, problems: list[Problem]) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        problems.append(Problem(str(path), 0, "", f"第{error.start}字节不是UTF-8；请另存为UTF-8"))
    except json.JSONDecodeError as error:
        problems.append(Problem(str(path), error.lineno, "", f"不是JSON：{error.msg}"))
    return None


def build_profile(data: Any, file: str) -> Profile:
    """Make a profile of plain values.

    Parameters
    ----------
    data
        A mapping as YAML or JSON gives it.
    file
        What the complaints call it.

    Raises
    ------
    ProfileError
        With one problem a field.
    """
    if not isinstance(data, dict):
        raise ProfileError([Problem(file, 1, "", f"内容为{type(data).__name__}；应为键值表")])
    repeated = [
        Problem(file, node.line, key, "重复；请保留一处")
        for node in _nodes(data)
        for key in node.repeated
    ]
    if repeated:
        raise ProfileError(repeated)
    try:
        return Profile.model_validate(_exact(data))
    except ValidationError as error:
        raise ProfileError([_problem(found, data, file) for found in error.errors()]) from None


def _nodes(value: Any) -> list[Node]:
    out: list[Node] = []
    if isinstance(value, Node):
        out.append(value)
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            out.extend(_nodes(item))
    return out


def _exact(value: Any) -> Any:
    """Return values with floats as the decimals that were written."""
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, dict):
        return {key: _exact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_exact(item) for item in value]
    return value


def _problem(error: ErrorDetails, data: Any, file: str) -> Problem:
    location = tuple(part for part in error["loc"] if part not in _UNION_PARTS)
    line, at = 0, data
    for part in location:
        if isinstance(at, Node):
            line = at.line
        try:
            at = at[part] if not isinstance(at, dict) else at.get(part, at.get(str(part)))
        except (KeyError, IndexError, TypeError):
            break
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) and part < _FIRST_YEAR else f".{part}"
    return Problem(file, line, path.lstrip("."), _message(error, location))


_FIRST_YEAR = 1000
_UNION_PARTS = {"bool", "decimal", "[key]"}


def _message(error: ErrorDetails, location: tuple[int | str, ...]) -> str:
    kind, found = error["type"], error["input"]
    context: Mapping[str, Any] = error.get("ctx") or {}
    if kind == "extra_forbidden":
        allowed = "、".join(_model_at(location[:-1]).model_fields)
        return f"没有这一项；允许：{allowed}"
    if kind == "literal_error":
        quoted = [
            part.strip(" '") for part in str(context["expected"]).replace(" or ", ",").split(",")
        ]
        allowed = "、".join(f"{q}（{CHOICES[q]}）" if q in CHOICES else q for q in quoted)
        return f"填的是{found!r}；允许：{allowed}"
    if kind in {"value_error", "assertion_error"}:
        return str(context.get("error", error["msg"]))
    limits = {
        "greater_than_equal": ("ge", "不小于"),
        "less_than_equal": ("le", "不大于"),
    }
    if kind in limits:
        key, words = limits[kind]
        return f"填的是{found}；允许：{words}{context[key]}"
    wanted = next((words for prefix, words in _WANTED.items() if kind.startswith(prefix)), "")
    return f"填的是{found!r}；应为{wanted or error['msg']}"


_WANTED = {
    "decimal": "数（万元、人、%按各项说明，不带单位和千分号）",
    "int": "整数",
    "bool": "true（是）或false（否）",
    "date": "日期，如2024-05-31",
    "string": "文字，格式见说明",
    "model": "键值表",
    "tuple": "列表",
    "dict": "键值表",
}


def _model_at(location: tuple[int | str, ...]) -> type[BaseModel]:
    model: type[BaseModel] = Profile
    for part in location:
        if isinstance(part, str) and part in model.model_fields:
            kind = bare(model.model_fields[part].annotation)
            arguments = [a for a in get_args(kind) if isinstance(a, type)]
            inner = arguments if get_origin(kind) in {tuple, dict} else [kind]
            found = [k for k in inner if isinstance(k, type) and issubclass(k, BaseModel)]
            model = found[0] if found else model
    return model


def change_profile(profile: Profile, changes: Mapping[str, str]) -> Profile:
    """Return the profile with some facts changed (what-if).

    Parameters
    ----------
    profile
        The firm.
    changes
        New values by path, as they are written on the command line:
        ``rd_expense.2025`` = ``600``, ``conduct.abnormal_list`` = ``false``,
        ``intellectual_property[0].in_use`` = ``true``, ``titles[+].kind`` = ``srdi``
        (a new item). ``unknown`` clears a fact.

    Raises
    ------
    ProfileError
        A path does not exist or a value does not fit.
    """
    data = profile.model_dump(mode="json", exclude_none=True)
    for path, text in changes.items():
        value = _WORDS.get(text, text)
        _put(data, _steps(path), value, path)
    return build_profile(data, "--set")


def _steps(path: str) -> list[str]:
    name, _, rest = path.partition(".")
    if name in FIGURES:
        if not rest.isdigit():
            words = f"“{FIGURES[name]}”是年度数据，请写年份，如 {name}.2025"
            raise ProfileError([Problem("--set", 0, path, words)])
        return ["years", rest, name]
    return path.replace("[", ".[").split(".")


def _put(data: Any, steps: list[str], value: Any, path: str) -> None:
    for at, step in enumerate(steps):
        last = at == len(steps) - 1
        if step.startswith("["):
            number = step.strip("[]")
            if number == "+":
                data.append({})
                key: Any = -1
            elif number.isdigit() and int(number) < len(data):
                key = int(number)
            else:
                known = f"[0]至[{len(data) - 1}]、[+]" if data else "[+]"
                raise ProfileError([Problem("--set", 0, path, f"没有{step}；允许：{known}")])
        else:
            key = step
            following = "" if last else steps[at + 1]
            fresh: Any = [] if following.startswith("[") else {}
            if not last and data.get(key) is None:
                data[key] = fresh
        if last:
            data[key] = value
            return
        data = data[key]
        if not isinstance(data, (dict, list)):
            raise ProfileError([Problem("--set", 0, path, f"{step}之下没有分项")])
