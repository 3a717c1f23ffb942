"""Check characters and masks, on the fixtures of conventions.md E."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric
from stdnum.cn import uscc as stdnum_uscc

from association.rules import identifiers
from association.rules.identifiers import IdentifierError

UNITS = [
    ("91110108MA01ABCD1E", "9", "enterprise", "110108"),
    ("91110105MA02EFGH2F", "9", "enterprise", "110105"),
    ("91110101MA03JKLM32", "9", "enterprise", "110101"),
    ("521100005000123453", "5", "private_non_enterprise", "110000"),
    ("511100005000987658", "5", "social_association", "110000"),
    ("12110000400012345U", "1", "public_institution", "110000"),
    ("11110000000012345H", "1", "government_organ", "110000"),
    ("92110105MA04NPQR45", "9", "individual_business", "110105"),
    ("91310115MA1HABCD5U", "9", "enterprise", "310115"),
    ("91420100MA4KABCD6R", "9", "enterprise", "420100"),
]
PERSONS = [
    ("11010519491231002X", date(1949, 12, 31)),
    ("110108199003071238", date(1990, 3, 7)),
    ("110101198506150019", date(1985, 6, 15)),
    ("420106198802290037", date(1988, 2, 29)),
]


def code_of(read, text):
    with pytest.raises(IdentifierError) as caught:
        read(text)
    return caught.value.code


def with_check(body):
    return body + stdnum_uscc.calc_check_digit(body)


@pytest.mark.rule("ACG-7.p1")
@pytest.mark.parametrize(("number", "authority", "kind", "region"), UNITS)
def test_units_of_the_fixture(number, authority, kind, region):
    code = identifiers.uscc(number)
    assert (str(code), code.authority, code.kind, code.region) == (number, authority, kind, region)


@pytest.mark.parametrize(
    "typed",
    [
        "91110108ma01abcd1e",
        " 9111 0108 MA01 ABCD 1E\n",
        "９１１１０１０８ＭＡ０１ＡＢＣＤ１Ｅ",
        "911101-08MA01ABCD-1E\u200b",
        "\u300091110108MA01ABCD1E",
    ],
)
def test_what_people_type_is_read(typed):
    assert identifiers.uscc(typed).number == "91110108MA01ABCD1E"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "uscc_empty"),
        ("  ", "uscc_empty"),
        ("91110108MA01ABCD1", "uscc_length"),
        ("91110108MA01ABCD1E9", "uscc_length"),
        ("91110108MA01ABCDIE", "uscc_characters"),
        ("9111010８MA01ABCDO1", "uscc_characters"),
        ("911101٠8MA01ABCD1E", "uscc_characters"),
        ("91110108MA01ABCD1F", "uscc_check"),
        ("91110108MA01ABCD2E", "uscc_check"),
        ("01110108MA01ABCD1E", "uscc_authority"),
        ("9111X108MA01ABCD1E", "uscc_region"),
    ],
)
def test_what_is_wrong_is_named(typed, code):
    assert code_of(identifiers.uscc, typed) == code


@pytest.mark.parametrize(
    ("body", "authority", "kind"),
    [("N2110108MF1234567", "N", "rural_collective"), ("A1110000400012345", "A", "military_institution"),
     ("Y1110000400012345", "Y", "other")],
)  # fmt: skip
def test_codes_that_begin_with_a_letter(body, authority, kind):
    code = identifiers.uscc(with_check(body))
    assert (code.authority, code.kind) == (authority, kind)


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(["91", "52", "12", "93"]),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(identifiers.USCC_ALPHABET, min_size=9, max_size=9),
    st.integers(0, 16),
    st.sampled_from(identifiers.USCC_ALPHABET),
)
def test_one_wrong_character_never_passes(prefix, region, organisation, position, other):
    number = with_check(prefix + region + organisation)
    assert identifiers.uscc(number).number == stdnum_uscc.validate(number)
    changed = number[:position] + other + number[position + 1 :]
    if changed != number:
        with pytest.raises(IdentifierError):
            identifiers.uscc(changed)


@pytest.mark.rule("ACG-8.p1")
@pytest.mark.parametrize(("number", "born"), PERSONS)
def test_persons_of_the_fixture(number, born):
    person = identifiers.resident_id(number.lower())
    assert (str(person), person.birth_date, person.region) == (number, born, number[:6])
    assert ric.is_valid(number)
    assert not person.residence_permit


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "id_empty"),
        ("110105491231002", "id_15_digits"),
        ("1101051949123100", "id_length"),
        ("1101051949123100XX", "id_characters"),
        ("990105194912310021", "id_region"),
        ("110105198902290037", "id_birth_date"),  # 1989 had no 29 February
        ("110105194913310021", "id_birth_date"),
        ("110105104912310021", "id_birth_date"),
        ("110105194912310020", "id_check"),
        ("110105194912310021", "id_check"),
    ],
)
def test_wrong_identity_numbers(typed, code):
    assert code_of(identifiers.resident_id, typed) == code


def test_a_residence_permit_is_told_apart():
    body = "81000019900307123"
    assert identifiers.resident_id(body + ric.calc_check_digit(body + "0")).residence_permit


@pytest.mark.rule("ACG-25")
@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("11010519491231002X", "110105********002X"),
        ("E12345678", "E*******8"),
        ("123456", "1****6"),
        ("12345", "*****"),
        ("", ""),
    ],
)
def test_masked_identity_numbers(number, masked):
    assert identifiers.mask_resident_id(number) == masked


@pytest.mark.parametrize(
    "typed", ["13800138000", "+86 138-0013-8000", "008613800138000", "8613800138000", "１３８００１３８０００"]
)
def test_mobile_numbers(typed):
    assert identifiers.mobile(typed) == "13800138000"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "mobile_empty"),
        ("12345678901", "mobile_form"),
        ("1380013800", "mobile_form"),
        ("010-89552264", "mobile_form"),
        ("138001380001", "mobile_form"),
        ("+85261234567", "mobile_form"),
    ],
)
def test_wrong_mobile_numbers(typed, code):
    assert code_of(identifiers.mobile, typed) == code


def test_masked_mobile():
    assert identifiers.mask_mobile("13800138000") == "138****8000"
    assert identifiers.mask_mobile("123") == "***"
