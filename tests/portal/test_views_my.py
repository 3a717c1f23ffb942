"""The home of the person who is logged in: what is to do now, in every state of the path; the member's file."""

from datetime import date

import pytest
from django.urls import reverse

from admissions.actions import claims, reviews
from admissions.queries import slots
from association.actors import Actor
from association.cases import documents, engine
from association.files import keeping
from association.models import Message
from association.models.file import Verdict
from fees.actions import payments
from members.actions import parties, registrations
from members.models import Membership
from portal.queries import history_of, home_of
from tests import world

pytestmark = pytest.mark.django_db

TODAY = date(2026, 9, 30)


@pytest.fixture(autouse=True)
def _association(db, clock):
    clock(TODAY)
    world.found()


@pytest.fixture
def owner():
    return world.user("owner@test.example")


@pytest.fixture
def home(client, owner):
    """Return ``home()``: the page of the owner as it is now."""
    client.force_login(owner)

    def home() -> str:
        return client.get(reverse("my")).content.decode()

    return home


def titles(user):
    return [todo.title for todo in home_of(user, TODAY).todos]


def test_anonymous_is_led_to_the_login(client):
    assert client.get(reverse("my"))["Location"].startswith(reverse("account_login"))


def test_new_account_reads_what_will_be_here_and_how_to_begin(home):
    page = home()

    assert "您还没有申请入会" in page
    assert "现在要办的事" not in page


def test_draft_is_to_be_finished(owner, home):
    application = world.draft(owner)

    assert titles(owner) == ["填完并提交入会申请"]
    assert reverse("application", args=[application.case.key]) in home()


def test_under_review_says_whose_turn_it_is(owner, home):
    world.submitted(owner)

    page = home()
    assert titles(owner) == []
    assert "会员部 · 会员部资格审查" in page


def test_returned_application_comes_first(owner, home):
    returned = world.submitted(owner, uscc=world.USCC_OTHER, name="北京云图")
    world.draft(owner)
    officer = world.officer("membership_dept")
    slot = slots(returned, world.REVIEWED)[0]
    documents.judge(slot.current, Verdict.RETURNED, note="公章不清晰", by=officer, on=world.REVIEWED)
    reviews.return_for_correction(returned, step="dept_review", note="", by=officer, on=world.REVIEWED)

    assert titles(owner) == ["补正入会申请", "填完并提交入会申请"]
    assert "退回" in home()


@pytest.mark.rule("ACG-24")
def test_approved_is_a_member_who_waits_for_the_notice(owner, home):
    world.approved(world.submitted(owner))

    page = home()
    assert "正式会员（待登记）" in page
    assert "BACCA-000001" in page
    assert "2026年9月15日" in page
    assert titles(owner) == []
    assert "办理中的申请" not in page


def test_noticed_pays_first(owner, home):
    invoice = world.invoice_of(world.noticed(world.submitted(owner)))

    assert titles(owner) == ["缴纳会费 ¥666.67"]
    assert reverse("invoice", args=[invoice.key]) in home()
    assert Message.objects.get(channel="portal", unique_key__contains=":notice:").subject in home()


def test_voucher_uploaded_waits_for_finance_until_a_part_is_found(owner, home):
    registration = world.noticed(world.submitted(owner))
    file = keeping.keep_upload(world.BytesIO(world.PNG), name="回单.png", by=owner)
    payments.add_voucher(world.invoice_of(registration), file, on=TODAY)
    assert titles(owner) == []
    assert "财务正在与银行到账核对" in home()

    payment = world.entered(registration, "600.00")
    assert "由另一人复核" in home()

    world.confirm(payment)
    assert titles(owner) == ["补缴余下的 ¥66.67"]


@pytest.mark.rule("ACG-31.c")
def test_tier_conferred_after_the_voucher_asks_for_the_rest(owner):
    registration = world.noticed(world.submitted(owner))
    file = keeping.keep_upload(world.BytesIO(world.PNG), name="回单.png", by=owner)
    payments.add_voucher(world.invoice_of(registration), file, on=date(2026, 9, 22))
    world.confer(registration.membership, "council", on=date(2026, 9, 22))

    assert titles(owner) == ["缴纳会费 ¥16,666.67"]


