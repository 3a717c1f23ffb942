"""The guides for writers of rulebooks: name every key there is, none that is not, and explain every message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from association.rulebook import Rulebook, presets
from association.rulebook.checks.keys import attributes, models_in
from association.rulebook.problems import SENTENCES
from association.rulebook.schema.base import Event, LegalForm, Rule
from association.rulebook.schema.eligibility import Check, Eligibility
from association.rulebook.schema.joining import FieldKind
from tests.guides import DOCS, FENCE, GUIDES, HEADING, guide, rows, sections
from tests.reads import Reads, files

TODAY = {"acts": "起作用", "shown": "显示", "kept": "记录"}
REQUIRED = {"en": "required", "zh": "必填"}
COMMON = {"ref", "basis", "note"}
LISTS: Mapping[Any, Mapping[str, str]] = {
    Event: {"en": "Events", "zh": "事件"},
    LegalForm: {"en": "Legal forms", "zh": "组织形式"},
    FieldKind: {"en": "Kinds of answer", "zh": "答案的种类"},
}
"""Choices that are listed once and linked to."""

CODE = re.compile(r"`([^`\n]+)`")


def headed(language: str, title: str) -> str:
    start = next(mark for mark in HEADING.finditer(guide(language)) if mark[1] == title)
    following = HEADING.search(guide(language), start.end())
    return guide(language)[start.end() : following.start() if following else None]


def in_path(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    """Every table of the language with its path; the members of a union at one path."""
    yield path, model
    hints = get_type_hints(model, include_extras=True)
    for key, name in attributes(model).items():
        for inner in dict.fromkeys(models_in(hints[name])):
            yield from in_path(inner, f"{path}.{key}" if path else key)


TABLES = [(path, model) for path, model in in_path(Rulebook) if ".params" not in path]


def keys_of(model: type[BaseModel]) -> set[str]:
    """Those that the guide explains in the table's own section."""
    cites = {"ref", "basis"} & set(attributes(model))
    keys = set(attributes(model)) - (COMMON if cites else set())
    if model is Rulebook:
        return {"schema"}
    return keys | {"kind", "params"} if model is Check else keys


def documented(language: str) -> dict[str, tuple[type[BaseModel], str]]:
    """Each section of the guide with the model it is about. Raises KeyError for a table or type that is not there."""
    by_path: dict[str, type[BaseModel]] = {
        path: Check if issubclass(model, Check) else model for path, model in reversed(TABLES)
    }
    by_name: dict[str, type[BaseModel]] = {"Rule": Rule, **{model.__name__: model for _path, model in TABLES}}
    found = {
        path: (by_path["" if path == "(top)" else path], text) for path, text in sections(language, "table").items()
    }
    return found | {name: (by_name[name], text) for name, text in sections(language, "type").items()}


def literals(annotation: Any) -> list[Any]:
    """The fixed words that a value of this annotation may be."""
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return [word for inner in get_args(annotation) if not isinstance(inner, FieldInfo) for word in literals(inner)]


LANGUAGES = pytest.mark.parametrize("language", list(GUIDES))


@LANGUAGES
def test_every_table_has_a_section(language: str) -> None:
    explained = {model for model, _text in documented(language).values()}
    missing = {
        path: model.__name__
        for path, model in TABLES
        if model not in explained and not (issubclass(model, Check) and Check in explained)
    }
    assert missing == {}


@LANGUAGES
def test_each_section_has_exactly_the_keys_of_its_table(language: str) -> None:
    for name, (model, text) in documented(language).items():
        wanted = COMMON if model is Rule else keys_of(model)
        assert set(rows(text)) == wanted, name


