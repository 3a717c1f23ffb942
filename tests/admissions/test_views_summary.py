"""What was filled in, on the page before submitting and on the status page after it."""

import re

import pytest
from django.urls import reverse

from admissions.actions import applications, reviews
from tests import world

pytestmark = pytest.mark.django_db
ID_NUMBER = "11010519491231002X"


@pytest.fixture(autouse=True)
def _association(db, clock):
    clock("2026-09-15")
    world.found()


@pytest.fixture
def owner(client):
    user = world.user()
    client.force_login(user)
    return user


def page(client, name, application) -> str:
    return client.get(reverse(name, args=[application.case.key])).content.decode()


def answer(shown: str, label: str) -> str:
    """What the page shows beside a label, without tags."""
    found = re.search(rf"<dt>{label}</dt>\s*<dd>(.*?)</dd>", shown, re.DOTALL)
    return re.sub(r"<[^>]+>", "", found[1]).strip()


@pytest.mark.rule("ACG-17.1", "ACG-17.3")
def test_check_page_shows_answers_and_papers_with_links_to_change_them(client, owner):
    application = world.draft(owner)
    shown = page(client, "application_submit", application)
    form = reverse("application_form", args=[application.case.key])

    assert answer(shown, "单位全称") == "北京星野文化传媒有限公司"
    assert answer(shown, "统一社会信用代码") == world.USCC
    assert answer(shown, "登记证书副本").endswith(".png")
    for part in ("about", "contact", "papers"):
        assert f'href="{form}#{part}"' in shown
        assert f'id="{part}"' in page(client, "application_form", application)


def test_what_is_not_filled_in_is_said_to_be_so(client, owner):
    application = applications.start(owner, "unit", on=world.SUBMITTED)

    shown = page(client, "application_submit", application)

    assert answer(shown, "单位全称") == "未填写"
    assert answer(shown, "登记证书副本") == "未填写"


def test_submitted_application_can_be_read_but_not_changed_until_it_is_returned(client, owner):
    application = world.submitted(owner)
    form = reverse("application_form", args=[application.case.key])

    shown = page(client, "application", application)
    reviews.return_for_correction(
        application, step="dept_review", note="请补正", by=world.officer("membership_dept"), on=world.REVIEWED
    )
    returned = page(client, "application", application)

    assert answer(shown, "单位全称") == "北京星野文化传媒有限公司"
    assert f"{form}#about" not in shown
    assert f"{form}#about" in returned


def test_identity_number_is_masked(client, owner):
    application = applications.start(owner, "person", on=world.SUBMITTED)
    applications.save(application, {"name": "林晓", "id_no": ID_NUMBER}, on=world.SUBMITTED)

    shown = page(client, "application_submit", application)

    assert ID_NUMBER not in shown
    assert "110105********002X" in shown
