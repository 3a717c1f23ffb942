"""A demo association for any rulebook: adopted, with fees and terms, and cases and members in every state."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from itertools import count

from admissions.actions import applications, reviews
from admissions.models import Application
from admissions.queries import slots
from association import clock, queries
from association.actions import bodies, delegations, profile, resolutions, rulebooks
from association.actors import SYSTEM, Actor
from association.cases import documents, engine
from association.models import Body, Delegation, Resolution, User
from association.models.file import Verdict
from association.models.resolution import Deciding
from association.rulebook.loader import load, preset_text
from association.rulebook.schema import Profile, Rulebook
from fees.actions import standards
from fees.models import BankAccount
from members.actions import tiers
from members.models import Membership
from portal.demo import accounts
from portal.demo.plans import PERSONS, PLANS, Plan
from portal.demo.walk import Walk, fresh

ADOPTING = ("assembly", "council", "standing_council", "president_meeting", "committee", "secretariat")
"""Who decides where a document names nobody, the highest first."""
PAPER = "秘书处档案柜，会议文件卷"


def found(plan: Plan) -> Rulebook:
    """The association itself: rules adopted, fees set, term recorded, bank account, registries beside it."""
    rulebook = _adopt(plan, plan.text or preset_text(plan.rulebook), plan.adopted_from or plan.founded)
    council = body_of(rulebook, "council", "committee", "assembly")
    if council.kind == "council":
        bodies.open_term(council, plan.term, from_on=plan.founded, until=plan.term_until)
    if rulebook.fees is not None and plan.amounts:
        by = Body.objects.filter(key=rulebook.fees.standard_by or "").first() or body_of(
            rulebook, "assembly", "council"
        )
        passed = resolve(plan, by, "关于会费标准的决议", on=plan.founded, decides=Deciding.FEE_STANDARD)
        standard = standards.draft(f"会费标准（{plan.founded.year}）", plan.amounts, effective_from=plan.founded)
        standards.activate(standard, passed, by=SYSTEM, on=plan.founded)
    BankAccount.objects.get_or_create(
        account="1100 1234 5678 9012 345", defaults={"payee": plan.name, "bank": "演示银行北京分行营业部"}
    )
    for registry in plan.registries:
        text = preset_text(registry)
        _adopt(plan, text, max(plan.founded, load(text).effective_on or plan.founded))
    _delegate(plan)
    return rulebook


def _delegate(plan: Plan) -> None:
    """Each body delegates what the rules let another one decide for it, for the whole term."""
    day = plan.founded
    for wanted in delegations.wanted_on(day):
        giver, taker = Body.objects.get(key=wanted.from_body), Body.objects.get(key=wanted.to_body)
        if Delegation.objects.filter(from_body=giver, to_body=taker, kind=wanted.kind).exists():
            continue
        passed = resolve(plan, giver, f"关于授权{taker.name}办理{wanted.name}的决议", on=day)
        delegations.grant(
            passed,
            from_body=giver,
            to_body=taker,
            kind=wanted.kind,
            from_on=day,
            until=plan.term_until,
            by=SYSTEM,
            on=day,
        )


def _adopt(plan: Plan, text: str, day: date) -> Rulebook:
    rulebook = load(text)
    if rulebook.kind == "membership":
        who = rulebook.profile or Profile(name=plan.name)
        profile.set_up(
            plan.name,
            short_name=plan.short_name,
            phone=who.phone or "010-00000000",
            email=who.email or "office@demo.example",
            address=who.address or "北京市朝阳区演示路1号",
            supervising_unit=who.supervising_unit,
            registration_authority=who.registration_authority,
            icp=who.icp,
        )
        bodies.sync(rulebook)
    version = rulebooks.store(text, by=SYSTEM)
    held_by = body_of(rulebook, *ADOPTING)
    passed = resolve(plan, held_by, f"关于审议通过《{rulebook.title}》的决议", on=day)
    rulebooks.adopt(version, effective_from=day, resolution=passed, by=SYSTEM, on=day)
    return rulebook


def body_of(rulebook: Rulebook, *kinds: str) -> Body:
    """The body that the document names for its adoption; else the first of these kinds that it has, or any."""
    if rulebook.adopted_by and kinds == ADOPTING:
        return Body.objects.get(key=rulebook.adopted_by[0])
    order = [key for kind in kinds for key, body in rulebook.bodies.items() if body.kind == kind]
    return Body.objects.get(key=next(iter([*order, *rulebook.bodies])))


def resolve(plan: Plan, body: Body, title: str, *, on: date, decides: str = Deciding.ORDINARY) -> Resolution:
    meeting = resolutions.hold_meeting(body, f"{body.name}会议", held_on=on)
    number = Resolution.objects.count() + 1
    drafted = resolutions.draft(
        meeting, f"{plan.number}〔{on.year}〕{number}号", title, decides=decides, taken_from=PAPER, by=SYSTEM
    )
    return resolutions.pass_bare(drafted, on=on)


def load_demo(rulebook_id: str) -> None:
    """Everything, once."""
    plan = PLANS[rulebook_id]
    on = clock.today()
    rulebook = found(plan)
    users = accounts.create(on=plan.founded)
    if not Application.objects.exists():
        populate(plan, rulebook, users, on=on)
    queries.forget()


def populate(plan: Plan, rulebook: Rulebook, users: dict[str, User], *, on: date) -> None:
    """For each class that one applies for: cases in every state, and members."""
    seats = {seat.body.key: seat.user for user in users.values() for seat in user.seats.select_related("body")}
    walk = Walk(plan, seats, (users["finance"], users["finance2"]))
    people = iter(PERSONS)
    number = count(1)
    for rule in rulebook.classes:
        if rule.applied_for:
            names = people if rule.kind == "person" else plan.unit_names(rule.id)
            for state, name in zip(_states(walk, rulebook, rule.id), names, strict=False):
                state(_applicant(next(number)), rule.id, name, on=on)
    _confer(walk, rulebook, on=on)


def _applicant(number: int) -> User:
    email = f"unit{number}@demo.example"
    known = User.objects.filter(email=email).first()
    return known or User.objects.create_user(email, None, name=f"经办人{number}", is_demo=True)


def _states(walk: Walk, rulebook: Rulebook, class_id: str) -> list:  # type: ignore[type-arg]
    """What to make of each applicant in turn: members first, then one at each step, then the ends."""
    workflow = rulebook.workflow("admission", {"class": class_id})
    if workflow.mode == "register":
        return [partial(_member, walk, days) for days in (400, 90, 30, 3)]
    steps = [step for step in workflow.steps if step.action != "submit"]
    made: list = [partial(_member, walk, days) for days in (300, 120, 40)]  # type: ignore[type-arg]
    made += [partial(_at, walk, step.id) for step in steps]
    if rulebook.registrations:
        made += [partial(_unregistered, walk)]
    if steps[0].refusal("correct"):
        made.append(partial(_returned, walk))
    if steps[0].refusal("reject"):
        made.append(partial(_refused, walk))
    return [*made, partial(_withdrawn, walk), partial(_draft, walk)]


def _member(walk: Walk, days: int, user: User, class_id: str, name: str, *, on: date) -> None:
    """Somebody who joined some time ago, with everything done."""
    day = max(on - timedelta(days=days), walk.plan.founded)
    application = walk.advance(walk.submit(walk.draft(user, class_id, name, on=day), on=day), on=day)
    membership = Membership.objects.filter(case=application.case).first()
    if membership is not None:
        walk.register(membership, on=day)


def _at(walk: Walk, step: str, user: User, class_id: str, name: str, *, on: date) -> None:
    """An application that waits at a step, or a registration that waits for its fee after the last one."""
    day = on - timedelta(days=2)
    walk.advance(walk.submit(walk.draft(user, class_id, name, on=day), on=day), to=step, on=day)


def _unregistered(walk: Walk, user: User, class_id: str, name: str, *, on: date) -> None:
    """A member who has been told to register and has not paid yet."""
    day = on - timedelta(days=6)
    walk.advance(walk.submit(walk.draft(user, class_id, name, on=day), on=day), on=day)


def _returned(walk: Walk, user: User, class_id: str, name: str, *, on: date) -> None:
    day = on - timedelta(days=5)
    application = walk.submit(walk.draft(user, class_id, name, on=day), on=day)
    step = engine.current_step(application.case)
    assert step is not None
    by = walk.officer(step.actor)
    papers = slots(application, day)
    if papers and papers[0].current is not None:
        note = "公章不清晰，请重新盖章后扫描上传。"
        documents.judge(papers[0].current, Verdict.RETURNED, note=note, by=by, on=day)
    reviews.return_for_correction(fresh(application), step=step.id, note="请补正后再次提交。", by=by, on=day)


def _refused(walk: Walk, user: User, class_id: str, name: str, *, on: date) -> None:
    day = on - timedelta(days=20)
    application = walk.submit(walk.draft(user, class_id, name, on=day), on=day)
    step = engine.current_step(application.case)
    assert step is not None
    cited = [article["key"] for article in reviews.citable(application)][:1]
    note = "提交的情况与登记信息不一致，不符合入会条件。"
    reviews.reject(application, step=step.id, note=note, rules=cited, by=walk.officer(step.actor), on=day)


def _withdrawn(walk: Walk, user: User, class_id: str, name: str, *, on: date) -> None:
    day = on - timedelta(days=9)
    application = walk.submit(walk.draft(user, class_id, name, on=day), on=day)
    applications.withdraw(application, by=Actor.applicant(user), on=day)


def _draft(walk: Walk, user: User, class_id: str, name: str, *, on: date) -> None:
    application = applications.start(user, class_id, on=on)
    applications.save(application, {"name": name}, on=on)


def _confer(walk: Walk, rulebook: Rulebook, *, on: date) -> None:
    """Raise members to the tiers that a body confers, the lowest first, as far as there are members."""
    members = iter(list(Membership.objects.filter(until__isnull=True).order_by("pk")))
    for tier in sorted(rulebook.tiers, key=lambda tier: tier.rank):
        if not tier.by_resolution_of or tier.rank == min(t.rank for t in rulebook.tiers_of(tier.class_[0])):
            continue
        membership = next((m for m in members if m.class_id in tier.class_), None)
        if membership is None:
            return
        day = max(membership.starts_on, on - timedelta(days=1))
        change = tiers.propose(membership, tier.id, by=SYSTEM, on=day)
        walk.resolve(change.case, engine.current_step(change.case).actor, on=day)  # type: ignore[union-attr]
