"""The public pages of the rules: which documents, a whole document, its versions, who has which rights."""

import re
from datetime import date

import pytest
from django.utils.html import escape

from association.actions import supplements
from association.actors import SYSTEM
from association.models import RulebookVersion
from association.rulebook import load, preset_text
from association.views import rules_found
from tests.adopted import NEXT, adopted, founded, named, stored, swapped
from tests.rulebook_files import BOOK

pytestmark = pytest.mark.django_db

FIRE = date(2019, 8, 21)
TODAY = "2026-09-15"
OLD, NEW = "一次性交纳当年会费", "一次性交纳或者分两次交纳当年会费"


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def plain(page: str) -> str:
    """The page's words, without marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def facts(page: str) -> dict[str, str]:
    """What each document prints of itself, of the first one on the page."""
    shown = page[page.index('class="facts') : page.index("</dl>")]
    return {
        label: " ".join(re.findall(r"<span>(.*?)</span>", values))
        for label, values in re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", shown)
    }


def beside(id: str, on: date):
    """A registry's rules beside those of membership."""
    book = load(preset_text(id))
    version = stored(preset_text(id))
    body = book.adopted_by[0] if book.adopted_by else next(iter(book.bodies))
    return adopted(version, body=body, effective_from=on, on=on)


@pytest.fixture
def today(clock):
    clock(TODAY)


@pytest.fixture
def fire(today):
    return founded("fire", "council", FIRE)


@pytest.fixture
def acg(today):
    return founded("acg", "council")


def second_version() -> RulebookVersion:
    """acg/2: articles 30 and 31 read otherwise."""
    version = stored(named(swapped(preset_text("acg"), (OLD, NEW)), "acg/2"))
    adopted(version)
    return version


# which documents


@pytest.mark.rule("FIRE-0.1", "FIRE-0.3", "FIRE-1")
def test_fire_says_when_and_by_whom_it_was_adopted_and_whom_it_was_sent_to(client, fire):
    page = text(client.get("/rules/"))
    said = facts(page)

    assert said["通过日期"] == said["施行日期"] == "2019年8月21日"
    assert said["审议通过"] == "第五届理事会第一次会议"
    assert said["制定依据"] == "北京消防协会章程"
    assert said["主送"] == "各分支机构、办事机构、单位和个人会员"
    assert said["报送"] == "北京市消防总队、中国消防协会、北京市科学技术协会、北京市社会团体管理办公室"
    assert '<span class="status status--done">试行</span>' in page


@pytest.mark.rule("PROP-0.1", "PROP-0.2")
def test_property_prints_its_level_and_subject(client, today):
    founded("property", "delegates_assembly", date(2019, 5, 26))

    page = text(client.get("/rules/"))
    said = facts(page)

    assert (said["制定机关"], said["公布日期"]) == ("中国物业管理协会", "2019年5月26日")
    assert (said["效力等级"], said["主题分类"]) == ("行业规定", "房地产市场监管")
    assert said["审议通过"] == "中国物业管理协会第五次会员代表大会审议通过"
    assert '<span class="status status--done">现行有效</span>' in page


@pytest.mark.rule("INS-0.1")
def test_insurance_prints_its_level_and_subject(client, today):
    founded("insurance", "standing_office", date(2019, 5, 24))

    said = facts(text(client.get("/rules/insurance/")))

    assert (said["施行日期"], said["效力等级"], said["主题分类"]) == ("2019年5月24日", "行业规定", "保险")


@pytest.mark.rule("GEN1-1", "GEN1-17")
def test_model_text_bears_the_name_it_was_adopted_under_and_keeps_its_doubtful_law(client, today):
    founded("gen1", "management", date(2025, 1, 1))

    page = text(client.get("/rules/"))

    assert "<h1 " in page
    assert "某协会" in page[page.index("<h1") : page.index("</h1>")]
    assert "《中华人民共和国民间非营利组织法》" in facts(page)["制定依据"]
    article = plain(page[page.index('id="a-17"') :])
    assert "2022年4月23日" in article
    assert "勘误" in article[: article.index("说明")]


