"""The language of templates: what it says, what it refuses and where, and that nothing gets out of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.letters import wording
from association.letters.wording import check, render, render_line, segments

KEYS = {"number": "会员证号", "reason": "理由", "basis": "依据"}
NAMES = {name: key for key, own in KEYS.items() for name in (key, own)}
VALUES = {"number": "0001", "reason": "缺章", "basis": "依据：第一条"}
SAID = {name: VALUES[key] for name, key in NAMES.items()}


def faults(text: str, part: str = "text", required=()) -> list[str]:
    return [str(fault) for fault in check(part, text, NAMES, required)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("编号 {{ 会员证号 }}。", "编号 0001。"),
        ("编号 {{number}}。", "编号 0001。"),
        ('{{ 理由|default:"无" }}', "缺章"),
        ("{{ 依据|truncatechars:4 }}", "依..."),
        ("{% if 理由 %}有{% else %}无{% endif %}", "有"),
        ('{% if 理由 == "缺章" and not 会员证号 %}甲{% elif 会员证号 %}乙{% endif %}', "乙"),
        ("甲\r\n\r\n{% if not 理由 %}丙{% endif %}\r\n\r\n乙  ", "甲\n\n乙"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
    ],
)
def test_says(text, said):
    assert faults(text) == []
    assert render(text, SAID) == said


def test_a_value_is_never_read_as_a_template():
    said = SAID | {"理由": "{{ 会员证号 }}{% if %}<script>"}
    assert render("{{ 理由 }}", said) == "{{ 会员证号 }}{% if %}<script>"


def test_subject_is_one_line():
    assert render_line("甲\n{{ 理由 }}", SAID | {"理由": "乙\n丙"}) == "甲 乙 丙"
    assert faults("甲\n乙", "subject") == ["第 2 行：标题只能写一行。"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("甲\n{{ 会员编号 }}", "第 2 行：没有变量“会员编号”，是不是“会员证号”？"),
        ("{{ xyz }}", "第 1 行：没有变量“xyz”，请从变量表中选取。"),
        ("{{ }}", "第 1 行：花括号里没有变量"),
        ("{{ 理由.upper }}", "第 1 行：“理由.upper”不是变量"),
        ("{{ 理由.__class__ }}", "不是变量"),
        ('{{ "字面" }}', "不是变量"),
        ("{{ 理由|upper }}", "不能使用“upper”"),
        ("{{ 理由|truncatechars:99999 }}", "不能使用“truncatechars:99999”"),
        ("{{ 理由|default:number }}", "不能使用“default:number”"),
        ('{{ 理由|safe|default:"x" }}', "不能使用“safe”"),
        ("甲\n\n{{ 理由", "第 3 行：“{{”在同一行没有配对"),
        ("理由 }}", "“}}”在同一行没有配对"),
        ("{{ 理由\n}}", "第 1 行：“{{”在同一行没有配对"),
        ("｛｛ 理由 ｝｝", "全角"),
        ("{# 藏 #}", "不能写注释"),
        ("{% include 'x' %}", "不能使用“include”"),
        ("{% load static %}", "不能使用“load”"),
        ("{% verbatim %}{{ 理由 }}{% endverbatim %}", "不能使用“verbatim”"),
        ("{% for x in 理由 %}{% endfor %}", "不能使用“for”"),
        ("{% %}", "不能使用“”"),
        ("甲\n{% if 理由 %}乙", "第 2 行：这里的 {% if %} 没有结束"),
        ("{% endif %}", "前面没有 {% if %}"),
        ("{% else %}", "前面没有 {% if %}"),
        ("{% if %}甲{% endif %}", "请写明条件所看的变量"),
        ("{% if 没有的 %}甲{% endif %}", "没有变量“没有的”"),
        ("{% if 理由 会员证号 %}甲{% endif %}", "条件写法有误"),
        ("{% if 理由 %}甲{% else %}乙{% else %}丙{% endif %}", "条件写法有误"),
        ("{% if 理由 %}甲{% else 乙 %}乙{% endif %}", "else 后面不能再写内容"),
        ("{% if " + "not " * 2000 + "理由 %}甲{% endif %}", "共 "),
        ("{% if " + "not " * 20 + "理由 %}甲{% endif %}", "条件过长"),
        ("{% if 理由 %}" * 4 + "{% endif %}" * 4, "最多嵌套 3 层"),
        ("甲\x00乙", "不可见字符"),
        ("甲\u202e乙", "不可见字符"),
    ],
)
def test_refuses_and_says_where(text, said):
    found = faults(text)
    assert found
    assert any(said in fault for fault in found), found


@pytest.mark.parametrize(("length", "fine"), [(6000, True), (6001, False)])
def test_longest(length, fine):
    assert (faults("字" * length) == []) is fine


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("{{ 依据 }}", True),
        ("{{ basis }}", True),
        ("{% if 依据 %}{{ 依据 }}{% endif %}", True),
        ("{% if basis %}{{ 依据 }}{% endif %}", True),
        ("", False),
        ("依据", False),
        ("{{ 依据|truncatechars:1 }}", False),
        ("{% if 理由 %}{{ 依据 }}{% endif %}", False),
        ("{% if not 依据 %}{{ 依据 }}{% endif %}", False),
        ("{% if 依据 %}{% else %}{{ 依据 }}{% endif %}", False),
        ("{% if 依据 %}{% if 理由 %}{{ 依据 }}{% endif %}{% endif %}", False),
        ("{% if 依据 and 理由 %}{{ 依据 }}{% endif %}", False),
    ],
)
def test_what_is_required_cannot_be_edited_away(text, kept):
    assert (faults(text, required=["basis"]) == []) is kept
    if not kept:
        assert "正文必须保留 {{ 依据 }}" in "".join(faults(text, required=["basis"]))


@pytest.mark.parametrize(
    ("length", "count"), [(0, 0), (1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)]
)
def test_segments_of_a_short_message(length, count):
    assert segments("字" * length) == count


def test_a_character_beyond_the_plane_counts_twice():
    assert segments("𠮷" * 35) == 1
    assert segments("𠮷" * 36) == 2


PIECES = st.sampled_from(
    ["{{", "}}", "{%", "%}", "{#", "#}", " if ", " else ", " endif ", " elif ", "理由", "会员证号", "|",
     "default", ":", '"x"', "not", "==", "\n", "甲", ".", "load", "｛｛", "'", "\\"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=60))
def test_whatever_is_typed_is_refused_or_renders(text):
    """Nothing that passes the check fails when it is sent, and nothing that is typed breaks the check."""
    if not check("text", text, NAMES):
        said = render(text, SAID)
        assert "{{" not in said
        assert "{%" not in said


@given(st.text(max_size=80))
def test_values_come_out_as_they_went_in(value):
    plain = " ".join(value.split())
    assert render_line("{{ 理由 }}", SAID | {"理由": plain}) == " ".join(plain.split())


def test_engine_knows_nothing_else():
    engine = wording._engine()
    tags = {name for library in engine.template_builtins for name in library.tags}
    filters = {name for library in engine.template_builtins for name in library.filters}
    assert (tags, filters) == ({"if"}, {"default", "truncatechars"})
    assert engine.template_libraries == {}
    assert engine.autoescape is False
