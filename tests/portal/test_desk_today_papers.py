"""The desk's first page: official documents and lost logins, to whom the next step belongs and to nobody else."""

from datetime import date, timedelta

import pytest

from association.actions import absences, notice_hands, official_notices, recovery
from association.actors import Actor
from association.models import OfficialNotice, RecoveryRequest, User
from tests import world
from tests.association.test_actions_official_notices import drafted, officer, series, typed
from tests.association.test_actions_recovery import asked, confirmed, proposed
from tests.desk import client_of, staff

pytestmark = pytest.mark.django_db

ON = date(2026, 9, 15)
DOCUMENTS, LOST = "红头文件", "找回登录"


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock(ON)
    world.found()


def lines(user: User, title: str) -> list[str]:
    """What the section asks of this person."""
    sections = client_of(user).get("/admin/").context["sections"]
    return [str(line.asked) for section in sections if str(section.title) == title for line in section.lines]


def stand_in(absent: User, other: User) -> None:
    row = absences.name(absent, other, from_on=ON, until=ON + timedelta(2), by=Actor.officer(absent), on=ON)
    if row.accepted_on is None:
        absences.answer(row, accept=True, by=Actor.officer(other), on=ON)


def test_a_document_goes_from_hand_to_hand():
    writer, clerk, chief = (world.seated(body) for body in ("membership_dept", "secretariat", "secretary_general"))
    notice = official_notices.draft(typed(series()), by=Actor.officer(writer), on=ON)
    assert [lines(user, DOCUMENTS) for user in (writer, clerk, chief)] == [[], ["核稿"], ["核稿"]]

    notice = official_notices.check(notice, by=Actor.officer(clerk), on=ON)
    assert [lines(user, DOCUMENTS) for user in (writer, clerk, chief)] == [[], [], ["签发"]]

    notice = official_notices.sign(notice, by=Actor.officer(chief), on=ON)
    assert [lines(user, DOCUMENTS) for user in (writer, clerk, chief)] == [["编号印发"]] * 3

    official_notices.issue(notice, by=Actor.officer(clerk), on=ON)
    assert [lines(user, DOCUMENTS) for user in (writer, clerk, chief)] == [[], [], []]


def test_what_was_sent_back_waits_for_its_writer_alone():
    writer, clerk = world.seated("membership_dept"), world.seated("secretariat")
    notice = official_notices.draft(typed(series()), by=Actor.officer(writer), on=ON)
    official_notices.send_back(notice, note="标题有误", by=Actor.officer(clerk), on=ON)

    assert lines(writer, DOCUMENTS) == ["修改被退回的文稿"]
    assert lines(clerk, DOCUMENTS) == []


def test_the_stand_in_of_the_writer_does_not_check_and_the_one_of_the_signer_signs():
    writer, clerk, chief = (world.seated(body) for body in ("membership_dept", "secretariat", "secretary_general"))
    run = series()
    official_notices.draft(typed(run), by=Actor.officer(writer), on=ON)
    stand_in(writer, clerk)
    assert lines(clerk, DOCUMENTS) == []

    other = world.seated("membership_dept")
    stand_in(chief, other)
    official_notices.check(drafted(run), by=officer(), on=ON)
    assert lines(other, DOCUMENTS) == ["核稿", "签发"]


def test_what_is_shown_is_what_the_rules_allow():
    """Every document against everybody: the lists hold exactly those whose single check passes."""
    people = [world.seated(body) for body in ("membership_dept", "secretariat", "secretary_general", "council")]
    stand_in(people[2], people[1])
    run = series()
    for writer in people:
        notice = official_notices.draft(typed(run), by=Actor.officer(writer), on=ON)
        again = official_notices.draft(typed(run), by=Actor.officer(writer), on=ON)
        official_notices.edit(again, typed(run), by=officer(), on=ON)
        official_notices.check(notice, by=officer(), on=ON)
    seen = set()
    for user in people:
        by = Actor.officer(user)
        bodies = frozenset({seat.body.key for seat in user.seats.all()})
        bodies |= {"secretary_general"} if user == people[1] else set()
        checkable, signable = notice_hands.to_check(user, on=ON), notice_hands.to_sign(bodies, on=ON)
        for row in OfficialNotice.objects.all():
            may = notice_hands.check_check(row, by, on=ON).passed, notice_hands.check_sign(row, by, on=ON).passed
            assert (row in checkable, row in signable) == may
            seen.add(may)
    assert seen == {(False, False), (True, False), (False, True)}


