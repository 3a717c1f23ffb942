"""The payment sandbox: visibly one, pays once, is not there where it is switched off."""

import pytest
from django.urls import reverse

from fees.models import Payment, SandboxOrder
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _association(db, clock):
    clock("2026-09-28")
    world.found()


@pytest.fixture
def owner():
    return world.user("owner@test.example")


@pytest.fixture
def registration(owner):
    return world.noticed(world.submitted(owner))


@pytest.fixture
def invoice(registration):
    return world.invoice_of(registration)


def place(client, invoice):
    return client.post(reverse("sandbox_place", args=[invoice.key]))


def test_pays_the_invoice_and_opens_the_registration(client, owner, registration, invoice):
    client.force_login(owner)
    assert "支付沙盒" in client.get(reverse("invoice", args=[invoice.key])).content.decode()

    order_url = place(client, invoice)["Location"]
    page = client.get(order_url).content.decode()
    response = client.post(f"{order_url}pay/", follow=True)

    assert "支付沙盒：不会扣款" in page
    assert "¥666.67" in page
    assert "已缴清" in response.content.decode()
    registration.refresh_from_db()
    assert registration.accepted_on is not None


def test_double_click_is_one_order_and_one_payment(client, owner, invoice):
    client.force_login(owner)
    first, second = place(client, invoice)["Location"], place(client, invoice)["Location"]

    client.post(f"{first}pay/")
    again = client.post(f"{second}pay/", follow=True)

    assert first == second
    assert again.status_code == 200
    assert SandboxOrder.objects.count() == 1
    assert Payment.objects.count() == 1
    assert "不会重复支付" in client.get(first).content.decode()


def test_nothing_is_ordered_once_all_is_paid(client, owner, registration, invoice):
    client.force_login(owner)
    order_url = place(client, invoice)["Location"]
    world.paid(registration)

    response = client.post(reverse("sandbox_place", args=[invoice.key]), follow=True)

    assert "已缴清" in response.content.decode()
    assert SandboxOrder.objects.count() == 1
    assert f"{order_url}pay/" not in client.get(order_url).content.decode()


def test_not_there_where_it_is_switched_off(client, owner, invoice, settings):
    client.force_login(owner)
    order_url = place(client, invoice)["Location"]
    settings.PAYMENT_SANDBOX = False

    assert "沙盒" not in client.get(reverse("invoice", args=[invoice.key])).content.decode()
    assert place(client, invoice).status_code == 404
    assert client.get(order_url).status_code == 404
    assert client.post(f"{order_url}pay/").status_code == 404


def test_order_of_another_is_not_found(client, owner, invoice):
    client.force_login(owner)
    order_url = place(client, invoice)["Location"]
    client.logout()

    assert client.get(order_url).status_code == 302
    assert client.post(f"{order_url}pay/").status_code == 302
    client.force_login(world.user())
    assert client.get(order_url).status_code == 404
    assert client.post(f"{order_url}pay/").status_code == 404
    assert client.get(reverse("sandbox_order", args=["SANDBOX-unknown"])).status_code == 404
    assert not Payment.objects.exists()
