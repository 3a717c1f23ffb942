"""Turn pydantic's errors into findings of our own, with the key that was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel

from .checks import Finding, guess
from .schema import Rulebook

EXPECTED = {
    "int_type": "整数（不加引号）",
    "int_parsing": "整数（不加引号）",
    "int_from_float": "整数（不加引号）",
    "bool_type": "true 或 false（不加引号）",
    "bool_parsing": "true 或 false（不加引号）",
    "string_type": "加引号的文字",
    "tuple_type": "方括号括起的列表",
    "list_type": "方括号括起的列表",
    "mapping_type": "一张表",
    "dict_type": "一张表",
    "model_type": "一张表",
    "model_attributes_type": "一张表",
    "date_type": "日期，例如 2026-03-10",
    "date_parsing": "日期，例如 2026-03-10",
    "date_from_datetime_parsing": "日期，例如 2026-03-10",
    "date_from_datetime_inexact": "日期，例如 2026-03-10",
    "decimal_type": '加引号的十进制数，例如 "0.5"',
    "decimal_parsing": '加引号的十进制数，例如 "0.5"',
    "finite_number": '加引号的十进制数，例如 "0.5"',
}
TABLES = {
    "Period": '期间，例如 { n = 10, unit = "workday", from = "decision.approved" }；没有期限的，删去这一项',
    "Selector": '适用范围，例如 { class = "unit" }',
    "Validity": '有效期，例如 { kind = "years", n = 3, from = "fee.received" }',
    "Window": '受理期，例如 { opens = "notice.sent", closes = { n = 3, unit = "month", from = "notice.sent" } }',
    "FixedDate": '每年的一天，例如 { kind = "fixed", month = 3, day = 31 }',
}
"""What a table of this model looks like, where something else stands in its place."""

DATE = '日期规则，例如 { kind = "fixed", month = 3, day = 31 }'
FULL_WIDTH = "，。：；＝（）【】｛｝［］“”‘’＂０１２３４５６７８９　"
FORMS = {
    r"^[a-z][a-z0-9_]*$": "小写英文字母开头，只含小写字母、数字和下划线",
    r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$": "月和日，例如 05-01",
    r"^([01]\d|2[0-3]):[0-5]\d$": "时和分，例如 17:00",
    r"^\d{2,6}$": "二至六位数字的行政区划码",
    r"^(>=|>) [1-9][0-9]?/[1-9][0-9]?$": "比例，例如 > 1/2（过半数）或 >= 2/3（三分之二以上）",
    r"^[0-9A-Z]{1,2}$": "一至二位数字或大写字母",
}
SYNTAX = {
    "Expected '=' after a key": "键的后面缺少等号",
    "Invalid value": "等号后面的值无法识别，文字应当加引号",
    "Unclosed array": "方括号没有闭合",
    "Unclosed inline table": "花括号没有闭合",
    "Unterminated string": "引号没有闭合",
    "Illegal character": "文字中不能换行，引号可能没有闭合",
    "Expected newline or end of document": "一行里只能写一项，行末有多余的内容",
    "Expected ']": "表头的方括号没有闭合",
    "Invalid statement": "这一行不是“键 = 值”，也不是表头",
    "Unescaped": "反斜杠的用法不对",
    "Invalid date": "日期不存在",
    "Invalid initial character": "键只能用字母、数字、横线和下划线，其他的键请加引号；也可能多了或少了一个逗号",
    "Invalid hex": "反斜杠的用法不对",
    "Escaped character": "反斜杠的用法不对",
    "Found invalid character": "有不能使用的字符",
    "Expected ": "缺少符号，或写错了",
    "Cannot": "同一个表或键重复定义",
    "Duplicate": "同一个键重复定义",
}
LIMITS = {
    "greater_than_equal": ("ge", "不小于 {}"),
    "less_than_equal": ("le", "不大于 {}"),
    "greater_than": ("gt", "大于 {}"),
    "less_than": ("lt", "小于 {}"),
}


def findings_of(errors: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """A finding for each pydantic error. A key that is missing because it was mistyped is said once."""
    found = [_finding(error) for error in errors]
    mistyped = {(*f.path[:-1], f.facts["guess"]) for f in found if f.code == "unknown_key"}
    return [f for f in found if f.code not in ("missing_key", "missing_ref") or f.path not in mistyped]


def _finding(error: Mapping[str, Any]) -> Finding:
    location: tuple[str | int, ...] = tuple(error["loc"])
    context: Mapping[str, Any] = error.get("ctx", {})
    code, facts = _judge(str(error["type"]), location, error.get("input"), context)
    if code == "invalid":
        facts = {"detail": error["msg"]}
    return Finding(location, code, facts)


def _judge(
    kind: str, location: Sequence[str | int], value: Any, context: Mapping[str, Any]
) -> tuple[str, dict[str, Any]]:
    last = location[-1] if location else ""
    if kind in EXPECTED:
        return "wrong_type", {"expected": _expected(kind, location, context)}
    if kind in LIMITS:
        name, words = LIMITS[kind]
        return "out_of_range", {"value": value, "limit": words.format(context[name])}
    match kind:
        case "extra_forbidden":
            found = "unknown_key", {"key": last, "guess": guess(str(last), known_keys(location[:-1]))}
        case "missing" | "too_short" if last == "ref":
            found = "missing_ref", {}
        case "missing":
            found = "missing_key", {"key": last}
        case "union_tag_not_found":
            found = "missing_key", {"key": "kind", "guess": guess("kind", value if isinstance(value, Mapping) else ())}
        case "literal_error" | "enum" | "union_tag_invalid":
            found = _choice(value, context)
        case "string_pattern_mismatch":
            found = "wrong_format", {"value": value, "form": FORMS.get(context["pattern"], context["pattern"])}
        case "string_too_long":
            found = "too_long", {"limit": context["max_length"]}
        case "string_too_short" | "too_short":
            found = "empty", {}
        case "float_amount" | "any_or_all":
            found = kind, dict(context)
        case _:
            found = "invalid", {}
    return found


def _expected(kind: str, location: Sequence[str | int], context: Mapping[str, Any]) -> str:
    """A table with an example of it, where one is known."""
    if kind == "model_attributes_type" and "eligibility" not in location:  # one of the kinds of a date
        return DATE
    return TABLES.get(str(context.get("class_name", "")), EXPECTED[kind])


def _choice(value: Any, context: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    given = context.get("tag", value)
    listed = str(context.get("expected", context.get("expected_tags", "")))
    allowed = [word.strip("'\" ") for word in listed.replace(" or ", ", ").split(", ")]
    return "wrong_choice", {
        "value": given,
        "allowed": "、".join(allowed),
        "guess": guess(str(given), allowed),
    }


def syntax_detail(message: str, text: str = "", line: int = 1, column: int = 1) -> str:
    """tomllib's message in Chinese; one that is not known stays as it is. What stands at the place may tell more."""
    rows = text.split("\n")
    row = rows[line - 1] if line <= len(rows) else ""
    here = row[column - 1 : column]
    if (wide := here if here and here in FULL_WIDTH else _wide_in(row)) and not message.startswith(REDEFINED):
        return f"有全角符号“{wide}”，逗号、等号、括号、引号、数字都要用英文半角的"
    if message.startswith(REDEFINED) and (header := _mixed(row, rows)):
        return f"表头 [{header}] 和 [[{header}]] 混用。只有一张表的写 [{header}]，有几项的每一项都写 [[{header}]]"
    if not row[column - 1 :].strip() and row.count("{") > row.count("}"):
        return "花括号里不能换行，请写在同一行"
    return next((words for start, words in SYNTAX.items() if message.startswith(start)), message)