@LANGUAGES
def test_each_key_has_its_choices_and_its_default(language: str) -> None:
    elsewhere = {word for words in LISTS for word in get_args(words)}
    for name, (model, text) in documented(language).items():
        hints = get_type_hints(model, include_extras=True)
        for key, cells in rows(text).items():
            if (attribute := attributes(model).get(key)) is None:
                continue
            anchors = [f"](#{titles[language].lower().replace(' ', '-')})" for titles in LISTS.values()]
            listed = any(anchor in cells[1] for anchor in anchors)
            words = [str(word) for word in literals(hints[attribute]) if not (listed and word in elsewhere)]
            said = CODE.findall(" ".join(cells))
            assert [word for word in words if word not in said] == [], f"{name}.{key}"
            assert cells[2] == default(model.model_fields[attribute], language), f"{name}.{key}"


def default(field: FieldInfo, language: str) -> str:
    """As the guides write it; nothing for what is empty."""
    value = field.default
    if field.is_required():
        return REQUIRED[language]
    if isinstance(value, Decimal):
        return f'`"{value}"`'
    words = value if isinstance(value, tuple) else (str(value).lower() if isinstance(value, bool) else value,)
    return ", ".join(f"`{word}`" for word in words if isinstance(word, str | int) and word != "")


@LANGUAGES
def test_lists_of_words_are_complete(language: str) -> None:
    for words, titles in LISTS.items():
        said = set(CODE.findall(headed(language, titles[language])))
        assert said >= set(get_args(words)), titles[language]
    events = rows(headed(language, LISTS[Event][language]))
    assert set(events) == set(get_args(Event))


@LANGUAGES
def test_every_check_with_its_parameters(language: str) -> None:
    text = sections(language, "table")["eligibility"]
    kinds, types = text.split("<!-- params -->")[1].split("<!-- params types -->")
    shown = {
        cells[0].strip("`"): set(CODE.findall(cells[1]))
        for cells in (line.split("|")[1:] for line in kinds.split("\n") if line.startswith("| `"))
        for cells in [[cell.strip() for cell in cells]]
        if cells[0] != "`kind`"
    }
    known = {}
    for model in get_args(get_args(Eligibility)[0]):
        (kind,) = get_args(model.model_fields["kind"].annotation)
        params = model.model_fields["params"].annotation
        known[kind] = set(attributes(params))
        hints = get_type_hints(params, include_extras=True)
        for key, name in attributes(params).items():
            line = next(row for row in types.split("\n") if row.startswith(f"| `{key}` ") and f"`{kind}`" in row)
            plain = [str(word) for word in literals(hints[name]) if word not in get_args(LegalForm)]
            assert [word for word in plain if f"`{word}`" not in line] == [], f"{kind}.{key}"
    assert shown == known


def known_words() -> set[str]:
    """Keys, fixed words, ids of examples and presets, codes of the message table."""
    words = {word for path, model in in_path(Rulebook) for word in (*attributes(model), *path.split("."))}
    for _path, model in in_path(Rulebook):
        for hint in get_type_hints(model, include_extras=True).values():
            words |= {str(word) for word in literals(hint)}
    for _kind, text in FENCE.findall(guide("en")):
        words |= set(re.findall(r"\w+", text))
    return words | set(presets())


NO_KEYS = {"check", "diff", "show", "true", "false", "employer"}
"""Words in code font that are no words of the language: commands, values, a question that a check reads."""


