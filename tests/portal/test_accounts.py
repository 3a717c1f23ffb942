"""From «apply» through sign-up, mail and login to the form; and a login that expired while a form was filled in."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from admissions.actions import applications
from admissions.models import Application
from association.actions import outbox
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
