"""The invoice as its payer sees it: to pay, in part, in full, too much, replaced; vouchers good and bad."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from association.models import StoredFile
from fees.models import Invoice, Voucher
from tests import world

pytestmark = pytest.mark.django_db

TODAY = "2026-09-22"


@pytest.fixture(autouse=True)
def _association(db, clock):
    clock(TODAY)
    world.found()


@pytest.fixture
def owner():
    return world.user("owner@test.example")


@pytest.fixture
def registration(owner):
    return world.noticed(world.submitted(owner))


@pytest.fixture
def invoice(registration) -> Invoice:
    return world.invoice_of(registration)


def photo(name="回单.png", shade=200):
    data = BytesIO()
    Image.new("L", (60, 40), shade).save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue(), content_type="image/png")


def upload(client, invoice, file):
    return client.post(reverse("voucher_add", args=[invoice.key]), {"file": file}, follow=True)


# who


def urls(invoice):
    file = StoredFile.objects.first()
    return [
        ("get", reverse("invoice", args=[invoice.key])),
        ("post", reverse("voucher_add", args=[invoice.key])),
        ("get", reverse("voucher", args=[invoice.key, file.key])),
        ("post", reverse("sandbox_place", args=[invoice.key])),
    ]


def test_anonymous_is_led_to_the_login(client, invoice):
    for method, url in urls(invoice):
        response = getattr(client, method)(url)
        assert response.status_code == 302, url
        assert response["Location"].startswith(reverse("account_login")), url


def test_for_strangers_there_is_no_such_invoice(client, invoice):
    client.force_login(world.user())

    assert [getattr(client, method)(url).status_code for method, url in urls(invoice)] == [404] * 4


def test_finance_looks_and_does_not_upload(client, invoice):
    client.force_login(world.seated("secretariat", roles=("finance",)))

    response = client.get(reverse("invoice", args=[invoice.key]))

    assert response.status_code == 200
    assert "data-upload" not in response.content.decode()
    assert client.post(reverse("voucher_add", args=[invoice.key]), {"file": photo()}).status_code == 404
    assert not Voucher.objects.exists()


def test_access_that_has_ended_shows_nothing(client, owner, invoice):
    owner.party_accesses.update(until=date(2026, 9, 22))
    client.force_login(owner)

    assert client.get(reverse("invoice", args=[invoice.key])).status_code == 404


# what is owed


@pytest.mark.rule("ACG-30", "ACG-32.b", "ACG-33")
def test_everything_needed_to_pay_is_on_the_page(client, owner, invoice):
    client.force_login(owner)

    page = client.get(reverse("invoice", args=[invoice.key])).content.decode()

    assert "¥666.67" in page
    assert "2,000.00 × 4 / 12" in page
    assert "陆佰陆拾陆元陆角柒分" in page
    assert "第三十条" in page
    assert "北京二次元文化创意协会" in page
    assert 'data-copy="1100123456789012345"' in page
    assert 'data-copy="666.67"' in page
    assert f'data-copy="{invoice.memo}"' in page
    assert "会费" in invoice.memo
    assert "待缴" in page
    assert "2027年9月15日" in page  # the end of the window of ACG-21.b


@pytest.mark.rule("ACG-28")
def test_partial_payment_says_what_is_left(client, owner, registration, invoice):
    world.paid(registration, "600.00", on=date(2026, 9, 22))
    client.force_login(owner)

    response = client.get(reverse("invoice", args=[invoice.key]))

    page = response.content.decode()
    assert "部分缴纳" in page
    assert "¥66.67" in page
    assert 'data-copy="66.67"' in page
    assert response.context["page"].statement.outstanding == Decimal("66.67")


def test_money_that_nobody_confirmed_yet_is_shown_as_being_checked(client, owner, registration, invoice):
    world.entered(registration, on=date(2026, 9, 22))
    client.force_login(owner)

    page = client.get(reverse("invoice", args=[invoice.key])).content.decode()

    assert "核对中" in page
    assert "待缴" in page
    assert "已缴清" not in page


@pytest.mark.rule("ACG-28")
def test_paid_in_full_asks_for_nothing_more(client, owner, registration, invoice):
    world.paid(registration, on=date(2026, 9, 22))
    client.force_login(owner)

    page = client.get(reverse("invoice", args=[invoice.key])).content.decode()

    assert "已缴清" in page
    assert "data-copy=" not in page
    assert "data-upload" not in page


def test_more_than_owed_is_shown_as_it_arrived(client, owner, registration, invoice):
    world.paid(registration, "700.00", on=date(2026, 9, 22))
    client.force_login(owner)

    page = client.get(reverse("invoice", args=[invoice.key])).content.decode()

    assert "多收到 ¥33.33" in page
    assert "¥700.00" in page


@pytest.mark.rule("ACG-31.c")
def test_invoice_replaced_after_a_tier_was_conferred_leads_to_the_new_one(client, owner, registration, invoice):
    client.force_login(owner)
    upload(client, invoice, photo())
    world.confer(registration.membership, "council", on=date(2026, 9, 22))

    response = client.get(reverse("invoice", args=[invoice.key]), follow=True)

    new = world.invoice_of(registration)
    assert response.redirect_chain == [(reverse("invoice", args=[new.key]), 302)]
    page = response.content.decode()
    assert invoice.number in page
    assert "¥16,666.67" in page
    assert "壹万陆仟陆佰陆拾陆元陆角柒分" in page
    assert "回单.png" in page  # what was uploaded before is still there


def test_upload_to_a_replaced_invoice_goes_to_the_standing_one(client, owner, registration, invoice):
    world.confer(registration.membership, "council", on=date(2026, 9, 22))
    client.force_login(owner)

    upload(client, invoice, photo())

    assert Voucher.objects.get().invoice == world.invoice_of(registration)


# vouchers


def test_voucher_is_kept_and_can_be_opened(client, owner, invoice):
    client.force_login(owner)

    response = upload(client, invoice, photo("../../回单.png"))

    voucher = Voucher.objects.get()
    assert response.status_code == 200
    assert "凭证已收到" in response.content.decode()
    assert "/" not in voucher.file.original_name
    opened = client.get(reverse("voucher", args=[invoice.key, voucher.file.key]))
    assert opened["Content-Type"] == "image/png"
    assert opened["Cache-Control"] == "private, no-store"
    assert b"".join(opened.streaming_content).startswith(b"\x89PNG")


def test_voucher_of_another_invoice_is_not_opened_under_this_one(client, owner, invoice):
    other = world.invoice_of(world.noticed(world.submitted(world.user(), uscc=world.USCC_OTHER, name="北京云图")))
    client.force_login(other.case.applicant)
    upload(client, other, photo())
    client.force_login(owner)

    assert client.get(reverse("voucher", args=[invoice.key, Voucher.objects.get().file.key])).status_code == 404


def test_the_same_picture_twice_is_one_voucher(client, owner, invoice):
    client.force_login(owner)
    upload(client, invoice, photo())
    kept = StoredFile.objects.count()

    response = upload(client, invoice, photo())

    assert response.status_code == 200
    assert Voucher.objects.count() == 1
    assert StoredFile.objects.count() == kept


def test_two_pictures_are_two_vouchers(client, owner, invoice):
    client.force_login(owner)
    upload(client, invoice, photo("一.png", 10))

    page = upload(client, invoice, photo("二.png", 250)).content.decode()

    assert Voucher.objects.count() == 2
    assert "一.png" in page
    assert "二.png" in page


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (SimpleUploadedFile("回单.pdf", b"MZ\x90\x00" + b"\x00" * 400), "请上传原始文件"),
        (SimpleUploadedFile("回单.exe", b"MZ\x90\x00" + b"\x00" * 400), "请上传"),
        (SimpleUploadedFile("回单.png", b""), "文件"),
    ],
)
def test_bad_file_is_refused_beside_its_slot(client, owner, invoice, file, words):
    file.seek(0)
    client.force_login(owner)

    response = client.post(reverse("voucher_add", args=[invoice.key]), {"file": file})

    page = response.content.decode()
    assert response.status_code == 422
    error = page.split("data-slot-error", 1)[1].split("</p>", 1)[0]
    assert words in error
    assert 'id="slot-voucher"' in page
    assert not Voucher.objects.exists()


def test_nothing_chosen_says_what_to_choose(client, owner, invoice):
    client.force_login(owner)

    response = client.post(reverse("voucher_add", args=[invoice.key]))

    assert response.status_code == 422
    assert "请先选择汇款凭证" in response.content.decode()


def test_session_that_ended_is_told_to_the_script(client, invoice):
    url = reverse("voucher_add", args=[invoice.key])

    response = client.post(url, {"file": photo()}, headers={"X-Requested-With": "XMLHttpRequest"})

    assert response.status_code == 401


# one count, however much there is


@pytest.mark.parametrize("n", [1, 3])
def test_number_of_queries_does_not_grow(client, registration, n, django_assert_num_queries):
    invoice, owner = world.invoice_of(registration), registration.case.applicant
    client.force_login(owner)
    for i in range(n):
        upload(client, invoice, photo(f"{i}.png", 10 * i))
        world.entered(registration, "100.00", on=date(2026, 9, 22))
    url = reverse("invoice", args=[invoice.key])
    client.get(url)

    with django_assert_num_queries(15):
        client.get(url)
