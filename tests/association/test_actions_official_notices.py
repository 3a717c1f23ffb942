"""Official documents: two pairs of eyes, numbers without gaps, unchangeable once issued, told once, revoked later."""

import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connections, transaction

from association.actions import document_series, official_notices, outbox
from association.actors import Actor
from association.decisions import Refused
from association.models import (
    Body,
    DecisionRecord,
    DocumentNumber,
    DocumentSeries,
    Message,
    NoticeRecipient,
    OfficialNotice,
)
from association.phrases import sentence
from association.printing import pdf, pdfium
from association.redhead.facts import LetterFacts
from association.redhead.rendering import render_letter
from tests import world
from tests.adopted import member

TODAY = date(2026, 9, 15)
NEXT_YEAR = date(2027, 1, 4)
TEXT = "经第二届理事会第五次会议审议通过，现就有关事项通知如下。\n一、标准\n每年3000元。"


@pytest.fixture
def found(clock, db):
    clock(TODAY)
    world.found()
    return series()


def series(code: str = "京二协", **more) -> DocumentSeries:
    chief = Body.objects.get(key="secretary_general")
    typed = {"name": code, "form": f"{code}〔{{year}}〕{{seq}}号", "letterhead": "北京市某协会文件"}
    return document_series.open_series(**typed, signed_by_body=chief, first_year=2026, **more)


def typed(series, **changes):
    return {
        "series": series, "kind": "notice", "title": "关于收缴2026年度会费的通知", "addressees": "各会员单位",
        "text": TEXT, "attachments": ["会费标准一览表"], "copied_to": "", "printed_by": "本会秘书处",
    } | changes  # fmt: skip


def officer() -> Actor:
    return Actor.officer(world.user(is_staff=True, name="张三"))


def drafted(series, **changes) -> OfficialNotice:
    return official_notices.draft(typed(series, **changes), by=officer(), on=TODAY)


def signed(series, *, on=TODAY, **changes) -> OfficialNotice:
    notice = official_notices.check(drafted(series, **changes), by=officer(), on=on)
    return official_notices.sign(notice, by=world.officer("secretary_general"), on=on)


def issued(series, *, on=TODAY, **changes) -> OfficialNotice:
    return official_notices.issue(signed(series, on=on, **changes), by=officer(), on=on)


def code(call, *args, **kwargs) -> str:
    with pytest.raises(Refused) as refusal:
        call(*args, **kwargs)
    (reason,) = refusal.value.decision.reasons
    assert sentence(reason) != reason.code
    assert "%(" not in sentence(reason)
    return reason.code


