"""The quote under every rulebook: what it costs, what is asked for, how it goes; on the page and in the API."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from association import queries
from association.models import Adoption, Association
from association.rulebook import preset_text, presets
from fees.admin.forms import UNITS, StandardForm
from fees.models import FeeStandard
from fees.quotes import Unquotable, quote
from fees.views.quote import LIMIT
from portal.api.site import LIMIT as API_LIMIT
from portal.demo import loader
from portal.demo.plans import PLANS

pytestmark = pytest.mark.django_db
URL, API = "/quote/", "/api/v1/quote"
FREE = "本办法没有规定会费"
WITHOUT_FEES = {"gen1", "gen2", "gen4"}


@pytest.fixture(autouse=True)
def _asked_as_often_as_needed(db):
    LIMIT.forget()
    API_LIMIT.forget()


@pytest.fixture
def association():
    return lambda id: loader.found(PLANS[id])


def page(client, **query):
    answer = client.get(URL, query)
    assert answer.status_code == 200
    return answer.content.decode()


def answer(client, **query):
    got = client.get(API, query)
    assert got.status_code == 200, got.json()
    return got.json()


def unset_fees():
    FeeStandard.objects.update(decision=None, resolution=None)
    Association.objects.update(revision=Association.objects.get().revision + 1)


@pytest.mark.parametrize("id", sorted(PLANS))
def test_every_rulebook_quotes_each_of_its_members(client, association, clock, id):
    clock("2026-09-15")
    rulebook = association(id)
    for one in rulebook.classes:
        tiers = [tier.id for tier in rulebook.tiers_of(one.id)] or [""]
        for tier in tiers:
            shown = page(client, member=".".join(filter(None, (one.id, tier))), starts_on="2026-09-15")
            assert "quote__untold" not in shown
            assert "error-summary" not in shown
            told = "quote__total" in shown
            assert told == (rulebook.fees is not None and one.joined_by != "deemed")
            assert told or FREE in shown or one.joined_by == "deemed"
            for paper in rulebook.documents_for(one.id, facts={"tier": tier}):
                assert paper.name in shown or one.joined_by == "deemed"


def test_a_plan_for_every_adoptable_document():
    assert set(PLANS) == {id for id in presets() if id != "gen3"}


@pytest.mark.parametrize("id", sorted(WITHOUT_FEES))
def test_rules_without_fees_say_so(client, association, id):
    association(id)
    shown = page(client)

    assert FREE in shown
    assert "quote__total" not in shown


@pytest.mark.rule("FIRE-8.2.4")
def test_without_a_standard_it_is_said_and_the_rest_is_shown(client, association):
    association("fire")
    unset_fees()
    shown = page(client, member="unit.ordinary", starts_on="2026-09-15")

    assert "会费标准中没有“单位会员 · 普通单位会员”的金额" in shown
    assert "quote__total" not in shown
    assert "¥0.00" not in shown
    for words in ("《诚信经营承诺书》", "材料审核", "免费：会员证书、标牌", "第八条（二）4"):
        assert words in shown


@pytest.mark.rule("FIRE-8.2.4")
def test_without_a_standard_the_api_has_no_total(client, association):
    association("fire")
    unset_fees()
    query = {"class": "unit", "tier": "ordinary", "starts_on": "2026-09-15"}
    refused = client.get(API, query)
    told = answer(client, details="true", **query)

    assert refused.status_code == 422
    assert "没有“单位会员 · 普通单位会员”的金额" in refused.json()["detail"]
    assert (told["lines"], told["total"]) == ([], None)
    assert told["untold"] == [refused.json()["detail"]]
    assert [paper["name"] for paper in told["documents"]][:1] == ["《单位会员入会申请表》"]


@pytest.mark.rule("FIRE-13.3a", "FIRE-13.3b")
@pytest.mark.parametrize(
    ("starts_on", "reviewed", "mailed"),
    [
        ("2026-09-15", "2026-09-15", "2026-09-18"),
        ("2026-09-19", "2026-09-20", "2026-09-23"),  # a Saturday; the Sunday is worked
        ("2026-09-30", "2026-09-30", "2026-10-10"),  # over the National Day
        ("2026-10-01", "2026-10-08", "2026-10-12"),
    ],
)
def test_fire_the_same_day_and_three_working_days(client, association, starts_on, reviewed, mailed):
    association("fire")
    got = answer(client, **{"class": "person", "starts_on": starts_on, "details": "true"})
    by = {step["id"]: step["by"] for step in got["steps"]}

    assert by == {"check": reviewed, "reply": reviewed, "pay": reviewed, "mail": mailed}
    assert (got["membership_begins"]["event"], got["membership_begins"]["on"]) == ("fee.received", reviewed)
    assert got["steps"][3]["deadline"] == {"n": 3, "unit": "workday", "from": "fee.received"}
    assert "13.3b" in [one["article"] for one in got["steps"][3]["citations"]]


@pytest.mark.rule("ACG-24", "ACG-20")
def test_acg_begins_with_the_application_and_counts_no_further_than_the_document(client, association):
    association("acg")
    query = {"class": "unit", "tier": "council", "starts_on": "2026-09-15"}
    got = answer(client, details="true", **query)
    plain = answer(client, **query)

    assert {key: got[key] for key in plain} == plain
    assert list(plain) == ["rulebook", "version", "currency", "lines", "total"]
    assert got["membership_begins"]["on"] == "2026-09-15"
    by = {step["id"]: step["by"] for step in got["steps"]}
    assert by["dept_review"] is None
    assert by["council"] is None
    assert by["notify"] is None
    assert next(step for step in got["steps"] if step["id"] == "notify")["deadline"] == {
        "n": 10,
        "unit": "workday",
        "from": "decision.approved",
    }
    assert "至少受理至2027年9月15日" in page(client, member="unit.council", starts_on="2026-09-15")


@pytest.mark.rule("GEN8-4.1")
def test_who_registers_is_a_member_at_once(association):
    association("gen8")
    way = quote("person", None, date(2026, 10, 3)).way()

    assert (way.begins.event, way.begins.day.day) == ("registration.completed", date(2026, 10, 3))
    assert [stop.at_once for stop in way.stops] == [True]


def test_who_is_deemed_a_member_needs_nothing(client, association):
    association("acg")
    shown = page(client, member="employee", starts_on="2026-09-15")

    assert "无须申请" in shown
    assert "默认会员不缴会费" in shown
    assert "需要准备的材料" not in shown
    assert "/join/" not in shown.split("<main", 1)[1]


@pytest.mark.rule("INS-7.3")
def test_papers_of_which_one_combination_suffices(client, association):
    association("insurance")
    got = answer(client, **{"class": "statutory", "starts_on": "2026-09-15", "details": "true"})
    groups = [paper["any_of"] for paper in got["documents"] if paper["any_of"]]

    assert groups == [
        [
            ["经营业务许可证复印件", "法人营业执照复印件"],
            ["经营业务许可证复印件", "法人登记证复印件"],
            ["其他法定资格文件"],
        ]
    ]
    assert "只能要求补正材料" in page(client, member="statutory")
    assert "只能要求补正材料" not in page(client, member="ordinary")


@pytest.mark.rule("GEN7-4.1.1", "GEN7-4.2.1")
def test_gen7_asks_for_the_fee_first_and_gives_it_back(client, association):
    association("gen7")
    shown = page(client, member="person", starts_on="2026-09-15")

    assert "会费随申请一并交纳" in shown
    assert "申请未获通过的，全额退还" in shown
    steps = quote("person", None, date(2026, 9, 15)).way().stops
    assert [(stop.action, stop.by and stop.by.day) for stop in steps][:1] == [("pay", date(2026, 9, 15))]


@pytest.mark.rule("PROP-6.5")
def test_property_says_until_when_and_what_follows(client, association):
    association("property")
    shown = page(client, member="unit", starts_on="2026-09-15")

    for words in (
        "自收到通知之日起 10 个工作日内",
        "一次性（2026年）",
        "逾期未交纳的，由本会处理，不自动失效",
    ):
        assert words in shown
    assert "以后每" not in shown


class TestRegistries:
    @pytest.mark.rule("SAFE-9.1", "SAFE-10.1")
    def test_the_visitor_chooses_among_the_adopted_rules(self, client, association):
        association("safety")
        first, second = page(client), page(client, rulebook="safety")

        assert "《北京市安全社区建设咨询服务单位自律管理实施规范（试行）》" in first
        assert 'aria-current="page">《北京消防协会会员服务管理办法' in first
        assert 'name="rulebook" value="safety"' in second
        for words in ("6名以上咨询人员", "咨询单位登记表", "面试答辩", "在网上公告", FREE):
            assert words in second
        assert "/join/" not in second.split("<main", 1)[1]

    def test_in_the_api_by_its_id(self, client, association):
        association("servicepool")
        got = answer(client, **{"class": "institution", "starts_on": "2026-09-15", "rulebook": "servicepool"})

        assert (got["rulebook"], got["total"], got["lines"]) == ("servicepool", "0.00", [])

    def test_before_it_was_adopted(self, association):
        association("servicepool")
        with pytest.raises(Unquotable) as caught:
            quote("institution", None, date(2024, 5, 19), rulebook="servicepool")
        assert caught.value.parameter == "starts_on"

    @pytest.mark.parametrize("id", ["gen1", "x", "\x00"])
    def test_rules_that_are_not_adopted(self, client, association, id):
        association("safety")
        refused = client.get(API, {"class": "unit", "starts_on": "2026-09-15", "rulebook": id})

        assert refused.status_code == 422
        assert refused.json()["errors"][0]["parameter"] == "rulebook"
        missing = client.get(URL, {"rulebook": id})
        assert missing.status_code == 404
        assert "?rulebook=safety" in missing.content.decode()


def test_one_rulebook_alone_needs_no_choice(client, association):
    association("acg")

    assert "quote__books" not in page(client)
    assert Adoption.objects.count() == 1


def test_the_page_reads_one_row_whatever_the_rulebook(client, association, django_assert_num_queries):
    association("safety")
    for query in ({}, {"rulebook": "safety"}, {"member": "unit.council"}):
        client.get(URL, query)
        with django_assert_num_queries(1):
            client.get(URL, query)


def found_with(monkeypatch, id, amounts, change):
    """The demo association of a rulebook whose file was changed."""
    monkeypatch.setattr(loader, "preset_text", lambda asked: change(preset_text(asked)))
    loader.found(replace(PLANS[id], amounts={key: Decimal(amount) for key, amount in amounts.items()}))


class TestGrade:
    ADDED = """
