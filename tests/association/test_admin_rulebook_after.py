"""Around an adoption: members are asked, the document is sent out, notes are added, feedback is answered."""

import re
from datetime import date

import pytest
from django.urls import reverse

from association import queries
from association.actions import consultations, feedback
from association.actors import SYSTEM, Actor
from association.models import Adoption, ArticleFeedback, Consultation, Message, SupplementaryNote
from association.rulebook import preset_text
from members.models import PartyAccess
from tests import world
from tests.adopted import adopted, founded, member, named, resolved, stored
from tests.desk import staff, told

pytestmark = pytest.mark.django_db

NOTICE = date(2026, 3, 2)
FIRE_FROM = date(2019, 8, 21)


@pytest.fixture
def client(db, clock):
    clock(NOTICE)
    return staff("secretariat")


def url(name: str, *args) -> str:
    return reverse(f"admin:association_{name}", args=args)


def written_to() -> int:
    """People with a message; each has it in the portal and by mail."""
    return Message.objects.values("recipient").distinct().count()


def sections(client) -> dict[str, list[str]]:
    found = client.get("/admin/").context["sections"]
    return {str(section.title): [str(line.asked) for line in section.lines] for section in found}


# members are asked (GEN6-8)


@pytest.fixture
def draft():
    founded("gen6", "members", date(2025, 1, 1))
    for _number in range(3):
        member("person", user=world.user())
    member("person")  # without an account
    return stored(named(preset_text("gen6"), "gen6/2"))


@pytest.mark.rule("GEN6-8")
def test_members_are_asked_after_a_page_that_says_whom_and_until_when(client, draft):
    page = client.get(url("rulebookversion_change", draft.pk)).content.decode()
    assert url("rulebookversion_ask", draft.pk) in page

    asking = client.get(url("rulebookversion_ask", draft.pk)).content.decode()
    assert "2026年3月17日" in asking
    assert not Consultation.objects.exists()

    answer = client.post(url("rulebookversion_ask", draft.pk), {"confirmed": "1"})
    (row,) = Consultation.objects.all()
    assert (row.members, row.unreached, row.comments_until) == (3, 1, date(2026, 3, 17))
    assert written_to() == 3
    shown = client.get(answer.url).content.decode()
    assert "1 名会员没有账户" in shown
    assert url("rulebookversion_ask", draft.pk) not in shown  # asked once

    again = client.post(url("rulebookversion_ask", draft.pk), {"confirmed": "1"})
    assert "2026年3月2日" in told(again)
    assert written_to() == 3


@pytest.mark.rule("GEN6-8")
def test_the_button_waits_for_the_members(client, draft, clock):
    page = url("rulebookversion_change", draft.pk)
    passed = resolved("members", NOTICE)

    def reasons(day: str) -> str:
        return " ".join(
            staff("secretariat").get(page, {"effective_from": day, "resolution": passed.pk}).context["reasons"]
        )

    assert reasons("2026-04-01")
    consultations.open(draft, by=SYSTEM, on=NOTICE)
    assert "2026年3月17日" in reasons("2026-04-01")
    clock("2026-03-17")
    assert "2026年3月17日" in reasons("2026-04-01")
    clock("2026-03-18")
    assert reasons("2026-04-01") == ""


def test_a_document_that_asks_for_no_hearing_has_no_such_button(client):
    founded()
    version = stored(named(preset_text("acg"), "acg/2"))

    assert (
        url("rulebookversion_ask", version.pk)
        not in client.get(url("rulebookversion_change", version.pk)).content.decode()
    )
    assert client.get(url("rulebookversion_ask", version.pk)).status_code == 302
    assert not Consultation.objects.exists()


def test_comments_stand_by_article_in_the_documents_order(client, draft):
    row = consultations.open(draft, by=SYSTEM, on=NOTICE)
    by = Actor.applicant(PartyAccess.objects.first().user)
    keys = [key for key in queries.rulebook_of(draft.pk).articles if "." not in key]
    for key in (keys[4], keys[2], ""):
        consultations.comment(row, article=key, text=f"<i>对{key}的意见</i>", by=by, on=NOTICE)

    answer = client.get(url("consultation_change", row.pk))
    assert [group["comments"][0].article for group in answer.context["groups"]] == ["", keys[2], keys[4]]
    assert "<i>" not in answer.content.decode()
    assert "进行中" in client.get(url("consultation_changelist")).content.decode()


@pytest.mark.rule("GEN6-8")
def test_today_says_when_the_members_have_been_heard(client, draft, clock):
    consultations.open(draft, by=SYSTEM, on=NOTICE)
    clock("2026-03-17")
    assert "规则" not in sections(staff("secretariat"))
    clock("2026-03-18")
    client = staff("secretariat")
    assert sections(client)["规则"] == ["征求意见已结束：可以提请表决"]
    adopted(draft, body="members", effective_from=date(2026, 3, 20), on=date(2026, 3, 18))
    assert "规则" not in sections(client)


# the document is sent out (FIRE-0.3)