@pytest.mark.rule("GEN7-1")
def test_model_text_without_chapters_lists_its_articles(client, today):
    founded("gen7", next(iter(load(preset_text("gen7")).bodies)), date(2025, 1, 1))

    page = text(client.get("/rules/"))

    assert "《社会团体法》 《协会章程》" in facts(page)["制定依据"]
    assert '<a href="#a-1">' in page[page.index('id="toc-list"') : page.index("</ol>")]


@pytest.mark.rule("SVC-1", "SVC-21", "SVC-21.d")
def test_registry_stands_beside_the_membership_which_comes_first(client, acg):
    beside("servicepool", date(2025, 4, 28))

    page = text(client.get("/rules/"))

    assert page.count('class="rules-card"') == 2
    assert page.index("/rules/acg/") < page.index("/rules/servicepool/")
    assert "会员管理办法" in page[: page.index("机构库")]
    whole = text(client.get("/rules/servicepool/"))
    said = facts(whole)
    assert (said["施行日期"], said["解释"]) == ("2025年4月28日", "秘书处")
    assert "特制定本办法" in whole
    assert 'id="a-21.d"' in whole


@pytest.mark.rule("GEN3-0.1", "GEN3-0.2")
def test_repealed_preset_is_nobodys_to_read_here(client, acg):
    stored(preset_text("gen3"))

    assert client.get("/rules/gen3/").status_code == 404
    assert client.get("/rules/gen3/1/").status_code == 404
    assert "深圳证券交易所" not in text(client.get("/rules/"))


@pytest.mark.parametrize("registries", [0, 1])
def test_list_takes_the_same_queries(client, acg, django_assert_num_queries, registries):
    if registries:
        beside("servicepool", date(2025, 4, 28))
    client.get("/rules/")

    with django_assert_num_queries(2 + (not registries)):  # the profile, consultations; of one document its notes
        client.get("/rules/")


# a document


def test_a_draft_is_not_public(client, acg):
    version = stored(named(preset_text("acg"), "acg/2"))

    for address in ("/rules/acg/?version=acg/2-1", f"/rules/acg/30/?version={version.pk}"):
        assert client.get(address).status_code == 404


@pytest.mark.rule("ACG-45")
def test_later_version_is_announced_then_governs(client, acg, clock):
    second_version()

    page = text(client.get("/rules/acg/"))
    assert OLD in page
    assert "新版本自2027年1月1日起施行" in page
    assert "尚未施行" in text(client.get("/rules/"))

    clock(NEXT)
    page = text(client.get("/rules/"))
    assert NEW in page
    assert OLD not in page
    assert 'class="rules-banner"' not in page


def test_versions_name_the_articles_that_changed(client, acg, clock):
    second_version()
    clock(NEXT)

    page = text(client.get("/rules/acg/"))
    versions = plain(page[page.index('id="versions"') :])

    assert versions.index("acg/2-1") < versions.index("acg/1-1")
    assert re.search(r"变动条款： 第三十条 第三十一条 自2024年5月20日起", versions)
    assert "最初施行的版本" in versions


def test_earlier_version_stays_readable_with_a_banner(client, acg, clock):
    second_version()
    clock(NEXT)

    page = text(client.get("/rules/acg/?version=acg/1-1"))

    assert OLD in page
    assert "现行版本自2027年1月1日起施行" in page
    assert '<span class="status status--neutral">历史版本</span>' in page
    assert facts(page)["施行日期"] == "2024年5月20日，至2026年12月31日止"
    assert "/rules/acg/30/?version=acg/1-1" in page


def test_another_document_takes_the_place(client, acg, clock):
    """The old one is found under its own name, and says what governs now."""
    book = BOOK.replace('id = "demo"', 'id = "demo"\nassociation = "示范协会"')
    adopted(stored(book), effective_from=NEXT)
    clock(NEXT)

    page = text(client.get("/rules/acg/"))

    assert "历史版本" in page
    assert 'href="/rules/demo/"' in page
    assert "示范协会会员管理办法" in text(client.get("/rules/"))


