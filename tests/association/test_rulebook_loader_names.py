"""Every name in a rulebook is known, and no key that names something can be forgotten."""

import copy
import tomllib

import pytest

from association.rulebook import load, preset, presets
from association.rulebook.checks import check_rulebook
from association.rulebook.checks.keys import keys_where, mentions, names
from association.rulebook.checks.names import IDENTIFIED, KNOWN, NAMED, UNIQUE, WITHIN, check_names
from association.rulebook.problems import NOUNS, SENTENCES
from association.rulebook.schema import Rulebook
from association.rulebook.schema.base import Id
from tests.rulebook_files import EVERY

DATA = tomllib.loads(EVERY)

NO_NAMES = {
    "rulebook.id": "the document's own",
    "references": "the keys are the ids themselves",
    "bodies": "the keys are the ids themselves",
}
"""Keys of type ``Id`` that name nothing, with the reason. Keys called ``id`` are their own."""

OTHERWISE = {"registrations.workflow": "award"}
"""A name that nothing has, where the language itself allows only some."""


def language() -> set[str]:
    return set(keys_where(lambda annotation: True))


def test_the_file_with_every_section_is_valid():
    book = load(EVERY)
    sections = {info.alias or name for name, info in Rulebook.model_fields.items()}
    assert sections - DATA.keys() == {"profile"}  # names and addresses, no rules
    assert list(check_rulebook(book)) == []


def test_every_key_that_holds_an_id_is_checked():
    """A key added to the language tomorrow stands here until it says what it names."""
    holding = {key for key in keys_where(lambda annotation: mentions(annotation, Id)) if not key.endswith(".id")}
    checked = {key for keys in NAMED.values() for key in keys}
    checked |= {f"{within.around}.{key}" for within in WITHIN for key in within.keys}
    assert holding - checked - NO_NAMES.keys() == set()
    assert holding >= NO_NAMES.keys() - {"rulebook.id"}


def test_the_tables_name_only_keys_of_the_language():
    checked = {key for keys in NAMED.values() for key in keys}
    checked |= {f"{within.around}.{key}" for within in WITHIN for key in within.keys}
    checked |= {key for keys in UNIQUE.values() for key in keys}
    assert checked - language() == set()
    assert NAMED.keys() == KNOWN.keys()
    assert NAMED.keys() | {within.kind for within in WITHIN} | {"reference"} == NOUNS.keys()


def written(data, keys, name):
    """Copies of ``data`` with ``name`` at the key, in each shape a key may have, in each element of a list."""
    if isinstance(data, list):
        for index, element in enumerate(data):
            for changed in written(element, keys, name):
                yield [*data[:index], changed, *data[index + 1 :]]
    elif not keys:
        yield from (name, [name], [[name]])
        yield from ({name: value} for value in (1, "year", "application.submitted", "词", {}))
    elif isinstance(data, dict):
        inside = data.get(keys[0], {})
        for changed in written(inside if len(keys) > 1 else None, keys[1:], name):
            yield {**data, keys[0]: changed}
        for key, table in data.items():  # a table of tables, whose keys are ids
            if isinstance(table, dict | list) and keys[0] not in data:
                for changed in written(table, keys, name):
                    yield {**data, key: changed}


def rulebook_with(key, name):
    """The file with every section, with ``name`` at ``key``; typed, not checked."""
    for data in written(copy.deepcopy(DATA), key.split("."), name):
        try:
            book = Rulebook.model_validate(data)
        except ValueError:
            continue
        if name in [found for _, found in names(book, key)]:
            return book
    return pytest.fail(f"nothing takes a name at {key}")


@pytest.mark.parametrize(("kind", "key"), [(kind, key) for kind, keys in NAMED.items() for key in keys])
def test_an_unknown_name_is_found(kind, key):
    name = OTHERWISE.get(key, "nobody")
    found = [finding for finding in check_names(rulebook_with(key, name)) if finding.facts.get("id") == name]
    assert {finding.code for finding in found} == {f"unknown_{kind}"}
    spelled = key.split(".")
    assert any([step for step in finding.path if step in spelled] == spelled for finding in found)


