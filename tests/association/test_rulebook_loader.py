"""The file itself: its size, its encoding, its depth, its lines, and whatever may happen to it."""

import inspect
import re
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from association.rulebook import Rulebook, RulebookInvalid, describe, digest, load, preset_text, presets
from association.rulebook.checks.circles import circles
from association.rulebook.checks.form import DEPTH
from association.rulebook.faults import FORMS, syntax_detail
from association.rulebook.lines import Lines
from association.rulebook.loader import MAX_BYTES, MAX_PROBLEMS
from tests.rulebook_files import BOOK, REGISTRY, problems


def test_the_examples_are_valid():
    assert load(BOOK).id == "demo"
    assert load(BOOK + REGISTRY).registries[0].selection.stages[1].id == "talk"


def test_an_article_written_twice_names_both_lines():
    text = BOOK.replace('"2.1" =', '"2" = "又一遍"\n"2.1" =')
    (problem,) = problems(text)
    first, second = (n for n, line in enumerate(text.split("\n"), start=1) if line.startswith('"2" ='))
    assert (problem.code, problem.line, problem.article) == ("duplicate_article", second, "2")
    assert problem.facts["first"] == first
    assert f"第二条（键 2）在第 {first} 行已经写过" in describe(problem)


@pytest.mark.parametrize("twice", ['id = "left"', "[membership]"])
def test_a_key_written_twice(twice):
    text = BOOK.replace(twice, f"{twice}\n{twice}", 1)
    (problem,) = problems(text)
    assert (problem.code, problem.line) == ("duplicate_key", text[: text.index(twice)].count("\n") + 2)


def test_every_form_that_is_demanded_is_said_in_words():
    patterns = set()

    def collect(model):
        for field in model.model_json_schema().get("$defs", {}).values():
            patterns.update(re.findall(r"'pattern': '(.*?)'", str(field)))

    collect(Rulebook)
    assert {pattern.replace("\\\\", "\\") for pattern in patterns} == set(FORMS)


@pytest.mark.parametrize("broken", ['id = "left', "id = ", "[[bans", "id", 'on = ["withdrawal"'])
def test_broken_toml_names_the_line(broken):
    text = BOOK + f"\n{broken}\n\nn = 5\n"
    (problem,) = problems(text)
    assert problem.code == "syntax"
    assert not re.search("[A-Za-z]{4}", describe(problem).replace("TOML", ""))
    assert abs(problem.line - (BOOK.count("\n") + 2)) <= 2


def test_tomllib_is_never_quoted_in_english():
    """Each message that tomllib can give has Chinese words."""
    source = inspect.getsource(inspect.getmodule(tomllib.loads))
    messages = re.findall(r'suffixed_err\(\s*src, (?:new_)?pos, f?"((?:[^"\\]|\\.)+)"', source)
    assert len(messages) > 20
    for message in messages:
        assert not re.search("[A-Za-z]{3}", syntax_detail(message)), message


def test_a_file_that_is_too_large():
    (large,) = problems(b"#" * 5_000_000)
    assert (large.code, large.facts) == ("too_large", {"size": 5_000_000, "limit": MAX_BYTES})
    filler = "#" * (MAX_BYTES - len(BOOK.encode()))
    load(BOOK + filler)
    (larger,) = problems(BOOK + filler + "#")
    assert larger.facts["size"] == MAX_BYTES + 1


def test_a_file_that_is_not_utf8():
    (foreign,) = problems(BOOK.encode("gb18030"))
    assert (foreign.code, foreign.line) == ("not_utf8", 5)
    assert "UTF-8" in describe(foreign)


def test_a_file_that_says_nothing():
    assert {problem.code for problem in problems("")} == {"missing_key"}


@pytest.mark.parametrize(
    ("deep", "line"),
    [
        ("a = " + "[" * 100_000, 1),
        ("a = " + "[" * 200 + "]" * 200, 1),
        (BOOK + "a = " + "[" * DEPTH + "]" * DEPTH, BOOK.count("\n") + 1),
        (BOOK + "a = " + "{ a = " * 60 + "1" + " }" * 60, BOOK.count("\n") + 1),
        (BOOK + "[a" + ".a" * 32 + "]", BOOK.count("\n") + 1),
        (BOOK + "a" + ' . "a"' * 150_000 + " = 1", BOOK.count("\n") + 1),
        (BOOK + "a = { b" + ".'b'" * 40 + " = 1 }", BOOK.count("\n") + 1),
    ],
    ids=range(7),
)
def test_a_file_that_nests_too_deep(deep, line):
    """Among them such as tomllib would read for hours."""
    (problem,) = problems(deep)
    assert (problem.code, problem.line) == ("too_deep", line)


