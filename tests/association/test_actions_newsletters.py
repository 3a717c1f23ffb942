"""The newsletter: sent once to those who take it, stopped on the way, resumed after a death (GEN2-17, GEN4-2.2)."""

from datetime import date

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from association.actions import dispatches, messages, newsletters, outbox
from association.actors import Actor
from association.decisions import Refused
from association.models import Dispatch, Message, NewsletterIssue, NewsletterOptOut
from association.phrases import sentence
from association.rulebook import preset_text
from members.models import Membership
from tests import world
from tests.adopted import adopted, founded, member, named, stored, swapped

pytestmark = pytest.mark.django_db

BODY = "institution"
FIRST = date(2025, 1, 1)
TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock(TODAY)
    founded("gen2", BODY, FIRST)


@pytest.fixture
def editor():
    return Actor.officer(world.user(is_staff=True))


def an_issue(by, **changes) -> NewsletterIssue:
    typed = {"number": newsletters.next_number(), "subject": "三月要闻", "text": "# 要闻\n\n正文一段。"} | changes
    return newsletters.draft(**typed, by=by, on=TODAY)


def members(count: int, class_id: str = "unit") -> list[Membership]:
    return [member(class_id, user=world.user()) for _number in range(count)]


def account(membership: Membership):
    return membership.party.accesses.get().user


def received(channel: str = "mail") -> list[int]:
    rows = Message.objects.filter(unique_key__startswith="newsletter:", channel=channel).order_by("pk")
    return list(rows.exclude(unique_key__startswith="newsletter:test").values_list("recipient", flat=True))


def work() -> None:
    """Write what is to be written, and send what waits."""
    world.run_jobs()
    outbox.send("mail")


def code(call, *args, **kwargs) -> str:
    with pytest.raises(Refused) as refusal:
        call(*args, **kwargs)
    (reason,) = refusal.value.decision.reasons
    assert sentence(reason) != reason.code
    assert "%(" not in sentence(reason)
    return reason.code


@pytest.mark.rule("GEN2-17")
class TestWhoGetsIt:
    def test_every_member_and_nobody_who_does_without(self, editor):
        first, second, third = members(3)
        newsletters.opt_out(account(second), on=TODAY)
        gone = members(1)[0]
        Membership.objects.filter(pk=gone.pk).update(until=TODAY)
        member("unit")
        found = newsletters.reach([], on=TODAY)
        issue = an_issue(editor)

        dispatch = newsletters.send(issue, parts=[], by=editor, on=TODAY)
        work()

        assert (found.expected, found.told, found.opted_out, found.unreached) == (4, 2, 1, 1)
        dispatch.refresh_from_db()
        assert (dispatch.done, dispatch.told, dispatch.opted_out, dispatch.unreached) == (4, 2, 1, 1)
        assert dispatch.finished_at is not None
        assert received() == [account(first).pk, account(third).pk]
        assert received("portal") == received()

    def test_who_takes_it_again_gets_the_next_one(self, editor):
        [one] = members(1)
        user = account(one)
        newsletters.opt_out(user, on=TODAY)
        newsletters.opt_in(user, on=TODAY)
        newsletters.send(an_issue(editor), parts=[], by=editor, on=TODAY)
        work()

        assert received() == [user.pk]
        assert NewsletterOptOut.objects.get().opted_in_on == TODAY

    def test_one_class_alone(self, editor):
        [unit], [person] = members(1), members(1, "person")
        newsletters.send(an_issue(editor), parts=["class:person"], by=editor, on=TODAY)
        work()

        assert received() == [account(person).pk]
        assert account(unit).pk not in received("portal")

    def test_who_acts_for_two_members_gets_it_once(self, editor):
        user = world.user()
        member("unit", user=user)
        member("person", user=user)
        dispatch = newsletters.send(an_issue(editor), parts=[], by=editor, on=TODAY)
        work()

        dispatch.refresh_from_db()
        assert received() == [user.pk]
        assert (dispatch.done, dispatch.told) == (2, 1)

    def test_opting_out_stops_no_other_message(self, editor):
        [one] = members(1)
        user = account(one)
        newsletters.opt_out(user, on=TODAY)
        messages.tell(user, occasion="fee:1", subject="会费通知", text="请缴纳会费")
        work()

        assert Message.objects.filter(recipient=user, channel="mail").count() == 1

    def test_the_mail_says_who_writes_and_under_which_article_and_how_to_end_it(self, editor, settings):
        members(1)
        newsletters.send(an_issue(editor), parts=[], by=editor, on=TODAY)
        work()

        letter = Message.objects.filter(channel="mail").get()
        assert letter.subject == "三月要闻（会员通讯第 1 期）"
        assert "第十七条" in letter.text
        assert letter.text.startswith("【要闻】\n\n正文一段。")
        assert letter.link == "/newsletters/1/"
        assert letter.kind == "newsletter"
        [sent] = mail.outbox
        way_out = f"{settings.SITE_URL}{newsletters.way_out(letter.recipient)}"
        assert sent.extra_headers["List-Unsubscribe"] == f"<{way_out}>"
        assert f"不想再收到，请点此退订：{way_out}" in sent.body

    def test_the_act_is_on_record_under_its_article(self, editor):
        members(1)
        issue = an_issue(editor)
        newsletters.send(issue, parts=[], by=editor, on=TODAY)
        issue.refresh_from_db()

        assert issue.decision.kind == "newsletter.sent"
        assert [source.key for source in issue.decision.sources] == ["17"]


