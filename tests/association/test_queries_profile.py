"""How often the profile is read: once for each transaction, whatever is asked in it."""

from datetime import date

import pytest
from django.core.signals import request_finished, request_started
from django.db import transaction

from association import queries
from association.actions import profile
from association.models import Association
from tests import world

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
DAY = date(2026, 9, 15)


@pytest.fixture(autouse=True)
def _association():
    world.found()
    queries.rulebook_on(DAY)
    queries.forget()


@pytest.fixture
def in_request():
    request_started.send(sender=None)
    yield
    request_finished.send(sender=None)


def ask() -> None:
    """What an action asks: the rules of two days, the calendar, the bodies."""
    queries.rulebook_on(DAY)
    queries.governing(date(2026, 9, 16))
    queries.calendar()
    queries.bodies()


def test_a_transaction_reads_it_once_and_the_next_one_again(django_assert_num_queries):
    with transaction.atomic():
        ask()
    with transaction.atomic(), django_assert_num_queries(1):
        ask()
    with transaction.atomic(), django_assert_num_queries(1):
        queries.profile()
        queries.profile()


def test_a_transaction_inside_a_request_sees_what_was_changed_before_it_began(in_request):
    assert queries.profile().short_name == "北京二次元协会"
    Association.objects.update(short_name="换名")  # as another process would, without telling this one
    assert queries.profile().short_name == "北京二次元协会"
    with transaction.atomic():
        assert queries.profile().short_name == "换名"


def test_the_next_transaction_sees_what_the_one_before_did_not():
    with transaction.atomic():
        assert queries.profile().short_name == "北京二次元协会"
        Association.objects.update(short_name="换名")
        assert queries.profile().short_name == "北京二次元协会"
    with transaction.atomic():
        assert queries.profile().short_name == "换名"


def test_what_was_rolled_back_is_forgotten():
    with transaction.atomic():
        profile.set_up("改名协会")
        assert queries.profile().name == "改名协会"
        transaction.set_rollback(True)
    assert queries.profile().name == "北京二次元文化创意协会"
    with transaction.atomic():
        assert queries.profile().name == "北京二次元文化创意协会"


def test_outside_of_everything_each_question_reads(django_assert_num_queries):
    with django_assert_num_queries(2):
        queries.profile()
        queries.profile()