@pytest.mark.rule("FIRE-0.3")
def test_sent_out_to_members_and_addressees_once(client):
    adoption = founded("fire", "council", FIRE_FROM)
    for _number in range(2):
        member("unit", "ordinary", user=world.user())
    page = url("adoption_change", adoption.pk)
    shown = client.get(page).content.decode()
    assert "各分支机构" in shown
    assert "北京市消防总队" in shown
    assert "尚未印发" in shown

    asking = client.get(url("adoption_publish", adoption.pk)).content.decode()
    assert "2 名会员" in asking
    assert "北京市消防总队" in asking
    assert Adoption.objects.get().published_on is None

    client.post(url("adoption_publish", adoption.pk), {"confirmed": "1"})
    world.run_jobs()
    assert written_to() == 2
    assert Adoption.objects.get().published_on == NOTICE
    shown = client.get(page).content.decode()
    assert "已通知 2 名会员" in shown
    assert url("adoption_publish", adoption.pk) not in shown

    again = client.post(url("adoption_publish", adoption.pk), {"confirmed": "1"})
    assert "2026年3月2日" in told(again)
    assert written_to() == 2


def test_a_document_that_names_nobody_writes_to_nobody(client):
    adoption = founded()
    member("unit", "council", user=world.user())

    assert "没有规定印发对象" in client.get(url("adoption_change", adoption.pk)).content.decode()
    client.post(url("adoption_publish", adoption.pk))
    world.run_jobs()
    assert not Message.objects.exists()
    assert Adoption.objects.get().published_on == NOTICE


# notes (SVC-20)


@pytest.mark.rule("SVC-20")
def test_a_note_is_added_and_stays(client):
    version = founded().version
    page = url("rulebookversion_change", version.pk)

    answer = client.post(
        url("rulebookversion_note", version.pk), {"article": "30", "text": "会费按月折算至<b>分</b>。"}
    )
    (note,) = SupplementaryNote.objects.all()
    assert (note.article, note.noted_on, note.noted_by.name) == ("30", NOTICE, "secretariat")
    assert answer.url.startswith(page)
    shown = client.get(page).content.decode()
    assert "会费按月折算至&lt;b&gt;分" in shown


@pytest.mark.parametrize("typed", [{"text": ""}, {"text": "长" * 2001}, {"text": "说明", "article": "999"}])
def test_a_note_that_cannot_be_kept_stays_typed(client, typed):
    version = founded().version
    answer = client.post(url("rulebookversion_note", version.pk), typed)

    assert answer.status_code == 200
    assert answer.context["note_form"].errors
    assert answer.context["note_form"]["text"].value() == typed["text"]
    assert not SupplementaryNote.objects.exists()


def test_a_stored_version_that_never_governed_takes_no_note(client):
    founded()
    version = stored(named(preset_text("acg"), "acg/2"))
    assert client.get(url("rulebookversion_change", version.pk)).context["note_form"] is None


# feedback (FIRE-0.2)


@pytest.fixture
def fire():
    return founded("fire", "council", FIRE_FROM).version


@pytest.mark.rule("FIRE-0.2")
def test_feedback_waits_is_answered_and_is_gone_from_the_queue(client, fire):
    writer = world.user(name="王工")
    sent = feedback.send(
        fire, article="13", text="<u>请说明</u>办理时限。", by=Actor.applicant(writer), on=date(2026, 3, 1)
    )
    assert sections(client)["规则"] == ["答复对第十三条的反馈"]
    queue = client.get(url("articlefeedback_changelist")).content.decode()
    assert "王工" in queue
    assert "<u>" not in queue

    page = client.get(url("articlefeedback_change", sent.pk)).content.decode()
    assert "第十三条" in page
    answer = client.post(url("articlefeedback_reply", sent.pk), {"text": "自款项到账之日起三个工作日。"})
    sent.refresh_from_db()
    assert (sent.reply, sent.handled_on, sent.handled_by.name) == (
        "自款项到账之日起三个工作日。",
        NOTICE,
        "secretariat",
    )
    assert {message.recipient for message in Message.objects.all()} == {writer}
    assert "已发到来信人的账户" in told(answer)
    assert "规则" not in sections(client)
    assert "王工" not in client.get(url("articlefeedback_changelist")).content.decode()
    assert "王工" in client.get(url("articlefeedback_changelist"), {"view": "answered"}).content.decode()

    again = client.post(url("articlefeedback_reply", sent.pk), {"text": "再答一次"})
    assert "2026年3月2日" in told(again)
    assert ArticleFeedback.objects.get().reply.startswith("自款项")


def test_a_visitor_is_written_to_by_hand(client, fire):
    sent = feedback.send(fire, article="", text="全文有错字", by=None, name="李", contact="13900001111", on=NOTICE)

    assert "13900001111" in client.get(url("articlefeedback_change", sent.pk)).content.decode()
    answer = client.post(url("articlefeedback_reply", sent.pk), {"text": "谢谢，已更正。"})
    assert "13900001111" in told(answer)
    assert not Message.objects.exists()


@pytest.mark.parametrize("text", ["", "   ", "长" * 2001])
def test_a_reply_that_cannot_be_kept_stays_typed(client, fire, text):
    sent = feedback.send(fire, article="", text="全文", by=None, name="李", contact="1", on=NOTICE)
    answer = client.post(url("articlefeedback_reply", sent.pk), {"text": text})

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert re.search(r"<textarea[^>]*>\s*长{2001}</textarea>", answer.content.decode()) or len(text) < 2001
    assert ArticleFeedback.objects.get().handled_on is None