@pytest.mark.parametrize(
    ("kind", "key"), [(within.kind, f"{within.around}.{key}") for within in WITHIN for key in within.keys]
)
def test_an_unknown_name_inside_a_table_is_found(kind, key):
    name = "give_up" if key == "choices.default" else "nobody"
    book = rulebook_with(key, name)
    if key == "choices.default":
        book = book.model_copy(update={"choices": (book.choices[0].model_copy(update={"options": ("keep",)}),)})
    assert (f"unknown_{kind}", name) in [(finding.code, finding.facts.get("id")) for finding in check_names(book)]


@pytest.mark.parametrize("key", IDENTIFIED)
def test_an_id_given_twice_is_found(key):
    """The first element of the list stands there twice."""
    found = list(doubled(copy.deepcopy(DATA), key.split(".")))
    assert found, "the file has nothing with an id there"
    findings = [f for data in found for f in check_names(Rulebook.model_validate(data)) if f.code == "duplicate_id"]
    assert any([step for step in f.path if isinstance(step, str)][-1] == "id" for f in findings)


def doubled(data, keys):
    if isinstance(data, list):
        if not keys and data and isinstance(data[0], dict) and data[0].get("id"):
            yield [data[0], *data]
        for index, element in enumerate(data if keys else ()):
            yield from ([*data[:index], changed, *data[index + 1 :]] for changed in doubled(element, keys))
    elif isinstance(data, dict):
        if keys and keys[0] in data:
            yield from ({**data, keys[0]: changed} for changed in doubled(data[keys[0]], keys[1:]))
        elif keys:
            for key, table in data.items():
                yield from ({**data, key: changed} for changed in doubled(table, keys))


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('[[inherits]]\nholder', '[[inherits]]\nholder = "member"\nfrom = "unit"\nref = ["1"]\n\n[[inherits]]\nholder',
            "member"),
        ('{ name = "良好", op', '{ name = "优秀", op', "优秀"),
        ('[[chapters]]\n', '[[chapters]]\ntitle = "前言"\nfirst = "1"\n\n[[chapters]]\n', "1"),
    ],
)  # fmt: skip
def test_what_must_be_unique_without_an_id(old, new, named):
    book = Rulebook.model_validate(tomllib.loads(EVERY.replace(old, new, 1)))
    assert ("duplicate_id", named) in [(finding.code, finding.facts.get("id")) for finding in check_names(book)]


def registry(**changes):
    meta = {**DATA["rulebook"], "kind": "registry"}
    return list(check_names(Rulebook.model_validate({**DATA, "rulebook": meta, **changes})))


def test_a_registry_without_tiers_leans_on_those_of_the_members():
    free = {"officers": [{**DATA["officers"][0], "min_office": "council"}]}
    assert registry() == []
    assert "unknown_tier" in [finding.code for finding in registry(**free)]
    holding = [rung for rung in DATA["inherits"] if rung["holder"] != "member"]
    assert registry(**free, tiers=[], inherits=holding) == []


def test_a_paper_in_words_need_not_be_known():
    def accepted(document):
        book = {**DATA, "acceptances": [{**DATA["acceptances"][0], "document": document}]}
        return [finding.code for finding in check_names(Rulebook.model_validate(book))]

    assert accepted("咨询服务人员登记表") == accepted("charter") == accepted("form") == accepted("every") == []
    assert accepted("chartre") == ["unknown_paper"]


def test_every_noun_makes_a_sentence():
    for noun in NOUNS.values():
        assert noun in SENTENCES["unknown_name"].format(id="x", noun=noun)


@pytest.mark.parametrize("id", presets())
def test_the_presets_name_nothing_unknown(id):
    assert list(check_names(preset(id))) == []
