"""Who opens the pages on rules: the secretariat works there, the auditor reads, finance and applicants do not."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from association.actions import consultations, feedback
from association.actors import SYSTEM
from association.models import Adoption, ArticleFeedback, Consultation, RulebookVersion, SupplementaryNote
from association.rulebook import preset_text
from tests import world
from tests.adopted import founded, named, resolved, stored
from tests.desk import staff

pytestmark = pytest.mark.django_db

ON = date(2026, 3, 2)
TYPED = {"text": "说明", "effective_from": "2026-04-01", "confirmed": "1"}


@pytest.fixture
def pages(clock) -> tuple[list[str], list[str]]:
    """Every address of the rules that shows something, and every one that does something."""
    clock(ON)
    adoption = founded("gen6", "members", date(2025, 1, 1))
    draft = stored(named(preset_text("gen6"), "gen6/2"))
    hearing = consultations.open(draft, by=SYSTEM, on=ON)
    sent = ArticleFeedback.objects.create(version=adoption.version, text="反馈", name="李", contact="1", sent_on=ON)

    def url(name: str, *args) -> str:
        return reverse(f"admin:association_{name}", args=args)

    reading = [
        url("rulebookversion_changelist"),
        url("rulebookversion_change", draft.pk),
        url("rulebookversion_change", adoption.version_id),
        url("rulebookversion_file", draft.pk),
        url("rulebookversion_preset", "acg"),
        url("rulebookversion_preset_file", "acg"),
        url("adoption_changelist"),
        url("adoption_change", adoption.pk),
        url("consultation_changelist"),
        url("consultation_change", hearing.pk),
        url("articlefeedback_changelist"),
        url("articlefeedback_change", sent.pk),
    ]
    acting = [
        url("rulebookversion_upload"),
        url("rulebookversion_preset", "acg"),
        url("rulebookversion_adopt", draft.pk),
        url("rulebookversion_ask", draft.pk),
        url("rulebookversion_note", adoption.version_id),
        url("adoption_publish", adoption.pk),
        url("articlefeedback_reply", sent.pk),
    ]
    return reading, acting


def state() -> list:
    return [
        RulebookVersion.objects.count(),
        Adoption.objects.count(),
        Adoption.objects.filter(published_on__isnull=False).count(),
        Consultation.objects.count(),
        SupplementaryNote.objects.count(),
        ArticleFeedback.objects.filter(handled_on__isnull=False).count(),
    ]


def test_the_secretariat_opens_and_does_everything(pages):
    reading, acting = pages
    client = staff("secretariat")

    assert [client.get(address).status_code for address in reading] == [200] * len(reading)
    for address in acting:
        assert client.post(address, TYPED).status_code in (200, 302), address
    assert state() == [3, 1, 1, 1, 1, 1]  # the adoption without a resolution is refused


def test_an_auditor_reads_and_finds_no_button(pages):
    reading, acting = pages
    client = staff("auditor")
    before = state()

    for address in reading:
        answer = client.get(address)
        assert answer.status_code == 200, address
        if not address.endswith("/file/"):
            shown = answer.content.decode()
            offered = {act for act in acting if f'action="{act}"' in shown or f'href="{act}"' in shown}
            assert offered <= set(reading), address
            assert "csrfmiddlewaretoken" not in shown.partition("<main")[2], address
    assert [client.post(address, TYPED).status_code for address in acting] == [403] * len(acting)
    assert state() == before


@pytest.mark.parametrize("roles", [("finance",), ()])
def test_others_at_the_desk_see_nothing_of_it(pages, roles):
    reading, acting = pages
    client = staff(*roles)
    before = state()

    barred = {403} if roles else {302}  # who has no role at all finds the desk closed
    assert {client.get(address).status_code for address in reading} == barred
    assert {client.post(address, TYPED).status_code for address in acting} == barred
    assert "/rulebookversion/" not in client.get("/admin/").content.decode()
    assert state() == before


def test_strangers_and_applicants_are_led_to_the_login(pages):
    reading, acting = pages
    before = state()
    applicant = Client()
    applicant.force_login(world.user())

    for client in (Client(), applicant):
        for address in (*reading, *acting):
            assert client.get(address).status_code in (302, 403), address
            assert client.post(address, TYPED).status_code in (302, 403), address
    assert state() == before


@pytest.mark.parametrize("number", ["999999", "0", "99999999999999999999", "x"])
def test_rows_that_are_not_there(pages, number):
    client = staff("secretariat")
    for name in ("rulebookversion", "adoption", "consultation", "articlefeedback"):
        assert client.get(f"/admin/association/{name}/{number}/change/").status_code == 404
    for tail in ("adopt", "ask", "note", "file"):
        found = client.post(f"/admin/association/rulebookversion/{number}/{tail}/", follow=True)
        assert found.status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_queues_cost_the_same_for_one_and_three(clock, number, django_assert_num_queries):
    clock(ON)
    version = founded("fire", "council", date(2019, 8, 21)).version
    for _number in range(number):
        feedback.send(version, article="13", text="反馈", by=None, name="李", contact="1", on=ON)
        stored(named(preset_text("fire"), f"fire/{_number}"))
        resolved(on=ON)
    client = staff("secretariat")
    for name, queries in (("articlefeedback", 7), ("rulebookversion", 9), ("adoption", 7), ("consultation", 7)):
        address = reverse(f"admin:association_{name}_changelist")
        client.get(address)
        with django_assert_num_queries(queries):
            client.get(address)
