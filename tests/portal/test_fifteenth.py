"""An association that nobody knew: its document became a rulebook with the guide alone, and runs like the others."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.urls import reverse

from association.actions import bodies
from association.models import Body, User
from association.rulebook import load
from fees import quotes
from fees.queries import statement
from members.certificates.facts import CertificateFacts
from members.certificates.rendering import render_certificate
from members.models import Membership
from portal.demo import loader
from portal.demo.plans import Plan
from portal.demo.walk import Walk, fresh
from tests import world

pytestmark = pytest.mark.django_db
TEXT = (Path(__file__).resolve().parents[1] / "association" / "texts" / "fifteenth.toml").read_text()
FOUNDED = date(2026, 5, 1)
GRADES = ("一级资质", "二级资质", "无资质")


@pytest.fixture
def walk(clock) -> Walk:
    clock("2026-07-10")
    tiers = ("member_unit", "council_unit", "standing_unit", "vice_unit")
    amounts = {("unit", tier, grade): Decimal(6000 - 1000 * n) for tier in tiers for n, grade in enumerate(GRADES)}
    amounts[("person", "")] = Decimal(200)
    plan = Plan("", "江南省建筑装饰行业协会", "江南装饰", founded=FOUNDED, text=TEXT, amounts=amounts, region="330000")
    loader.found(plan)
    officer, teller = (User.objects.create_user(f"{n}@test.example", None, name="甲", is_staff=True) for n in "ab")
    for user in (officer, teller):
        world.give(user, "secretariat", "finance")
        world.second_factor(user)
    for body in Body.objects.all():
        bodies.seat(officer, body, on=FOUNDED)
    return Walk(plan, {body.key: officer for body in Body.objects.all()}, (officer, teller))


def joined(walk: Walk, class_id: str, name: str, *, applied: date, decided: date) -> Membership:
    user = User.objects.create_user(f"{name}@test.example", None, name=name)
    application = walk.submit(walk.draft(user, class_id, name, on=applied), on=applied)
    application = walk.advance(application, on=decided)
    return Membership.objects.get(case=fresh(application).case)


def test_its_fees_are_half_from_july_and_follow_the_grade(walk):
    before = quotes.quote("unit", "member_unit", date(2026, 6, 30), grade="二级资质")
    after = quotes.quote("unit", "member_unit", date(2026, 7, 1), grade="二级资质")
    assert (before.total, after.total) == (Decimal(5000), Decimal(2500))
    assert quotes.quote("student", None, date(2026, 6, 30)).lines == ()
    with pytest.raises(quotes.Unquotable) as refused:
        quotes.quote("unit", "member_unit", date(2026, 6, 30))
    assert refused.value.parameter == "grade"


def test_units_and_persons_go_the_whole_way_and_students_are_members_at_once(walk):
    unit = joined(walk, "unit", "江南某某装饰有限公司", applied=date(2026, 6, 28), decided=date(2026, 7, 3))
    assert unit.grade == "一级资质"
    registration = unit.registrations.get()
    assert statement(registration.case, date(2026, 7, 3)).outstanding == Decimal(3000)
    walk.register(unit, on=date(2026, 7, 6))
    certificate = unit.certificates.get()
    assert certificate.valid_until == date(2029, 7, 6)
    facts = CertificateFacts.from_json(certificate.facts)
    assert facts.number == ""
    assert render_certificate(facts).startswith(b"%PDF")

    student = joined(walk, "student", "周宁", applied=date(2026, 6, 28), decided=date(2026, 6, 28))
    assert (student.starts_on, student.fee_lines.count()) == (date(2026, 6, 28), 0)


def test_its_pages_show_its_own_document(walk, client):
    rulebook = load(TEXT)
    page = client.get(reverse("rules_of", args=[rulebook.id])).content.decode()
    assert all(f'id="a-{key}"' in page for key in rulebook.articles)
    assert client.get(reverse("rules_rights", args=[rulebook.id])).status_code == 200
    assert "资质" in client.get(reverse("quote")).content.decode()
    assert "学生会员" in client.get(reverse("apply")).content.decode()
