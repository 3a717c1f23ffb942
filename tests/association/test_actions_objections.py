"""Objections: within the period only, once for each form, answered by a person; who objects stays sealed."""

import contextlib
import uuid
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction

from association import clock as legal
from association.actions import announcements, objections, publicities
from association.actions.objections import Upload, code_of, find
from association.db.constraints import violation_message
from association.decisions import Refused
from association.files import keeping
from association.files.errors import Unacceptable
from association.models import Announcement, Message, Objection, Publicity, StoredFile
from association.models.announcement import Objecting, OwnKind, Relation
from association.models.objection import ObjectionOutcome, Proposal, ResultKind
from association.rules.counting import local_date
from tests import world
from tests.announced import LAST, OVER, SHOWN, answered, objection, published, secretary, shown

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


# it comes in


@pytest.mark.parametrize(
    ("moment", "taken"),
    [
        ("2026-09-15 00:00:00", True),
        ("2026-09-21 23:59:59", True),
        ("2026-09-22 00:00:00", False),  # one second after the last day in Shanghai, still the 21st in UTC
        ("2026-09-22 00:00:01", False),
    ],
)
def test_until_the_last_second_of_the_last_day(clock, moment, taken):
    publicity = shown()
    clock(moment)
    on = local_date(legal.now())

    with contextlib.nullcontext() if taken else refused("objections_closed"):
        objection(publicity, on=on)
    assert Objection.objects.count() == taken


def test_not_after_it_was_closed_or_withdrawn_and_not_where_nobody_asked():
    publicity = shown()
    announcements.withdraw(publicity.announcement, reason="名单有误", by=secretary(), on=SHOWN)
    publicity.announcement.refresh_from_db()
    with refused("announcement_withdrawn_already"):
        objection(publicity)
    with refused("objections_not_asked"):
        objection(shown(objecting=Objecting.NONE))
    plain = published()
    with refused("objections_not_asked"):
        objections.make(plain, text="不同意", token=uuid.uuid4(), on=SHOWN, at=legal.now())


@pytest.mark.parametrize(
    ("objecting", "name", "contact", "taken"),
    [
        (Objecting.NAMED, "李四", "li@example.cn", True),
        (Objecting.NAMED, "", "li@example.cn", False),
        (Objecting.NAMED, "李四", " ", False),
        (Objecting.ANONYMOUS, "", "", True),
        (Objecting.ANONYMOUS, "李四", "", True),
    ],
)
def test_by_name_or_without_as_it_is_asked(objecting, name, contact, taken):
    publicity = shown(objecting=objecting)

    with contextlib.nullcontext() if taken else refused("name_and_contact_missing"):
        objection(publicity, name=name, contact=contact)
    assert Objection.objects.count() == taken


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "objection_text_missing"), (" \r\n ", "objection_text_missing"), ("长" * 4001, "text_too_long")],
)
def test_it_says_something_and_not_too_much(text, code):
    publicity = shown()
    with refused(code):
        objection(publicity, text=text)
    assert objection(publicity, text="长" * 4000).pk


def test_a_form_sent_twice_is_one_objection_with_one_code():
    publicity, token = shown(), uuid.uuid4()

    first, second = (objection(publicity, token=token) for _ in range(2))

    assert first == second
    assert Objection.objects.count() == 1
    assert (
        Message.objects.filter(unique_key__startswith="objection:").count()
        == Message.objects.filter(unique_key__startswith=f"objection:{first.pk}:").count()
    )
    assert find(code_of(token)) == first


def test_a_form_sent_again_after_the_last_day_still_shows_its_receipt():
    publicity, token = shown(), uuid.uuid4()
    first = objection(publicity, token=token)

    assert objection(publicity, token=token, on=OVER) == first


def test_the_token_of_another_announcement_opens_nothing():
    token = uuid.uuid4()
    objection(shown(), token=token)

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        objection(shown(title="另一个公示"), token=token)
    assert violation_message(error.value)


def test_the_code_is_found_however_it_is_typed_and_no_other():
    token = uuid.uuid4()
    made = objection(shown(), token=token)
    code = code_of(token)

    assert len(code.replace("-", "")) == 16
    assert find(code.lower()) == find(code.replace("-", " ")) == find(f" {code} ") == made
    assert find("") is None
    assert find("----------------------") is None
    assert find(code[:-1]) is None
    assert find(code_of(uuid.uuid4())) is None
    assert code.replace("-", "") not in made.code_index


def test_who_objects_is_sealed_in_the_database():
    made = objection(shown(), name="李四", contact="13900001111")

    with connection.cursor() as cursor:
        cursor.execute("SELECT name, contact FROM association_objection WHERE id = %s", [made.pk])
        stored = cursor.fetchone()
    assert "李四" not in stored[0]
    assert "13900001111" not in stored[1]
    made.refresh_from_db()
    assert (made.name, made.contact) == ("李四", "13900001111")


def test_the_desk_is_told_without_a_word_of_it():
    seated = world.seated("secretariat")
    objection(shown(), text="私下的话", name="李四", contact="13900001111")

    told = Message.objects.get(recipient=seated, channel="portal")
    assert "异议" in told.subject
    for word in ("私下的话", "李四", "13900001111"):
        assert word not in told.subject + told.text


