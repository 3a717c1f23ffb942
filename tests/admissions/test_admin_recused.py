"""Whoever keeps out of a case (回避) does not read it at the desk either, whatever else they may see."""

import pytest
from django.test import Client
from django.urls import reverse

from association.actions import votes
from association.models import Attendee
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _association(db, clock):
    clock(world.DECIDED)
    world.found()


def test_the_page_of_the_case_is_closed_to_them_and_to_nobody_else():
    case, other = world.at_council().case, world.submitted(uscc=world.USCC_OTHER).case
    resolution = world.resolution("council", case)
    keeps_out, stays = (world.seated("council", roles=("auditor",)) for _ in range(2))
    row = Attendee.objects.create(meeting=resolution.meeting, user=keeps_out, name="郑理")
    page = reverse("admin:case_admission", args=[case.key])
    readers = {}
    for user in (keeps_out, stays):
        readers[user] = Client()
        readers[user].force_login(user)
    assert readers[keeps_out].get(page).status_code == 200

    votes.recuse(case, row, reason="股东。", by=world.officer("secretariat"), on=world.DECIDED)

    refused = readers[keeps_out].get(page)
    assert refused.status_code == 403
    assert "您已回避本事项" in refused.content.decode()
    assert world.ANSWERS["mobile"] not in refused.content.decode()
    assert readers[stays].get(page).status_code == 200
    assert readers[keeps_out].get(reverse("admin:case_admission", args=[other.key])).status_code == 200