@LANGUAGES
def test_no_key_is_named_that_does_not_exist(language: str) -> None:
    known = known_words() | NO_KEYS
    prose = FENCE.sub("", guide(language))
    named = {code.strip("[]") for code in CODE.findall(prose)}
    single = {code for code in named if re.fullmatch(r"[a-z][a-z0-9_]*", code)}
    assert sorted(single - known) == []
    paths = {path for path, _model in in_path(Rulebook)}
    deep = {f"{path}.{key}" for path, model in in_path(Rulebook) for key in attributes(model)}
    dotted = {code for code in named if re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", code)}
    workflows = {code for code in dotted if code.startswith("workflows.")}
    assert sorted(dotted - workflows - paths - deep - set(get_args(Event))) == []
    assert {code.split(".")[1] for code in workflows} <= known


def test_both_guides_say_the_same() -> None:
    english, chinese = (documented(language) for language in GUIDES)
    assert list(english) == list(chinese)
    for name in english:
        ours, theirs = rows(english[name][1]), rows(chinese[name][1])
        assert list(ours) == list(theirs), name
        assert [TODAY[row[3]] for row in ours.values()] == [row[3] for row in theirs.values()], name
    assert FENCE.findall(guide("en")) == FENCE.findall(guide("zh"))
    told = [re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \|", guide(language), re.MULTILINE) for language in GUIDES]
    assert told[0] == told[1]


OWN = ("rulebook/schema", "rulebook/checks", "rulebook/advice", "management/rule_lines", "/migrations/")
"""The language itself, its checks, and what reads every rule out."""


def sources() -> str:
    """Everything that may read a rulebook: the program without the language, its checks, and what reads rules out."""
    parts = ("association", "members", "fees", "credit", "admissions", "servicepool", "portal", "templates")
    found = [path for part in parts for path in (DOCS.parent / part).rglob("*.*") if path.suffix in (".py", ".html")]
    return "\n".join(path.read_text("utf-8") for path in found if not any(name in path.as_posix() for name in OWN))


LOOKED_AT = {
    "a rule that nothing runs yet": {
        "numbering.sub_entities", "numbering.sub_entities.suffix", "numbering.sub_entities.from",
        "numbering.sub_entities.number_main_when_multiple", "numbering.sub_entities.reuse",
        "fees.prepayment.all_or_nothing",
    },
    "compared with the version before": {"benefits.selector", "reviews.selector"},
    "names the rule in the record": {"reminders.id"},
    "the demo sets itself up with it": {
        "profile.phone", "profile.email", "profile.address", "profile.icp", "profile.supervising_unit",
        "profile.registration_authority",
    },
    "something else of that name": {"certificates.deadline"},
}  # fmt: skip
"""What is only kept although the program reads it, and why that changes nothing."""


def test_what_is_only_kept_is_read_by_nothing() -> None:
    """The reads are found in the source, by the class of the rule that is read."""
    reads = Reads()
    found = reads.of(files(DOCS.parent, OWN))
    read = {
        f"{name}.{key}"
        for name, (model, section) in documented("en").items()
        for key, cells in rows(section).items()
        if cells[3] == "kept" and (attribute := attributes(model).get(key)) is not None
        if any((one.__name__, attribute) in found for one in reads.models.values() if _kin(one, model))
    }
    assert read == set().union(*LOOKED_AT.values()), "say «acts» or «shown» of what is read, in both guides"


def _kin(one: type[BaseModel], other: type[BaseModel]) -> bool:
    return issubclass(one, other) or issubclass(other, one)


def test_what_acts_is_read() -> None:
    text = sources()
    today: dict[str, set[str]] = {}
    for _model, section in documented("en").values():
        for key, cells in rows(section).items():
            today.setdefault(key, set()).add(cells[3])
    read = {key: bool(re.search(rf"\.{key}_?\b", text)) for key in today}
    asked_by_the_typed_rulebook = {"by_class"}
    assert {key for key in today if "kept" not in today[key] and not read[key]} == asked_by_the_typed_rulebook


@LANGUAGES
def test_every_message_is_explained(language: str) -> None:
    title = {"en": "Error messages", "zh": "出错提示"}[language]
    said = headed(language, title).replace("\\|", "|")
    for code, sentence in SENTENCES.items():
        words = re.sub(r"(?<!\{)\{[a-z]+\}(?!\})", "…", sentence).replace("{{", "{").replace("}}", "}")
        assert f"| {words} | " in said, code


@pytest.mark.parametrize("name", ["README.md", "README.zh-hans.md", "docs/map.md"])
def test_the_guides_are_found(name: str) -> None:
    text = (DOCS.parent / name).read_text(encoding="utf-8")
    assert {"rulebooks.md", "rulebooks.zh-hans.md"} <= {
        link.rpartition("/")[2] for link in re.findall(r"\]\((.+?)\)", text)
    }
