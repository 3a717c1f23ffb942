"""Who signs an official document: the body of the series, who stands in for it, or whom it delegated the case to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from association.actions import absences, delegations, document_series, official_notices
from association.actors import Actor
from association.decisions import Refused
from association.models import Body, Delegation, OfficialNotice, User
from association.printing import pdf
from portal.demo import accounts as demo
from portal.demo import loader
from portal.demo.plans import PLANS
from portal.demo.walk import Walk
from tests import world
from tests.association import test_actions_delegations as delegating
from tests.association.test_actions_delegations import LAST, granted
from tests.association.test_actions_official_notices import drafted, series, typed
from tests.association.test_actions_official_notices import officer as clerk

pytestmark = pytest.mark.django_db

TODAY = date(2026, 9, 15)


def codes(act: Any) -> list[str]:
    with pytest.raises(Refused) as refusal:
        act()
    return [reason.code for reason in refusal.value.decision.reasons]


def checked(notice: OfficialNotice, *, on: date) -> OfficialNotice:
    return official_notices.check(notice, by=clerk(), on=on)


class TestStandingIn:
    @pytest.fixture
    def pair(self, clock) -> tuple[User, User]:
        """The secretary-general, who is away, and the colleague in their place."""
        clock(TODAY)
        world.found()
        absent = world.seated("secretary_general")
        User.objects.filter(pk=absent.pk).update(name="李四")
        other = world.seated("secretariat")
        User.objects.filter(pk=other.pk).update(name="张三")
        absent.refresh_from_db()
        other.refresh_from_db()
        row = absences.name(
            absent, other, from_on=TODAY, until=TODAY + timedelta(3), by=Actor.officer(absent), on=TODAY
        )
        if row.accepted_on is None:
            absences.answer(row, accept=True, by=Actor.officer(other), on=TODAY)
        return absent, other

    def test_the_record_and_the_paper_name_both(self, pair):
        absent, other = pair
        notice = checked(drafted(series(), kind="report", addressees="北京市民政局"), on=TODAY)
        notice = official_notices.sign(notice, by=Actor.officer(other), on=TODAY)
        assert (notice.signing.actor, notice.signing.principal) == (other, absent)
        assert notice.signing.actor_name == "张三 代 李四"
        notice = official_notices.issue(notice, by=clerk(), on=TODAY)
        assert notice.upward
        said = pdf.text(official_notices.paper(notice, on=TODAY)).replace(" ", "")
        assert "签发人：张三代李四" in said

    def test_who_signs_themselves_stands_alone_on_the_paper(self, pair):
        absent, _other = pair
        notice = checked(drafted(series(), kind="report", addressees="北京市民政局"), on=TODAY)
        notice = official_notices.sign(notice, by=Actor.officer(absent), on=TODAY)
        notice = official_notices.issue(notice, by=clerk(), on=TODAY)
        said = pdf.text(official_notices.paper(notice, on=TODAY)).replace(" ", "")
        assert "签发人：李四" in said
        assert "代" not in said.partition("签发人")[2][:8]

    def test_not_after_the_absence(self, pair, clock):
        _absent, other = pair
        day = TODAY + timedelta(3)
        clock(day)
        notice = checked(drafted(series()), on=day)
        assert codes(lambda: official_notices.sign(notice, by=Actor.officer(other), on=day)) == ["not_your_body"]


class TestDelegation:
    @pytest.fixture
    def council_paper(self, settings) -> Any:
        """Documents that the council signs; an admission of which the council has delegated the decision."""
        settings.RULEBOOK = "property"
        loader.found(PLANS["property"])
        Delegation.objects.all().delete()
        users = demo.create(on=PLANS["property"].founded)
        seats = {seat.body.key: seat.user for user in users.values() for seat in user.seats.select_related("body")}
        walk = Walk(PLANS["property"], seats, (users["finance"], users["finance2"]))
        case = delegating.at(walk, "decide").case
        run = document_series.open_series(
            name="理字", form="理字〔{year}〕{seq}号", letterhead="某协会文件",
            signed_by_body=Body.objects.get(key="council"), first_year=LAST.year,
        )  # fmt: skip

        def paper(*, about: Any = case, on: date = LAST) -> OfficialNotice:
            notice = official_notices.draft(typed(run, case=about), by=clerk(), on=on)
            return checked(notice, on=on)

        return paper, walk.officer("secretariat")

    def sign(self, paper: Any, by: Actor, *, on: date = LAST, **more: Any) -> OfficialNotice:
        return official_notices.sign(paper(on=on, **more), by=by, on=on)

    def test_the_delegate_signs_what_is_about_the_case(self, council_paper):
        paper, by = council_paper
        row = granted()
        notice = self.sign(paper, by)
        assert notice.signing.body == "secretariat"
        assert [reason.code for reason in notice.signing.decision.reasons] == ["notice_signed", "under_delegation"]
        assert row.resolution.number in {source.key for source in notice.signing.sources}

    def test_not_without_one_nor_for_what_is_about_no_case(self, council_paper):
        paper, by = council_paper
        assert codes(lambda: self.sign(paper, by)) == ["not_your_body"]
        granted()
        assert codes(lambda: self.sign(paper, by, about=None)) == ["not_your_body"]

    def test_not_the_day_after_its_last(self, council_paper):
        paper, by = council_paper
        granted()
        after = LAST + timedelta(1)
        assert codes(lambda: self.sign(paper, by, on=after)) == ["not_your_body"]

    def test_not_once_it_is_revoked(self, council_paper):
        paper, by = council_paper
        delegations.revoke(granted(), until=LAST, note="收回授权", by=by, on=LAST)
        assert codes(lambda: self.sign(paper, by)) == ["not_your_body"]

    def test_not_for_another_kind_or_another_case(self, council_paper):
        paper, by = council_paper
        row = granted()
        Delegation.objects.filter(pk=row.pk).update(kind="sanction")
        assert codes(lambda: self.sign(paper, by)) == ["not_your_body"]
