"""What the log says a decision is about, and what its facts are called."""

import ast
import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from association.actions import official_notices
from association.admin.audit_objects import objects_of
from association.admin.fact_words import FACTS
from association.admin.records import kind_words
from association.models import DecisionRecord
from tests import world
from tests.announced import SHOWN, answered, objection, published, shown
from tests.association.test_actions_official_notices import issued, officer, series, signed
from tests.desk import auditor

LOG = reverse("admin:association_auditevent_changelist")
APPS = ("association", "members", "fees", "credit", "admissions", "servicepool")
TITLE = "关于收缴2026年度会费的通知"


@pytest.fixture
def found(clock, db):
    clock(SHOWN)
    world.found()


def log(client, **asked) -> dict[str, set[str]]:
    """The objects of the decisions in the log, by what was decided."""
    lines: dict[str, set[str]] = {}
    for one in client.get(LOG, {"kind": "decision"} | asked).context["lines"]:
        lines.setdefault(one["line"].what, set()).add(one["line"].of)
    return lines


def test_signing_a_document_is_called_so_and_names_it(found):
    notice = signed(series(), on=date(2026, 9, 15))
    reader = auditor()
    assert log(reader)["红头文件：签发"] == {TITLE}
    assert "红头文件：签发" in log(reader, subject="年度会费")
    page = reader.get(LOG).content.decode()
    assert "（秘书长）" in page

    official_notices.send_back(notice, note="有误", by=officer(), on=date(2026, 9, 15))
    assert log(reader)["红头文件：签发"] == {TITLE}
    assert "红头文件：签发" in log(reader, subject="年度会费")


def test_announcements_publicities_and_objections_name_the_announcement(found):
    own = published(title="关于换届的公告")
    publicity = shown()
    row = objection(publicity)
    answered(row)
    reader = auditor()
    lines = log(reader)

    assert own.title in lines["公告：发布"]
    title = publicity.announcement.title
    assert lines["异议：已答复"] == {title}
    assert lines["公示：已提交"] == {title}
    assert "" not in {of for what, objects in lines.items() for of in objects if what[:2] in ("公告", "公示", "异议")}
    assert "异议：已答复" in log(reader, subject=title)


def test_the_objects_cost_the_same_for_one_and_many(found, django_assert_num_queries):
    run = series()
    for _ in range(3):
        signed(run, on=date(2026, 9, 15))
    rows = list(DecisionRecord.objects.filter(kind="document.signed"))
    for part in (rows[:1], rows):
        with django_assert_num_queries(2):
            assert set(objects_of(part).values()) == {TITLE}


def test_the_decision_shows_its_facts_under_chinese_names(found):
    notice = issued(series(), on=date(2026, 9, 15))
    page = auditor().get(reverse("admin:association_decisionrecord_change", args=[notice.signing_id]))
    assert dict(page.context["facts"]) == {"机构": "秘书长", "红头文件": TITLE}
    assert re.search(r"<dt>对象</dt>\s*<dd>" + TITLE, page.content.decode())


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("document.signed", "红头文件：签发"),
        ("meeting.signed", "会议：签署纪要存档"),
        ("series.closed", "文号系列：已停用"),
        ("role.granted", "角色：授予"),
        ("admission.return", "入会：退回补正"),
    ],
)
def test_a_word_of_one_thing_is_not_that_of_another(kind, words):
    with translation.override("zh-hans"):
        assert kind_words(kind) == words


def named_facts() -> set[str]:
    """Every name under which a rule or an action puts a fact into a reason."""
    found: set[str] = set()
    for app in APPS:
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            if {"actions", "rules", "cases"} & set(path.parts) or path.name in ("permissions.py", "effects.py"):
                for node in ast.walk(ast.parse(path.read_text())):
                    found |= _facts_of(node)
    return found


def _facts_of(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id == "facts" for to in node.targets):
        return _keys(node.value)
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", "")
        if name in ("passed", "failed", "refer"):
            return {one.arg for one in node.keywords if one.arg}
        if name == "Reason":
            given = [*node.args[2:3], *(one.value for one in node.keywords if one.arg == "facts")]
            return set().union(*map(_keys, given)) if given else set()
    return set()


def _keys(node: ast.AST) -> set[str]:
    if not isinstance(node, ast.Dict):
        return set()
    return {str(one.value) for one in node.keys if isinstance(one, ast.Constant)}


def test_every_fact_has_a_chinese_name():
    found = named_facts()
    assert {"body", "notice", "role_key", "value_date", "number"} <= found
    with translation.override("zh-hans"):
        unnamed = {name for name in found if not re.fullmatch("[\u4e00-\u9fff]+", str(FACTS.get(name, name)))}
    assert unnamed == set()
