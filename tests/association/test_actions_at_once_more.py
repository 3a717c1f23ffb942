"""What is on show, and a meeting's votes and minutes, by two at the same moment on PostgreSQL."""

import time
from datetime import timedelta
from functools import partial

import pytest

from association.actions import meetings, publicities, votes
from association.models import Ballot
from association.rules.voting import Count
from tests import world
from tests.announced import OVER, secretary
from tests.announced import shown as put_on_show
from tests.association.test_actions_votes import DAY, held
from tests.at_once import PAUSE, at_once, kinds, meet_after

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock(f"{OVER} 10:00:00")
    world.found()


def late(act):
    """Begun when the other act is under way."""
    time.sleep(PAUSE / 3)
    return act()


def test_closed_while_it_is_extended_it_stays_on_show(monkeypatch):
    publicity = put_on_show()
    by = secretary()
    meet_after(monkeypatch, publicities, "check_extend", 2)
    extend = partial(publicities.extend, publicity, days=3, reason="补充材料。", by=by, on=OVER)
    close = partial(publicities.close, publicity, by=by, on=OVER)
    assert kinds(at_once(extend, partial(late, close))) == ["done", "publicity_running"]
    publicity.refresh_from_db()
    assert publicity.closed_on is None
    assert publicity.deadline.due_on > OVER


def test_no_vote_is_written_down_behind_signed_minutes(monkeypatch):
    drafted = world.resolution("council")
    rows = held(drafted, 4)
    by = world.officer("secretariat")
    meet_after(monkeypatch, meetings, "check_sign", 2)
    sign = partial(meetings.sign_minutes, drafted.meeting, "会议记录。", by=by, on=DAY + timedelta(1))
    vote = partial(votes.record_open, drafted, None, {row.pk: "yes" for row in rows})
    assert kinds(at_once(sign, partial(late, vote))) == ["done", "minutes_signed"]
    assert not Ballot.objects.exists()


def test_the_same_vote_written_down_twice_at_once_is_there_once():
    drafted = world.resolution("council")
    held(drafted, 4)
    count = partial(votes.record_secret, drafted, None)
    assert kinds(at_once(*(partial(count, Count(yes, 4 - yes, 0)) for yes in (3, 4)))) == ["done", "done"]
    assert Ballot.objects.count() == 1