def test_a_file_that_nests_just_not_too_deep():
    """Its last table is the second level, so that many brackets stand below it."""
    brackets = DEPTH - len(("bans", 0))
    (problem,) = problems(BOOK + "a = " + "[" * brackets + "]" * brackets)
    assert problem.code == "unknown_key"
    (problem,) = problems(BOOK + "a = " + "[" * (brackets + 1) + "]" * (brackets + 1))
    assert problem.code == "too_deep"


def test_dots_in_a_text_are_no_nesting():
    dotted = "1.2.3.4.5.6.7." * 2
    assert load(BOOK.replace("会员分为单位会员。", dotted + "…" * 60)).article("2").text.startswith(dotted)


def test_a_number_that_python_does_not_read():
    (problem,) = problems(BOOK + "\nn = " + "9" * 5_000)
    assert (problem.code, problem.line) == ("number_too_long", BOOK.count("\n") + 2)


def test_endless_problems_are_cut():
    found = problems("".join(f"k{n} = 1\n" for n in range(5_000)) + BOOK)
    assert len(found) == MAX_PROBLEMS + 1
    assert found[-1].code == "too_many"
    some = problems("".join(f"k{n} = 1\n" for n in range(MAX_PROBLEMS)) + BOOK)
    assert len(some) == MAX_PROBLEMS
    assert "too_many" not in {problem.code for problem in some}


def test_unknown_articles_are_found_in_the_order_of_the_file():
    bans = "".join(
        f'[[bans]]\nid = "b{n}"\non = "loss"\nfrom = "fee.received"\nn = 1\nref = ["9{n}"]\n' for n in range(300)
    )
    found = problems(BOOK + bans)
    assert [problem.facts["id"] for problem in found[:2]] == ["90", "91"]


@pytest.mark.parametrize("key", ["a:b", "第 一 条", "1/2", "<b>", "#1", "", " ", ".1", "a\\u001b[31m", "x" * 41, "*"])
def test_an_article_key_that_cannot_be_cited(key):
    found = problems(BOOK.replace('"2.1" =', f'"{key}" = "条文"\n"2.1" ='))
    assert {problem.code for problem in found} <= {"article_key", "empty"}
    assert all(describe(problem).isprintable() for problem in found)


@pytest.mark.parametrize("key", ["4.p1", "F1.14", "16.a", "附则", "4-2", "x" * 40])
def test_an_article_key_that_can(key):
    assert load(BOOK.replace('"2.1" =', f'"{key}" = "条文"\n"2.1" =')).article(key).text == "条文"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<b>会员</b>", "markup"),
        ("<script>alert(1)</script>", "markup"),
        ("<img src=x onerror=alert(1)>", "markup"),
        ("<!-- 会员 -->", "markup"),
        ("</p>", "markup"),
        ("<a", "markup"),
        ("会员\\u0000", "control_character"),
        ("会员\\u001b[31m", "control_character"),
        ("会员\\u0085", "control_character"),
        ("会\\u200b员", "control_character"),
        ("会\\u202e员", "control_character"),
        ("\\uFEFF会员", "control_character"),
        ("  \\t ", "empty"),
        ("\u3000", "empty"),
    ],
)
def test_an_article_that_is_no_plain_text(text, code):
    (problem,) = problems(BOOK.replace("会员分为单位会员。", text))
    assert (problem.code, problem.path, problem.article) == (code, "articles.2", "2")
    assert describe(problem).isprintable()


@pytest.mark.parametrize("text", ["年龄<18周岁", "3<5且7>6", "A & B", "会员\\n单位\\t会员", "《章程》“条”"])
def test_an_article_that_is(text):
    load(BOOK.replace("会员分为单位会员。", text))


def test_what_a_file_says_is_repeated_without_harm():
    found = problems(BOOK.replace('action = "resolve"', f'action = "\\u001b]0;{"x" * 5_000}"'))
    assert {problem.code for problem in found} == {"control_character", "wrong_choice"}
    for said in map(describe, found):
        assert said.isprintable()
        assert len(said) < 800


