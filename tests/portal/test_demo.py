"""The demo of every rulebook: what ``make run RULEBOOK=…`` brings up."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from admissions.models import Application
from association import clock, queries
from association.models import Case, User
from association.rulebook import preset, presets
from association.states import State
from fees import quotes
from members.models import Membership
from portal.demo import accounts
from portal.demo.plans import PLANS, Plan

pytestmark = pytest.mark.django_db


def test_there_is_a_demo_of_every_rulebook_that_can_be_adopted():
    assert set(PLANS) == {id for id in presets() if preset(id).adoptable}
    assert "gen3" in presets()


@pytest.mark.parametrize("id", sorted(PLANS))
def test_demo_as_the_command_loads_it(id, settings, clock, client):
    settings.RULEBOOK = id
    clock("2026-11-20")
    call_command("demo", verbosity=0)
    plan = PLANS[id]

    has_its_rules(plan, client)
    has_somebody_in_every_state(plan)
    quotes_by_its_own_fees(plan)
    opens_for_its_accounts(plan)


def has_its_rules(plan: Plan, client: Client) -> None:
    rulebook = queries.rulebook_on(clock.today())
    assert rulebook.id == plan.rulebook
    assert [queries.rulebook_on(clock.today(), id).id for id in plan.registries] == list(plan.registries)
    assert client.get(reverse("home")).status_code == 200
    assert client.get(reverse("rules")).status_code == 200
    for book in (rulebook, *(preset(id) for id in plan.registries)):
        page = client.get(reverse("rules_of", args=[book.id])).content.decode()
        assert all(f'id="a-{key}"' in page for key in book.articles)


def has_somebody_in_every_state(plan: Plan) -> None:
    rulebook = queries.rulebook_on(clock.today())
    for rule in rulebook.classes:
        if not rule.applied_for:
            continue
        cases = Case.objects.filter(kind="admission", member_class=rule.id)
        workflow = rulebook.workflow("admission", {"class": rule.id})
        members = Membership.objects.filter(class_id=rule.id, until__isnull=True)
        assert members.filter(starts_on__lt="2026-11-01").count() >= 3
        if workflow.mode == "register":
            continue
        states = set(cases.values_list("state", flat=True))
        assert states >= {State.DRAFT, State.OPEN, State.APPROVED, State.WITHDRAWN}
        first = workflow.steps[0]
        assert (State.RETURNED in states) == (first.refusal("correct") is not None)
        assert (State.REFUSED in states) == (first.refusal("reject") is not None)
        standing = set(cases.filter(state__in=("open", "approved")).values_list("step", flat=True))
        assert standing >= {step.id for step in workflow.steps if step.action != "submit"}

    conferred = {tier.id for tier in rulebook.tiers if tier.by_resolution_of and tier.rank > 1}
    held = set(Membership.objects.values_list("tiers__tier", flat=True))
    assert len(held & conferred) >= min(len(conferred), 1)


def quotes_by_its_own_fees(plan: Plan) -> None:
    rulebook = queries.rulebook_on(clock.today())
    for (class_id, tier), amount in plan.amounts.items():
        quote = quotes.quote(class_id, tier or None, clock.today())
        assert quote.governing.rulebook.id == plan.rulebook
        assert quote.lines
        assert {line.annual for line in quote.lines} == {amount}
    if rulebook.fees is None:
        assert plan.amounts == {}


def opens_for_its_accounts(plan: Plan) -> None:
    seated = {key for account in accounts.accounts() for key in account.seats}
    wanted = {key for id in (plan.rulebook, *plan.registries) for key in preset(id).bodies}
    if plan.rulebook != "acg" or plan.registries:
        assert seated == wanted
    for email in ("applicant@demo.example", "admin@demo.example"):
        client = Client()
        client.force_login(User.objects.get(email=email))
        assert client.get(reverse("home")).status_code == 200
    application = Application.objects.filter(case__state=State.OPEN).select_related("case__applicant").first()
    if application is not None:
        client = Client()
        client.force_login(application.case.applicant)
        page = client.get(reverse("application", args=[application.case.key]))
        assert application.case.subject in page.content.decode()


def test_an_unknown_rulebook_is_named_with_those_that_there_are(settings):
    settings.RULEBOOK = "gen3"
    with pytest.raises(CommandError, match="acg, fire, property"):
        call_command("demo")
