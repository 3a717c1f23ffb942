"""Money that is owed back, at the finance desk: listed, put on record as paid back, once."""

from datetime import date

import pytest
from django.urls import reverse

from association.actions import decisions
from association.actors import SYSTEM
from association.decisions import passed, setting
from fees.actions import refunds, undoing
from fees.models import Payment, Refund
from tests import world
from tests.desk import auditor, desk, finance, told

pytestmark = pytest.mark.django_db

LIST = reverse("admin:fees_refund_changelist")
OWED = date(2026, 10, 16)


@pytest.fixture
def owed(clock):
    """A fee that was paid for what was taken back."""
    clock("2026-10-20")
    world.found()
    registration = world.paid()
    record = decisions.record(
        passed("interim_settled", setting("test"), number="决7号"), kind="test", version_id=None, by=SYSTEM, on=OWED
    )
    undoing.void_invoices([registration.case], record, on=OWED)
    return Refund.objects.get()


def page_of(refund: Refund) -> str:
    return reverse("admin:fees_refund_paid", args=[refund.pk])


def test_it_is_listed_until_the_bank_has_paid_it_back(owed):
    client = finance()
    payment = Payment.objects.get()

    shown = client.get(LIST).content.decode()
    assert "666.67" in shown
    assert payment.reference in shown
    assert page_of(owed) in shown
    assert "666.67" in client.get(page_of(owed)).content.decode()
    assert "应退" in client.get(reverse("admin:fees_invoice_change", args=[payment.invoice_id])).content.decode()
    assert page_of(owed) in client.get(reverse("admin:index")).content.decode()

    empty = client.post(page_of(owed), {"paid_on": "2026-10-19", "reference": ""})
    early = client.post(page_of(owed), {"paid_on": "2026-10-15", "reference": "TK1"})
    wrong = client.post(page_of(owed), {"paid_on": "昨天", "reference": "TK1"})
    assert [answer.status_code for answer in (empty, early, wrong)] == [200, 200, 200]
    owed.refresh_from_db()
    assert owed.paid_back_on is None

    assert "已记录退款" in told(client.post(page_of(owed), {"paid_on": "2026-10-19", "reference": "TK1"}))
    assert (
        "已于2026年10月19日退还"
        in client.post(page_of(owed), {"paid_on": "2026-10-20", "reference": "TK2"}, follow=True).content.decode()
    )
    owed.refresh_from_db()
    assert (owed.paid_back_on, owed.reference) == (date(2026, 10, 19), "TK1")
    assert page_of(owed) not in client.get(LIST).content.decode()
    assert "TK1" in client.get(f"{LIST}?state=paid").content.decode()
    assert client.get(reverse("admin:fees_refund_change", args=[owed.pk])).url.endswith(
        reverse("admin:fees_invoice_change", args=[owed.payment.invoice_id])
    )


def test_what_is_owed_back_pays_nothing_else(owed):
    assert refunds.owe_back([owed.payment.invoice.case], owed.decision, on=OWED) == 0
    assert Refund.objects.count() == 1


def test_only_finance_pays_back(owed):
    assert desk().get(LIST).status_code == 403
    reader = auditor()
    assert page_of(owed) not in reader.get(LIST).content.decode()
    assert reader.post(page_of(owed), {"paid_on": "2026-10-19", "reference": "TK1"}).status_code == 403
    owed.refresh_from_db()
    assert owed.paid_back_on is None
