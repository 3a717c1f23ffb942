"""One article: its text of any day, its history, what rests on it."""

import re
from datetime import date

import pytest
from django.urls import reverse

from association.actions import supplements
from association.actors import SYSTEM
from association.rulebook import preset_text
from association.templatetags._citations import chips
from tests.adopted import NEXT, adopted, founded, named, stored, swapped
from tests.association.test_views_rules import NEW, OLD, TODAY, plain, second_version, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def acg(clock):
    clock(TODAY)
    return founded("acg", "council")


def shown_text(page: str) -> str:
    """The article's own words on its page."""
    return plain(page[page.index('<div class="article">') : page.index('id="history"')])


@pytest.mark.rule("ACG-45")
def test_article_shows_its_text_its_history_and_what_rests_on_it(client, acg):
    page = text(client.get("/rules/acg/30/"))

    assert OLD in shown_text(page)
    history = plain(page[page.index('id="history"') :])
    assert "自2024年5月20日起" in history
    assert "即上文" in history
    assert "最初施行的文字" in history
    under = plain(page[page.index('id="rules-under"') : page.index('class="article__way')])
    assert "会费" in under
    assert 'href="/rules/acg/29/"' in page
    assert 'href="/rules/acg/31/"' in page


def test_only_the_rules_of_the_article_are_named(client, acg):
    def rests(key: str) -> str:
        page = text(client.get(f"/rules/acg/{key}/"))
        return page[page.index('id="rules-under"') :] if 'id="rules-under"' in page else ""

    assert "《入会申请书》" in rests("17")
    assert "《入会申请书》" in rests("17.1") + rests("17.2") + rests("17.3")
    assert "《入会申请书》" not in rests("30")


def test_item_is_shown_in_its_article(client, acg):
    page = text(client.get("/rules/acg/17.1/"))

    assert "第十七条第一项" in page
    whole = page[page.index('class="article__whole"') :]
    assert whole.count("bylaw__line--here") == 1
    assert "申请单位简介" in whole


def test_history_marks_what_changed(client, acg, clock):
    second_version()
    clock(NEXT)

    page = text(client.get("/rules/acg/30/"))

    assert NEW in shown_text(page)
    history = page[page.index('id="history"') :]
    assert history.index("2027年1月1日") < history.index("2024年5月20日")
    added = re.findall(r"<ins>(.*?)</ins>", history)
    assert "".join(added) == "或者分两次交纳"
    assert "<del>" not in history
    assert 'href="/rules/acg/30/?version=acg/1-1"' in history
    assert 'class="rules-banner"' not in page


def test_article_that_is_gone_and_one_that_came(client, acg, clock):
    last = re.search(r'^"45" = .*$', preset_text("acg"), re.MULTILINE)[0]
    version = stored(named(swapped(preset_text("acg"), (last, last + '\n"46" = "本办法每年修订。"')), "acg/2"))
    adopted(version)
    third = named(swapped(preset_text("acg"), (last, last + '\n"47" = "本办法每两年修订。"')), "acg/3")
    adopted(stored(third), effective_from=date(2028, 1, 1), on=date(2027, 12, 1))
    clock("2028-01-01")

    assert client.get("/rules/acg/46/").status_code == 404
    page = text(client.get("/rules/acg/46/?version=acg/2-1"))
    assert "其中已没有本条" in page
    assert "自此不再有本条" in page[page.index('id="history"') :]
    assert 'href="/rules/acg/"' in page[page.index('class="rules-banner"') : page.index('<div class="article">')]
    assert "<ins>" not in text(client.get("/rules/acg/47/"))


# the text that a decision was made under


def test_old_decision_opens_the_text_it_was_made_under(client, acg, clock):
    second_version()
    clock(NEXT)
    label = acg.version.label

    page = text(client.get(f"{reverse('article', args=['acg', '30'])}?version={label}"))

    assert OLD in shown_text(page)
    banner = plain(page[page.index('class="rules-banner"') : page.index('<div class="article">')])
    assert "自2024年5月20日起施行，至2027年1月1日前有效" in banner
    assert "现行版本自2027年1月1日起施行" in banner
    assert "本条文字未变" not in banner
    assert 'href="/rules/acg/30/"' in page
    assert text(client.get(f"/rules/acg/30/?version={acg.version_id}")).count(OLD) == page.count(OLD)


def test_banner_says_where_the_article_reads_the_same(client, acg, clock):
    second_version()
    clock(NEXT)

    assert "本条文字未变" in text(client.get("/rules/acg/44/?version=acg/1-1"))


@pytest.mark.parametrize(("day", "banner"), [("2026-12-31", False), ("2027-01-01", True)])
def test_banner_begins_with_the_day_of_the_next_version(client, acg, clock, day, banner):
    second_version()
    clock(day)

    assert ('class="rules-banner"' in text(client.get("/rules/acg/30/?version=acg/1-1"))) is banner


def test_mended_encoding_needs_no_banner(client, acg, clock):
    stored_again = stored(swapped(preset_text("acg"), ('short_name = "本会"', 'short_name = "协会"')))
    adopted(stored_again)
    clock(NEXT)

    page = text(client.get("/rules/acg/30/?version=acg/1-1"))

    assert 'class="rules-banner"' not in page
    assert page.count("versions__item") == 1


def test_chip_of_a_decision_leads_to_its_version(acg, client):
    second_version()
    record = acg.decision

    urls = [chip["url"] for chip in chips(record) if chip["url"]]

    assert urls
    for url in urls:
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("is_fragment", [False, True])
def test_future_text_says_so(client, acg, is_fragment):
    second_version()
    headers = {"HX-Request": "true"} if is_fragment else {}

    page = text(client.get("/rules/acg/30/?version=acg/2-1", headers=headers))

    assert NEW in page
    assert "本文自2027年1月1日起施行" in page


@pytest.mark.parametrize("notes", [0, 3])
def test_article_takes_the_same_queries(client, acg, django_assert_num_queries, notes):
    for number in range(notes):
        supplements.add(acg.version, article="30", text=f"说明{number}", by=SYSTEM, on=date(2026, 5, 6))
    client.get("/rules/acg/30/")

    with django_assert_num_queries(2):  # the profile, notes
        client.get("/rules/acg/30/")


@pytest.mark.rule("ACG-2")
def test_charter_is_cited_under_the_version_asked_for(client, acg, clock):
    second_version()
    clock(NEXT)

    assert "北京二次元文化创意协会章程" in text(client.get("/rules/charter/*/?version=acg/1-1"))
    assert client.get("/rules/charter/5/?version=acg/9-9").status_code == 404


def test_english_reader_finds_english_words_around_the_chinese_text(client, acg):
    client.cookies["django_language"] = "en"

    page = text(client.get("/rules/acg/30/", headers={"Accept-Language": "en"}))

    assert "What the portal does under this article" in page
    assert OLD in page
