"""``manage.py rulebook`` as an operator runs it: real files, both languages, exit codes, no traceback."""

from datetime import date
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from association import queries
from association.actions import profile, rulebooks
from association.actors import SYSTEM
from association.models import Adoption, RulebookVersion
from association.rulebook import preset, preset_text, presets
from association.rulebook.citing import citing, citing_article, uncited
from members.models import TierSpan
from tests import adopted as under_way
from tests.rulebook_files import BOOK

pytestmark = pytest.mark.django_db


def rulebook(*arguments: str, language: str = "en") -> SimpleNamespace:
    """What it prints, what it complains of, and with which code it ends."""
    out, err = StringIO(), StringIO()
    code = 0
    try:
        call_command("rulebook", "--language", language, *map(str, arguments), stdout=out, stderr=err)
    except CommandError as error:
        code = error.returncode
        err.write(f"{error}\n")
    return SimpleNamespace(out=out.getvalue(), err=err.getvalue(), code=code, lines=out.getvalue().splitlines())


@pytest.fixture
def file(tmp_path):
    def written(text: str | bytes, name: str = "rules.toml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


class TestList:
    def test_every_preset_with_its_status_and_size(self):
        said = rulebook("list")
        assert (said.code, said.err) == (0, "")
        assert [line.split()[0] for line in said.lines] == presets()
        book = preset("gen3")
        rules = sum(cited.is_rule for cited in citing(book))
        assert said.lines[presets().index("gen3")].removeprefix("gen3").strip() == (
            "深圳证券交易所会员管理暂行办法  repealed  cannot be adopted  "
            f"articles and items: {len(book.articles)}, rules: {rules}"
        )

    def test_in_chinese(self):
        (line,) = [line for line in rulebook("list", language="zh-hans").lines if line.startswith("fire ")]
        assert "北京消防协会会员服务管理办法（试行）  试行  可以施行  条款 " in line

    def test_what_is_in_force_here_says_since_when(self):
        under_way.founded()
        (line,) = [line for line in rulebook("list").lines if line.startswith("acg ")]
        assert "in force here from 20 May 2024" in line
        assert sum("in force here" in line for line in rulebook("list").lines) == 1

    def test_since_when_is_the_first_version_of_the_document(self):
        under_way.founded()
        later = under_way.stored(under_way.named(preset_text("acg"), "acg/2"))
        under_way.adopted(later, effective_from=date(2026, 12, 2), on=date(2026, 12, 1))
        (line,) = [line for line in rulebook("list", language="zh-hans").lines if line.startswith("acg ")]
        assert "本会自2024年5月20日起施行" in line

    def test_what_was_stored_here_is_listed_once_with_its_newest_version(self):
        profile.set_up("某协会")
        for version, title in (("demo/1", "示范协会会员管理办法"), ("demo/2", "示范协会会员管理办法（修订）")):
            text = BOOK.replace("示范协会会员管理办法", title).replace("demo/1", version)
            rulebooks.store(text, by=SYSTEM)
        (line,) = [line for line in rulebook("list").lines if line.startswith("demo ")]
        assert "示范协会会员管理办法（修订）  draft  can be adopted  articles and items: 3" in line


class TestShow:
    def test_metadata_bodies_articles_and_sections(self):
        said = rulebook("show", "fire")
        assert said.code == 0
        assert said.lines[0] == "北京消防协会会员服务管理办法（试行）"
        for line in ("  status: on trial", "  effective on: 21 August 2019", "  adopted by: 理事会"):
            assert line in said.lines
        assert any(line.split() == ["secretariat", "秘书处"] for line in said.lines)
        keys = [line.split()[0] for line in said.lines if line.startswith("  ") and line.strip()]
        assert [key for key in keys if key in preset("fire").articles] == list(preset("fire").articles)
        assert any(line.split()[:2] == ["fees", "1"] for line in said.lines)

    def test_errata_and_notes_stand_below_their_article(self):
        lines = rulebook("show", "fire", language="zh-hans").lines
        at = next(n for n, line in enumerate(lines) if line.startswith("  9 "))
        assert lines[at + 1].strip() == f"勘误：{preset('fire').article('9').erratum}"

    def test_one_article_with_the_rules_that_cite_it(self):
        said = rulebook("show", "acg", "--article", "30")
        text = preset("acg").article("30").text
        assert said.lines[0] == "北京二次元文化创意协会会员管理办法 第三十条"
        assert text in said.out
        rules = citing_article(preset("acg"), "30")
        assert f"Rules under this article: {len(rules)}" in said.lines
        assert "  fees.proration  [reading of the article]" in said.lines
        assert "    入会当月计入，入会月份以申请入会之日为准" in said.lines
        assert [line.split()[0] for line in said.lines if line.startswith("  ") and line[2] != " "] == [
            cited.place for cited in rules
        ]

    def test_an_article_that_is_not_there(self):
        said = rulebook("show", "acg", "--article", "99")
        assert (said.code, said.out) == (1, "")
        assert "has no article 99" in said.err

    def test_a_file_and_a_stored_version(self, file):
        profile.set_up("某协会")
        version = rulebooks.store(BOOK, by=SYSTEM)
        from_file = rulebook("show", file(BOOK))
        assert from_file.code == 0
        for label in ("demo/1-1", "demo/1@1"):
            assert rulebook("show", label).out == from_file.out
        assert version.label == "demo/1-1"
        assert rulebook("show", "demo/1-2").code == 1

    @pytest.mark.parametrize("id", presets())
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_every_preset_can_be_shown(self, id, language):
        said = rulebook("show", id, language=language)
        assert (said.code, said.err) == (0, "")
        assert "None" not in said.out


class TestCheck:
    def test_each_problem_with_its_line_and_their_number(self, file):
        broken = BOOK.replace("rank = 2", "rank = 2\nplque = true").replace('actor = "council"', 'actor = "concil"')
        said = rulebook("check", file(broken))
        assert (said.code, said.out) == (1, "")
        first, second, last = said.err.splitlines()
        assert first == "第 45 行 tiers[vip].plque（第二条）：不认识“plque”这一项，是不是要写“plaque”？"
        assert broken.split("\n")[45 - 1] == "plque = true"
        assert "没有编号为“concil”的机构，是不是要写“council”？" in second
        assert last == "Problems: 2"

    def test_in_chinese_the_count_as_well(self, file):
        said = rulebook("check", file(BOOK.replace("rank = 2", "rnk = 2")), language="zh-hans")
        assert said.err.splitlines()[-1] == "共 1 处问题"

    def test_a_good_file_is_told_what_was_read(self, file):
        said = rulebook("check", file(BOOK.replace('"2.1" =', '"3" = "附则"\n"2.1" =')))
        assert (said.code, said.err) == (0, "")
        assert said.lines == [
            "«示范协会会员管理办法» is in order.",
            "articles and items: 4, rules: 13",
            "Cited by no rule: 第三条",
            "Hints: 1. The file can be adopted as it is.",
            "  第 73 行 bans[left]（第一条）：写了禁止入会，但入会条件里没有 not_banned，提交申请时不会检查。",
        ]

    def test_a_number_between_the_articles_that_is_not_there(self, file):
        text = BOOK.replace('"2.1" =', '"5" = "附则"\n"2.1" =').replace('n = 5\nref = ["1"]', 'n = 5\nref = ["5"]')
        assert rulebook("check", file(text)).lines[2] == "Between the articles, but not in the file: 第三条、第四条"
        assert "第三条、第四条" in rulebook("check", file(text), language="zh-hans").lines[2]

    def test_nothing_is_said_of_articles_when_all_are_cited(self, file):
        assert rulebook("check", file(BOOK), language="zh-hans").lines[:3] == [
            "《示范协会会员管理办法》没有问题。",
            "条款 3 处，规则 13 条",
            "提示 1 处（不影响采用，但请看一看）：",
        ]

    def test_without_a_hint_there_is_no_heading(self, file):
        quiet = BOOK[: BOOK.index("[[bans]]")]
        assert len(rulebook("check", file(quiet)).lines) == 2

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"#" * 5_000_000, "5000000"),
            (BOOK.encode("gb18030"), "UTF-8"),
            (b"a = " + b"[" * 500, "嵌套过深"),
            (b"\x00", "TOML"),
            (b"", "schema"),
        ],
        ids=["large", "gb18030", "deep", "zero", "empty"],
    )
    def test_what_is_no_rulebook(self, file, content, words):
        said = rulebook("check", file(content))
        assert (said.code, said.out) == (1, "")
        assert words in said.err
        assert "Traceback" not in said.err

    def test_no_file(self, tmp_path):
        said = rulebook("check", tmp_path / "missing.toml")
        assert said.code == 1
        assert "neither a file" in said.err
        assert "acg, fire" in said.err

    def test_a_folder(self, tmp_path):
        assert "is not a file" in rulebook("check", tmp_path).err

    def test_what_never_ends(self):
        assert "is not a file" in rulebook("check", "/dev/zero").err

    def test_an_unreadable_file_is_said_with_the_reason(self, file, monkeypatch):
        path = file(BOOK)

        def denied(self):
            raise PermissionError(13, "Permission denied", str(self))

        monkeypatch.setattr("pathlib.Path.read_bytes", denied)
        said = rulebook("check", path)
        assert said.code == 1
        assert said.err == f"{path} cannot be read: Permission denied.\n"

    def test_a_name_that_no_file_can_have(self):
        assert rulebook("check", "x" * 5_000).code == 1


