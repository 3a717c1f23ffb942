"""An article's text as lines: nothing lost, every item at its depth with its anchor."""

import pytest

from association.rulebook import load
from association.rulebook.loader import preset, presets
from association.views.rules_layout import DEEPEST, are_headed, chapters
from tests.rulebook_files import BOOK


def entries(book):
    return {entry.article.key: entry for chapter in chapters(book) for entry in chapter.entries}


@pytest.mark.parametrize("id", presets())
def test_no_character_is_lost_and_every_part_has_one_anchor(id):
    for entry in entries(preset(id)).values():
        assert "".join(line.text for line in entry.lines) == entry.article.text.replace("\n", "")
        anchors = [key for line in entry.lines for key in line.keys] + [part.key for part in entry.apart]
        assert sorted(anchors) == sorted(part.key for part in entry.parts)


@pytest.mark.rule("FIRE-9")
def test_items_stand_on_lines_of_their_own_deeper_than_what_they_belong_to():
    lines = entries(preset("fire"))["9"].lines
    known = {line.keys[0]: line for line in lines if line.keys}

    assert lines[0].depth == 0
    assert (known["9.1"].depth, known["9.1.1"].depth, known["9.2"].depth) == (1, 2, 1)
    assert known["9.1.1"].text == "1、参加本团体组织召开的会员代表大会；"


def test_items_within_a_line_are_taken_apart():
    lines = entries(preset("gen7"))["2"].lines

    assert [line.keys for line in lines[1:4]] == [("2.1",), ("2.1.1",), ("2.1.2",)]
    assert lines[2].text == "(1)在本行业或相关行业种具有较高的知名度和良好信誉;"


def test_sentences_that_are_cited_stay_in_their_paragraph():
    lines = entries(preset("fire"))["0"].lines

    assert [line.keys for line in lines if "0.1" in line.keys] == [("0.1", "0.2")]
    assert {line.depth for line in lines} == {0}


def test_part_without_a_place_in_the_text_is_shown_after_it():
    assert [part.key for part in entries(preset("servicepool"))["21"].apart] == ["21.d"]


def test_titles_stand_above_the_text_where_most_articles_have_one():
    assert are_headed(chapters(preset("gen6")))
    assert not are_headed(chapters(preset("fire")))


def test_items_as_deep_as_a_key_can_say():
    """A key has 40 characters at most: twenty levels."""
    keys = [".".join(["2", *["1"] * level]) for level in range(20)]
    texts = ["".join(f"（{level}）项" for level in range(first, 20)) for first in range(20)]
    article = "\n".join(f'"{key}" = "{text}"' for key, text in zip(keys, texts, strict=True))
    book = load(BOOK.replace('"2" = "会员分为单位会员。"\n"2.1" = "一、单位"', article))

    lines = entries(book)["2"].lines

    assert [line.keys for line in lines[1:]] == [(key,) for key in keys[1:]]
    assert max(line.depth for line in lines) == DEEPEST
