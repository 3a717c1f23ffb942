"""Terms of office run until the actual changeover; seats belong to a term, tiers wait for a resolution (换届)."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from association import queries
from association.actions import bodies, resolutions, terms
from association.actors import SYSTEM
from association.decisions import Refused
from association.models import Body, Seat, Term
from fees.queries import term_ends_on
from tests import world
from tests.adopted import elected, resolved
from tests.desk import desk, told

pytestmark = pytest.mark.django_db

BEGAN, PLANNED, HELD, NEXT = date(2024, 5, 20), date(2029, 5, 20), date(2029, 6, 10), date(2034, 6, 10)


@pytest.fixture(autouse=True)
def _association(db):
    world.found()


@pytest.fixture
def council() -> Body:
    return Body.objects.get(key="council")


@pytest.fixture
def term(council) -> Term:
    return council.terms.get()


def codes(refusal) -> list[str]:
    return [reason.code for reason in refusal.value.decision.reasons]


def change(term, resolution=None, *, until=NEXT, reelected=()):
    resolution = resolution or elected("members_assembly", HELD)
    return terms.change_over(term, resolution, until=until, reelected=reelected, by=SYSTEM, on=HELD)


@pytest.mark.parametrize(
    ("day", "number"),
    [(date(2024, 5, 19), None), (BEGAN, 2), (PLANNED, 2), (date(2029, 6, 9), 2), (HELD, 3), (NEXT, 3)],
)
def test_term_runs_on_past_its_planned_end_until_the_changeover(term, day, number):
    change(term)
    found = queries.term_on(day)
    assert (found.number if found else None) == number


def test_until_the_changeover_is_recorded_the_old_term_runs_on(term):
    assert queries.term_on(date(2030, 1, 1)) == term
    assert term_ends_on(date(2030, 1, 1)) == date(2029, 5, 19)  # as planned: fees are prepaid no further


def test_an_early_changeover_ends_it_before_the_planned_day(term):
    early = elected("members_assembly", date(2029, 3, 10))
    following = terms.change_over(term, early, until=NEXT, reelected=(), by=SYSTEM, on=HELD)
    assert (queries.term_on(date(2029, 3, 9)), queries.term_on(date(2029, 3, 10))) == (term, following)


class TestSeats:
    def test_reelected_go_on_in_the_new_term_and_the_others_end_that_day(self, term, council):
        stays, goes = world.seated("council"), world.seated("council")
        other = world.seated("secretariat")
        following = change(term, reelected={stays.seats.get().pk})
        assert list(stays.seats.order_by("pk").values_list("from_on", "until", "term")) == [
            (BEGAN, HELD, term.pk),
            (HELD, None, following.pk),
        ]
        assert goes.seats.values_list("until", "term").get() == (HELD, term.pk)
        assert other.seats.get().until is None
        assert [seat.user for seat in Seat.objects.on(HELD).filter(body=council)] == [stays]
        assert set(Seat.objects.on(date(2029, 6, 9)).filter(body=council)) == set(
            Seat.objects.filter(body=council, until=HELD)
        )

    def test_a_seat_given_before_the_changeover_was_recorded_belongs_to_the_new_term(self, term, council):
        new = world.user()
        bodies.seat(new, council, on=HELD)
        following = change(term)
        assert new.seats.values_list("until", "term").get() == (None, following.pk)

    def test_somebody_who_does_not_sit_there_is_not_reelected(self, term):
        stranger = world.seated("secretariat").seats.get()
        with pytest.raises(Refused) as refusal:
            change(term, reelected={stranger.pk})
        assert codes(refusal) == ["seat_not_of_term"]
        term.refresh_from_db()
        assert (term.changed_over_on, Term.objects.filter(body=term.body).count()) == (None, 1)

    def test_whoever_joins_later_belongs_to_the_running_term(self, term, council):
        assert bodies.seat(world.user(), council, on=date(2025, 1, 1)).term == term


class TestRefused:
    @pytest.mark.parametrize(
        ("body", "held_on", "until", "code"),
        [
            ("council", HELD, NEXT, "term_by_another_body"),
            ("members_assembly", BEGAN, NEXT, "term_not_begun"),
            ("members_assembly", HELD, HELD, "term_disordered"),
        ],
    )
    def test_by_another_body_too_early_or_backwards(self, term, body, held_on, until, code):
        resolution = elected(body, held_on) if body == "members_assembly" else resolved(body, held_on)
        assert terms.check_changeover(term, resolution, until=until).reasons[0].code == code

    def test_by_a_resolution_that_elects_nobody(self, term):
        ordinary = resolved("members_assembly", HELD)
        assert terms.check_changeover(term, ordinary, until=NEXT).reasons[0].code == "term_needs_election"

    def test_draft_ends_nothing_and_a_term_ends_once(self, term):
        meeting = resolutions.hold_meeting(Body.objects.get(key="members_assembly"), "第三次会员大会", held_on=HELD)
        with pytest.raises(Refused) as draft:
            change(term, resolutions.draft(meeting, "草案", "换届", by=SYSTEM))
        change(term)
        with pytest.raises(Refused) as twice:
            change(term)
        assert (codes(draft), codes(twice)) == (["resolution_not_passed"], ["term_over_already"])

    def test_terms_do_not_overlap(self, term, council):
        with pytest.raises(Refused) as refusal:
            bodies.open_term(council, 3, from_on=PLANNED, until=NEXT)
        assert codes(refusal) == ["term_runs"]
        with pytest.raises(IntegrityError), transaction.atomic():
            Term.objects.create(body=council, number=3, from_on=PLANNED, until=NEXT)
        before = {"from_on": date(2019, 5, 20), "until": BEGAN}
        assert bodies.open_term(council, 1, **before, changed_over_on=BEGAN).pk
        with pytest.raises(IntegrityError), transaction.atomic():
            bodies.open_term(council, 9, **before, changed_over_on=BEGAN)


def test_tiers_that_sit_in_the_body_are_listed_and_nothing_happens_to_them(term):
    membership = world.registered().membership
    world.confer(membership, "vice_president", on=date(2026, 10, 9), body="council")
    what = terms.outlook(term, reelected=(), day=HELD)
    assert [one.name for one in what.sitting] == [membership.party.name]
    events = membership.events.count()
    change(term)
    assert membership.events.count() == events
    assert membership.tiers.on(HELD).get().tier == "vice_president"


def test_an_ordinary_member_sits_in_no_council(term):
    world.registered()
    assert terms.outlook(term, reelected=(), day=HELD).sitting == ()


class TestDesk:
    def test_effects_are_shown_before_anything_is_recorded(self, term, clock):
        stays, goes = world.seated("council"), world.seated("council")
        resolution = elected("members_assembly", HELD)
        clock("2029-06-11")
        client = desk()
        typed = {"resolution": resolution.pk, "until": "2034-06-10", "reelected": stays.seats.get().pk}
        page = reverse("admin:association_term_changeover", args=[term.pk])
        asked = client.get(page).content.decode()
        shown = client.post(page, typed).content.decode()
        assert goes.name in asked
        assert f"1个席位终止：{goes.name}" in shown
        assert f"1人连任：{stays.name}" in shown
        assert Term.objects.filter(body=term.body).count() == 1
        client.post(page, typed | {"confirmed": "1"})
        again = client.post(page, typed | {"confirmed": "1"})
        term.refresh_from_db()
        assert term.changed_over_on == HELD
        assert "已于2029年6月10日换届" in told(again)
        assert Term.objects.filter(body=term.body).count() == 2
        ended = client.get(reverse("admin:association_term_change", args=[term.pk])).content.decode()
        assert "2029年6月10日" in ended
        assert "记录换届" not in ended

    def test_a_late_election_is_seen(self, term, clock):
        clock("2029-05-20")
        page = desk().get(reverse("admin:association_term_change", args=[term.pk])).content.decode()
        assert "逾期未换届" in page

    def test_only_who_may_change_terms(self, term):
        client = desk("secretariat", "finance")
        assert client.get(reverse("admin:association_term_changeover", args=[term.pk])).status_code == 403