REDEFINED = ("Cannot", "Duplicate")
QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'')
HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]")


def _wide_in(row: str) -> str:
    """The first full-width sign of a line that stands in no text and no comment; empty if there is none."""
    if row.count('"') % 2 or row.count("'") % 2:
        return ""  # a quote is missing, and what is text cannot be told
    outside = QUOTED.sub("", row).partition("#")[0]
    return next((sign for sign in outside if sign in FULL_WIDTH), "")


def _mixed(row: str, rows: Sequence[str]) -> str:
    """The header of this line, if the file has it with one and with two brackets."""
    found = HEADER.match(row)
    if found is None:
        return ""
    parts = found[2].strip().split(".")
    forms: dict[str, set[str]] = {}
    for other in filter(None, map(HEADER.match, rows)):
        forms.setdefault(other[2].strip(), set()).add(other[1])
    names = (".".join(parts[:n]) for n in range(len(parts), 0, -1))
    return next((name for name in names if len(forms.get(name, ())) > 1), "")


def known_keys(location: Sequence[str | int]) -> list[str]:
    """The keys that the table at ``location`` may have."""
    models: set[type[BaseModel]] = {Rulebook}
    for step in location:
        if isinstance(step, int):
            continue
        inside = {inner for model in models for inner in _field(model, step)}
        tagged = {model for model in models if _tag(model, step)}
        models = inside or tagged or models
    return sorted({info.alias or name for model in models for name, info in model.model_fields.items()})


def _field(model: type[BaseModel], key: str) -> Iterator[type[BaseModel]]:
    for name, info in model.model_fields.items():
        if key in (name, info.alias):
            yield from _models(info.annotation)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def _tag(model: type[BaseModel], tag: str) -> bool:
    kind = model.model_fields.get("kind")
    return kind is not None and tag in get_args(kind.annotation)