class TestFaults:
    def test_a_worker_that_dies_between_two_batches(self, editor, monkeypatch):
        monkeypatch.setattr(dispatches, "AT_ONCE", 2)
        everybody = [account(one).pk for one in members(5)]
        dispatch = newsletters.send(an_issue(editor), parts=[], by=editor, on=TODAY)
        tell = newsletters._tell

        def dies(occasion, written, users, **ends):
            if account_dies in [user.pk for user in users]:
                raise KeyboardInterrupt
            return tell(occasion, written, users, **ends)

        account_dies = everybody[2]
        monkeypatch.setattr(newsletters, "_tell", dies)
        with pytest.raises(KeyboardInterrupt):
            newsletters.write(dispatch.pk)
        dispatch.refresh_from_db()
        assert (dispatch.done, received()) == (2, everybody[:2])

        monkeypatch.setattr(newsletters, "_tell", tell)
        newsletters.write(dispatch.pk)
        newsletters.write(dispatch.pk)

        dispatch.refresh_from_db()
        assert (dispatch.done, dispatch.told, received()) == (5, 5, everybody)

    def test_a_worker_whose_place_another_took_stops(self, editor, monkeypatch):
        monkeypatch.setattr(dispatches, "AT_ONCE", 1)
        everybody = [account(one).pk for one in members(3)]
        dispatch = newsletters.send(an_issue(editor), parts=[], by=editor, on=TODAY)
        take, calls = dispatches.islice, []

        def slowly(rows, count):
            """Before its second batch this worker is overtaken by one that does all the rest."""
            calls.append(count)
            if len(calls) == 2:
                newsletters.write(dispatch.pk)
            return take(rows, count)

        monkeypatch.setattr(dispatches, "islice", slowly)
        newsletters.write(dispatch.pk)

        dispatch.refresh_from_db()
        assert (dispatch.done, dispatch.told, received()) == (3, 3, everybody)

    def test_cancelled_on_the_way(self, editor, monkeypatch):
        monkeypatch.setattr(dispatches, "AT_ONCE", 2)
        everybody = [account(one).pk for one in members(4)]
        issue = an_issue(editor)
        dispatch = newsletters.send(issue, parts=[], by=editor, on=TODAY)
        tell = newsletters._tell

        def then_cancelled(occasion, written, users, **ends):
            told = tell(occasion, written, users, **ends)
            Dispatch.objects.filter(pk=dispatch.pk).update(cancelled_at=dispatch.ordered_at, cancelled_by=editor.user)
            return told

        monkeypatch.setattr(newsletters, "_tell", then_cancelled)
        newsletters.write(dispatch.pk)

        dispatch.refresh_from_db()
        assert received("portal") == everybody[:2]
        assert dispatch.finished_at is None

    def test_cancelling_takes_back_what_waits_in_the_outbox_and_nothing_else(self, editor):
        first, second = members(2)
        issue = an_issue(editor)
        dispatch = newsletters.send(issue, parts=[], by=editor, on=TODAY)
        newsletters.write(dispatch.pk)
        waiting = Message.objects.filter(channel="mail")
        waiting.filter(recipient=account(first)).update(begun_at=dispatch.ordered_at)
        messages.tell(account(second), occasion="fee:1", subject="会费", text="会费")

        stopped = newsletters.cancel(issue, by=editor, on=TODAY)
        work()

        assert stopped == 1
        assert [letter.subject for letter in mail.outbox] == ["会费"]
        assert code(newsletters.cancel, issue, by=editor, on=TODAY) == "dispatch_cancelled_already"

    def test_nothing_is_left_to_cancel_once_all_is_out(self, editor):
        members(1)
        issue = an_issue(editor)
        newsletters.send(issue, parts=[], by=editor, on=TODAY)
        work()

        assert len(mail.outbox) == 1
        assert code(newsletters.cancel, NewsletterIssue.objects.get(), by=editor, on=TODAY) == "dispatch_finished"


