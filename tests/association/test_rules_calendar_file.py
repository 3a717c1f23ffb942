"""A year of the calendar as a file: what is read, and every problem by its line."""

from datetime import date

import pytest
from django.utils import translation

from association.calendar_words import SENTENCES, sentence
from association.rules import calendar_file
from association.rules.calendar_file import read
from tests.calendars import YEAR_2027

LINES = YEAR_2027.splitlines()


def problems(text, year=2027):
    return [(one.line, one.code) for one in read(text, year).problems]


LAST = len(LINES)


def with_line(text, *, at=LAST):
    """The good file with one line more, which becomes line ``at + 1``."""
    return "\n".join([*LINES[:at], text, *LINES[at:]])


def without(*words):
    return "\n".join(line for line in LINES if not any(word in line for word in words))


def test_a_year_is_read_whole():
    file = read(YEAR_2027, 2027)

    assert (file.problems, file.doubts) == ((), ())
    assert sum(one.is_workday for one in file.days) == 4
    assert sum(not one.is_workday for one in file.days) == 27
    assert file.workdays[date(2027, 2, 5)] is False
    assert file.workdays[date(2027, 2, 14)] is True
    assert date(2027, 2, 12) not in file.workdays


@pytest.mark.parametrize(
    "line",
    [
        "2027-06-09,放假,端午节",
        "2027/6/9，休，端午节",
        "2027年6月9日\t放假\t端午节",
        "6月9日,holiday,端午节",
        "2027.6.9至2027.6.9,放假,端午节",
        '"2027-06-09","放假","端午节",,',
    ],
)
def test_a_day_is_written_in_many_ways(line):
    text = YEAR_2027.replace("2027-06-09,放假,端午节", line)

    assert read(text, 2027).days == read(YEAR_2027, 2027).days


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("2026-12-31,放假,元旦", "other_year"),
        ("2028-01-01,放假,元旦", "other_year"),
        ("2027-02-29,放假,春节", "no_leap_year"),
        ("2月29日,放假,春节", "no_leap_year"),
        ("2027-02-30,放假,春节", "no_such_day"),
        ("2027-13-01,放假,春节", "no_such_day"),
        ("二月五日,放假,春节", "no_day"),
        ("2027-02-05至2027-02-06至2027-02-07,放假,春节", "no_day"),
        ("2027-02-11至2027-02-05,放假,春节", "span_backwards"),
        ("2027-02-20,也许,春节", "word"),
        ("2027-02-20,上班", "columns"),
        ("2027-02-20,上班,春节,多了", "columns"),
        (f"2027-02-20,上班,{'节' * 61}", "name_too_long"),
        ("2027-02-05,放假,春节", "day_twice"),
        ("2027-02-06,上班,春节", "day_both"),
        ("2027-02-15,上班,春节", "worked_anyway"),
        ("2027-01-01,上班,元旦", "statutory_worked"),
    ],
)
@pytest.mark.parametrize("at", [0, 1, len(LINES)])
def test_a_fault_is_told_by_its_line(line, code, at):
    """Wherever it stands. Of two lines that contradict each other, the later one is the fault."""
    found = problems(with_line(line, at=at))
    other = {"day_twice", "day_both"}

    assert {each for _line, each in found} == {code}
    if code not in other or at == len(LINES):
        assert found == [(at + 1, code)]


@pytest.mark.parametrize(("year", "code"), [(2027, "no_leap_year"), (2028, None), (2100, "no_leap_year")])
def test_leap_day_is_a_day_of_leap_years(year, code):
    assert [each for _line, each in problems(f"{year}-02-29,放假,春节", year) if each == "no_leap_year"] == (
        [code] if code else []
    )


def test_all_faults_show_at_once_in_order():
    text = with_line("2027-02-30,放假,春节", at=3) + "\nx,放假,春节\n"

    assert problems(text) == [(4, "no_such_day"), (14, "no_day")]


