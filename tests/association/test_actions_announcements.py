"""Announcements: drafted, released, on their day, corrected, withdrawn; once out, nothing of them changes."""

import contextlib
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction

from association import queries
from association.actions import announcement_drafts as drafts
from association.actions import announcements
from association.actions.announcement_drafts import Written
from association.cases import engine
from association.db.constraints import violation_message
from association.decisions import Refused, passed, setting
from association.models import Announcement, Association, Message
from association.models.announcement import ActKind, Objecting, OwnKind, Relation
from association.phrases import sentence
from association.rulebook.schema import AnnouncementRule
from association.tasks import daily_duties
from members.actions import registrations
from tests import world
from tests.announced import SHOWN, WRITTEN, drafted, published, secretary, shown, to_show

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock(SHOWN)
    world.found()


@contextlib.contextmanager
def refused(*expected):
    with pytest.raises(Refused) as refusal:
        yield refusal
    assert [reason.code for reason in refusal.value.decision.reasons] == list(expected)


def words(refusal):
    return [sentence(reason) for reason in refusal.value.decision.reasons]


def acts(announcement):
    return [(act.what, act.on) for act in announcement.acts.order_by("pk")]


# what is drafted after a rule


def rule(**more):
    typed = {"id": "listed", "on": "decision.approved", "fields": ["name", "mobile", "ID_number"], "ref": ["25"]}
    return AnnouncementRule.model_validate(typed | more)


def record_of(case):
    return case.passages.latest("seq").decision


@pytest.mark.rule("ACG-25")
def test_no_whitelist_lets_a_number_of_a_person_out():
    case = world.submitted().case

    draft = announcements.draft(
        rule(),
        {"name": "星野", "mobile": "13800001234", "ID_number": "11010519491231002X", "field": "动画"},
        title="名单",
        person=False,
        case=case,
        record=record_of(case),
        on=SHOWN,
    )

    assert draft.fields == {"name": "星野"}
    assert (draft.period, draft.objections) == (None, "")


def test_a_rule_with_a_publicity_says_how_long_and_who_may_object():
    case = world.submitted().case
    shows = rule(publicity={"n": 5, "unit": "workday", "from": "result.publicised"}, objections="anonymous")

    draft = announcements.draft(
        shows, {"name": "星野"}, title="", person=False, case=None, record=record_of(case), on=SHOWN
    )

    assert (draft.period["n"], draft.period["unit"], draft.objections) == (5, "workday", Objecting.ANONYMOUS)


def test_a_value_with_a_private_number_stays_a_draft():
    case = world.submitted().case
    draft = announcements.draft(
        rule(fields=["name", "reason"]),
        {"name": "星野", "reason": "联系人13800001234"},
        title="退出",
        person=False,
        case=None,
        record=record_of(case),
        on=SHOWN,
    )

    with refused("announcement_holds_mobile"):
        announcements.publish(draft, by=secretary(), on=SHOWN)


# publication


def test_published_once_by_a_person_and_on_record():
    draft = drafted()
    by = secretary()

    out = announcements.release(draft, by=by, on=SHOWN)

    assert (out.published_on, out.published_by) == (SHOWN, by.user)
    assert acts(out) == [(ActKind.DRAFTED, WRITTEN), (ActKind.PUBLISHED, SHOWN)]
    last = out.acts.last().decision
    assert (last.kind, last.actor, last.on) == ("announcement.published", by.user, SHOWN)
    with refused("published_already"):
        announcements.release(out, by=by, on=SHOWN)
    assert len(acts(out)) == 2


def test_two_who_publish_from_the_same_page():
    draft, stale = drafted(), None
    stale = Announcement.objects.get(pk=draft.pk)
    announcements.publish(draft, by=secretary(), on=SHOWN)

    with refused("published_already"):
        announcements.publish(stale, by=secretary(), on=SHOWN + DAY)


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        ({"text": "第一行\n请联系13800001234"}, "announcement_holds_mobile", "正文第2行中有手机号码（138****1234）"),
        (
            {"title": "张三11010519491231002X"},
            "announcement_holds_identity",
            "标题中有身份证号码（110105********002X）",
        ),
        ({"text": "汇入6222021234567890128"}, "announcement_holds_card", "正文中有疑似银行卡号的数字（6222"),
    ],
)
def test_a_private_number_is_refused_with_its_place(typed, code, said):
    with refused(code) as refusal:
        published(**typed)

    assert said in words(refusal)[0]
    assert "13800001234" not in str(words(refusal))
    assert not Announcement.objects.published().exists()


