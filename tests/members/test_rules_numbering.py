"""Member numbers and the masks of names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.rulebook import preset
from members.rules import numbering
from members.rules.masking import mask_name
from members.rules.numbering import Number, check_binding, entity_number, format_number, next_entity, parse_number

ACG = preset("acg")
PATTERN = ACG.numbering.pattern
SILENT = ACG.model_copy(update={"numbering": None})


@pytest.mark.rule("ACG-13.p1")
@pytest.mark.parametrize(
    ("seq", "text"), [(1, "BACCA-000001"), (123, "BACCA-000123"), (999999, "BACCA-999999"), (1000000, "BACCA-1000000")]
)
def test_numbers_go_out_and_come_back(seq, text):
    assert format_number(PATTERN, seq) == text
    assert parse_number(PATTERN, f" {text.lower()} ") == Number(seq)


@given(st.integers(1, 10**9), st.none() | st.integers(1, 99999))
def test_reading_undoes_writing(seq, entity):
    text = format_number(PATTERN, seq) + (f"-{entity}" if entity else "")
    assert parse_number(PATTERN, text) == Number(seq, entity)


@pytest.mark.parametrize(
    "text",
    ["", "BACCA-", "BACCA-123", "BACCA-000000", "BACCA-0000123", "FIRE-000123", "BACCA-000123-0", "BACCA-000123-",
     "BACCA-000123-01", "BACCA-٠٠٠١٢٣", "BACCA-000123\n1", "BACCA-" + "9" * 40],
)  # fmt: skip
def test_what_is_no_number_of_ours(text):
    assert parse_number(PATTERN, text) is None


def test_patterns_with_something_after():
    assert format_number("第{seq:03d}号", 7) == "第007号"
    assert parse_number("第{seq:03d}号", "第007号") == Number(7)
    assert format_number("{seq}", 7) == "7"


@pytest.mark.parametrize("pattern", ["BACCA", "{seq}{seq}", "{seq.__class__}", "{number}", "{{seq}}", "{seq:d:d}"])
def test_bad_patterns_are_refused(pattern):
    with pytest.raises(ValueError, match="pattern"):
        format_number(pattern, 1)


def test_numbers_begin_at_one():
    with pytest.raises(ValueError, match="begin at 1"):
        format_number(PATTERN, 0)


@pytest.mark.rule("ACG-13.p2")
def test_a_unit_registered_under_several_names():
    assert entity_number(ACG, "BACCA-000123", 1, ever=1) == "BACCA-000123"
    second = next_entity(ACG, ever=[1])
    assert [entity_number(ACG, "BACCA-000123", n, ever=2) for n in (1, second)] == ["BACCA-000123-1", "BACCA-000123-2"]
    third = next_entity(ACG, ever=[1, 2], current=[1])
    assert entity_number(ACG, "BACCA-000123", third, ever=3) == "BACCA-000123-3"
    assert next_entity(ACG, ever=[]) == 1


def test_a_rulebook_may_reuse_suffixes():
    rule = ACG.numbering.sub_entities.model_copy(update={"reuse": True})
    reusing = ACG.model_copy(update={"numbering": ACG.numbering.model_copy(update={"sub_entities": rule})})
    assert next_entity(reusing, ever=[1, 2, 3], current=[1, 3]) == 2


@pytest.mark.parametrize("ask", [lambda: next_entity(SILENT, []), lambda: entity_number(SILENT, "N", 1, ever=1)])
def test_a_rulebook_without_sub_entities(ask):
    with pytest.raises(LookupError):
        ask()


@pytest.mark.rule("ACG-13.p1")
@pytest.mark.parametrize(
    ("number", "identifier", "code"),
    [
        ("BACCA-000124", "91110105MA02EFGH2F", "binding_free"),
        ("BACCA-000123", "91110108MA01ABCD1E", "binding_kept"),
        ("BACCA-000124", "91110108MA01ABCD1E", "identifier_bound"),
        ("BACCA-000123", "91110105MA02EFGH2F", "number_taken"),
    ],
)
def test_one_number_for_one_identifier(number, identifier, code):
    decision = check_binding(ACG, number=number, identifier=identifier, bound={"91110108MA01ABCD1E": "BACCA-000123"})
    assert decision.reasons[0].code == code
    assert decision.passed == code.startswith("binding")
    assert decision.sources[0].key.startswith("13")
    assert identifier not in str(decision.reasons[0].facts)


def test_no_numbering_no_binding():
    with pytest.raises(LookupError):
        check_binding(SILENT, number="N", identifier="I", bound={})
    assert numbering.Number(1).entity is None


@pytest.mark.rule("ACG-25")
@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("张三丰", "张*"),
        ("欧阳修", "欧阳*"),
        ("欧阳", "欧*"),
        ("司马相如", "司马*"),
        ("买买提·吐尔逊", "买*"),
        ("John Smith", "J*"),
        (" 李四 ", "李*"),
        ("王", "*"),
        ("", ""),
    ],
)
def test_masked_names(name, masked):
    assert mask_name(name) == masked
