"""The demo association of rulebook ``acg``: adopted, with fees, a term, and applications in every early state."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from admissions.actions import applications, reviews
from admissions.models import Application
from admissions.queries import slots
from association import clock, queries
from association.actions import bodies, profile, resolutions, rulebooks
from association.actors import SYSTEM, Actor
from association.cases import documents
from association.files import keeping
from association.models import Body, User
from association.models.file import Verdict
from association.rulebook.loader import load, preset_text
from fees.actions import standards
from fees.models import BankAccount
from portal.demo import accounts
from portal.demo.papers import paper

FOUNDED = date(2024, 5, 20)  # first day of the second council term
TERM_UNTIL = date(2029, 5, 20)

AMOUNTS = {
    ("person", ""): Decimal(200),
    ("unit", "member"): Decimal(2000),
    ("unit", "council"): Decimal(5000),
    ("unit", "standing_council"): Decimal(10000),
    ("unit", "vice_president"): Decimal(20000),
    ("unit", "president"): Decimal(50000),
}

UNITS = (  # name, code, field; the codes are made up and well-formed
    ("北京星野动画有限公司", "动画制作"),
    ("北京云栖漫画出版有限公司", "漫画出版"),
    ("北京方糖游戏科技有限公司", "游戏"),
    ("北京千帆会展服务有限公司", "展会"),
    ("北京木桥周边设计有限公司", "周边设计"),
)


def found() -> None:
    """The association itself: rules adopted, fees set, term recorded, bank account."""
    text = preset_text("acg")
    rulebook = load(text)
    who = rulebook.profile
    assert who is not None
    profile.set_up(
        who.name,
        short_name="北京二次元协会",
        phone=who.phone,
        email=who.email,
        address=who.address,
        supervising_unit=who.supervising_unit,
        registration_authority=who.registration_authority,
        icp=who.icp,
    )
    bodies.sync(rulebook)
    version = rulebooks.store(text, by=SYSTEM)
    council = Body.objects.get(key="council")
    meeting = resolutions.hold_meeting(council, "第二届理事会第一次会议", held_on=FOUNDED)
    adopted = resolutions.draft(meeting, "京二协理〔2024〕1号", "关于审议通过《会员管理办法》的决议", by=SYSTEM)
    adopted = resolutions.pass_bare(adopted, on=FOUNDED)
    rulebooks.adopt(version, effective_from=FOUNDED, resolution=adopted, by=SYSTEM, on=FOUNDED)
    bodies.open_term(council, 2, from_on=FOUNDED, until=TERM_UNTIL)
    assembly = resolutions.hold_meeting(
        Body.objects.get(key="members_assembly"), "第二届第一次会员大会", held_on=FOUNDED
    )
    fees = resolutions.pass_bare(
        resolutions.draft(assembly, "京二协会〔2024〕1号", "关于会费标准的决议", by=SYSTEM), on=FOUNDED
    )
    standard = standards.draft("会费标准（2024）", AMOUNTS, effective_from=FOUNDED)
    standards.activate(standard, fees, by=SYSTEM, on=FOUNDED)
    BankAccount.objects.get_or_create(
        account="1100 1234 5678 9012 345",
        defaults={"payee": "北京二次元文化创意协会", "bank": "演示银行北京分行营业部"},
    )


def populate(users: dict[str, User], *, on: date) -> None:
    """Applications that wait at each of the early steps, so that every desk has something on it."""
    applicants = [
        User.objects.filter(email=f"unit{n}@demo.example").first()
        or User.objects.create_user(f"unit{n}@demo.example", None, name=f"经办人{n}", is_demo=True)
        for n in range(1, len(UNITS) + 1)
    ]
    officer = Actor.officer(users["member-dept"], body="membership_dept")
    chief = Actor.officer(users["secretary-general"], body="secretary_general")
    day = on - timedelta(days=12)
    made = [apply(user, name, field, on=day) for user, (name, field) in zip(applicants, UNITS, strict=True)]
    for application in made[1:4]:
        review(application, by=officer, on=day + timedelta(days=3))
    for application in made[2:4]:
        application.case.refresh_from_db()
        reviews.pass_on(application, step="secretary_general", by=chief, on=day + timedelta(days=5))
    returned = made[4]
    papers = slots(returned, day)
    documents.judge(
        papers[0].current,  # type: ignore[arg-type]  # apply() has filled every slot
        Verdict.RETURNED,
        note="公章不清晰，请重新盖章后扫描上传。",
        by=officer,
        on=day + timedelta(days=4),
    )
    reviews.return_for_correction(returned, step="dept_review", note="", by=officer, on=day + timedelta(days=4))


def apply(user: User, name: str, field: str, *, on: date) -> Application:
    """A complete application of a unit, submitted ``on``."""
    application = applications.start(user, "unit", on=on)
    applications.save(
        application,
        {
            "name": name,
            "uscc": code_for(name),
            "legal_form": "legal_person",
            "registrar": "北京市朝阳区市场监督管理局",
            "rb_field": field,
            "rb_employees": "38",
            "rb_revenue": "6200000",
            "rb_figures_year": str(on.year - 1),
            "penalty_no_penalty_3y": "no",
            "contact_name": user.name,
            "mobile": "13800001234",
            "address": "北京市朝阳区演示路1号",
        },
        on=on,
    )
    application.refresh_from_db()
    for slot in slots(application, on):
        file = keeping.keep_upload(paper(slot.rule.name, name), name=f"{slot.rule.id}.pdf", by=user)
        documents.attach(application.case, slot.rule.id, file)
    applications.accept_rules(application, True, on=on)
    application.refresh_from_db()
    return applications.submit(application, by=Actor.applicant(user, on_behalf_of=name), on=on)


def review(application: Application, *, by: Actor, on: date) -> None:
    """The department checks every paper, answers what is referred to it, and passes the case on."""
    for slot in slots(application, on):
        assert slot.current is not None
        documents.judge(slot.current, Verdict.ACCEPTED, by=by, on=on)
    for check in ("charter_conditions", "field"):
        reviews.judge(application, check, satisfied=True, note="经核对章程与营业范围，符合。", by=by, on=on)
    application.case.refresh_from_db()
    reviews.pass_on(application, step="dept_review", by=by, on=on)


def code_for(name: str) -> str:
    """A well-formed code of a Beijing enterprise, always the same for a name."""
    from stdnum.cn import uscc

    digits = sum(ord(char) * 31**i for i, char in enumerate(name)) % 10**9
    body = f"91110105{digits:09d}"
    return body + uscc.calc_check_digit(body)


def load_demo() -> None:
    """Everything, once."""
    on = clock.today()
    found()
    users = accounts.create(on=FOUNDED)
    if not Application.objects.exists():
        populate(users, on=on)
    queries.forget()
