"""The finance desk: entered by one, confirmed by another, never twice, recorded as it arrived."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse

from association.files import keeping
from fees.actions import payments
from fees.models import FeeStandard, Payment
from tests import world
from tests.desk import auditor, client_of, desk, finance, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock("2026-09-28")
    world.found()


@pytest.fixture
def registration():
    return world.noticed()


def on(name, row):
    return reverse(f"admin:fees_{name}", args=[row.pk])


def line(**changes):
    return {
        "method": "corporate_transfer",
        "amount": "666.67",
        "value_date": "2026-09-28",
        "reference": "20260928-001",
        "payer": "北京星野文化传媒有限公司",
        "memo": "2026会费 BACCA-000001",
        **changes,
    }


@pytest.mark.rule("ACG-32.a", "ACG-28")
def test_money_is_entered_by_one_and_confirmed_by_another(registration):
    invoice = world.invoice_of(registration)
    one, two = finance(), finance()

    looked = one.post(on("invoice_enter", invoice), line()).content.decode()
    assert not Payment.objects.exists()
    one.post(on("invoice_enter", invoice), line(confirmed="1"))
    payment = Payment.objects.get()
    own = one.get(on("payment_confirm", payment)).content.decode()
    refused = one.post(on("payment_confirm", payment))
    two.post(on("payment_confirm", payment))

    assert "¥666.67" in looked
    assert "message--warning" not in looked
    assert "disabled" in own
    assert told(refused) in own
    payment.refresh_from_db()
    registration.refresh_from_db()
    assert payment.confirmed_on == date(2026, 9, 28)
    assert registration.accepted_on == date(2026, 9, 28)


def test_two_clicks_on_enter_and_on_confirm_do_nothing_twice(registration):
    invoice = world.invoice_of(registration)
    one, two = finance(), finance()

    one.post(on("invoice_enter", invoice), line(confirmed="1"))
    again = one.post(on("invoice_enter", invoice), line(confirmed="1"))
    payment = Payment.objects.get()
    two.post(on("payment_confirm", payment))
    twice = two.post(on("payment_confirm", payment))

    assert "20260928-001" in told(again)
    assert "2026年9月28日" in told(twice)
    assert Payment.objects.count() == 1
    assert payment.allocations.count() == 1


@pytest.mark.parametrize(("amount", "difference"), [("700.00", "33.33"), ("600.00", "66.67")])
def test_too_much_or_too_little_is_said_before_and_kept_as_it_is(registration, amount, difference):
    invoice = world.invoice_of(registration)
    client = finance()

    looked = client.post(on("invoice_enter", invoice), line(amount=amount)).content.decode()
    client.post(on("invoice_enter", invoice), line(amount=amount, confirmed="1"))
    finance().post(on("payment_confirm", Payment.objects.get()))

    assert difference in looked
    assert "message--warning" in looked
    assert Payment.objects.get().amount == Decimal(amount)
    shown = client.get(on("invoice_change", invoice)).content.decode()
    assert difference in shown


@pytest.mark.rule("ACG-32.b")
def test_memo_without_the_word_of_the_rulebook_is_warned_of_with_its_article(registration):
    invoice = world.invoice_of(registration)

    transfer = finance().post(on("invoice_enter", invoice), line(memo="服务费")).content.decode()
    cash = finance().post(on("invoice_enter", invoice), line(memo="", method="cash")).content.decode()

    assert "会费" in transfer
    assert "第三十二条" in transfer
    assert "第三十二条" not in cash


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "0"},
        {"amount": "-5"},
        {"amount": "1.005"},
        {"amount": "NaN"},
        {"amount": "9" * 40},
        {"amount": ""},
        {"value_date": "2026-13-40"},
        {"value_date": "2027-01-01"},
        {"reference": ""},
        {"method": "gold"},
    ],
    ids=str,
)
def test_what_cannot_be_a_bank_line_is_told_and_nothing_typed_is_lost(registration, wrong):
    client = finance()
    address = on("invoice_enter", world.invoice_of(registration))

    for extra in ({}, {"confirmed": "1"}):
        answer = client.post(address, line(**wrong, **extra))
        assert answer.status_code == 200
        assert "2026会费 BACCA-000001" in answer.content.decode()
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "请输入大于零、至多两位小数的金额。"),
        ("-5", "请输入大于零、至多两位小数的金额。"),
        ("1.005", "请输入大于零、至多两位小数的金额。"),
        ("六百", "请输入大于零、至多两位小数的金额。"),
        ("NaN", "请输入大于零、至多两位小数的金额。"),
        ("100000000", "金额不能超过 99,999,999.99 元。"),
        ("9" * 40, "金额不能超过 99,999,999.99 元。"),
    ],
)
def test_wrong_amount_is_told_in_one_sentence(registration, amount, words):
    answer = finance().post(on("invoice_enter", world.invoice_of(registration)), line(amount=amount))

    assert answer.context["form"].errors["amount"][0] == words
    assert "确保该" not in answer.content.decode()


def test_wrong_entry_is_struck_out_with_a_reason_and_its_reference_is_free_again(registration):
    payment = world.entered(registration, reference="R1")
    client = finance()

    empty = client.post(on("payment_strike", payment), {"reason": ""})
    client.post(on("payment_strike", payment), {"reason": "登记错了会员"})
    confirmed = client.post(on("payment_confirm", payment))
    client.post(on("invoice_enter", payment.invoice), line(reference="R1", confirmed="1"))

    assert empty.status_code == 200
    assert told(confirmed)
    payment.refresh_from_db()
    assert payment.strike_reason == "登记错了会员"
    assert Payment.objects.filter(reference="R1", struck_on__isnull=True).count() == 1
    assert "登记错了会员" in client.get(on("invoice_change", payment.invoice)).content.decode()


def test_confirmed_money_is_not_struck_out(registration):
    payment = world.confirm(world.entered(registration))

    answer = finance().post(on("payment_strike", payment), {"reason": "?"})

    assert "2026年9月28日" in told(answer)
    payment.refresh_from_db()
    assert payment.struck_on is None


def test_list_filters_finds_and_puts_vouchers_first(registration):
    other = world.noticed(world.submitted(uscc=world.USCC_OTHER, name="北京云栖漫画出版有限公司"))
    file = keeping.keep_upload(BytesIO(world.PNG), name="凭证.png", by=registration.case.applicant)
    payments.add_voucher(world.invoice_of(registration), file, on=date(2026, 9, 28))
    client = finance()
    address = reverse("admin:fees_invoice_changelist")

    shown = client.get(address).content.decode()
    unseen = client.get(f"{address}?state=voucher").content.decode()
    by_amount = client.get(f"{address}?q=666.67").content.decode()
    by_number = client.get(f"{address}?q={world.invoice_of(other).number}").content.decode()
    world.confirm(world.entered(registration))
    paid = client.get(f"{address}?state=paid").content.decode()

    assert shown.index("北京星野") < shown.index("北京云栖")
    assert "北京星野" in unseen
    assert "北京云栖" not in unseen
    assert "北京星野" in by_amount
    assert "北京云栖" in by_number
    assert "北京星野" not in by_number
    assert "北京星野" in paid
    assert "北京云栖" not in paid
    for odd in ("?q=1e999", "?q=NaN", "?q=%00", "?state=x", "?page=-1", "?q=99999999999999999999"):
        assert client.get(address + odd).status_code == 200


def test_invoice_shows_lines_with_formula_and_articles_and_the_voucher(registration):
    file = keeping.keep_upload(BytesIO(world.PNG), name="凭证.png", by=registration.case.applicant)
    payments.add_voucher(world.invoice_of(registration), file, on=date(2026, 9, 28))

    shown = finance().get(on("invoice_change", world.invoice_of(registration))).content.decode()

    assert "第三十条" in shown
    assert "/ 12" in shown
    assert "凭证.png" in shown
    assert "desk-paper" in shown


@pytest.mark.parametrize("somebody", [auditor, desk], ids=["auditor", "secretariat"])
def test_only_finance_touches_money(registration, somebody):
    payment = world.entered(registration)
    client = somebody()

    assert client.get(on("invoice_change", payment.invoice)).status_code == 200
    assert client.post(on("invoice_enter", payment.invoice), line(confirmed="1")).status_code == 403
    assert client.post(on("payment_confirm", payment)).status_code == 403
    assert client.post(on("payment_strike", payment), {"reason": "x"}).status_code == 403
    assert client.post(reverse("admin:fees_feestandard_new"), {}).status_code == 403
    assert Payment.objects.filter(confirmed_on__isnull=True, struck_on__isnull=True).count() == 1


def amounts(client):
    form = client.get(reverse("admin:fees_feestandard_new")).context["form"]
    return {name: "100" for name in form.fields if name.startswith("amount_")}


@pytest.mark.rule("ACG-35")
def test_standard_takes_effect_under_the_assembly_only():
    client = finance()
    typed = amounts(client) | {"title": "会费标准（2027）", "effective_from": "2027-01-01"}
    made = client.post(reverse("admin:fees_feestandard_new"), typed)
    standard = FeeStandard.objects.get(title="会费标准（2027）")
    council = world.resolutions.pass_bare(world.resolution("council"), on=world.RESOLVED)
    assembly = world.fee_resolution()

    wrong = client.post(on("feestandard_activate", standard), {"resolution": council.pk}, follow=True)
    standard.refresh_from_db()
    assert standard.decision is None
    assert "第三十五条" in wrong.content.decode()
    client.post(on("feestandard_activate", standard), {"resolution": assembly.pk})
    again = client.post(on("feestandard_activate", standard), {"resolution": assembly.pk})

    standard.refresh_from_db()
    assert made.status_code == 302
    assert standard.resolution == assembly
    assert assembly.number in told(again)


def test_standard_without_a_resolution_or_with_odd_amounts_is_told():
    client = finance()
    wrong = amounts(client) | {"title": "x", "effective_from": "2027-01-01", "amount_person_": "-1"}

    refused = client.post(reverse("admin:fees_feestandard_new"), wrong)
    standard = FeeStandard.objects.first()
    nothing = client.post(on("feestandard_activate", standard), {})

    assert refused.status_code == nothing.status_code == 200
    assert not FeeStandard.objects.filter(title="x").exists()


def test_bank_account_on_an_invoice_is_not_rewritten(registration):
    account = world.invoice_of(registration).account
    client = client_of(world.seated("secretariat", roles=("finance",)))
    address = reverse("admin:fees_bankaccount_change", args=[account.pk])

    client.post(address, {"payee": "骗子", "bank": "x", "account": "1", "in_use": "on"})

    account.refresh_from_db()
    assert account.payee == "北京二次元文化创意协会"
    assert client.get(reverse("admin:fees_bankaccount_delete", args=[account.pk])).status_code == 403


def test_stock_pages_change_nothing(registration):
    payment = world.entered(registration)
    client = finance()

    for name, row in (
        ("payment", payment),
        ("invoice", payment.invoice),
        ("feestandard", FeeStandard.objects.first()),
    ):
        assert client.get(on(f"{name}_delete", row)).status_code == 403
        assert client.post(reverse(f"admin:fees_{name}_add")).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_lists_read_as_much_for_three_as_for_one(count, django_assert_num_queries):
    codes = [world.USCC, world.USCC_OTHER, world.USCC_THIRD][:count]
    for number, code in enumerate(codes):
        world.entered(world.noticed(world.submitted(uscc=code, name=f"北京第{number}动画有限公司")))
    client = finance()
    invoices, entered = reverse("admin:fees_invoice_changelist"), reverse("admin:fees_payment_changelist")
    client.get(invoices)
    client.get(entered)

    with django_assert_num_queries(7):
        assert client.get(invoices).content.decode().count("row-link") == count
    with django_assert_num_queries(8):
        assert client.get(entered).content.decode().count("row-link") == count


@pytest.mark.rule("ACG-32.a")
def test_what_is_still_to_be_paid_counts_confirmed_money_and_says_what_waits(registration):
    payment = world.entered(registration, "600.00")
    client = finance()
    address = on("invoice_enter", payment.invoice)

    before = client.get(address).content.decode()
    page = client.get(on("invoice_change", payment.invoice)).content.decode()
    finance().post(on("payment_confirm", payment))
    after = client.get(address).content.decode()

    for shown in (before, page):
        assert "¥666.67（其中 ¥600.00 已登记，待确认）" in shown
    assert "应到 ¥66.67" in before
    assert "<strong>¥66.67</strong>" in after


def test_amount_and_value_date_are_typed_from_the_statement_not_given(registration):
    shown = finance().get(on("invoice_enter", world.invoice_of(registration))).content.decode()

    assert "应到 ¥666.67" in shown
    assert 'value="666.67"' not in shown
    assert 'value="2026-09-28"' not in shown


@pytest.mark.parametrize(
    ("today", "day", "warned"),
    [
        ("2026-09-28", "2026-09-20", True),
        ("2026-09-28", "2026-09-21", False),
        ("2026-11-20", "2026-09-21", False),
        ("2026-11-21", "2026-09-21", True),
    ],
)
def test_odd_value_date_is_warned_of_before_it_is_kept(registration, clock, today, day, warned):
    clock(today)
    client = finance()

    looked = client.post(on("invoice_enter", world.invoice_of(registration)), line(value_date=day)).content.decode()

    assert ("请再核对银行流水" in looked) is warned


def test_used_reference_is_refused_on_the_first_page(registration):
    world.entered(registration, reference="20260928-001")

    answer = finance().post(on("invoice_enter", world.invoice_of(registration)), line())

    shown = answer.content.decode()
    assert "error-summary" in shown
    assert "20260928-001 已经登记过" in shown
    assert Payment.objects.count() == 1