def test_the_associations_own_telephone_may_stand_there():
    Association.objects.update(phone="010-89552264、13800001234")
    queries.forget()

    assert published(text="咨询电话：138 0000 1234").published_on == SHOWN
    with refused("announcement_holds_mobile"):
        published(text="咨询电话：13800001235")


def test_an_own_announcement_says_something():
    with refused("announcement_title_missing"):
        drafted(title="  ")
    with refused("announcement_text_missing"):
        published(text=" \n ")


def test_a_draft_after_a_rule_is_released_with_its_case():
    registrations_before = Announcement.objects.count()
    world.registered()
    draft = Announcement.objects.get()
    assert registrations_before == 0

    with refused("announcement_released_with_case"):
        announcements.release(draft, by=secretary(), on=world.REGISTERED)
    registrations.publish(draft.case.registration, by=secretary(), on=world.REGISTERED)
    draft.refresh_from_db()
    assert draft.published_on == world.REGISTERED


def test_nothing_is_announced_of_a_case_that_was_withdrawn():
    application = world.submitted()
    case = application.case
    draft = announcements.draft(
        rule(), {"name": "星野"}, title="公示", person=False, case=case, record=record_of(case), on=SHOWN
    )
    engine.withdraw(case, passed("possible", setting("workflow")), by=world.officer("secretariat"), on=SHOWN)

    with refused("announcement_case_ended"):
        announcements.publish(draft, by=secretary(), on=SHOWN)
    dropped = drafts.drop(draft, reason="申请已撤回", by=secretary(), on=SHOWN)
    assert acts(dropped) == [(ActKind.DROPPED, SHOWN)]
    with refused("announcement_dropped"):
        announcements.publish(draft, by=secretary(), on=SHOWN)
    with refused("announcement_dropped"):
        drafts.drop(draft, reason="再一次", by=secretary(), on=SHOWN)


# a draft


def test_a_draft_is_edited_until_its_day_is_set_or_it_is_out():
    draft = drafted()
    changed = Written(OwnKind.NOTICE, "关于年会的通知", "改在十一月。")

    drafts.edit(draft, changed, by=secretary(), on=WRITTEN)
    draft.refresh_from_db()
    assert (draft.kind, draft.text) == (OwnKind.NOTICE, "改在十一月。")

    announcements.schedule(draft, day=SHOWN, by=secretary(), on=WRITTEN)
    with refused("announcement_day_set"):
        drafts.edit(draft, changed, by=secretary(), on=WRITTEN)
    announcements.unschedule(draft, by=secretary(), on=WRITTEN)
    announcements.release(draft, by=secretary(), on=SHOWN)
    with refused("published_already"):
        drafts.edit(draft, changed, by=secretary(), on=SHOWN)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (Written("member_registry", "标题", "正文"), "announcement_kind_unknown"),
        (Written(OwnKind.PUBLICITY, "标题", "正文"), "publicity_days_out_of_range"),
        (Written(OwnKind.PUBLICITY, "标题", "正文", 61), "publicity_days_out_of_range"),
        (Written(OwnKind.NOTICE, "标题", "正文", 5), "publicity_of_another_kind"),
        (Written(OwnKind.NOTICE, "标题", "正文", 0, Objecting.NAMED), "publicity_of_another_kind"),
    ],
)
def test_parts_that_do_not_fit(written, code):
    with refused(code):
        drafts.write(written, by=secretary(), on=WRITTEN)