class TestRefusals:
    def test_sent_once(self, editor):
        members(1)
        issue = an_issue(editor)
        newsletters.send(issue, parts=[], by=editor, on=TODAY)

        assert code(newsletters.send, issue, parts=[], by=editor, on=TODAY) == "newsletter_sent_already"
        assert code(newsletters.discard, issue, on=TODAY) == "newsletter_sent_already"
        changed = {"number": 1, "subject": "改", "text": "改"}
        assert code(newsletters.edit, issue, **changed, by=editor, on=TODAY) == "newsletter_sent_already"

    def test_a_sent_issue_is_frozen_in_the_database(self, editor):
        members(1)
        issue = an_issue(editor)
        NewsletterIssue.objects.filter(pk=issue.pk).update(subject="草稿可改")
        newsletters.send(issue, parts=[], by=editor, on=TODAY)
        for change in (lambda rows: rows.update(text="改"), lambda rows: rows._raw_delete("default")):
            with pytest.raises(IntegrityError, match="newsletterissue_frozen"), transaction.atomic():
                change(NewsletterIssue.objects.filter(pk=issue.pk))

    def test_nobody_to_send_to(self, editor):
        assert code(newsletters.send, an_issue(editor), parts=[], by=editor, on=TODAY) == "newsletter_reaches_nobody"

    def test_a_group_that_the_rules_do_not_know(self, editor):
        members(1)
        issue = an_issue(editor)
        assert code(newsletters.send, issue, parts=["tier:x"], by=editor, on=TODAY) == "newsletter_part_unknown"

    @pytest.mark.parametrize(
        ("text", "reason"), [(" \n#", "newsletter_link_wrong"), ("\n \n", "newsletter_empty")], ids=["mark", "blank"]
    )
    def test_nothing_to_say(self, editor, text, reason):
        text = "[x](mailto:a@b.example)" if reason == "newsletter_link_wrong" else text
        assert code(an_issue, editor, text=text) == reason

    def test_two_issues_of_one_number(self, editor):
        an_issue(editor)
        with pytest.raises(IntegrityError), transaction.atomic():
            an_issue(editor, number=1)


class TestSilenceAndDuty:
    def test_rules_without_a_newsletter(self, editor):
        text = preset_text("gen2")
        start = text.index("[newsletter]")
        silent = text[:start] + text[text.index("\n\n", start) :]
        adopted(stored(named(silent, "gen2/2")), body=BODY, effective_from=TODAY, on=TODAY)

        assert code(an_issue, editor) == "newsletter_not_provided"
        assert code(newsletters.opt_out, world.user(), on=TODAY) == "newsletter_not_provided"

    def test_rules_that_let_nobody_do_without(self, editor):
        text = swapped(preset_text("gen2"), ("opt_out = true", "opt_out = false"))
        adopted(stored(named(text, "gen2/2")), body=BODY, effective_from=TODAY, on=TODAY)

        assert code(newsletters.opt_out, world.user(), on=TODAY) == "newsletter_without_opt_out"
        members(1)
        newsletters.send(an_issue(Actor.officer(world.user())), parts=[], by=Actor.officer(world.user()), on=TODAY)
        work()
        assert "List-Unsubscribe" not in mail.outbox[0].extra_headers
        assert "退订" not in mail.outbox[0].body

    def test_saying_it_twice_is_saying_it_once(self):
        user = world.user()
        newsletters.opt_out(user, on=TODAY)
        newsletters.opt_out(user, on=TODAY)

        assert NewsletterOptOut.objects.count() == 1
        with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
            NewsletterOptOut.objects.all().delete()

    def test_a_trial_goes_to_oneself_alone(self, editor):
        members(2)
        issue = an_issue(editor)
        newsletters.send_test(issue, to=editor.user, on=TODAY)
        work()

        [letter] = mail.outbox
        assert letter.to == [editor.user.email]
        assert letter.subject.startswith("试发：")
        assert received() == []
        issue.refresh_from_db()
        assert issue.sent_on is None