class TestTheWay:
    def test_from_the_draft_to_the_kept_paper(self, found):
        notice = issued(found)
        world.run_jobs()
        notice.refresh_from_db()

        assert notice.number.text == "京二协〔2026〕1号"
        assert len(notice.serial) == 19
        assert notice.signing.body == "secretary_general"
        said = pdf.text(official_notices.paper(notice, on=TODAY))
        for words in (
            "北京市某协会文件",
            "京二协〔2026〕1号",
            "各会员单位：",
            "2026年9月15日",
            "附件：",
            "本会秘书处",
        ):
            assert words in said
        assert notice.serial in said
        assert "草稿" not in said
        assert notice.file.pages == 2

    def test_who_wrote_it_does_not_check_it(self, found):
        notice = drafted(found)
        assert (
            code(official_notices.check, notice, by=Actor.officer(notice.drafted_by), on=TODAY) == "notice_own_draft"
        )
        with pytest.raises(IntegrityError, match="checked_by_another"), transaction.atomic():
            OfficialNotice.objects.update(checked_on=TODAY, checked_by=notice.drafted_by)

    def test_nobody_checks_who_wrote_at_it_since_the_last_check(self, found):
        first, second, third = officer(), officer(), officer()
        notice = official_notices.draft(typed(found), by=first, on=TODAY)
        notice = official_notices.edit(notice, typed(found, title="改一字"), by=second, on=TODAY)
        for writer in (first, second):
            assert code(official_notices.check, notice, by=writer, on=TODAY) == "notice_own_draft"
        notice = official_notices.check(notice, by=third, on=TODAY)
        assert notice.checked_by == third.user

        notice = official_notices.send_back(notice, note="主送有误", by=third, on=TODAY)
        notice = official_notices.edit(notice, typed(found, title="再改一字"), by=third, on=TODAY)
        assert code(official_notices.check, notice, by=third, on=TODAY) == "notice_own_draft"
        assert official_notices.check(notice, by=first, on=TODAY).checked_by == first.user

    def test_a_day_between_two_edits_hides_nobody(self, found):
        first, second = officer(), officer()
        notice = official_notices.draft(typed(found), by=first, on=date(2026, 9, 14))
        notice = official_notices.edit(notice, typed(found), by=second, on=date(2026, 9, 14))
        notice = official_notices.edit(notice, typed(found), by=second, on=TODAY)
        assert notice.writers.count() == 3
        assert code(official_notices.check, notice, by=first, on=TODAY) == "notice_own_draft"
        official_notices.discard(notice)

    def test_only_who_acts_for_the_body_signs_and_only_what_was_checked(self, found):
        notice = drafted(found)
        chief = world.officer("secretary_general")
        assert code(official_notices.sign, notice, by=chief, on=TODAY) == "notice_unchecked"
        official_notices.check(notice, by=officer(), on=TODAY)
        stranger = world.officer("membership_dept")
        assert code(official_notices.sign, notice, by=stranger, on=TODAY) == "not_your_body"
        assert official_notices.sign(notice, by=chief, on=TODAY).signed_on == TODAY

    def test_not_issued_without_a_signature(self, found):
        notice = official_notices.check(drafted(found), by=officer(), on=TODAY)
        assert code(official_notices.issue, notice, by=officer(), on=TODAY) == "notice_unsigned"
        assert not DocumentNumber.objects.exists()

    def test_a_change_is_checked_anew_and_what_is_signed_goes_back_first(self, found):
        notice = official_notices.check(drafted(found), by=officer(), on=TODAY)
        notice = official_notices.edit(notice, typed(found, title="关于会费的通知"), by=officer(), on=TODAY)
        assert notice.checked_by is None
        notice = signed(found)
        assert code(official_notices.edit, notice, typed(found), by=officer(), on=TODAY) == "notice_signed_already"
        assert code(official_notices.discard, notice) == "notice_signed_already"
        assert code(official_notices.send_back, notice, note=" ", by=officer(), on=TODAY) == "notice_note_required"
        notice = official_notices.send_back(notice, note="主送有误", by=officer(), on=TODAY)
        assert (notice.signed_on, notice.checked_on, notice.returned_note) == (None, None, "主送有误")

    def test_signed_last_year_is_signed_anew(self, found, clock):
        notice = signed(found)
        assert code(official_notices.issue, notice, by=officer(), on=NEXT_YEAR) == "notice_signed_last_year"

    def test_what_cannot_be_printed_is_said_when_it_is_written(self, found):
        assert code(drafted, found, title="关于\U000f0000的通知") == "notice_unprintable"

    def test_issued_is_for_ever(self, found):
        notice = issued(found)
        rows = OfficialNotice.objects.filter(pk=notice.pk)
        for change in (lambda: rows.update(title="改"), lambda: rows._raw_delete("default")):
            with pytest.raises(IntegrityError, match="officialnotice_frozen"), transaction.atomic():
                change()
        assert code(official_notices.edit, notice, typed(found), by=officer(), on=TODAY) == "notice_signed_already"
        assert code(official_notices.send_back, notice, note="x", by=officer(), on=TODAY) == "notice_issued_already"

    def test_a_request_to_a_superior_names_its_signer(self, found):
        notice = issued(found, kind="request", title="关于变更住所的请示", addressees="北京市民政局")
        assert notice.facts["signer"] == str(notice.signed_by)
        assert "签发人：" in pdf.text(official_notices.paper(notice, on=TODAY))


