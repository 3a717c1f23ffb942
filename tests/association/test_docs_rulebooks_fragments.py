"""What the guides show passes the check, stands where they say it does, and computes what they say."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from association.rulebook import Rulebook, load, preset_text
from association.rules.deadlines import calendar_of
from fees.rules import dues
from fees.rules.payers import Standard
from tests.guides import FRAGMENTS, INSERTED, SMALL, inserted, replaced, rows, said, sections


def test_the_small_rulebook_is_complete() -> None:
    book = load(SMALL)
    assert (book.kind, book.adopted_by) == ("membership", ("council",))
    assert [step.id for step in book.workflow("admission").steps] == ["review", "decide"]
    assert len([line for line in SMALL.split("\n") if line]) < 80


@pytest.mark.parametrize(("kind", "text"), INSERTED, ids=[re.sub(r"\W+", " ", text)[:40] for _k, text in INSERTED])
def test_each_fragment_passes_in_the_small_rulebook(kind: str, text: str) -> None:
    book = load(inserted(text, replaced(kind)))
    new = set(tomllib.loads(text).get("articles", {}))
    assert new, "a fragment shows the article that it puts into rules"
    cited = {
        ref for found in re.findall(r"^ref = (\[.*\])$", text, re.MULTILINE) for ref in re.findall(r'"(.+?)"', found)
    }
    assert new <= cited <= set(book.articles)


def within(small: Any, large: Any) -> bool:
    """Whether all that ``small`` says stands in ``large`` too; of a list, in one of its tables."""
    if isinstance(large, list) and isinstance(small, dict):
        return any(within(small, one) for one in large)
    if isinstance(small, dict):
        return isinstance(large, dict) and all(key in large and within(small[key], large[key]) for key in small)
    if isinstance(small, list) and small and isinstance(small[0], dict):
        return all(within(one, large) for one in small)
    return bool(small == large)


@pytest.mark.parametrize(
    ("kind", "text"),
    [(kind, text) for kind, text in FRAGMENTS if kind.startswith("from")],
    ids=[f"{kind} {text.split(chr(10))[0]}" for kind, text in FRAGMENTS if kind.startswith("from")],
)
def test_each_example_stands_in_its_preset(kind: str, text: str) -> None:
    assert within(tomllib.loads(text), tomllib.loads(preset_text(kind.removeprefix("from: "))))


def at(data: Any, path: str) -> list[dict[str, Any]]:
    """The tables at a path of a preset; of bodies, procedures and the like all of them."""
    found = [data]
    for number, part in enumerate(path.split(".") if path != "(top)" else ()):
        values = [table[part] for table in found if part in table]
        if number == 0 and part in ("bodies", "references", "articles_meta", "workflows"):
            values = [inner for value in values for inner in value.values()]
        found = [table for value in values for table in (value if isinstance(value, list) else [value])]
    return found


EXAMPLE = re.compile(r"^`(.+)` \(`(\w+)`\)$")


def test_each_example_of_a_key_stands_in_its_preset() -> None:
    shown = 0
    for path, section in sections("en", "table").items():
        for key, cells in rows(section).items():
            if not cells[5]:
                continue
            example = EXAMPLE.match(cells[5].replace("\\|", "|"))
            assert example, f"{path}.{key}"
            wanted = tomllib.loads(example[1])
            assert list(wanted) == [key]
            tables = at(tomllib.loads(preset_text(example[2])), path)
            assert any(table.get(key) == wanted[key] for table in tables), f"{path}.{key}"
            shown += 1
    assert shown > 250


def test_an_example_is_not_found_where_it_does_not_stand() -> None:
    assert not within({"fees": {"cycle": "month"}}, tomllib.loads(preset_text("acg")))
    assert not within({"classes": [{"id": "nobody"}]}, tomllib.loads(preset_text("acg")))


# what the guides say is computed


def owed(book: Rulebook, on: date, **who: Any) -> Any:
    """What somebody owes who joins on the day, with 1200 yuan a year in the standard for everybody."""
    amounts: dict[Any, Decimal] = {(one.id, None): Decimal(1200) for one in book.classes}
    amounts |= {("unit", None, "一级资质"): Decimal(3000), ("unit", None, "无资质"): Decimal(500)}
    standard = Standard("2026", amounts)
    facts: dict[str, Any] = {"class_id": "unit", "tier": None, **who}
    return dues.joining(book, starts_on=on, standard=standard, calendar=calendar_of(book), **facts)


@pytest.mark.parametrize(
    ("day", "amount"),
    [(date(2026, 1, 1), 1200), (date(2026, 6, 30), 1200), (date(2026, 7, 1), 600), (date(2026, 12, 31), 600)],
)
def test_half_the_fee_is_computed(day: date, amount: int) -> None:
    (line,) = owed(said("Half the fee when joining after 1 July"), day).value
    assert line.amount == amount


@pytest.mark.parametrize(("day", "due"), [(date(2026, 3, 31), date(2026, 3, 31)), (date(2026, 4, 1), None)])
def test_a_span_to_pay_in_is_computed(day: date, due: date | None) -> None:
    (line,) = owed(said("Fees due within some months of the year"), day).value
    assert line.due_on == due


@pytest.mark.parametrize(
    ("day", "period", "due"),
    [(date(2026, 6, 30), 2, None), (date(2026, 7, 1), 3, date(2026, 7, 15)), (date(2026, 7, 16), 3, None)],
)
def test_quarters_are_computed(day: date, period: int, due: date | None) -> None:
    (line,) = owed(said("Fees by the quarter"), day).value
    assert (line.period, line.amount) == (period, 300)
    assert due is None or line.due_on == due


@pytest.mark.parametrize(("grade", "amount"), [("一级资质", 3000), ("无资质", 500)])
def test_a_fee_by_grade_is_computed(grade: str, amount: int) -> None:
    book = said("Fee by qualification grade")
    (line,) = owed(book, date(2026, 5, 1), grade=grade).value
    assert line.amount == amount
    assert owed(book, date(2026, 5, 1)).reasons[0].code == "grade_missing"


def test_who_is_free_owes_nothing() -> None:
    book = said("Honorary and student members who pay nothing")
    assert owed(book, date(2026, 5, 1), class_id="student").value == ()
    (line,) = owed(book, date(2026, 5, 1)).value
    assert line.amount == 1200


def test_deemed_members_owe_nothing() -> None:
    book = said("Deemed members")
    assert not book.member_class("employee").applied_for
    assert owed(book, date(2026, 5, 1), class_id="employee").value == ()


def test_classes_have_their_own_procedures() -> None:
    book = said("Several classes with different procedures")
    actors = {one: book.workflow("admission", {"class": one}).steps[-1].actor for one in ("unit", "person")}
    assert actors == {"unit": "council", "person": "secretariat"}


def test_tiers_are_conferred_and_begin_at_the_lowest() -> None:
    book = said("Tiers by resolution")
    assert [tier.id for tier in book.tiers_of("unit")] == ["ordinary", "council", "president"]
    assert [tier.by_resolution_of for tier in book.tiers_of("unit")] == [(), ("council",), ("assembly",)]