def test_paid_waits_for_the_department(owner, home):
    world.paid(world.noticed(world.submitted(owner)))

    assert titles(owner) == []
    assert "会员部正在办理登记" in home()


@pytest.mark.rule("ACG-22.a")
def test_registered_downloads_the_certificate(owner, home):
    certificate = world.registered(world.noticed(world.submitted(owner)))

    assert titles(owner) == []
    world.run_jobs()
    page = home()
    assert titles(owner) == ["登记证书已制作好"]
    assert "已登记" in page
    assert "2026年12月31日" in page
    assert reverse("certificate", args=[certificate.serial]) in page


def test_refused_application_is_folded_away(owner, home):
    application = world.submitted(owner)
    by = world.officer("membership_dept")
    step = engine.current_step(application.case)
    reviews.reject(application, step=step.id, note="与本会专业领域无关。", rules=["7.p1"], by=by, on=world.REVIEWED)

    page = home()
    assert "已结束的申请" in page
    assert titles(owner) == []


def test_another_account_sees_nothing_of_it(client, owner):
    world.registered(world.noticed(world.submitted(owner)))
    client.force_login(world.user())

    page = client.get(reverse("my")).content.decode()

    assert "BACCA-000001" not in page
    assert "您还没有申请入会" in page


# drafts beside something else


def test_second_draft_of_a_member_is_no_task_and_can_be_discarded(owner, home):
    world.noticed(world.submitted(owner))
    again = world.draft(owner)

    page = home()

    assert titles(owner) == ["缴纳会费 ¥666.67"]
    assert page.count("放弃这份草稿") == 1
    assert reverse("application_withdraw", args=[again.case.key]) in page


def test_needless_draft_stands_last(owner):
    world.submitted(owner, uscc=world.USCC_OTHER, name="北京云图")
    world.noticed(world.submitted(owner))
    again = world.draft(owner)

    running = home_of(owner, TODAY).running

    assert len(running) == 2
    assert running[1].case == again.case


def test_what_is_owed_comes_before_a_draft_for_another_unit(owner, home):
    world.noticed(world.submitted(owner))
    world.draft(owner, uscc=world.USCC_OTHER, name="北京云图")

    assert titles(owner) == ["缴纳会费 ¥666.67", "填完并提交入会申请"]
    assert "放弃这份草稿" not in home()


def test_second_draft_beside_an_application_under_review_is_no_task(owner, home):
    world.submitted(owner)
    world.draft(owner)

    assert titles(owner) == []
    assert "放弃这份草稿" in home()


def test_who_has_left_may_finish_a_new_draft(owner):
    world.approved(world.submitted(owner))
    Membership.objects.update(until=date(2026, 9, 25))
    world.draft(owner)

    assert titles(owner) == ["填完并提交入会申请"]


def test_draft_whose_unit_is_claimed_waits_for_the_letter(owner, home):
    world.submitted(world.user())
    draft = world.draft(owner)
    letter = keeping.keep_upload(world.BytesIO(world.PNG), name="函.png", by=owner)
    claims.make(draft, letter, user=owner, on=TODAY)

    assert titles(owner) == []
    assert "证明函正在核验" in home()


def more(owner, n):
    codes = (world.USCC, world.USCC_OTHER, world.USCC_THIRD)
    for i in range(n):
        certificate = world.registered(world.noticed(world.submitted(owner, uscc=codes[i], name=f"单位{i}")))
        parties.grant_access(certificate.membership.party, owner, on=TODAY)


@pytest.mark.parametrize("n", [1, 3])
def test_number_of_queries_does_not_grow(client, owner, n, django_assert_num_queries):
    more(owner, n)
    client.force_login(owner)
    client.get(reverse("my"))

    with django_assert_num_queries(15):
        client.get(reverse("my"))