class TestNumbers:
    def test_they_run_and_begin_anew_each_year(self, found):
        numbers = [issued(found).number.text, issued(found).number.text, issued(found, on=NEXT_YEAR).number.text]
        assert numbers == ["京二协〔2026〕1号", "京二协〔2026〕2号", "京二协〔2027〕1号"]

    def test_numbers_on_paper_come_first_in_the_first_year_only(self, found):
        other = series("京二协办", first_seq=7)
        assert document_series.give_number(other, on=TODAY).seq == 7
        assert document_series.give_number(other, on=NEXT_YEAR).seq == 1

    def test_a_refused_issue_leaves_no_gap(self, found, monkeypatch):
        notice = signed(found)

        def fails(*args, **kwargs):
            raise RuntimeError

        with monkeypatch.context() as patched:
            patched.setattr(official_notices, "facts_of", fails)
            with pytest.raises(RuntimeError):
                official_notices.issue(notice, by=officer(), on=TODAY)
        assert official_notices.issue(notice, by=officer(), on=TODAY).number.seq == 1

    def test_void_stays_with_its_reason_and_is_not_given_again(self, found):
        notice = issued(found)
        assert code(official_notices.void, notice, reason=" ", by=officer(), on=TODAY) == "notice_note_required"
        official_notices.void(notice, reason="印制错误", by=officer(), on=TODAY)
        assert code(official_notices.void, notice, reason="x", by=officer(), on=TODAY) == "notice_void_already"
        assert code(official_notices.tell_people, notice, [world.user()], on=TODAY) == "notice_void_already"
        assert issued(found).number.seq == 2
        for change in (lambda rows: rows.update(void_reason=""), lambda rows: rows.update(seq=9)):
            with pytest.raises(IntegrityError), transaction.atomic():
                change(DocumentNumber.objects.filter(pk=notice.number_id))

    def test_a_closed_series_gives_none(self, found):
        notice = signed(found)
        document_series.close_series(found, by=officer(), on=TODAY)
        assert code(official_notices.issue, notice, by=officer(), on=TODAY) == "notice_series_closed"
        assert code(drafted, DocumentSeries.objects.get()) == "notice_series_closed"
        assert code(document_series.close_series, found, by=officer(), on=TODAY) == "series_closed_already"

    def test_one_taken_up_again_goes_on_after_the_last_number(self, found):
        assert code(document_series.reopen_series, found, by=officer(), on=TODAY) == "series_open_already"
        issued(found)
        for act in (document_series.close_series, document_series.reopen_series):
            act(found, by=officer(), on=TODAY)
        assert document_series.next_number(found, on=TODAY).endswith("2号")
        assert issued(DocumentSeries.objects.get()).number.seq == 2
        kinds = sorted(DecisionRecord.objects.filter(kind__startswith="series.").values_list("kind", flat=True))
        assert kinds == ["series.closed", "series.reopened"]


def eight_at_once(run: DocumentSeries) -> list[Exception]:
    """Eight threads that take two numbers each, at the same moment; what went wrong."""
    barrier, faults = threading.Barrier(8, timeout=60), []

    def give():
        try:
            barrier.wait()
            for _twice in range(2):
                with transaction.atomic():
                    document_series.give_number(run, on=TODAY)
        except Exception as error:  # the thread would swallow it
            faults.append(error)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=give) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return faults


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_no_gap_and_none_twice_at_once_on_postgresql(clock):
    clock(TODAY)
    world.found()
    run = series()

    assert eight_at_once(run) == []
    assert sorted(DocumentNumber.objects.values_list("seq", flat=True)) == list(range(1, 17))


class TestRevocation:
    def test_a_later_document_takes_it_back(self, found):
        first = issued(found)
        later = issued(found, title="关于废止会费通知的通知", revokes=first, revokes_because="标准已调整")
        assert official_notices.revocation_of(first) == later
        assert code(official_notices.tell_people, first, [world.user()], on=TODAY) == "notice_revoked_by"
        again = signed(found, revokes=first, revokes_because="再次")
        assert code(official_notices.issue, again, by=officer(), on=TODAY) == "notice_revoked_already"

    def test_only_once_issued_and_with_a_reason(self, found):
        first = issued(found)
        signed(found, revokes=first, revokes_because="标准已调整")
        assert official_notices.revocation_of(first) is None
        assert code(drafted, found, revokes=first, revokes_because=" ") == "notice_revocation_without_reason"
        assert code(drafted, found, revokes=drafted(found), revokes_because="x") == "notice_revoked_not_issued"

    def test_a_void_document_revokes_nothing(self, found):
        first = issued(found)
        later = issued(found, revokes=first, revokes_because="标准已调整")
        official_notices.void(later, reason="印制错误", by=officer(), on=TODAY)
        assert official_notices.revocation_of(first) is None


