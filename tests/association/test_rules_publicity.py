"""Numbers that must not be made public: found wherever they stand, and nothing else taken for one (C-22)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.rules.publicity import Found, Private, mobiles, private_numbers

ID = "11010519491231002X"
CARD = "6222021234567890128"


@pytest.mark.parametrize(
    "text",
    [
        ID,
        "11010519491231002x",
        f"身份证号{ID}。",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105 19491231 002X",
        "110105-19491231-002X",
        "110105194912\u200b31002X",
        "1101 0519 4912 3100 2X",
        "110 105 1949 1231 002X",
        "1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X",
        "110105.19491231.002X",
        "110105－19491231－002Ｘ",
        "110105194912\r\n31002X",  # over the end of a line
        f"2026-09-15 {ID}",  # what stands before it begins a number too
        f"9月15日 2026 {ID}",
        "𝟏𝟏𝟎𝟏𝟎𝟓𝟏𝟗𝟒𝟗𝟏𝟐𝟑𝟏𝟎𝟎𝟐X",
    ],
)
def test_an_identity_number_is_found_however_it_is_written(text):
    assert private_numbers(text) == (Found(Private.IDENTITY, 1, "110105********002X"),)


@pytest.mark.parametrize(
    "text",
    [
        "110105194912310021",  # wrong check digit
        "110105194913310026",  # no such month
        f"9{ID}",  # part of a longer number
        "91110108MA01ABCD1E",
        "521100005000123453",  # a credit code of digits alone
        "京二协〔2024〕1号",
        "BACCA-000123",
        "2026-09-15 2026-09-16",
        "20260915123456789",
        "2020202020202020",
        "010-89552264",
        "12800001234",  # no mobile number begins with 12
        "1380000123",
        "138000012345",
        "4111111111111112",  # fails the check of cards
        "411111001311111",  # too short
        "110105491331002",  # no such month
        "110105490230002",  # no such day
        "990105491231002",  # no such province
        "1101054912310021",  # sixteen digits
        "9110105491231003",
        "注册号110105491231002",
        "营业执照注册号：110105491231002",
        "开户行账号 110105491231002",
        "89552264 89552265 89552266",
        "010-89552264 010-89552265",
        "13-15 2026-09-15",
        "2026.09.15 13.30 15.00",
        "100006 100007 100008",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
        "",
    ],
)
def test_what_is_public_is_left_alone(text):
    assert private_numbers(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "110105491231002",
        "身份证号：110105491231002",
        "１１０１０５４９１２３１００２",
        "110105 491231 002",
        "110105-491231-002",
        "注册号91110108MA01ABCD1E 身份证110105491231002",
    ],
)
def test_an_identity_number_of_fifteen_digits_is_found(text):
    assert private_numbers(text) == (Found(Private.IDENTITY, 1, "1*************2"),)


@pytest.mark.parametrize(
    "text",
    [
        "13800 001234",
        "138.0000.1234",
        "1380 000 1234",
        "138 000 01234",
        "1 3 8 0 0 0 0 1 2 3 4",
        "１３８－００００－１２３４",
        "138·0000·1234",
        "13800001234 / 010-89552264",
    ],
)
def test_a_mobile_number_in_other_groups_is_found(text):
    assert private_numbers(text) == (Found(Private.MOBILE, 1, "138****1234"),)


@pytest.mark.parametrize(
    "text",
    ["13800001234", "138 0000 1234", "138-0000-1234", "+8613800001234", "0086 138 0000 1234", "电话：13800001234；"],
)
def test_a_mobile_number_is_found(text):
    assert private_numbers(text) == (Found(Private.MOBILE, 1, "138****1234"),)
    assert private_numbers(text, allowed=mobiles("010-89552264、138-0000-1234")) == ()
    assert private_numbers(text, allowed=mobiles("13800001235")) != ()


@pytest.mark.parametrize("text", [CARD, "6222 0212 3456 7890 128", "卡号4111-1111-1111-1111"])
def test_a_bank_card_is_found(text):
    [found] = private_numbers(text)
    assert found.kind is Private.CARD
    assert found.masked.count("*") == sum(char.isdigit() for char in text) - 8


def test_the_line_is_told_and_every_number_in_order():
    text = f"第一行\n电话13800001234，身份证{ID}\n\n卡{CARD}"

    assert [(found.line, found.kind) for found in private_numbers(text)] == [
        (2, Private.MOBILE),
        (2, Private.IDENTITY),
        (4, Private.CARD),
    ]


@given(st.text(alphabet="会员公告，。abc \n", max_size=40), st.text(alphabet="会员公告，。\n", max_size=40))
def test_words_around_hide_nothing_and_the_number_is_never_shown(before, after):
    found = private_numbers(f"{before}{ID}{after}")

    assert [one.kind for one in found] == [Private.IDENTITY]
    assert found[0].line == before.count("\n") + 1
    assert "19491231" not in found[0].masked


@given(st.sampled_from(["", " ", "-", ".", "\u3000", "－"]), st.sampled_from([ID, "420106198802290037"]))
def test_no_way_to_group_its_digits_hides_an_identity_number(gap, number):
    found = private_numbers(gap.join(number))

    assert [one.kind for one in found] == [Private.IDENTITY]


@given(st.text(max_size=80))
def test_any_text_can_be_read(text):
    for found in private_numbers(text):
        assert 1 <= found.line <= text.count("\n") + 1