def test_attachments_are_sealed_and_a_wrong_one_leaves_nothing():
    publicity = shown()
    good = [Upload(BytesIO(world.PNG), "证据.png")]

    made = objection(publicity, files=good)
    kept = made.files.get().file
    assert kept.encrypted
    assert kept.uploaded_by is None
    assert keeping.read(kept, by=None)

    before = StoredFile.objects.count()
    with pytest.raises(Unacceptable), transaction.atomic():
        objection(publicity, files=[Upload(BytesIO(world.PNG), "好.png"), Upload(BytesIO(b"MZ"), "坏.exe")])
    assert (StoredFile.objects.count(), Objection.objects.count()) == (before, 1)
    with refused("announcement_files_too_many"):
        objection(publicity, files=[Upload(BytesIO(world.PNG), f"{n}.png") for n in range(4)])


@pytest.mark.parametrize("change", [{"text": "别的"}, {"sent_at": datetime(2026, 1, 1, tzinfo=legal.now().tzinfo)}])
def test_an_objection_stays_as_it_came_in(change):
    made = objection(shown())

    for attempt in (lambda: Objection.objects.filter(pk=made.pk).update(**change), made.delete):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            attempt()
        assert violation_message(error.value) == "异议按收到时的原样保存。"


# the answer


def test_answered_once_by_a_person_and_on_record():
    made = objection(shown())
    by = secretary()

    done = objections.answer(made, outcome="not_upheld", text=" 属实。 ", by=by, on=OVER)

    assert (done.outcome, done.answer, done.answered_by, done.answered_on) == ("not_upheld", "属实。", by.user, OVER)
    assert (done.decision.kind, done.decision.actor) == ("objection.answered", by.user)
    assert done.decision.decision.reasons[0].facts == {"objection": made.pk}
    with refused("objection_answered"):
        answered(made)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Objection.objects.filter(pk=made.pk).update(answer="别的")
    assert violation_message(error.value) == "对异议的答复不能更改。"


@pytest.mark.parametrize(
    ("outcome", "text", "proposal", "code"),
    [
        ("", "理由", "", "objection_outcome_missing"),
        ("maybe", "理由", "", "objection_outcome_missing"),
        ("upheld", "  ", "extend", "objection_answer_missing"),
        ("upheld", "长" * 4001, "extend", "text_too_long"),
        ("upheld", "理由", "", "objection_needs_proposal"),
        ("upheld", "理由", "return_case", "objection_without_case"),
    ],
)
def test_an_answer_is_whole_or_is_not_given(outcome, text, proposal, code):
    made = objection(shown())

    with refused(code):
        objections.answer(made, outcome=outcome, text=text, proposal=proposal, by=secretary(), on=SHOWN)
    made.refresh_from_db()
    assert made.answered_on is None


# what follows


def upheld(publicity, proposal):
    return answered(objection(publicity), ObjectionOutcome.UPHELD, proposal)


def follow(made, **typed):
    return objections.follow(made, reason="经研究决定", by=secretary(), on=SHOWN, **typed)


def test_nothing_follows_before_it_is_confirmed():
    publicity = shown()

    upheld(publicity, Proposal.WITHDRAW)

    assert Announcement.objects.get().withdrawn_on is None
    publicity.refresh_from_db()
    assert publicity.closed_on is None


def test_extended():
    publicity = shown()
    follow(upheld(publicity, Proposal.EXTEND), days=3)

    publicity = Publicity.objects.select_related("deadline").get()
    assert publicity.deadline.due_on > LAST


def test_an_extension_of_no_days_changes_nothing():
    made = upheld(shown(), Proposal.EXTEND)

    with refused("publicity_days_out_of_range"):
        follow(made, days=0)
    made.refresh_from_db()
    assert made.followed_on is None


def test_withdrawn_after_which_it_is_confirmed_all_the_same():
    publicity = shown()
    first, second = upheld(publicity, Proposal.WITHDRAW), upheld(publicity, Proposal.WITHDRAW)

    follow(first)
    follow(second)

    publicity.refresh_from_db()
    assert (publicity.result, Announcement.objects.get().withdrawn_on) == (ResultKind.WITHDRAWN, SHOWN)
    with refused("objection_followed"):
        follow(first)


def test_shown_again_as_a_draft_that_refers_to_it():
    publicity = shown()

    draft = follow(upheld(publicity, Proposal.REPEAT))

    assert (draft.refers_to, draft.relation, draft.kind) == (
        publicity.announcement,
        Relation.REPEATS,
        OwnKind.PUBLICITY,
    )
    assert (draft.period["n"], draft.published_on) == (5, None)
    publicities.close(publicity, by=secretary(), on=OVER)
    publicity.refresh_from_db()
    assert publicity.result == ResultKind.UPHELD


def test_what_was_not_proposed_is_not_confirmed():
    made = objection(shown())
    with refused("objection_without_proposal"):
        follow(made)
    with refused("objection_without_proposal"):
        follow(answered(made))
    other = upheld(shown(title="另一个公示"), Proposal.EXTEND)
    with refused("follow_up_reason_required"):
        objections.follow(other, reason=" ", days=3, by=secretary(), on=SHOWN)