class TestTelling:
    def test_members_and_people_by_name_each_once(self, found):
        users = [world.user(f"m{number}@unit.example") for number in range(3)]
        for user in users:
            member("unit", user=user, since=TODAY)
        notice = issued(found)
        named = world.user("friend@unit.example")
        assert official_notices.tell_people(notice, [named, users[0]], on=TODAY) == 2
        assert official_notices.tell_people(notice, [named], on=TODAY) == 0
        dispatch = official_notices.tell_audience(notice, parts=[], by=officer(), on=TODAY)
        world.run_jobs()
        dispatch.refresh_from_db()

        assert (dispatch.done, dispatch.told) == (3, 2)
        assert NoticeRecipient.objects.count() == 4
        letters = Message.objects.filter(unique_key__startswith="document:", channel="mail")
        assert sorted(letters.values_list("recipient", flat=True)) == sorted([user.pk for user in users] + [named.pk])
        assert {letter.link for letter in letters} == {f"/documents/{notice.serial}/"}
        assert {letter.unsubscribe for letter in letters} == {""}
        assert outbox.send("mail") == 4
        assert code(official_notices.void, notice, reason="x", by=officer(), on=TODAY) == "notice_told_already"

    def test_stopped_on_the_way(self, found, clock):
        for number in range(3):
            member("unit", user=world.user(f"m{number}@unit.example"), since=TODAY)
        notice, by = issued(found), officer()
        named = world.user("friend@unit.example")
        official_notices.tell_people(notice, [named], on=TODAY)
        clock(TODAY + timedelta(1))
        dispatch = official_notices.tell_audience(notice, parts=[], by=by, on=TODAY)
        assert official_notices.cancel(dispatch, by=by, on=TODAY) == 0
        world.run_jobs()
        assert NoticeRecipient.objects.count() == 1  # nobody was told of it after that
        assert code(official_notices.cancel, dispatch, by=by, on=TODAY) == "dispatch_cancelled_already"

        again = official_notices.tell_audience(notice, parts=[], by=by, on=TODAY)
        world.run_jobs()
        assert official_notices.cancel(again, by=by, on=TODAY) == 3
        assert outbox.send("mail") == 1  # to the one who was told by name
        assert NoticeRecipient.objects.count() == 4

    def test_nothing_is_left_to_stop(self, found):
        member("unit", user=world.user("m@unit.example"), since=TODAY)
        notice, by = issued(found), officer()
        dispatch = official_notices.tell_audience(notice, parts=[], by=by, on=TODAY)
        world.run_jobs()
        outbox.send("mail")
        dispatch.refresh_from_db()
        assert code(official_notices.cancel, dispatch, by=by, on=TODAY) == "dispatch_finished"

    def test_not_before_it_is_issued(self, found):
        assert code(official_notices.tell_people, signed(found), [world.user()], on=TODAY) == "notice_not_issued"

    def test_nobody_to_tell(self, found):
        assert code(official_notices.tell_audience, issued(found), parts=[], by=officer(), on=TODAY) == (
            "notice_reaches_nobody"
        )


class TestThePaper:
    def pages(self, **changes) -> list[str]:
        facts = {
            "letterhead": "北京市某协会文件", "number": "京二协〔2026〕5号", "title": "关于收缴会费的通知",
            "addressees": "各会员单位", "text": TEXT, "attachments": (), "issuer": "北京市某协会",
            "dated": "2026年9月15日", "copied_to": "北京市民政局", "printed_by": "秘书处", "printed": "2026年9月16日",
            "serial": "ABCD-EFGH-2345-WXYZ", "url": "https://a.example/",
        }  # fmt: skip
        with pdfium.opened(render_letter(LetterFacts(**facts | changes))) as document:
            return [document[number].get_textpage().get_text_bounded() for number in range(len(document))]

    def test_the_imprint_stands_on_the_last_page_alone(self):
        pages = self.pages(text="\n".join(["为进一步规范会员会费收缴管理工作，" * 8] * 30))
        assert len(pages) > 3
        assert [number for number, page in enumerate(pages) if "抄送" in page] == [len(pages) - 1]
        assert [number for number, page in enumerate(pages) if "2026年9月16日印发" in page] == [len(pages) - 1]
        assert [f"— {number} —" in page for number, page in enumerate(pages, 1)] == [True] * len(pages)

    def test_a_line_has_28_characters_and_a_page_22_lines(self):
        pages = self.pages(text="\n".join(["会" * 26 + "籍" * 28 * 2] * 30))
        lines = [line for line in pages[1].splitlines() if set(line.strip()) <= set("会籍") and line.strip()]
        assert len(lines) == 22
        assert max(len(line.strip()) for line in lines) == 28

    def test_the_same_facts_give_the_same_bytes(self):
        assert self.pages() == self.pages()

    def test_words_that_look_like_markup_are_words(self):
        assert "<b>x</b>" in "".join(self.pages(text="<b>x</b>"))
