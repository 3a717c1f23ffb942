"""The newsletter in the portal and the link in its mails: who reads what, and one click without a login (RFC 8058)."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from association.actions import newsletters
from association.actors import Actor
from association.models import NewsletterOptOut
from association.rulebook import preset_text
from tests import world
from tests.adopted import adopted, founded, member, named, stored, swapped

pytestmark = [pytest.mark.django_db, pytest.mark.rule("GEN2-17")]

TODAY = date(2026, 3, 2)
ARCHIVE, MINE = reverse("newsletters"), reverse("newsletter_subscription")


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock(TODAY)
    founded("gen2", "institution", date(2025, 1, 1))


def sent(parts=(), subject="三月要闻"):
    by = Actor.officer(world.user(is_staff=True))
    number = newsletters.next_number()
    text = "# 要闻\n\n见[办法](https://a.example/b)。<script>"
    issue = newsletters.draft(number=number, subject=subject, text=text, by=by, on=TODAY)
    newsletters.send(issue, parts=list(parts), by=by, on=TODAY)
    world.run_jobs()
    return issue


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def link(user) -> str:
    return reverse("newsletter_unsubscribe", args=[newsletters.token(user)])


class TestTheArchive:
    def test_a_member_reads_what_went_to_all_and_to_them(self):
        unit, person = world.user(), world.user()
        member("unit", user=unit)
        member("person", user=person)
        all_of_them, persons = sent(), sent(["class:person"], subject="个人会员专刊")

        assert "个人会员专刊" in client_of(person).get(ARCHIVE).content.decode()
        page = client_of(unit).get(ARCHIVE).content.decode()
        assert "三月要闻" in page
        assert "个人会员专刊" not in page
        assert client_of(unit).get(reverse("newsletter", args=[persons.number])).status_code == 404
        assert client_of(unit).get(reverse("newsletter", args=[all_of_them.number])).status_code == 200

    def test_text_is_set_and_never_markup(self):
        user = world.user()
        member("unit", user=user)
        issue = sent()
        page = client_of(user).get(reverse("newsletter", args=[issue.number])).content.decode()

        assert "<h2>要闻" in page
        assert '<a href="https://a.example/b" rel="noopener noreferrer">办法</a>' in page
        assert "&lt;script&gt;" in page

    def test_drafts_and_strangers(self):
        user = world.user()
        member("unit", user=user)
        by = Actor.officer(world.user())
        newsletters.draft(number=9, subject="草稿", text="草稿", by=by, on=TODAY)
        issue = sent()

        assert client_of(user).get(reverse("newsletter", args=[9])).status_code == 404
        stranger = client_of(world.user())
        assert "三月要闻" not in stranger.get(ARCHIVE).content.decode()
        assert stranger.get(reverse("newsletter", args=[issue.number])).status_code == 404
        assert Client().get(ARCHIVE).status_code == 302

    @pytest.mark.parametrize("count", [1, 3])
    def test_one_list_is_one_number_of_queries(self, count, django_assert_num_queries):
        user = world.user()
        member("unit", user=user)
        for number in range(count):
            sent(subject=f"第{number}刊")
        client = client_of(user)
        client.get(ARCHIVE)
        with django_assert_num_queries(5):
            client.get(ARCHIVE)


class TestTheLinkInTheMail:
    def test_looking_changes_nothing_and_the_button_does(self, client):
        user = world.user("lin@unit.example")
        page = client.get(link(user)).content.decode()
        assert "l***@unit.example" in page
        assert "lin@unit.example" not in page
        assert not NewsletterOptOut.objects.exists()

        response = client.post(link(user), {"take": "no", "page": "1"}, follow=True)

        assert "恢复订阅" in response.content.decode()
        assert NewsletterOptOut.objects.get().way == "mail"

    def test_one_post_of_the_mail_provider_is_enough(self):
        """RFC 8058: no cookie, no token of ours, this body, no redirect."""
        user = world.user()
        strict = Client(enforce_csrf_checks=True)
        for _twice in range(2):
            response = strict.post(link(user), {"List-Unsubscribe": "One-Click"})
            assert response.status_code == 200

        assert newsletters.does_without(user).opted_out_on == TODAY
        assert NewsletterOptOut.objects.count() == 1

    def test_taking_it_again_by_the_same_link(self, client):
        user = world.user()
        newsletters.opt_out(user, on=TODAY)
        client.post(link(user), {"take": "yes", "page": "1"})

        assert newsletters.does_without(user) is None

    @pytest.mark.parametrize("token", ["1", "1:x", "x:y", "999:abc"])
    def test_a_link_that_is_not_ours(self, client, token):
        world.user()
        response = client.post(reverse("newsletter_unsubscribe", args=[token]))

        assert response.status_code == 404
        assert "这个链接无效" in response.content.decode()
        assert not NewsletterOptOut.objects.exists()

    def test_the_link_of_another_account_cannot_be_made_of_ones_own(self, client):
        first, second = world.user(), world.user()
        forged = newsletters.token(first).replace(str(first.pk), str(second.pk), 1)

        assert client.post(reverse("newsletter_unsubscribe", args=[forged])).status_code == 404

    def test_where_nobody_opts_out_the_page_says_by_which_article(self, client):
        text = swapped(preset_text("gen2"), ("opt_out = true", "opt_out = false"))
        adopted(stored(named(text, "gen2/2")), body="institution", effective_from=TODAY, on=TODAY)
        user = world.user()
        page = client.get(link(user)).content.decode()

        assert "不能退订" in page
        assert "第十七条" in page
        assert "退订《" not in page
        assert client.post(link(user)).status_code == 409
        assert not NewsletterOptOut.objects.exists()


class TestMySettings:
    def test_out_and_in_again(self):
        user = world.user()
        client = client_of(user)
        assert "已订阅" in client.get(MINE).content.decode()
        client.post(MINE, {"take": "no"})
        assert "已退订" in client.get(MINE).content.decode()
        assert NewsletterOptOut.objects.get().way == "portal"
        client.post(MINE, {"take": "yes"})
        assert newsletters.does_without(user) is None

    def test_the_home_page_leads_there(self):
        assert MINE in client_of(world.user()).get("/my/").content.decode()


def test_rules_that_are_silent_switch_it_off(client):
    text = preset_text("gen2")
    start = text.index("[newsletter]")
    silent = text[:start] + text[text.index("\n\n", start) :]
    adopted(stored(named(silent, "gen2/2")), body="institution", effective_from=TODAY, on=TODAY)
    user = world.user()

    assert [client_of(user).get(url).status_code for url in (ARCHIVE, MINE, link(user))] == [404, 404, 404]
    assert MINE not in client_of(user).get("/my/").content.decode()