@pytest.mark.rule("SVC-20")
def test_notes_of_practice_stand_beside_the_text(client, acg):
    version = beside("servicepool", date(2025, 4, 28)).version
    on = date(2026, 5, 6)
    supplements.add(version, article="5.1", text="“近三年”自递交申请之日起算。", by=SYSTEM, on=on)
    supplements.add(version, text="机构库每年公布一次。", by=SYSTEM, on=on)

    page = text(client.get("/rules/servicepool/"))

    article = page[page.index('id="a-5"') : page.index('id="a-6"')]
    assert "“近三年”自递交申请之日起算。" in article
    assert "2026年5月6日" in article
    assert "机构库每年公布一次。" in page[page.index("补充说明") :]
    assert "“近三年”自递交申请之日起算。" in text(client.get("/rules/servicepool/5/"))


@pytest.mark.parametrize("notes", [1, 3])
def test_document_takes_the_same_queries(client, acg, django_assert_num_queries, notes):
    for number in range(notes):
        supplements.add(acg.version, article="30", text=f"说明{number}", by=SYSTEM, on=date(2026, 5, 6))
    client.get("/rules/acg/")

    with django_assert_num_queries(3):  # the profile, notes, consultations
        assert text(client.get("/rules/acg/")).count("rules__note--added") == notes


@pytest.mark.rule("FIRE-9", "FIRE-10", "FIRE-11", "FIRE-12")
def test_errata_stand_with_the_text_as_it_was_issued(client, fire):
    page = text(client.get("/rules/"))

    article = plain(page[page.index('id="a-9"') : page.index('id="a-10"')])
    assert "会员代表在第十一条规定的会员基本权利和义务的基础上" in article
    assert article.index("会员代表在第十一条") < article.index("勘误")
    assert "应为“第八条”" in article


def test_html_in_a_text_is_escaped(client, acg, monkeypatch):
    """No file with it is taken in; should one ever be, a reader's browser sees words."""
    book = load(preset_text("acg"))
    evil = "<script>alert(1)</script>"
    changed = book.model_copy(update={"article_texts": {**book.article_texts, "45": evil}})
    changed.__dict__.pop("articles", None)
    changed._digest = "evil"
    monkeypatch.setattr(rules_found.queries, "rulebook_of", lambda _id: changed)

    for address in ("/rules/acg/", "/rules/acg/45/"):
        page = text(client.get(address))
        assert evil not in page
        assert escape(evil) in page


def test_two_hundred_levels_of_categories_render(client, today):
    levels = "".join(
        f'\n[[categories]]\nid = "c{level}"\nname = "第{level}级"\nclass = "unit"\nref = ["2"]\n'
        + (f'parent = "c{level - 1}"\n' if level else "")
        for level in range(200)
    )
    founded("acg", "council")
    adopted(stored(BOOK + levels), effective_from=date(2026, 9, 1), on=date(2026, 8, 1))

    assert "示范协会" in text(client.get("/rules/demo/"))
    assert "第199级" in text(client.get("/rules/demo/2/"))


# rights and duties


@pytest.mark.rule("FIRE-8", "FIRE-9", "FIRE-10", "FIRE-11", "FIRE-12")
def test_rights_and_duties_are_counted_with_what_is_inherited(client, fire):
    page = text(client.get("/rules/fire/rights-and-duties/"))
    table = re.findall(
        r'<th scope="row"><a href="[^"]*">(.*?)</a></th><td class="figures">(\d+)</td><td class="figures">(\d+)</td>',
        page,
    )

    assert table[:5] == [
        ("单位会员、个人会员", "8", "8"),
        ("会员代表", "12", "12"),
        ("理事单位", "18", "15"),
        ("常务理事单位", "23", "17"),
        ("副会长单位", "25", "19"),
    ]
    council = page[page.index('id="h-council"') : page.index('id="h-standing_council"')]
    own = council[: council.index("<details")]
    assert own.count("<li>") == (18 - 12) + (15 - 12)
    assert council.count("<li>") == 18 + 15
    assert "/rules/fire/10/" in own


def test_document_that_lists_none_says_so(client, today):
    founded("property", "delegates_assembly", date(2019, 5, 26))

    assert "rights-and-duties" not in text(client.get("/rules/"))
    assert "没有逐项列出权利和义务" in text(client.get("/rules/property/rights-and-duties/"))