class TestDiff:
    def test_article_by_article_and_rule_by_rule(self, file):
        changed = BOOK.replace("会员分为单位会员。", "会员分为单位会员和个人会员。").replace("n = 5", "n = 3")
        said = rulebook("diff", file(BOOK), file(changed, "later.toml"))
        assert (said.code, said.err) == (0, "")
        assert "~ articles[2] 第二条" in said.lines
        assert "    会员分为单位会员{+和个人会员+}。" in said.lines
        assert "    n: 5 -> 3" in said.lines

    def test_the_same(self, file):
        assert rulebook("diff", "acg", "acg").lines == ["The two say the same."]
        assert rulebook("diff", "acg", "acg", language="zh-hans").lines == ["两份文件内容相同。"]

    def test_with_a_problem_in_the_second(self, file):
        said = rulebook("diff", "acg", file(BOOK.replace("rank = 2", "rnk = 2")))
        assert (said.code, said.out) == (1, "")


class TestImpact:
    def test_whose_place_goes_and_what_to_write(self, file):
        under_way.founded()
        under_way.member("unit", "vice_president")
        said = rulebook("impact", file(under_way.with_deputies()), "--on", "2027-01-01")
        assert said.code == 0
        assert said.lines[0] == "Members"
        assert "《北京二次元文化创意协会会员管理办法》第一条、第四十五条" in said.lines[1]
        assert "--map unit/vice_president=…" in said.lines[2]

        mapped = rulebook(
            "impact", file(under_way.with_deputies()), "--on", "2027-01-01", "--map", "unit/vice_president=deputy"
        )
        assert "--map" not in mapped.out

    def test_nothing(self):
        under_way.founded()
        assert rulebook("impact", "acg", "--on", "2027-01-01").lines == ["Nothing would change for today's members."]

    @pytest.mark.parametrize("day", ["2027-13-01", "20270101", "tomorrow", ""])
    def test_a_day_that_is_none(self, day):
        said = rulebook("impact", "acg", f"--on={day}")
        assert (said.code, said.out) == (1, "")
        assert "2026-09-18" in said.err


