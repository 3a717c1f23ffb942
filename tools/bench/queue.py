"""The desk's queue of 50 applications against a bare Django view that renders the same rows.

Ours goes through the session, the second factor, permissions, seats, filters, the desk's frame and the badges of
deadlines. The bare view reads the rows with one query and prints them into one table, without middleware.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Count, OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import path

from admissions.models import Application
from association import clock, queries
from association.actions import decisions
from association.actors import SYSTEM
from association.decisions import passed, setting
from association.models import Case, Deadline, Passage
from association.states import State, Verb
from portal.demo import accounts, loader
from portal.demo.plans import ACG, FOUNDED
from tools.bench.registry import Sides, benchmark
from tools.bench.web import site

ROWS = 50
STEP = "dept_review"
ADDRESS = "/admin/admissions/application/"

PAGE = """<!DOCTYPE html><html lang="zh-hans"><head><meta charset="utf-8"><title>申请</title></head><body>
<table><thead><tr><th>申请人</th><th>会员类型</th><th>环节</th><th>提交</th><th>期限</th><th>申请渠道</th><th>退回次数</th></tr></thead>
<tbody>{% for case in cases %}<tr><th><a href="/applications/{{ case.key }}/">{{ case.subject }}</a></th>
<td>{{ class_name }}</td><td>{{ step_name }}</td><td>{{ case.submitted_on|date:"Y年n月j日" }}</td>
<td>{{ case.due_on|date:"Y年n月j日" }}</td><td>{{ case.application.channel }}</td>
<td>{% if case.returned %}{{ case.returned }}{% endif %}</td></tr>{% endfor %}</tbody></table></body></html>"""


def bare(request: HttpRequest) -> HttpResponse:
    due = Deadline.objects.filter(case=OuterRef("pk"), met_on=None, dropped_on=None).order_by("due_on")
    cases = (
        Case.objects.filter(kind="admission", state=State.OPEN, step=STEP)
        .select_related("application")
        .annotate(
            due_on=Subquery(due.values("due_on")[:1]),
            returned=Count("passages", filter=Q(passages__verb=Verb.RETURN)),
        )
        .order_by("submitted_on", "pk")[:ROWS]
    )
    names = {"class_name": "单位会员", "step_name": "会员部资格审查"}
    return HttpResponse(TEMPLATE.render(Context({"cases": cases, **names})))


TEMPLATE = Template(PAGE)
urlpatterns = [path("bench/queue", bare)]


@benchmark("queue", at_most=3)
def queue() -> Iterator[Sides]:
    loader.found(ACG)
    officer = accounts.create(on=FOUNDED)["member-dept"]
    names = _fill()
    with site() as ours, site(bare=True) as theirs:
        ours.log_in(officer)
        pages = ours.get(ADDRESS).decode(), theirs.get("/bench/queue").decode()
        if any(page.count(name) < 1 for page in pages for name in names):
            raise RuntimeError("the two sides do not show the same rows")
        yield Sides(lambda: ours.get(ADDRESS), lambda: theirs.get("/bench/queue"))


def _fill() -> list[str]:
    """Fifty applications of units at the department, due on different days, every fifth returned once."""
    on = clock.today()
    version_id = queries.governing(on).version_id
    cases = Case.objects.bulk_create(_case(number, on, version_id) for number in range(ROWS))
    Application.objects.bulk_create(
        Application(case=case, channel="协会网站", answers={"name": case.subject, "legal_form": "legal_person"})
        for case in cases
    )
    Deadline.objects.bulk_create(
        Deadline(
            case=case,
            code=STEP,
            body="membership_dept",
            started_on=on - timedelta(days=10),
            due_on=on + timedelta(days=number % 12 - 4),
            sources=[],
        )
        for number, case in enumerate(cases)
    )
    record = decisions.record(passed("bench", setting("bench")), kind="bench", version_id=None, by=SYSTEM, on=on)
    Passage.objects.bulk_create(
        Passage(case=case, seq=1, verb=Verb.RETURN, from_state="open", to_state="returned", decision=record)
        for case in cases[::5]
    )
    return [case.subject for case in cases]


def _case(number: int, on: date, version_id: int) -> Case:
    return Case(
        kind="admission",
        member_class="unit",
        version_id=version_id,
        state=State.OPEN,
        step=STEP,
        subject=f"北京第{number:03d}文化传媒有限公司",
        opened_on=on - timedelta(days=20),
        submitted_on=on - timedelta(days=20 - number % 10),
    )
