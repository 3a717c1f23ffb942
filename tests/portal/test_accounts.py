"""From «apply» through sign-up, mail and login to the form; and a login that expired while a form was filled in."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from admissions.actions import applications
from admissions.models import Application
from association.actions import accounts, outbox
from association.actors import SYSTEM
from portal.accounts import confirm_by_reset
from tests import world

pytestmark = pytest.mark.django_db
NEW = {"email": "new@unit.example", "password1": "xingye-2026-wenhua", "password2": "xingye-2026-wenhua"}
JOIN = "/join/"


@pytest.fixture(autouse=True)
def _association(db, clock):
    clock("2026-09-15")
    world.found()


def link_in(page: str, path: str) -> str:
    """The link below the form that leads to ``path``, as a browser follows it."""
    return re.findall(rf'href="({re.escape(path)}[^"]*)"', page)[-1].replace("&amp;", "&")


def sign_up(client, wanted: str = "") -> str:
    """Sign up the way a person does; the path of the link in the confirmation mail."""
    login = client.get(reverse("account_login") + (f"?next={wanted}" if wanted else ""))
    signup = link_in(login.content.decode(), reverse("account_signup"))
    page = client.get(signup).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(next)" value="([^"]*)"', page))
    client.post(reverse("account_signup"), {**NEW, **hidden})
    outbox.send("mail")
    [letter] = mail.outbox
    return re.search(r"https?://[^/]+(/accounts/\S+)", letter.body)[1]


def confirm(client, link: str):
    """Open the link and press the button; the page one ends on."""
    page = client.get(link).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(next)" value="([^"]*)"', page))
    return client.post(link.partition("?")[0], {key: value.replace("&amp;", "&") for key, value in hidden.items()})


def log_in(client, response):
    """Follow to the login page where one is asked, and log in; the final page."""
    url = response["Location"]
    if url.startswith(reverse("account_login")):
        page = client.get(url)
        if page.status_code == 302:
            return client.get(page["Location"], follow=True)
        wanted = re.search(r'name="next" value="([^"]*)"', page.content.decode())[1]
        form = {"login": NEW["email"], "password": NEW["password1"], "next": wanted}
        return client.post(reverse("account_login"), form, follow=True)
    return client.get(url, follow=True)


def test_who_applies_without_account_lands_on_the_form(client):
    assert client.post(JOIN, {"class": "unit"})["Location"].endswith(f"?next={JOIN}")

    arrived = log_in(client, confirm(client, sign_up(client, JOIN)))

    draft = Application.objects.get()
    assert draft.case.member_class == "unit"
    assert draft.case.applicant.email == NEW["email"]
    assert arrived.redirect_chain[-1][0] == reverse("application_form", args=[draft.case.key])
    assert client.get(JOIN).status_code == 200  # asked for once, begun once
    assert Application.objects.count() == 1


def test_mail_opened_on_another_device_leads_to_the_wanted_page(client):
    client.post(JOIN, {"class": "unit"})
    link = sign_up(client, JOIN)

    other = Client()
    arrived = log_in(other, confirm(other, link))

    assert arrived.redirect_chain[-1][0] == JOIN


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/"])
def test_mail_leads_nowhere_else(client, wanted):
    assert "evil" not in sign_up(client, wanted)


def test_sign_up_for_no_page_has_a_plain_link(client):
    assert "next" not in sign_up(client)


def test_form_sent_after_the_login_expired_is_said_to_be_lost(client):
    application = applications.start(world.user(), "unit", on=world.SUBMITTED)
    form = reverse("application_form", args=[application.case.key])

    answer = client.post(form, {"name": "北京星野文化传媒有限公司"}, follow=True)

    assert answer.redirect_chain == [(f"{reverse('account_login')}?next={form}", 302)]
    assert "刚才提交的内容没有保存" in answer.content.decode()
    assert "刚才提交的内容没有保存" not in client.get(form, follow=True).content.decode()
    assert not world.fresh(application).answers


def test_an_account_opened_at_the_desk_needs_no_second_mail(client):
    accounts.create(name="新同事", email=NEW["email"], is_staff=False, by=SYSTEM, on=world.SUBMITTED)
    client.post(reverse("account_reset_password"), {"email": NEW["email"]})
    outbox.send("mail")
    [letter] = mail.outbox
    link = re.search(r"https?://[^/]+(/accounts/\S+)", letter.body)[1]
    page = client.get(link, follow=True)
    form = page.redirect_chain[-1][0] if page.redirect_chain else link
    client.post(form, {"password1": NEW["password1"], "password2": NEW["password1"]})

    arrived = client.post(reverse("account_login"), {"login": NEW["email"], "password": NEW["password1"]})

    assert arrived["Location"] == "/"
    assert EmailAddress.objects.get().verified


def test_a_reset_confirms_nothing_where_the_link_may_have_gone_elsewhere():
    user = world.user(NEW["email"])
    EmailAddress.objects.create(user=user, email=NEW["email"], verified=False, primary=True)
    EmailAddress.objects.create(user=user, email="other@unit.example", verified=True)

    confirm_by_reset(user=user)

    assert not EmailAddress.objects.get(email=NEW["email"]).verified


def test_the_second_step_asks_who_logged_in_long_ago_once_more(client, clock):
    user = world.user(NEW["email"])
    EmailAddress.objects.create(user=user, email=NEW["email"], verified=True, primary=True)
    client.post(reverse("account_login"), {"login": NEW["email"], "password": "a-long-password"})

    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    clock("2026-09-15 10:15:01")
    assert "reauthenticate" in client.get(reverse("mfa_activate_totp"))["Location"]


def test_one_address_is_offered_nothing_that_cannot_work(client):
    user = world.user(NEW["email"])
    first = EmailAddress.objects.create(user=user, email=NEW["email"], verified=True, primary=True)
    client.force_login(user)
    offered = ("action_primary", "action_remove", "action_send")

    def buttons() -> list[str]:
        page = client.get(reverse("account_email")).content.decode()
        return [name for name in offered if f'name="{name}"' in page]

    assert buttons() == []
    EmailAddress.objects.filter(pk=first.pk).update(verified=False)
    assert buttons() == ["action_send"]
    EmailAddress.objects.create(user=user, email="other@unit.example", verified=False)
    assert buttons() == list(offered)
    assert client.get(reverse("account_email")).content.decode().count('name="action_send"') == 1