def test_a_lost_login_waits_to_be_looked_at_and_then_for_a_second_person():
    owner, one, two = world.user("old@unit.example"), world.seated("secretariat"), world.seated("membership_dept")
    row = asked()
    assert lines(one, LOST) == lines(two, LOST) == ["核实申请人并提出账号"]

    given = {"account": owner, "new_email": "new@unit.example", "evidence": "核对公函", "on": ON}
    row = recovery.propose(row, **given, by=Actor.officer(one))
    assert (lines(one, LOST), lines(two, LOST)) == ([], ["作为第二人复核"])

    recovery.confirm(row, seen=recovery.fingerprint(row), by=Actor.officer(two), on=ON)
    assert lines(one, LOST) == lines(two, LOST) == []


def test_nobody_is_asked_to_be_the_second_person_who_may_not_be(clock):
    owner = world.seated("secretariat", email="old@unit.example")
    one, two, three = (world.seated("membership_dept") for _ in range(3))
    stand_in(one, two)
    row = proposed(owner, one)

    assert [lines(user, LOST) for user in (owner, one, two)] == [[], [], []]
    assert lines(three, LOST) == ["作为第二人复核"]
    for user in (owner, one, two, three):
        possible = recovery.check_confirm(row, by=Actor.officer(user), on=ON).passed
        assert (row in recovery.to_confirm(user, on=ON)) is possible


@pytest.mark.parametrize(("late", "asks"), [(0, "作为第二人复核"), (1, "已超过办理期限")])
def test_what_is_too_old_is_to_be_ended(clock, settings, late, asks):
    owner, one, two = world.user("old@unit.example"), world.seated("secretariat"), world.seated("membership_dept")
    proposed(owner, one)
    clock(ON + timedelta(settings.RECOVERY_REQUEST_DAYS + late))

    (words,) = lines(two, LOST)
    assert words.startswith(asks)


def test_those_without_the_right_see_neither():
    drafted(series())
    asked()
    for role in ("finance", "auditor"):
        titles = {str(section.title) for section in staff(role).get("/admin/").context["sections"]}
        assert not titles & {DOCUMENTS, LOST}


@pytest.mark.parametrize("number", [1, 25])
def test_bounded_in_rows_and_queries(number, django_assert_num_queries):
    run, owner, clerk = series(), world.user("old@unit.example"), world.seated("secretariat")
    other = world.seated("membership_dept")
    confirmed(owner, other, clerk)
    first = drafted(run)
    OfficialNotice.objects.bulk_create(
        OfficialNotice(**typed(run, title=f"通知{n}"), drafted_on=ON, drafted_by=first.drafted_by)
        for n in range(number - 1)
    )
    RecoveryRequest.objects.bulk_create(
        RecoveryRequest(unit=f"单位{n}", person="某", contact="1", lost="both", received_on=ON) for n in range(number)
    )
    client = client_of(clerk)
    client.get("/admin/")

    with django_assert_num_queries(PAPERS):
        page = client.get("/admin/")

    found = {str(section.title): section.count for section in page.context["sections"]}
    assert {found[DOCUMENTS], found[LOST]} == ({"1"} if number == 1 else {"20+"})
    shown = page.content.decode()
    for url in ("/admin/association/officialnotice/?state=open", "/admin/association/recoveryrequest/"):
        assert (f'class="small" href="{url}"' in shown) is (number > 1)


PAPERS = 28