@pytest.mark.parametrize("name", ["元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆"])
def test_a_year_without_one_of_its_holidays_has_a_gap(name):
    file = read(without(name), 2027)

    missing = [one for one in file.problems if one.code == "holiday_missing"]
    assert [one.facts["names"] for one in missing] == [[name]]
    assert {one.line for one in file.problems} == {0}


def test_holidays_that_fall_together_are_named_together():
    text = without("中秋").replace("国庆节", "国庆节、中秋节")

    assert problems(text) == []


@pytest.mark.parametrize(
    ("spans", "found"),
    [
        (["2027-02-05至2027-02-11"], []),
        (["2027-02-05至2027-02-08", "2027-02-10至2027-02-11"], [(4, "gap")]),  # 9 February is a Tuesday
        (["2027-02-05", "2027-02-08至2027-02-11"], []),  # the weekend between is at rest anyway
    ],
)
def test_a_holiday_with_a_hole_is_told_at_the_line_after_it(spans, found):
    lines = "\n".join(f"{span},放假,春节" for span in spans)
    text = YEAR_2027.replace("2027-02-05至2027-02-11,放假,春节", lines)

    assert problems(text) == found


def test_statutory_days_have_to_be_at_rest():
    text = YEAR_2027.replace("2027-10-01至2027-10-07", "2027-10-02至2027-10-07")

    assert problems(text) == [(0, "statutory_missing")]


def test_a_sum_that_the_regulation_does_not_give_is_doubted_not_refused():
    file = read(without("2027-10-09"), 2027)

    assert file.problems == ()
    assert [(one.code, one.facts["net"]) for one in file.doubts] == [("sum", 14)]


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "日期,安排,节日\n"])
def test_a_file_without_days_is_no_year(text):
    assert problems(text) == [(0, "empty")]


def test_not_more_problems_than_can_be_read():
    assert len(read("x,放假,春节\n" * 1000, 2027).problems) == calendar_file.MAX_PROBLEMS


@pytest.mark.parametrize(
    ("raw", "good"),
    [
        (YEAR_2027.encode(), True),
        (YEAR_2027.encode("utf-8-sig"), True),
        (YEAR_2027.encode("gb18030"), True),
        (b"\x89PNG\r\n\x1a\n\x00\x00", False),
        (b"\xff\xff\xff", False),
    ],
    ids=["utf-8", "with a mark", "gb18030", "picture", "no text"],
)
def test_files_of_spreadsheets_are_decoded(raw, good):
    text = calendar_file.decode(raw)

    assert (text is not None and read(text, 2027).days == read(YEAR_2027, 2027).days) is good


def test_every_problem_has_words_in_chinese():
    everything = "\n".join(
        [
            "2026-12-31,放假,元旦", "2027-02-29,放假,春节", "2027-02-30,放假,春节", "x,放假,春节",
            "2027-02-11至2027-02-05,放假,春节", "2027-02-20,也许,春节", "a", f"2027-02-20,上班,{'节' * 61}",
            "2027-02-05,放假,春节", "2027-02-05,放假,春节", "2027-02-06,放假,春节", "2027-02-06,上班,春节",
            "2027-02-15,上班,春节", "2027-01-01,上班,元旦",
        ]
    )  # fmt: skip
    hole = YEAR_2027.replace("2027-02-05至2027-02-11", "2027-02-05至2027-02-08").replace(
        "2027-02-14,上班,春节", "2027-02-10,放假,春节"
    )
    files = [read(text, 2027) for text in (everything, "", without("元旦"), hole, without("2027-10-09"))]
    found = {one.code: one for file in files for one in (*file.problems, *file.doubts)}

    assert set(SENTENCES) - set(found) == {"unreadable", "too_large"}
    with translation.override("zh-hans"):
        for one in found.values():
            assert "%(" not in sentence(one)
            assert any("\u4e00" <= sign <= "\u9fff" for sign in sentence(one))
    with translation.override("zh-hans"):
        assert sentence(found["no_leap_year"]) == "2027 年不是闰年，没有 2 月 29 日。"