def test_an_editor_may_leave_a_mark_and_windows_line_ends():
    plain = load(BOOK)
    assert load(b"\xef\xbb\xbf" + BOOK.replace("\n", "\r\n").encode()) == plain
    assert load(BOOK.encode()).digest == plain.digest == digest(BOOK)
    assert load(BOOK.replace("示范", "示例")).digest != plain.digest


def tree(depth):
    """``depth`` categories, each below the one before."""
    category = '[[categories]]\nid = "c{0}"\nname = "第{0}层"\n{1}ref = ["2"]\n'
    return "".join(category.format(n, f'parent = "c{n - 1}"\n' if n else "") for n in range(depth))


@pytest.mark.parametrize("depth", [200, 3_000])
def test_a_deep_tree_of_categories_loads_and_its_circle_is_found(depth):
    book = load(BOOK + tree(depth))
    assert len(book.categories) == depth
    assert [category.id for category in book.categories_for("unit", f"c{depth - 2}")] == [f"c{depth - 1}"]
    (problem,) = problems((BOOK + tree(depth)).replace('id = "c0"\n', f'id = "c0"\nparent = "c{depth - 1}"\n'))
    assert problem.code == "cycle"
    assert len(describe(problem)) < 400


class Counted(dict):
    """A mapping that counts how often it is asked."""

    asked = 0

    def get(self, key, default=None):
        self.asked += 1
        return super().get(key, default)


@pytest.mark.parametrize("upwards", [True, False])
def test_a_tree_is_walked_in_linear_time(upwards):
    order = range(2_000) if upwards else range(1_999, -1, -1)
    above = Counted({f"c{n}": f"c{n - 1}" if n else None for n in order})
    assert list(circles({id: ("categories", id) for id in above}, above)) == []
    assert above.asked <= len(above)


def test_every_circle_is_found_once():
    above = {"a": "b", "b": "a", "c": "a", "d": "d", "e": "f", "f": None}
    found = list(circles({id: ("bodies", id) for id in above}, above))
    assert [finding.facts["chain"] for finding in found] == ["a → b → a", "d → d"]


@pytest.mark.parametrize("id", presets())
def test_lines_of_all_keys_in_a_preset(id):
    """The scanner knows the line of every key that tomllib reads, and each holds that key."""
    text = preset_text(id)
    lines, rows = Lines(text), text.split("\n")
    assert lines.repeated == []
    missing = []

    def walk(value, path):
        known = path in lines.of
        if path and known and isinstance(path[-1], str):
            assert path[-1] in rows[lines.of[path] - 1], path
        if path and not known and not any(path[:n] in lines.of for n in range(2, len(path))):
            missing.append(path)
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, (*path, key))
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                walk(inner, (*path, index))

    walk(tomllib.loads(text), ())
    assert [
        path for path in missing if path not in {("articles_meta",), ("bodies",), ("workflows",), ("references",)}
    ] == []


def test_a_typo_anywhere_in_the_preset_is_found_on_its_line():
    rows = preset_text("acg").split("\n")
    start = next(n for n, row in enumerate(rows) if row.startswith("[calendar]"))
    keys = [n for n in range(start, len(rows)) if re.match(r"[a-z_]+ = ", rows[n])]
    for n in keys[::29]:
        broken = [*rows]
        broken[n] = "z" + rows[n]
        (problem,) = problems("\n".join(broken))
        if problem.code == "missing_key":  # the kind of a check: without it nothing else of the check can be read
            assert problem.facts == {"key": "kind", "guess": "zkind"}
        else:
            assert (problem.code, problem.line) == ("unknown_key", n + 1), rows[n]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, len(BOOK)), st.integers(0, 40), st.text(max_size=5))
def test_no_damage_is_more_than_a_problem(start, length, insertion):
    damaged = BOOK[:start] + insertion + BOOK[start + length :]
    for problem in found_in(damaged):
        assert 1 <= problem.line <= damaged.count("\n") + 1
        assert describe(problem).startswith(f"第 {problem.line} 行")


def found_in(text):
    """The problems of a file, none if it is valid. Any other exception is a fault of ours."""
    try:
        load(text)
    except RulebookInvalid as invalid:
        return invalid.problems or pytest.fail("invalid without a problem")
    return ()