def test_attachments_go_out_with_it_and_stay():
    draft = drafted(text="")
    attached = drafts.attach(draft, BytesIO(world.PNG), name="名单.png", by=secretary(), on=WRITTEN)
    extra = drafts.attach(draft, BytesIO(world.PNG), name="多余.png", by=secretary(), on=WRITTEN)
    drafts.detach(extra, by=secretary(), on=WRITTEN)
    assert list(draft.attachments.values_list("pk", flat=True)) == [attached.pk]
    drafts.look_through(attached, by=secretary(), on=WRITTEN)

    announcements.release(draft, by=secretary(), on=SHOWN)

    attached.refresh_from_db()
    assert attached.published_on == SHOWN
    with refused("published_already"):
        drafts.detach(attached, by=secretary(), on=SHOWN)
    with refused("published_already"):
        drafts.attach(draft, BytesIO(world.PNG), name="迟到.png", by=secretary(), on=SHOWN)
    with stays("已发布的内容不能修改。请发布更正。"):
        attached.delete()


def test_the_name_of_an_attachment_is_read_too():
    draft = drafted(text="")
    drafts.attach(draft, BytesIO(world.PNG), name="张三13800001234.png", by=secretary(), on=WRITTEN)

    with refused("announcement_holds_mobile", "attachment_not_looked_at"):
        announcements.release(draft, by=secretary(), on=SHOWN)


# nothing published is edited or deleted


@contextlib.contextmanager
def stays(message):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        yield
    assert violation_message(error.value) == message


PUBLISHED_STAYS = "已发布的内容不能修改。请发布更正，或者写明理由撤回。"


@pytest.mark.parametrize(
    "change",
    [
        {"title": "别的"},
        {"text": "别的"},
        {"fields": {"name": "别的"}},
        {"published_on": None, "published_by": None},
        {"published_on": date(2026, 9, 1)},
        {"objections": Objecting.NAMED},
        {"kind": OwnKind.NOTICE},
    ],
)
def test_the_database_keeps_what_was_published(change):
    out = published()

    with stays(PUBLISHED_STAYS):
        Announcement.objects.filter(pk=out.pk).update(**change)
    with stays(PUBLISHED_STAYS):
        Announcement.objects.filter(pk=out.pk)._raw_delete("default")


def test_a_draft_is_free_in_the_database():
    draft = drafted()

    assert Announcement.objects.filter(pk=draft.pk).update(title="别的") == 1


def test_the_trail_is_append_only():
    out = published()

    with stays("公告的经过留存备查，不能更改。"):
        out.acts.update(note="别的")


# its day


def test_goes_out_on_its_day_as_the_person_confirmed():
    draft, by = drafted(), secretary()
    announcements.schedule(draft, day=SHOWN, by=by, on=WRITTEN)

    assert announcements.release_due(on=WRITTEN) == 0
    assert announcements.release_due(on=SHOWN) == 1
    assert announcements.release_due(on=SHOWN) == 0

    draft.refresh_from_db()
    assert (draft.published_on, draft.published_by) == (SHOWN, by.user)
    assert [what for what, _on in acts(draft)] == [ActKind.DRAFTED, ActKind.SCHEDULED, ActKind.PUBLISHED]


def test_missed_days_are_caught_up_and_the_publicity_counts_from_the_day_it_is_out(clock):
    draft = to_show()
    announcements.schedule(draft, day=SHOWN, by=secretary(), on=WRITTEN)

    clock("2026-09-18")
    daily_duties()

    draft.refresh_from_db()
    assert draft.published_on == date(2026, 9, 18)
    assert draft.publicity.deadline.due_on == date(2026, 9, 24)  # Sunday the 20th is worked


def test_what_cannot_go_out_on_its_day_waits_again_and_its_person_is_told():
    application = world.submitted()
    by = secretary()
    case = application.case
    draft = announcements.draft(
        rule(), {"name": "星野"}, title="公示", person=False, case=case, record=record_of(case), on=WRITTEN
    )
    announcements.schedule(draft, day=SHOWN, by=by, on=WRITTEN)
    engine.withdraw(case, passed("possible", setting("workflow")), by=by, on=WRITTEN)

    assert announcements.release_due(on=SHOWN) == 0

    draft.refresh_from_db()
    assert (draft.published_on, draft.scheduled_for) == (None, None)
    assert acts(draft)[-1] == (ActKind.UNSCHEDULED, SHOWN)
    assert "已经终止" in draft.acts.last().note
    told = Message.objects.filter(recipient=by.user, channel="portal").latest("pk")
    assert "未能发布：公示" in told.subject
    assert announcements.release_due(on=SHOWN + DAY) == 0