def adopt(*arguments: str, day: str = "2027-01-01", language: str = "en"):
    return rulebook("adopt", *arguments, "--effective-from", day, language=language)


class TestAdopt:
    def test_a_preset_under_a_resolution(self):
        profile.set_up("北京二次元文化创意协会")
        rulebooks.store(preset_text("acg"), by=SYSTEM)
        number = under_way.resolved("council").number
        said = adopt("acg", "--resolution", number, day="2024-05-20")
        assert (said.code, said.err) == (0, "")
        assert said.lines == [
            "«北京二次元文化创意协会会员管理办法» (acg/1-1) is adopted; it governs from 20 May 2024."
        ]
        assert queries.rulebook_on(date(2024, 5, 20)).id == "acg"
        assert Adoption.objects.get().resolution.number == number

    def test_without_one_it_says_which_body_and_the_text_stays_stored(self):
        profile.set_up("北京二次元文化创意协会")
        said = adopt("acg", language="zh-hans")
        assert (said.code, said.out) == (1, "")
        assert "理事会" in said.err
        assert "《北京二次元文化创意协会会员管理办法》第一条、第四十五条" in said.err
        assert not Adoption.objects.exists()
        assert RulebookVersion.objects.get().label == "acg/1-1"  # its bodies are there now, and can meet

    def test_a_number_that_no_resolution_has(self):
        under_way.founded()
        said = adopt("acg", "--resolution", "决999号")
        assert said.code == 1
        assert "no resolution of number 决999号" in said.err

    @pytest.mark.rule("GEN3-0.2")
    def test_a_repealed_document(self):
        under_way.founded()
        number = under_way.resolved().number
        said = adopt("gen3", "--resolution", number, language="zh-hans")
        assert said.code == 1
        assert "已废止（2007-05-01）" in said.err

    def test_members_must_be_placed_first(self, file):
        under_way.founded()
        membership = under_way.member("unit", "vice_president")
        path, number = file(under_way.with_deputies()), under_way.resolved(on=date(2026, 8, 1)).number
        refused = adopt(path, "--resolution", number)
        assert refused.code == 1
        assert Adoption.objects.count() == 1

        said = adopt(path, "--resolution", number, "--map", "unit/vice_president=deputy")
        assert (said.code, said.err) == (0, "")
        assert TierSpan.objects.filter(membership=membership, tier="deputy", from_on=date(2027, 1, 1)).exists()

    @pytest.mark.parametrize("pair", ["vice_president", "=deputy"])
    def test_a_mapping_without_its_halves(self, file, pair):
        under_way.founded()
        said = adopt(file(under_way.with_deputies()), "--map", pair)
        assert said.code == 1
        assert "write old=new" in said.err
        assert RulebookVersion.objects.count() == 1

    def test_before_the_association_has_a_name(self):
        said = adopt("acg", language="zh-hans")
        assert (said.code, said.err) == (1, "请先录入协会名称，再采用规则文件。\n")
        assert not RulebookVersion.objects.exists()

    def test_a_bad_file_is_not_stored(self, file):
        under_way.founded()
        said = adopt(file(BOOK.replace("rank = 2", "rnk = 2")))
        assert said.code == 1
        assert "第 44 行" in said.err
        assert RulebookVersion.objects.count() == 1


