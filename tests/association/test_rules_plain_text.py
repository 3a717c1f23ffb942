"""Text without a page editor: what becomes a heading, a list, a link, and what never becomes anything but words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.rules.plain_text import Run, blocks, in_words, wrong_links

TEXT = """# 本期要闻

各会员单位：
第二行

- 一
- 二

见[办法](https://a.example/b)，或 https://a.example/c。
"""


def test_the_parts():
    assert [block.kind for block in blocks(TEXT)] == ["heading", "paragraph", "list", "paragraph"]
    assert [len(block.lines) for block in blocks(TEXT)] == [1, 2, 2, 1]
    assert blocks(TEXT)[3].lines[0] == (
        Run("见"), Run("办法", "https://a.example/b"), Run("，或 "),
        Run("https://a.example/c", "https://a.example/c"), Run("。"),
    )  # fmt: skip


def test_the_same_in_a_mail():
    assert in_words(TEXT) == (
        "【本期要闻】\n\n各会员单位：\n第二行\n\n· 一\n· 二\n\n见办法（https://a.example/b），或 https://a.example/c。"
    )


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "ftp://a.example", "/etc", "https://"])
def test_only_addresses_of_the_web_are_links(address):
    text = f"见[这里]({address})"

    assert wrong_links(text) == (address,)
    assert all(not run.address for block in blocks(text) for line in block.lines for run in line)


def test_a_full_stop_is_not_part_of_an_address():
    [block] = blocks("Look at https://a.example/b.")

    assert block.lines[0] == (Run("Look at "), Run("https://a.example/b", "https://a.example/b"), Run("."))


@given(st.text(alphabet=st.sampled_from("中文 #-*[]()<>&https://a.b\n\r")))
def test_any_text_is_kept_and_links_only_lead_to_the_web(text):
    runs = [run for block in blocks(text) for line in block.lines for run in line]

    assert all(not run.address or run.address.startswith(("http://", "https://")) for run in runs)
    said = "".join(run.text for run in runs) + "".join(run.address for run in runs)
    assert {char for char in text if char.isalpha()} <= set(said)
