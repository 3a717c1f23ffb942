"""The presets beside each other: every section is compared, and soon."""

from time import perf_counter

import pytest

from association.rulebook import Rulebook, preset, presets
from association.rulebook.difference import compare, lines
from association.rulebook.schema.base import Rule

OTHER = preset("gen3")


def test_no_preset_differs_from_itself():
    for id in presets():
        assert not compare(preset(id), preset(id))


def test_every_section_of_the_schema_is_compared():
    """A new section needs no code: whatever a preset says, against another document, is found."""
    for id in set(presets()) - {OTHER.id}:
        book = preset(id)
        said = [field.alias or name for name, field in Rulebook.model_fields.items() if getattr(book, name)]
        rules = [section for section in said if section not in ("schema", "articles", "articles_meta")]
        difference = compare(OTHER, book)
        assert [section for section in difference.sections if section in rules] == rules
        added = {one.section.partition(".")[0].partition("[")[0] for one in difference.rules if one.kind == "added"}
        assert added == set(rules), id


def count_rules(value):
    """How many tables with a source of their own there are."""
    if isinstance(value, Rule):
        return 1 + sum(count_rules(getattr(value, name)) for name in type(value).model_fields)
    if hasattr(type(value), "model_fields"):
        return sum(count_rules(getattr(value, name)) for name in type(value).model_fields)
    inner = value.values() if hasattr(value, "values") else value if isinstance(value, tuple) else ()
    return sum(count_rules(one) for one in inner)


@pytest.mark.parametrize("id", [id for id in presets() if id != OTHER.id])
def test_of_two_documents_everything_is_removed_and_everything_added(id):
    old, new = preset(id), OTHER
    difference = compare(old, new)
    assert [a.key for a in difference.articles if a.kind == "removed"] == list(old.articles)
    assert [a.key for a in difference.articles if a.kind == "added"] == list(new.articles)
    assert len(difference.articles) == len(old.articles) + len(new.articles)
    for kind, book in (("removed", old), ("added", new)):
        cited = [rule for rule in difference.rules if rule.kind == kind and (rule.old_ref or rule.new_ref)]
        assert len(cited) == count_rules(book)
    assert {rule.kind for rule in difference.rules} == {"removed", "added"}


def test_the_largest_documents_are_compared_quickly():
    old, new = preset("acg"), OTHER
    started = perf_counter()
    for one, other in ((old, new), (new, old), (old, old)):
        list(lines(compare(one, other)))
    assert perf_counter() - started < 2
