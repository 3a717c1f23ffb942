"""Before the rules change, all members are told and heard (GEN6-8)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from association import queries
from association.actions import consultations, profile, rulebooks
from association.actors import SYSTEM, Actor
from association.decisions import Refused
from association.models import Comment, Consultation, Message
from association.phrases import sentence
from association.rulebook import preset_text
from members.models import Membership
from tests import world
from tests.adopted import founded, member, named, resolved, stored, swapped

pytestmark = pytest.mark.django_db

NOTICE = date(2026, 3, 2)
LAST = date(2026, 3, 17)
AFTER = date(2026, 3, 18)


@pytest.fixture
def draft():
    """gen6 in force with three members and one who has left, and a draft of its next version."""
    founded("gen6", "members", date(2025, 1, 1))
    for _number in range(3):
        member("person", user=world.user())
    left = member("person", user=world.user())
    Membership.objects.filter(pk=left.pk).update(until=NOTICE)
    return stored(named(preset_text("gen6"), "gen6/2"))


def code(call, *args, **kwargs) -> str:
    with pytest.raises(Refused) as refusal:
        call(*args, **kwargs)
    (reason,) = refusal.value.decision.reasons
    assert sentence(reason) != reason.code
    assert "%(" not in sentence(reason)
    return reason.code


def adopt(version, on, *, effective_from=None):
    return rulebooks.adopt(
        version, effective_from=effective_from or on, resolution=resolved("members", on), by=SYSTEM, on=on
    )


def a_member() -> Actor:
    return Actor.applicant(Membership.objects.running_on(NOTICE).first().party.accesses.get().user)


@pytest.mark.rule("GEN6-8")
class TestTheProcedure:
    def test_fifteen_days_from_the_notice(self, draft):
        consultation = consultations.open(draft, by=SYSTEM, on=NOTICE)

        assert (consultation.noticed_on, consultation.comments_until) == (NOTICE, LAST)
        assert code(adopt, draft, LAST) == "consultation_running"
        assert code(adopt, draft, NOTICE) == "consultation_running"
        assert adopt(draft, AFTER).effective_from == AFTER
        assert queries.governing(LAST).version_id != draft.pk
        assert queries.governing(AFTER).version_id == draft.pk

    def test_not_from_a_day_on_which_members_might_still_comment(self, draft):
        consultations.open(draft, by=SYSTEM, on=NOTICE)

        assert code(adopt, draft, AFTER, effective_from=LAST) == "consultation_running"

    def test_not_without_it(self, draft):
        assert consultations.needed(draft, on=NOTICE).comment_period.n == 15
        assert code(adopt, draft, AFTER) == "consultation_missing"

    def test_every_member_of_the_day_is_told_once(self, draft):
        consultation = consultations.open(draft, by=SYSTEM, on=NOTICE)

        assert (consultation.members, consultation.unreached) == (3, 0)
        letters = Message.objects.filter(channel="portal")
        assert letters.count() == 3
        assert letters.values("recipient").distinct().count() == 3
        assert "2026年3月17日" in letters[0].text
        assert letters[0].link == f"/consultations/{consultation.pk}/"
        assert Message.objects.filter(channel="mail").count() == 3

    def test_a_member_without_an_account_is_counted_not_forgotten(self, draft):
        member("person")

        consultation = consultations.open(draft, by=SYSTEM, on=NOTICE)
        assert (consultation.members, consultation.unreached) == (3, 1)

    def test_many_are_written_to_by_the_worker_and_the_period_counts_from_then(self, draft, clock, monkeypatch):
        monkeypatch.setattr(consultations, "MANY", 2)
        clock(NOTICE)
        consultation = consultations.open(draft, by=SYSTEM, on=NOTICE)
        assert (consultation.noticed_on, consultation.comments_until) == (None, LAST)
        assert not Message.objects.exists()
        assert code(adopt, draft, AFTER) == "consultation_notice_open"

        clock(NOTICE + timedelta(1))
        world.run_jobs()
        consultation.refresh_from_db()
        assert (consultation.noticed_on, consultation.comments_until) == (date(2026, 3, 3), AFTER)
        assert consultation.members == Message.objects.filter(channel="portal").count() == 3
        assert code(adopt, draft, AFTER) == "consultation_running"
        assert adopt(draft, AFTER + timedelta(1)).pk

    def test_once_for_a_version(self, draft):
        consultations.open(draft, by=SYSTEM, on=NOTICE)

        assert code(consultations.open, draft, by=SYSTEM, on=AFTER) == "consulted_already"
        with pytest.raises(IntegrityError), transaction.atomic():
            Consultation.objects.create(
                version=draft,
                rulebook=draft.rulebook,
                document_version=draft.document_version,
                opened_on=NOTICE,
                decision=Consultation.objects.get().decision,
            )

    def test_a_draft_mended_after_the_comments_was_heard_with_the_first(self, draft):
        consultations.open(draft, by=SYSTEM, on=NOTICE)
        mended = stored(named(preset_text("gen6"), "gen6/2") + "\n# 采纳意见后\n")

        assert code(adopt, mended, LAST) == "consultation_running"
        assert adopt(mended, AFTER).version_id == mended.pk

    def test_the_first_adoption_needs_none(self):
        first = founded("gen6", "members", date(2025, 1, 1))

        assert Consultation.objects.count() == 0
        assert consultations.needed(first.version, on=NOTICE) is None

    def test_neither_does_a_mended_encoding(self, draft):
        mended = stored(preset_text("gen6") + "\n# 更正编码\n")

        assert consultations.needed(mended, on=NOTICE) is None
        assert rulebooks.adopt(mended, effective_from=NOTICE, resolution=None, by=SYSTEM, on=NOTICE).pk

    def test_a_rulebook_of_another_name_does_not_slip_past(self, draft):
        version = stored(preset_text("gen7"))

        assert (
            code(
                rulebooks.adopt,
                version,
                effective_from=AFTER,
                resolution=resolved(on=AFTER, body=next(iter(queries.rulebook_of(version.pk).bodies))),
                by=SYSTEM,
                on=AFTER,
            )
            == "consultation_missing"
        )

    def test_notice_alone_where_the_rules_give_no_period(self):
        text = preset_text("gen6")
        period = next(line for line in text.splitlines() if line.startswith("comment_period"))
        without = swapped(text, (period + "\n", ""))
        first = stored(without)

        profile.set_up("某组织")
        adopt(first, date(2025, 1, 1))
        draft = stored(named(without, "gen6/2"))
        assert code(adopt, draft, NOTICE) == "consultation_missing"

        consultation = consultations.open(draft, by=SYSTEM, on=NOTICE)
        assert consultation.comments_until is None
        assert consultation.is_open(AFTER)
        assert adopt(draft, NOTICE).pk


class TestSilence:
    def test_rules_that_do_not_ask_have_no_consultation(self):
        founded()
        draft = stored(named(preset_text("acg"), "acg/2"))

        assert consultations.needed(draft, on=AFTER) is None
        assert code(consultations.open, draft, by=SYSTEM, on=NOTICE) == "consultation_not_asked"


@pytest.mark.rule("GEN6-8")
class TestComments:
    def test_a_member_comments_on_an_article_until_the_last_day(self, draft):
        consultation = consultations.open(draft, by=SYSTEM, on=NOTICE)
        by = a_member()

        made = consultations.comment(consultation, article="8", text=" 建议延长期限 ", by=by, on=LAST)
        assert (made.article, made.text, made.author, made.made_on) == ("8", "建议延长期限", by.user, LAST)
        late = {"article": "8", "text": "迟到", "by": by, "on": AFTER}
        assert code(consultations.comment, consultation, **late) == "comments_closed"
        early = {**late, "on": NOTICE - timedelta(1)}
        assert code(consultations.comment, consultation, **early) == "comments_closed"
        assert Comment.objects.count() == 1

    def test_only_members(self, draft):
        consultation = consultations.open(draft, by=SYSTEM, on=NOTICE)
        asked = {"article": "", "text": "意见", "on": NOTICE}

        stranger = Actor.applicant(world.user())
        assert code(consultations.comment, consultation, by=stranger, **asked) == "comments_of_members"
        left = Membership.objects.get(until=NOTICE).party.accesses.get().user
        assert code(consultations.comment, consultation, by=Actor.applicant(left), **asked) == "comments_of_members"

    @pytest.mark.parametrize(
        ("article", "text", "expected"),
        [("99", "意见", "article_unknown"), ("8", " \n", "text_missing"), ("8", "长" * 2001, "text_too_long")],
    )
    def test_what_cannot_be_kept(self, draft, article, text, expected):
        consultation = consultations.open(draft, by=SYSTEM, on=NOTICE)

        asked = {"article": article, "text": text, "by": a_member(), "on": NOTICE}
        assert code(consultations.comment, consultation, **asked) == expected

    def test_stays_as_written(self, draft):
        consultation = consultations.open(draft, by=SYSTEM, on=NOTICE)
        consultations.comment(consultation, article="", text="长" * 2000, by=a_member(), on=NOTICE)

        with pytest.raises(IntegrityError), transaction.atomic():
            Comment.objects.update(text="改")

    def test_those_that_are_open_on_a_day(self, draft):
        consultations.open(draft, by=SYSTEM, on=NOTICE)

        days = (NOTICE - timedelta(1), NOTICE, LAST, AFTER)
        assert [Consultation.objects.open_on(day).exists() for day in days] == [False, True, True, False]
