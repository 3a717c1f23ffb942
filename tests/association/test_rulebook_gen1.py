"""gen1.toml: a model text without an issuer. Exit by consent, four sanctions, a law that nobody can find."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from admissions.answers import faults, tidy
from admissions.questions import questions
from admissions.rules.eligibility import check, verdict
from admissions.rules.facts import Facts
from association import queries
from association.actions import bodies, profile, resolutions, rulebooks
from association.actors import SYSTEM
from association.decisions import Basis, Outcome, SourceKind
from association.models import Body
from association.rulebook import load, preset, preset_text, presets
from association.rules.counting import last_day_of_validity
from association.rules.deadlines import calendar_of
from credit.rules.bans import ban_until, banned
from fees.rules import dues
from fees.rules.dues import Standard
from members.rules.standing import Event, EventKind, Status, standing

BOOK = preset("gen1")
ON = date(2026, 4, 10)
PERSON = Facts(class_id="person", id_no="110108199003071238", declarations={"not_volunteer": False})
MEMBER = (Event(EventKind.JOINED, date(2026, 1, 5), 1, class_id="person"),)
DAY = timedelta(1)


def cited(decision):
    return {source.key for source in decision.sources if source.kind is SourceKind.ARTICLE}


def rung(id):
    return next(rung for rung in BOOK.sanctions.ladder if rung.id == id)


def wrong(class_id, **typed):
    """The questions that are still open after this was typed and saved."""
    asked = questions(BOOK, class_id)
    saved = {question.key: tidy(typed[question.key], question) for question in asked if question.key in typed}
    return set(faults(asked, saved))


@pytest.fixture
def forgotten(monkeypatch):
    """A rolled-back test leaves its versions in the process; SQLite gives their keys again."""
    monkeypatch.setattr(queries, "_kept", {})
    queries.governing_version.cache_clear()
    yield
    queries.governing_version.cache_clear()


class TestDocument:
    def test_a_template_names_nobody_and_no_day(self):
        meta = BOOK.meta
        assert (BOOK.title, meta.status, meta.adoptable) == ("会员制管理办法", "template", True)
        assert (BOOK.association, meta.issuer, meta.adopted_by) == ("", "", ())
        assert (meta.adopted_on, meta.effective_on, meta.published_on) == (None, None, None)
        assert BOOK.profile is None

    @pytest.mark.django_db
    @pytest.mark.usefixtures("forgotten")
    @pytest.mark.parametrize("effective_from", [date(2026, 3, 1), date(2024, 2, 29)])
    def test_the_association_enters_the_day_at_adoption(self, effective_from):
        profile.set_up("某单位")
        bodies.sync(BOOK)
        version = rulebooks.store(preset_text("gen1"), by=SYSTEM)
        meeting = resolutions.hold_meeting(Body.objects.get(key="management"), "会议", held_on=effective_from)
        drafted = resolutions.draft(meeting, "1号", "关于会员制管理办法的决议", by=SYSTEM)
        resolution = resolutions.pass_bare(drafted, on=effective_from)
        rulebooks.adopt(version, effective_from=effective_from, resolution=resolution, by=SYSTEM, on=date(2026, 9, 1))
        with pytest.raises(queries.NoRulebook):
            queries.rulebook_on(effective_from - DAY)
        assert queries.rulebook_on(effective_from).id == queries.rulebook_on(effective_from + DAY).id == "gen1"

    @pytest.mark.rule("GEN-0")
    def test_noise_of_the_download_site_is_in_no_article(self):
        noise = ("下载文档前", "仅部分预览", "如文档侵犯您的权益", "相关文档", "最新文档", "合集下载")
        for id in presets():
            for article in preset(id).articles.values():
                assert not [words for words in noise if words in article.text], (id, article.key)

    @pytest.mark.rule("GEN1-1")
    def test_the_law_it_cites_cannot_be_found(self):
        assert BOOK.article("1").text == "根据《中华人民共和国民间非营利组织法》等法律法规规定,本办法制定。"
        assert "无法核实" in BOOK.article("1").erratum
        assert any("民间非营利组织法" in basis for basis in BOOK.meta.based_on)

    @pytest.mark.rule("GEN1-2", "GEN1-5")
    @pytest.mark.parametrize(
        ("key", "misprint", "meant"), [("2", "合用于本单位", "适用"), ("5", "必要匡助和支持", "帮助")]
    )
    def test_misprints_stay_and_are_said(self, key, misprint, meant):
        assert misprint in BOOK.article(key).text
        assert meant not in BOOK.article(key).text
        assert meant in BOOK.article(key).erratum

    @pytest.mark.rule("GEN1-4")
    def test_leaving_freely_and_leaving_by_consent_stand_side_by_side(self):
        assert "自愿加入、自愿退出、平等互利的原则" in BOOK.article("4").text
        assert "第十二条" in BOOK.article("4").note

    @pytest.mark.rule("GEN1-5")
    def test_help_can_be_asked_for(self):
        assert [benefit.ref for benefit in BOOK.benefits if benefit.kind == "request"] == [("5",)]

    def test_fifteen_articles_in_five_chapters_then_papers_and_notes(self):
        whole = [(a.key, a.chapter) for a in BOOK.articles.values() if a.parent is None]
        assert [key for key, _ in whole] == [str(n) for n in range(1, 18)]
        assert list(dict.fromkeys(chapter for _, chapter in whole)) == [
            "第一章 总则",
            "第二章 会员申请及加入",
            "第三章 会员的权利和义务",
            "第四章 会员退出",
            "第五章 违约及处理",
            "第六章 附件",
            "第七章 法律名词及注释",
        ]
        assert dict(whole)["6"] == dict(whole)["9"] == "第二章 会员申请及加入"
        assert [BOOK.label(key) for key in ("15", "14.3", "16", "16.2")] == [
            "第十五条",
            "第十四条（三）",
            "第六章（附件）",
            "附件（二）",
        ]

    def test_each_part_stands_in_its_whole(self):
        parts = [a for a in BOOK.articles.values() if a.parent]
        assert len(parts) == 18
        for part in parts:
            assert part.text in BOOK.article(part.parent).text

    @pytest.mark.rule("GEN1-17")
    def test_the_note_on_the_law_stays_with_its_impossible_dates(self):
        text = BOOK.article("17.1").text
        assert text.startswith("(一)中华人民共和国民间非营利组织法:2022年4月23日")
        assert text.endswith("第二十四次会议通过,自2022年1月1日起施行。")
        assert "早于通过日期" in BOOK.article("17").erratum

    def test_what_the_document_does_not_say_is_off(self):
        assert BOOK.fees is None
        assert BOOK.dishonesty is None
        assert BOOK.numbering is None
        assert BOOK.sanctions.suspension is None
        assert (BOOK.tiers, BOOK.certificates, BOOK.announcements, BOOK.registrations, BOOK.officers) == ((),) * 5
        assert sorted(BOOK.workflows) == ["admission", "sanction", "withdrawal"]
        for class_id in ("person", "unit"):
            free = dues.joining(
                BOOK,
                class_id=class_id,
                tier=None,
                starts_on=ON,
                standard=Standard("none", {(class_id, None): Decimal(100)}),
                calendar=calendar_of(BOOK),
            )
            assert (free.reasons[0].code, free.value) == ("no_fees", ())

    def test_every_reading_and_hole_is_explained(self):
        steps = [step for flows in BOOK.workflows.values() for flow in flows for step in flow.steps]
        rules = (*BOOK.classes, *BOOK.acceptances, *BOOK.documents, *BOOK.sanctions.ladder, *steps)
        for rule in (*rules, BOOK.membership, BOOK.withdrawal, BOOK.sanctions, BOOK.body("management")):
            assert rule.basis is Basis.TEXT or rule.note, rule


class TestJoining:
    @pytest.mark.rule("GEN1-3")
    def test_insiders_and_organisations_but_no_volunteers(self):
        assert [(c.id, c.kind, c.relation) for c in BOOK.classes] == [
            ("person", "person", "内部人员"),
            ("unit", "unit", ""),
        ]
        assert verdict(check(BOOK, PERSON, on=ON), BOOK).passed
        for declared in ({"not_volunteer": True}, {}):
            refused = verdict(check(BOOK, replace(PERSON, declarations=declared), on=ON), BOOK)
            assert refused.outcome is Outcome.FAIL
            assert cited(refused) == {"3"}
        assert verdict(check(BOOK, Facts(class_id="unit"), on=ON), BOOK).reasons[0].code == "nothing_asked"

    @pytest.mark.rule("GEN1-6")
    def test_a_written_application_of_four_parts(self):
        assert [a.key for a in BOOK.articles.values() if a.parent == "6"] == ["6.1", "6.2", "6.3", "6.4"]
        (form,) = BOOK.documents_for("unit")
        assert (form.name, form.required, form.ref) == ("申请表", True, ("6", "16.1"))
        assert BOOK.documents_for("person") == (form,)

    @pytest.mark.rule("GEN1-6.1")
    def test_name_number_and_contact_are_asked(self):
        assert {"name", "id_no"} <= wrong("person")
        assert {"name", "uscc", "contact_name"} <= wrong("unit")
        assert "uscc" in wrong("unit", uscc="91110108MA01ABCD1F")
        assert "uscc" not in wrong("unit", uscc="91110108MA01ABCD1E")
        assert "id_no" not in wrong("person", id_no="110108199003071238")

    @pytest.mark.parametrize(
        ("field", "article"),
        [
            pytest.param("reason", "6.2", marks=pytest.mark.rule("GEN1-6.2")),
            pytest.param("resources", "6.3", marks=pytest.mark.rule("GEN1-6.3")),
        ],
    )
    @pytest.mark.parametrize("class_id", ["person", "unit"])
    def test_reason_and_resources_must_be_written(self, class_id, field, article):
        (asked,) = [question for question in questions(BOOK, class_id) if question.key == f"rb_{field}"]
        assert [source.key for source in asked.sources] == [article]
        for empty in ("", "   "):
            assert f"rb_{field}" in wrong(class_id, **{f"rb_{field}": empty})
        assert f"rb_{field}" not in wrong(class_id, **{f"rb_{field}": "愿意参与本单位的活动"})

    def test_the_charter_is_promised_with_the_application_and_confirmed_after_it(self):
        (promise,) = BOOK.acceptances_for("person")
        assert (promise.kind, promise.ref) == ("commit", ("6.4",))
        (letter,) = BOOK.acceptances_for("person", at="after_admission")
        assert (letter.title, letter.ref) == ("确认书", ("8", "16.2"))

    def test_one_review_and_membership_from_the_approval(self):
        (step,) = BOOK.workflow("admission").steps
        assert (step.actor, step.action, step.deadline) == ("management", "decide", None)
        assert BOOK.starts_on("person") == BOOK.starts_on("unit") == "decision.approved"
        assert BOOK.membership.basis is Basis.GAP

    @pytest.mark.rule("GEN1-9")
    def test_further_classes_are_data(self):
        assert BOOK.membership.classes_open
        assert "9" in BOOK.membership.ref
        row = 'id = "honorary"\nname = "荣誉会员"\nkind = "person"\njoined_by = "invitation"\nref = ["9"]\n'
        wider = load(f"{preset_text('gen1')}\n[[classes]]\n{row}")
        assert [c.name for c in wider.classes] == ["个人会员", "单位会员", "荣誉会员"]
        assert wider.digest != BOOK.digest

    @pytest.mark.rule("GEN1-16")
    def test_three_blank_forms(self):
        forms = [(d.name, d.stage, d.ref[-1]) for d in BOOK.documents if d.template]
        assert forms == [
            ("申请表", "application", "16.1"),
            ("确认书", "after_approval", "16.2"),
            ("退出申请表", "withdrawal", "16.3"),
        ]
        assert [f"{place}{name}" for place, (name, *_) in zip(("(一)", "(二)", "(三)"), forms, strict=True)] == [
            a.text for a in BOOK.articles.values() if a.parent == "16"
        ]


class TestRightsAndDuties:
    @pytest.mark.rule("GEN1-10", "GEN1-10.1", "GEN1-10.2", "GEN1-10.3")
    @pytest.mark.parametrize("class_id", ["person", "unit"])
    def test_three_rights(self, class_id):
        held = BOOK.entitlements_of(class_id, kind="right")
        assert [rule.ref for rule in held] == [("10.1",), ("10.2",), ("10.3",)]
        for rule in held:
            assert rule.text in BOOK.article(rule.ref[0]).text
            assert rule.blocked_when == ("suspended",)

    @pytest.mark.rule("GEN1-11", "GEN1-11.1", "GEN1-11.2", "GEN1-11.3")
    @pytest.mark.parametrize("class_id", ["person", "unit"])
    def test_three_duties(self, class_id):
        owed = BOOK.entitlements_of(class_id, kind="duty")
        assert [rule.ref for rule in owed] == [("11.1",), ("11.2",), ("11.3",)]
        for rule in owed:
            assert rule.text.replace("，", ",") in BOOK.article(rule.ref[0]).text
            assert rule.blocked_when == ()


class TestLeaving:
    def test_leaving_needs_consent_and_ends_with_it(self):
        rule = BOOK.withdrawal
        assert (rule.written, rule.approval, rule.approved_by) == (True, True, "management")
        assert rule.ends_on == "decision.approved"
        assert not rule.warn_of_ban
        assert BOOK.workflow("withdrawal").first.refusal("reject").reasons_required
        assert BOOK.documents_for("person", "withdrawal")[0].name == "退出申请表"

    def test_the_member_leaves_at_the_end_of_the_day_of_consent(self):
        consent = Event(EventKind.LEFT, date(2026, 5, 20), 2)
        for day, member in ((date(2026, 5, 6), True), (date(2026, 5, 20), True), (date(2026, 5, 21), False)):
            assert standing((*MEMBER, consent), day).is_member is member
        assert standing(MEMBER, date(2026, 5, 21)).is_member

    def test_things_and_papers_are_handed_over_on_leaving_and_expulsion(self):
        assert BOOK.withdrawal.handover == ("本单位所有物品", "信息资料")
        assert BOOK.withdrawal.hand_back_on == ("withdrawal", "expulsion")
        assert "不影响" in BOOK.article("13").note


class TestSanctions:
    @pytest.mark.rule("GEN1-14")
    def test_four_rungs_by_gravity(self):
        ladder = BOOK.sanctions.ladder
        assert [(rung.rank, rung.name, rung.ref[0]) for rung in ladder] == [
            (1, "口头警告", "14.1"),
            (2, "书面警告", "14.2"),
            (3, "暂缓其会员资格", "14.3"),
            (4, "开除会员", "14.4"),
        ]
        for rule in ladder:
            assert rule.name in BOOK.article(rule.ref[0]).text
        assert not BOOK.sanctions.extensible
        assert [ground.text for ground in BOOK.sanctions.grounds] == ["违反章程规定"]
        assert BOOK.sanctions.decided_by == "management"
        assert BOOK.sanctions.basis is Basis.GAP

    @pytest.mark.rule("GEN1-14.1")
    def test_an_oral_warning_leaves_no_paper_and_takes_nothing(self):
        assert rung("oral_warning").effects == ("none",)
        assert [rule.id for rule in BOOK.sanctions.ladder if rule.letter] == ["written_warning"]

    @pytest.mark.rule("GEN1-14.3")
    @pytest.mark.parametrize(
        ("first", "months", "last"),
        [
            (date(2026, 4, 1), 3, date(2026, 6, 30)),
            (date(2026, 4, 1), 6, date(2026, 9, 30)),
            (date(2026, 12, 31), 2, date(2027, 2, 28)),
        ],
    )
    def test_a_deferral_counts_its_first_day(self, first, months, last):
        assert BOOK.sanctions.count_first_day
        assert (rung("suspend").effects, rung("suspend").period) == (("suspend_rights",), "optional")
        assert last_day_of_validity(first, months, "month") == last
        events = (*MEMBER, Event(EventKind.SUSPENDED, first, 2, until=last + DAY))
        statuses = [standing(events, day).status for day in (first - DAY, first, last, last + DAY)]
        assert statuses == [Status.ACTIVE, Status.SUSPENDED, Status.SUSPENDED, Status.ACTIVE]

    @pytest.mark.rule("GEN1-14.4")
    def test_an_expelled_member_may_apply_the_next_day(self):
        assert rung("expel").effects == ("end_membership",)
        expelled = date(2026, 4, 1)
        ban = ban_until(BOOK, "expulsion", expelled)
        assert (ban.reasons[0].code, ban.value) == ("no_ban", None)
        assert banned(BOOK, (), on=expelled + DAY).passed
        assert not standing((*MEMBER, Event(EventKind.EXPELLED, expelled, 2)), expelled + DAY).is_member
        assert not [rule for rule in BOOK.eligibility if rule.kind in ("not_banned", "not_listed")]

    def test_an_offence_may_be_reported(self):
        assert BOOK.sanctions.police_report
        assert "15" in BOOK.sanctions.ref
        assert "有权向有关机关报案" in BOOK.article("15").text