[fees.grade]
field = "grade"
selector = { class = "unit" }
ref = ["4.1.2"]

[[fields]]
id = "grade"
name = "资质等级"
kind = "choice"
choices = ["一级", "二级"]
ref = ["4.1.2"]
"""
    AMOUNTS = {("unit", "", "一级"): 2000, ("unit", "", "二级"): 1000, ("person", ""): 50}

    @pytest.fixture
    def graded(self, monkeypatch):
        found_with(monkeypatch, "gen7", self.AMOUNTS, lambda text: text + self.ADDED)

    def test_the_form_asks_for_it_and_begins_with_the_first(self, client, graded):
        shown = page(client, member="unit")

        assert "资质等级" in shown
        assert "¥2,000.00" in shown
        assert "¥1,000.00" in page(client, member="unit", grade="二级")
        assert "¥50.00" in page(client, member="person", grade="二级")

    @pytest.mark.parametrize("grade", ["", "三级"])
    def test_without_one_there_is_no_fee_to_tell(self, client, graded, grade):
        shown = page(client, member="unit", grade=grade)

        assert "error-summary" in shown
        assert "quote__total" not in shown

    @pytest.mark.parametrize(
        ("query", "total", "parameter"),
        [
            ({"class": "unit", "grade": "二级"}, "1000.00", None),
            ({"class": "unit"}, None, "grade"),
            ({"class": "unit", "grade": "三级"}, None, "grade"),
            ({"class": "person", "grade": "一级"}, None, "grade"),
            ({"class": "person"}, "50.00", None),
        ],
    )
    def test_in_the_api(self, client, graded, query, total, parameter):
        got = client.get(API, query | {"starts_on": "2026-09-15"}).json()

        assert got.get("total") == total
        assert [error["parameter"] for error in got.get("errors", [])] == ([parameter] if parameter else [])

    def test_a_standard_needs_an_amount_for_each(self, graded):
        form = StandardForm(rulebook=queries.rulebook_on(date(2026, 9, 15)))

        assert list(form.keys.values()) == [("person", "", ""), ("unit", "", "一级"), ("unit", "", "二级")]


class TestQuarters:
    @pytest.fixture(autouse=True)
    def _by_the_quarter(self, monkeypatch):
        def change(text):
            return text.replace('cycle = "year"', 'cycle = "quarter"', 1)

        found_with(monkeypatch, "gen6", {("person", ""): 300}, change)

    @pytest.mark.rule("GEN6-4.2")
    def test_the_page_names_the_quarter_and_what_follows(self, client):
        shown = page(client, member="person", starts_on="2026-08-20")

        for words in ("2026年第3季度", "¥300.00", "以后每季度 ¥300.00", "四、2"):
            assert words in shown
        assert "¥1,200.00" not in shown

    @pytest.mark.rule("GEN6-4.2")
    def test_the_api_says_which_part_of_the_year(self, client):
        query = {"class": "person", "starts_on": "2026-08-20", "registered_on": "2026-10-01"}
        lines = answer(client, **query)["lines"]

        assert [(line["year"], line["period"], line["from"], line["until"]) for line in lines] == [
            (2026, 3, "2026-07-01", "2026-09-30"),
            (2026, 4, "2026-10-01", "2026-12-31"),
        ]

    def test_finance_enters_yuan_a_quarter(self):
        form = StandardForm(rulebook=queries.rulebook_on(date(2026, 9, 15)))

        assert form.fields["amount_person_"].help_text == UNITS["quarter"]


def test_who_is_free_stands_as_free_in_the_form_of_a_standard(monkeypatch, client):
    free = '\n[[fees.free]]\nid = "honorary"\nselector = { class = "person" }\nref = ["4.1.1"]\n'
    found_with(monkeypatch, "gen7", {("unit", ""): 3000}, lambda text: text + free)
    form = StandardForm(rulebook=queries.rulebook_on(date(2026, 9, 15)))
    shown = page(client, member="person", starts_on="2026-09-15")

    assert list(form.keys) == ["amount_unit_"]
    assert form.fields["amount_person_"].disabled
    assert "个人会员免交会费" in shown
    assert "quote__total" not in shown
    assert "会费随申请" not in shown