@pytest.fixture
def no_database(monkeypatch):
    """As on a machine where nothing was migrated yet."""
    from django.db import OperationalError

    def fails(*args, **kwargs):
        raise OperationalError("no such table")

    monkeypatch.setattr(queries, "rulebook_slots", fails)
    monkeypatch.setattr(connection, "cursor", fails)


@pytest.mark.usefixtures("no_database")
class TestWithoutADatabase:
    @pytest.mark.parametrize(
        "arguments", [("list",), ("show", "acg"), ("check", "acg"), ("diff", "gen4", "gen5"), ("check", "nosuch-1")]
    )
    def test_what_needs_none_works(self, arguments):
        assert rulebook(*arguments).code == (1 if "nosuch-1" in arguments else 0)

    @pytest.mark.parametrize(
        "arguments", [("impact", "acg", "--on", "2027-01-01"), ("adopt", "acg", "--effective-from", "2027-01-01")]
    )
    def test_what_needs_one_says_so(self, arguments):
        said = rulebook(*arguments)
        assert said.code == 1
        assert "The database does not answer" in said.err


def test_an_unknown_verb_is_refused():
    assert rulebook("frobnicate").code == 1
    assert rulebook().code == 1


# which rules cite which articles


def test_an_item_under_a_cited_article_counts_as_cited_and_an_uncited_one_does_not():
    book = preset("acg")
    assert "3" in uncited(book)
    cited = {ref for one in citing(book) for ref in one.refs}
    for key in uncited(book):
        assert not any(ref == key or ref.startswith(f"{key}.") or key.startswith(f"{ref}.") for ref in cited)


def test_a_rule_that_cites_an_item_is_under_its_article():
    places = {cited.place for cited in citing_article(preset("acg"), "27")}
    assert {cited.place for cited in citing_article(preset("acg"), "27.8")} <= places
    assert not {cited.place for cited in citing_article(preset("acg"), "2")} & places
