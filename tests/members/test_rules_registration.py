"""Windows, validities and dates of registration (ACG-20 … 25)."""

from datetime import date

import pytest

from association.decisions import Outcome
from association.rulebook import Silent, preset
from association.rules.counting import Due
from association.rules.deadlines import calendar_of, deadline
from members.rules import registration
from members.rules.registration import Span, Valid

ACG = preset("acg")
CALENDAR = calendar_of(ACG)
CERTIFICATE = ACG.certificates_for({"class": "unit"})[0]


def day(text):
    return date.fromisoformat(text)


def days(**events):
    return {name.replace("__", "."): day(text) for name, text in events.items()}


def window(kind="initial", **events):
    return registration.window(ACG, kind, events=days(**events), calendar=CALENDAR)


def accepts(on, kind="initial", campaign=None, rulebook=ACG, **events):
    return registration.accepts(
        rulebook, kind, on=day(on), events=days(**events), calendar=CALENDAR, campaign=campaign
    )


def validity(kind, **arguments):
    arguments = {"facts": {"class": "unit"}, "events": {}} | arguments
    return registration.validity(ACG, CERTIFICATE, kind, **arguments)


class TestInitialWindow:
    @pytest.mark.rule("ACG-21.b")
    @pytest.mark.parametrize(
        ("submitted", "notice", "closes", "provisional"),
        [
            ("2026-03-10", "2026-06-12", "2027-03-10", True),
            ("2025-10-04", "2026-01-12", "2026-10-08", False),
            ("2025-03-10", "2026-02-25", "2026-03-27", False),  # slow review: notice + 30 days
            ("2025-03-10", "2026-04-01", "2026-05-06", False),  # … which falls into the May holidays
        ],
    )
    def test_closes_on_the_later_of_both(self, submitted, notice, closes, provisional):
        decision = window(application__submitted=submitted, notice__sent=notice)
        assert decision.value == Span(day(submitted), Due(day(closes), provisional))
        assert {"21", "C-2", "C-6", "C-12"} <= {source.key for source in decision.sources}

    @pytest.mark.rule("ACG-21.b")
    def test_it_cannot_close_before_the_notice(self):
        decision = window(application__submitted="2025-03-10")
        assert decision.value.awaiting == ("notice.sent",)
        assert accepts("2027-01-01", application__submitted="2025-03-10").passed

    @pytest.mark.parametrize(
        ("on", "outcome", "code"),
        [
            ("2025-10-03", "fail", "window_not_open"),
            ("2025-10-04", "pass", "window_open"),
            ("2026-10-08", "pass", "window_open"),
            ("2026-10-09", "refer", "window_closed"),
        ],
    )
    @pytest.mark.rule("ACG-21.b")
    def test_a_missed_window_is_for_staff(self, on, outcome, code):
        decision = accepts(on, application__submitted="2025-10-04", notice__sent="2026-01-12")
        assert (decision.outcome, decision.reasons[0].code) == (outcome, code)

    def test_a_rulebook_may_let_it_lapse(self):
        (workflow,) = ACG.workflows["registration_initial"]
        lapsing = {**ACG.workflows, "registration_initial": (workflow.model_copy(update={"on_lapse": "lapse"}),)}
        strict = ACG.model_copy(update={"workflows": lapsing})
        events = {"application__submitted": "2025-10-04", "notice__sent": "2026-01-12"}
        assert accepts("2026-10-09", rulebook=strict, **events).outcome is Outcome.FAIL

    def test_without_the_application_no_window(self):
        assert window().reasons[0].code == "event_unknown"
        assert accepts("2026-03-10").outcome is Outcome.FAIL


class TestOtherWindows:
    @pytest.mark.rule("ACG-21.c")
    @pytest.mark.parametrize(
        ("on", "code"),
        [
            ("2026-10-31", "window_not_open"),
            ("2026-11-01", "window_open"),
            ("2027-01-31", "window_open"),
            ("2027-02-01", "window_closed"),
        ],
    )
    def test_renewal_within_the_campaign_only(self, on, code):
        decision = accepts(on, "renewal", (day("2026-11-01"), day("2027-01-31")))
        assert decision.reasons[0].code == code
        assert decision.passed == (code == "window_open")
        assert decision.sources[0].key == "21"

    @pytest.mark.rule("ACG-21.c")
    def test_without_a_campaign_no_renewal(self):
        assert accepts("2026-12-01", "renewal").reasons[0].code == "campaign_unknown"
        assert window("renewal").reasons[0].code == "window_by_campaign"

    @pytest.mark.rule("ACG-21.d")
    @pytest.mark.parametrize(("ends", "opens"), [("2029-05-19", "2029-02-19"), ("2028-05-31", "2028-02-29")])
    def test_re_registration_opens_three_months_before_the_term_ends(self, ends, opens):
        before = window("re_registration", term__ends=ends)
        assert (before.value.opens, before.value.closes) == (day(opens), None)
        assert "C-9" in {source.key for source in before.sources}
        assert accepts("2035-01-01", "re_registration", term__ends=ends).passed

    @pytest.mark.rule("ACG-21.d")
    def test_and_closes_three_months_after_the_changeover(self):
        span = window("re_registration", term__ends="2029-05-19", term__changed_over="2029-06-10").value
        assert span == Span(day("2029-02-19"), Due(day("2029-09-10"), provisional=True))