@pytest.mark.parametrize("n", [1, 3])
def test_number_of_queries_does_not_grow_beside_a_draft(client, owner, n, django_assert_num_queries):
    more(owner, n)
    world.draft(owner)
    client.force_login(owner)
    client.get(reverse("my"))

    with django_assert_num_queries(18):
        client.get(reverse("my"))


# the member's file


def file_url():
    return reverse("history", args=[Membership.objects.get().pk])


def test_file_is_the_member_s_own(client, owner):
    world.approved(world.submitted(owner))

    assert client.get(file_url()).status_code == 302
    client.force_login(world.user())
    assert client.get(file_url()).status_code == 404
    client.force_login(owner)
    assert client.get(file_url()).status_code == 200


@pytest.mark.rule("ACG-22.a", "ACG-24", "ACG-25")
def test_file_shows_every_step_with_day_body_and_article(client, owner):
    certificate = world.registered(world.noticed(world.submitted(owner)))
    registrations.publish(certificate.registration, by=world.officer("secretariat"), on=TODAY)
    client.force_login(owner)

    entries = history_of(certificate.membership)
    page = client.get(file_url()).content.decode()

    told = [(entry.on, entry.title) for entry in reversed(entries)]
    assert (world.SUBMITTED, "提交：入会申请") in told
    assert (world.REVIEWED, "会员部资格审查") in told
    assert (world.DECIDED, "秘书长审定") in told
    assert (world.RESOLVED, "理事会批准") in told
    assert (world.NOTICED, "通知办理登记") in told
    assert (world.PAID, "会费到账 ¥666.67") in told
    assert (TODAY, "公布登记信息") in told
    joined = next(entry for entry in entries if entry.title == "入会")
    assert (joined.on, joined.recorded_on) == (world.SUBMITTED, TODAY)
    assert "BACCA-000001" in joined.text
    registered = [entry for entry in entries if entry.on == world.REGISTERED]
    assert len(registered) == 1  # the event says it; its passage does not say it again
    assert registered[0].who.startswith("会员部 membership_dept")
    for label in ("第十九条", "第二十条", "第二十二条", "第二十四条", "第二十五条", "第三十条"):
        assert label in page, label


def test_file_names_the_person_and_the_body_it_acted_for(owner):
    world.approved(world.submitted(owner))

    reviewer = next(e.who for e in history_of(Membership.objects.get()) if e.title == "会员部资格审查")

    assert reviewer.startswith("会员部 membership_dept")


def test_step_that_was_taken_back_is_struck_through(owner):
    application = world.submitted(owner)
    by = world.officer("membership_dept")
    world.review(application, by)
    reviews.pass_on(world.fresh(application), step="dept_review", by=by, on=world.REVIEWED)
    engine.take_back(application.case, by=by, on=world.REVIEWED)
    reviews.pass_on(world.fresh(application), step="dept_review", by=by, on=world.REVIEWED)
    chief = Actor.officer(world.seated("secretary_general"), body="secretary_general")
    reviews.pass_on(world.fresh(application), step="secretary_general", by=chief, on=world.DECIDED)
    world.resolve(world.resolution("council", application.case))

    reviewed = [e.void for e in history_of(Membership.objects.get()) if e.title == "会员部资格审查"]

    assert sorted(reviewed) == [False, True]
    back = next(e for e in history_of(Membership.objects.get()) if e.title == "撤回了上一步：会员部资格审查")
    assert back.who.startswith("会员部")


def test_file_of_an_invented_key_is_not_found(client, owner):
    client.force_login(owner)

    assert client.get(reverse("history", args=[999999])).status_code == 404


@pytest.mark.parametrize("tiers", [1, 3])
def test_file_takes_the_same_queries_however_long(client, owner, tiers, django_assert_num_queries):
    registration = world.paid(world.noticed(world.submitted(owner)))
    for n, tier in enumerate(("council", "standing_council", "vice_president")[:tiers]):
        world.confer(registration.membership, tier, on=date(2026, 9, 28 + n) if n < 3 else TODAY)
    membership = Membership.objects.get()
    history_of(membership)

    with django_assert_num_queries(7):
        history_of(membership)