@pytest.mark.parametrize("day", [SHOWN, SHOWN - DAY])
def test_a_day_that_is_not_ahead(day):
    with refused("schedule_not_ahead"):
        announcements.schedule(drafted(), day=day, by=secretary(), on=SHOWN)


def test_a_day_is_taken_back_once():
    draft = drafted()
    announcements.schedule(draft, day=SHOWN, by=secretary(), on=WRITTEN)
    announcements.unschedule(draft, by=secretary(), on=WRITTEN)

    assert announcements.release_due(on=SHOWN) == 0
    with refused("announcement_not_scheduled"):
        announcements.unschedule(draft, by=secretary(), on=WRITTEN)


# correction and withdrawal


def test_a_correction_is_another_announcement_that_refers_to_the_first():
    first = published()

    draft = drafts.again(first, Relation.CORRECTS, by=secretary(), on=SHOWN)
    second = announcements.release(draft, by=secretary(), on=SHOWN + DAY)

    assert (second.refers_to, second.relation) == (first, Relation.CORRECTS)
    assert acts(first)[-1] == (ActKind.CORRECTED, SHOWN + DAY)
    first.refresh_from_db()
    assert first.withdrawn_on is None


def test_withdrawn_once_with_a_reason_and_for_good():
    out = published()

    with refused("withdrawal_reason_required"):
        announcements.withdraw(out, reason="  ", by=secretary(), on=SHOWN)
    with refused("announcement_holds_mobile"):
        announcements.withdraw(out, reason="应13800001234要求", by=secretary(), on=SHOWN)
    announcements.withdraw(out, reason="时间有误", by=secretary(), on=SHOWN + DAY)

    out.refresh_from_db()
    assert (out.withdrawn_on, out.withdrawal_reason) == (SHOWN + DAY, "时间有误")
    assert acts(out)[-1] == (ActKind.WITHDRAWN, SHOWN + DAY)
    with refused("announcement_withdrawn_already"):
        announcements.withdraw(out, reason="再一次", by=secretary(), on=SHOWN + DAY)
    with refused("announcement_withdrawn_already"):
        drafts.again(out, Relation.CORRECTS, by=secretary(), on=SHOWN + DAY)
    with stays("已撤回的公告不能恢复。请另行发布。"):
        Announcement.objects.filter(pk=out.pk).update(withdrawn_on=None, withdrawn_by=None, withdrawal_reason="")


def test_a_draft_is_not_withdrawn_and_a_correction_of_what_was_withdrawn_does_not_go_out():
    with refused("announcement_not_published"):
        announcements.withdraw(drafted(), reason="有误", by=secretary(), on=SHOWN)
    first = published()
    draft = drafts.again(first, Relation.CORRECTS, by=secretary(), on=SHOWN)
    announcements.withdraw(first, reason="有误", by=secretary(), on=SHOWN)

    with refused("announcement_refers_withdrawn"):
        announcements.release(draft, by=secretary(), on=SHOWN)


def test_a_refusal_leaves_nothing_behind():
    publicity_before = shown().pk
    draft = to_show()
    drafts.edit(
        draft, Written(OwnKind.PUBLICITY, "公示", "13800001234", 5, Objecting.NAMED), by=secretary(), on=WRITTEN
    )

    with refused("announcement_holds_mobile"):
        announcements.release(draft, by=secretary(), on=SHOWN)

    draft.refresh_from_db()
    assert draft.published_on is None
    assert not hasattr(draft, "publicity")
    assert acts(draft)[-1][0] == ActKind.DRAFTED
    assert publicity_before