class TestValidity:
    @pytest.mark.rule("ACG-21.b")
    @pytest.mark.parametrize(
        ("years", "last"),
        [({2026}, "2026-12-31"), ({2026, 2027, 2028, 2029}, "2029-12-31"), ({2026, 2028}, "2026-12-31")],
    )
    def test_initial_to_the_end_of_the_years_paid(self, years, last):
        decision = validity("initial", events=days(membership__started="2026-09-15"), paid_years=years)
        assert decision.value == Valid(day("2026-09-15"), day(last))
        assert decision.value.until == date(day(last).year + 1, 1, 1)
        assert "21" in {source.key for source in decision.sources}

    @pytest.mark.rule("ACG-30")
    def test_registered_a_year_later(self):
        decision = validity("initial", events=days(membership__started="2026-12-20"), paid_years=[2026, 2027])
        assert decision.value == Valid(day("2026-12-20"), day("2027-12-31"))

    @pytest.mark.parametrize("years", [(), {2027}])
    def test_nothing_paid_nothing_valid(self, years):
        decision = validity("initial", events=days(membership__started="2026-12-20"), paid_years=years)
        assert decision.reasons[0].code == "fee_unpaid"

    @pytest.mark.rule("ACG-21.c")
    def test_renewal_follows_the_previous_expiry(self):
        decision = validity("renewal", previous_expiry=day("2026-12-31"))
        assert decision.value == Valid(day("2027-01-01"), day("2027-12-31"))
        assert validity("renewal").reasons[0].code == "event_unknown"

    @pytest.mark.rule("ACG-21.d")
    def test_re_registration_from_its_completion(self):
        decision = validity("re_registration", events=days(registration__completed="2029-06-20"))
        assert decision.value == Valid(day("2029-06-20"), day("2030-06-19"))

    def test_a_certificate_may_hold_for_the_term(self):
        (term,) = (rule.model_copy(update={"kind": "term"}) for rule in CERTIFICATE.validity[:1])
        plaque = CERTIFICATE.model_copy(update={"validity": (term,)})
        known = {"facts": {}, "events": days(registration__completed="2026-10-12")}
        decision = registration.validity(ACG, plaque, "initial", term_ends_on=day("2029-05-19"), **known)
        assert decision.value == Valid(day("2026-10-12"), day("2029-05-19"))
        assert registration.validity(ACG, plaque, "initial", **known).reasons[0].code == "term_unknown"

    def test_or_for_ever(self):
        forever = CERTIFICATE.validity[0].model_copy(update={"kind": "none"})
        card = CERTIFICATE.model_copy(update={"validity": (forever,)})
        known = {"facts": {}, "events": days(registration__completed="2026-10-12")}
        decision = registration.validity(ACG, card, "initial", **known)
        assert (decision.value.last_day, decision.value.until) == (None, None)

    def test_silence_is_no_validity(self):
        silent = CERTIFICATE.model_copy(update={"validity": ()})
        with pytest.raises(Silent):
            registration.validity(ACG, silent, "initial", facts={}, events={})


class TestStepDeadlines:
    @pytest.mark.parametrize(
        ("step", "start", "last", "article"),
        [
            pytest.param("notify", "2026-09-18", "2026-10-09", "20", marks=pytest.mark.rule("ACG-20")),
            pytest.param("notify", "2026-09-24", "2026-10-15", "20", marks=pytest.mark.rule("ACG-20")),
            pytest.param("register", "2026-09-28", "2026-10-16", "22", marks=pytest.mark.rule("ACG-22.a")),
            pytest.param("publish", "2026-02-10", "2026-03-02", "25", marks=pytest.mark.rule("ACG-25")),
        ],
    )
    def test_ten_working_days(self, step, start, last, article):
        workflow, event = {
            "notify": ("admission", "decision.approved"),
            "register": ("registration_initial", "registration.accepted"),
            "publish": ("registration_initial", "registration.completed"),
        }[step]
        decision = registration.step_deadline(ACG, workflow, step, events={event: day(start)}, calendar=CALENDAR)
        assert decision.value == Due(day(last))
        assert [source.key for source in decision.sources] == [article, "C-4"]

    def test_a_step_without_a_time_has_none(self):
        assert registration.step_deadline(ACG, "registration_initial", "pay", events={}, calendar=CALENDAR) is None

    def test_while_the_event_is_unknown_there_is_no_day(self):
        decision = registration.step_deadline(ACG, "admission", "notify", events={}, calendar=CALENDAR)
        assert decision.reasons[0].facts["event"] == "decision.approved"
        assert not decision.passed

    def test_a_provisional_day_cites_why(self):
        step = ACG.workflow("admission").step("notify")
        events = {"decision.approved": day("2026-12-24")}
        decision = deadline(ACG, step, step.deadline, events=events, calendar=CALENDAR)
        assert decision.value == Due(day("2027-01-08"), provisional=True)
        assert "C-5" in {source.key for source in decision.sources}
        strict = ACG.model_copy(update={"calendar": ACG.calendar.model_copy(update={"missing_year": "error"})})
        refused = deadline(strict, step, step.deadline, events=events, calendar=CALENDAR)
        assert (refused.passed, refused.reasons[0].code) == (False, "calendar_year_unknown")
        loaded = calendar_of(strict, {}, frozenset({2027}))
        assert deadline(strict, step, step.deadline, events=events, calendar=loaded).passed
