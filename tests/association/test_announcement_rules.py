"""What the rules of every document let out to the public: the facts on their list, and none of a person's numbers."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from association.actions import announcements, decisions
from association.actors import SYSTEM
from association.decisions import Refused, passed
from association.models import RulebookVersion
from association.rulebook import preset, preset_text, presets
from association.rules.publicity import NEVER
from tests import world
from tests.adopted import stored
from tests.announced import SHOWN, secretary

RULES = [
    pytest.param(id, rule.id, person, id=f"{id}-{rule.id}-{'person' if person else 'unit'}")
    for id in presets()
    for rule in preset(id).announcements
    for person in (False, True)
]
PRIVATE = {
    "id_number": "11010519491231002X",
    "identity_number": "110105491231002",
    "mobile": "13800001234",
    "phone": "13900001234",
    "email": "zhang@unit.example",
    "address": "朝阳区某路1号",
    "birth_date": "1949-12-31",
    "bank_account": "6222021234567890128",
    "ID_Number": "420106198802290037",
}


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock(SHOWN)
    world.found()


def drafted(id: str, rule_id: str, facts: dict[str, str], *, person: bool = False):
    """A draft after the rule of the document, as a decision under it would make it."""
    version = RulebookVersion.objects.filter(rulebook=id).first() or stored(preset_text(id))
    rule = next(rule for rule in preset(id).announcements if rule.id == rule_id)
    made = passed("announcement_drafted", *rule.sources(id))
    under = decisions.record(made, kind="test", version_id=version.pk, by=SYSTEM, on=SHOWN)
    return announcements.draft(
        rule, facts, title=rule.name or rule.id, person=person, case=None, record=under, on=SHOWN
    )


@pytest.mark.rule("ACG-25")
@pytest.mark.parametrize(("id", "rule_id", "person"), RULES)
def test_only_the_facts_on_the_list_come_in(id, rule_id, person):
    rule = next(rule for rule in preset(id).announcements if rule.id == rule_id)
    listed = rule.person_fields if person and rule.person_fields else rule.fields
    facts = {
        name: f"事实{number}" for number, name in enumerate({*rule.fields, *rule.person_fields, "内部意见", "score"})
    }

    draft = drafted(id, rule_id, facts | PRIVATE, person=person)

    assert set(draft.fields) == {name for name in listed if name.lower() not in NEVER}
    assert not {*draft.fields.values()} & {*PRIVATE.values()}


@pytest.mark.rule("SAFE-11.1")
def test_the_shortlist_names_who_is_on_it_and_nothing_else(client):
    """公布进入面试答辩环节的入围单位名单: published by a person, under article 11, the score stays inside."""
    draft = drafted("safety", "shortlist", {"name": "北京安评咨询有限公司", "score": "88", "contact": "张三"})
    page = reverse("announcement", args=[draft.key])
    assert draft.fields == {"name": "北京安评咨询有限公司"}
    assert client.get(page).status_code == 404

    announcements.release(draft, by=secretary(), on=SHOWN)

    shown = client.get(page).content.decode()
    assert "北京安评咨询有限公司" in shown
    assert "张三" not in shown
    assert "88" not in draft.fields.values()
    assert "第十一条" in shown


@pytest.mark.rule("SAFE-11.3")
def test_the_result_is_announced_with_name_and_number_under_its_articles(client):
    facts = {"name": "北京安评咨询有限公司", "number": "AQ-2026-01", "total": "86.00"}
    draft = drafted("safety", "listed", facts)
    announcements.release(draft, by=secretary(), on=SHOWN)

    assert draft.fields == {"name": "北京安评咨询有限公司", "number": "AQ-2026-01"}
    shown = client.get(reverse("announcement", args=[draft.key])).content.decode()
    assert "AQ-2026-01" in shown
    assert "86.00" not in shown


@pytest.mark.rule("SVC-10")
def test_a_removal_is_made_public_with_its_reason_by_a_person(client):
    """撤销入库资格并公示: removed 2026-03-10; it is public once somebody has published it, under article 10."""
    facts = {"name": "武汉安防服务有限公司", "reason": "未保持协会理事级别以上资格", "satisfaction": "70.00"}
    draft = drafted("servicepool", "removal", facts)
    page = reverse("announcement", args=[draft.key])
    assert client.get(page).status_code == 404

    announcements.release(draft, by=secretary(), on=SHOWN)

    assert draft.fields == {"name": "武汉安防服务有限公司", "reason": "未保持协会理事级别以上资格"}
    shown = client.get(page).content.decode()
    assert "未保持协会理事级别以上资格" in shown
    assert "第十条" in shown
    assert "70.00" not in shown


@pytest.mark.rule("SVC-10")
@pytest.mark.parametrize(
    "reason", ["经办人13800001234", "负责人110105491231002", "负责人１１０１０５１９４９１２３１００２Ｘ"]
)
def test_a_reason_with_somebody_s_number_stays_inside(client, reason):
    draft = drafted("servicepool", "removal", {"name": "武汉安防服务有限公司", "reason": reason})

    with pytest.raises(Refused) as refusal:
        announcements.release(draft, by=secretary(), on=date(2026, 9, 15))

    assert refusal.value.decision.reasons[0].code in ("announcement_holds_mobile", "announcement_holds_identity")
    assert client.get(reverse("announcement", args=[draft.key])).status_code == 404
