"""Feedback on an article, notes of practice, and the message that a document is in force."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from association.actions import feedback, rulebooks, supplements
from association.actors import SYSTEM, Actor
from association.decisions import Refused
from association.models import Adoption, ArticleFeedback, Message, SupplementaryNote
from association.phrases import sentence
from association.rulebook import preset, preset_text
from members.models import Membership
from tests import world
from tests.adopted import adopted, founded, member, named, stored

pytestmark = pytest.mark.django_db

ADOPTED = date(2019, 8, 21)
ON = date(2026, 9, 15)


def code(call, *args, **kwargs) -> str:
    with pytest.raises(Refused) as refusal:
        call(*args, **kwargs)
    (reason,) = refusal.value.decision.reasons
    assert sentence(reason) != reason.code
    return reason.code


@pytest.fixture
def fire():
    return founded("fire", "council", ADOPTED).version


@pytest.mark.rule("FIRE-0.2")
class TestFeedback:
    def test_a_members_words_on_article_13_wait_in_the_secretariats_list(self, fire):
        by = Actor.applicant(world.user())
        sent = feedback.send(fire, article="13", text=" 第十三条请说明办理时限。 ", by=by, on=ON)

        (waiting,) = ArticleFeedback.objects.waiting()
        assert waiting == sent
        assert (waiting.article, waiting.version.label, waiting.author) == ("13", "fire/2019-1", by.user)
        assert (waiting.text, waiting.sent_on) == ("第十三条请说明办理时限。", ON)

    def test_a_visitor_gives_a_name_and_a_contact(self, fire):
        asked = {"article": "13", "text": "请说明", "by": None, "on": ON}
        assert code(feedback.send, fire, **asked) == "name_and_contact_missing"
        assert code(feedback.send, fire, name="王", contact=" ", **asked) == "name_and_contact_missing"

        sent = feedback.send(fire, name="王明", contact="13800000000", **asked)
        assert (sent.author, sent.name, sent.contact) == (None, "王明", "13800000000")

    def test_the_database_knows_who_or_how_to_reach_them(self, fire):
        with pytest.raises(IntegrityError), transaction.atomic():
            ArticleFeedback.objects.create(version=fire, text="谁", sent_on=ON)

    @pytest.mark.parametrize(
        ("article", "text", "expected"),
        [("99", "意见", "article_unknown"), ("13", " ", "text_missing"), ("13", "长" * 2001, "text_too_long")],
    )
    def test_what_cannot_be_kept(self, fire, article, text, expected):
        by = Actor.applicant(world.user())
        assert code(feedback.send, fire, article=article, text=text, by=by, on=ON) == expected
        assert not ArticleFeedback.objects.exists()

    def test_a_reply_reaches_the_one_who_wrote(self, fire):
        user, officer = world.user(), Actor.officer(world.user(is_staff=True))
        sent = feedback.send(fire, article="13", text="请说明", by=Actor.applicant(user), on=ON)
        answered = feedback.reply(sent, text="已在说明中补充。", by=officer, on=date(2026, 9, 16))

        assert (answered.reply, answered.handled_by) == ("已在说明中补充。", officer.user)
        assert not ArticleFeedback.objects.waiting().exists()
        (message,) = Message.objects.filter(recipient=user, channel="portal")
        assert message.text.startswith("已在说明中补充。\n\n")  # and who answers
        assert message.link == "/rules/fire/13/"
        assert code(feedback.reply, sent, text="再答", by=officer, on=ON) == "feedback_answered"

    def test_a_visitor_is_answered_by_hand(self, fire):
        officer = Actor.officer(world.user(is_staff=True))
        sent = feedback.send(fire, article="", text="请说明", by=None, name="王明", contact="电话", on=ON)
        assert code(feedback.reply, sent, text=" ", by=officer, on=ON) == "text_missing"

        assert feedback.reply(sent, text="已电话答复。", by=officer, on=ON).handled_on == ON
        assert not Message.objects.exists()

    def test_a_document_that_does_not_ask_gets_none(self):
        version = founded().version
        by = Actor.applicant(world.user())

        assert preset("acg").feedback is None
        assert code(feedback.send, version, article="1", text="意见", by=by, on=ON) == "feedback_not_offered"


@pytest.mark.rule("SVC-20")
class TestNotes:
    def test_are_listed_with_every_encoding_of_the_version(self):
        founded()
        first = stored(preset_text("servicepool"))
        note = supplements.add(first, article="5", text="补充说明一", by=SYSTEM, on=ON)
        mended = stored(preset_text("servicepool") + "\n# 更正编码\n")
        other = stored(named(preset_text("servicepool"), "servicepool/2027"))

        assert list(SupplementaryNote.objects.of(mended)) == [note]
        assert list(SupplementaryNote.objects.of(other)) == []
        assert supplements.add(mended, text="全文说明", by=SYSTEM, on=ON).article == ""
        assert SupplementaryNote.objects.of(first).count() == 2

    def test_stay_as_written(self):
        version = founded().version
        assert code(supplements.add, version, article="99", text="说明", by=SYSTEM, on=ON) == "article_unknown"
        supplements.add(version, text="说明", by=SYSTEM, on=ON)

        for change in (lambda: SupplementaryNote.objects.update(text="改"), SupplementaryNote.objects.all().delete):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()


@pytest.mark.rule("FIRE-0.3")
class TestSendingOut:
    @pytest.fixture
    def adoption(self, fire):
        for _number in range(3):
            member("person", user=world.user())
        left = member("person", user=world.user())
        Membership.objects.filter(pk=left.pk).update(until=ON)
        return Adoption.objects.get()

    def test_three_members_and_one_who_left_are_three_messages(self, adoption, clock):
        clock(ON)
        rulebooks.publish(adoption, by=SYSTEM, on=ON)
        world.run_jobs()

        adoption.refresh_from_db()
        assert (adoption.published_on, adoption.published_to) == (ON, 3)
        letters = Message.objects.filter(channel="portal")
        assert letters.count() == 3
        left = Membership.objects.get(until=ON).party.accesses.get().user
        assert not letters.filter(recipient=left).exists()
        assert "2019年8月21日" in letters[0].text

    def test_nobody_is_told_twice(self, adoption, clock):
        clock(ON)
        rulebooks.publish(adoption, by=SYSTEM, on=ON)
        world.run_jobs()
        rulebooks.send_out(adoption.pk)  # a worker that was killed before it said so
        assert code(rulebooks.publish, adoption, by=SYSTEM, on=ON) == "published_already"
        mended = adopted(stored(preset_text("fire") + "\n# 更正编码\n"), effective_from=ON, on=ON)
        rulebooks.publish(mended, by=SYSTEM, on=ON)
        world.run_jobs()

        assert Message.objects.filter(channel="portal").count() == 3
        assert Message.objects.filter(channel="mail").count() == 3

    def test_the_addressees_are_those_of_the_document(self, adoption):
        rule = preset("fire").distribution
        assert rule.to == ("各分支机构", "办事机构", "单位和个人会员")
        assert rule.reported_to == ("北京市消防总队", "中国消防协会", "北京市科学技术协会", "北京市社会团体管理办公室")

    def test_a_document_that_does_not_ask_for_it_tells_nobody(self):
        adoption = founded()
        member("person", user=world.user())
        rulebooks.publish(adoption, by=SYSTEM, on=ON)

        assert world.run_jobs() == 0
        assert not Message.objects.exists()
