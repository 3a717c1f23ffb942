"""Bans and the dishonesty list (ACG-40, 41)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.rulebook import preset
from credit.rules.bans import BanSpan, Listing, ban_until, banned, blocked, listed

ACG = preset("acg")
SILENT = ACG.model_copy(update={"bans": (), "dishonesty": None})


def day(text):
    return date.fromisoformat(text)


@pytest.mark.rule("ACG-40")
@pytest.mark.parametrize("cause", ["withdrawal", "loss", "expulsion"])
@pytest.mark.parametrize(
    ("announced", "last", "free"),
    [("2026-03-10", "2031-03-10", "2031-03-11"), ("2028-02-29", "2033-02-28", "2033-03-01")],
)
def test_five_years_from_the_announcement(cause, announced, last, free):
    decision = ban_until(ACG, cause, day(announced))
    span = decision.value
    assert (span.from_on, span.last_day, span.until) == (day(announced), day(last), day(free))
    assert [source.key for source in decision.sources] == ["40", "C-2"]
    refused = blocked(ACG, [span], [], day(last))
    assert not refused.passed
    assert refused.value == day(free)
    assert refused.reasons[0].facts["free_from"] == free
    assert refused.sources[0].key == "40"
    assert blocked(ACG, [span], [], day(free)).passed


@pytest.mark.rule("ACG-40")
def test_without_announcement_no_ban_runs():
    span = ban_until(ACG, "withdrawal", day("2026-03-10")).value
    assert blocked(ACG, [span], [], day("2026-03-09")).passed
    assert not blocked(ACG, [span], [], day("2026-03-10")).passed


@pytest.mark.rule("ACG-41")
def test_expelled_and_listed_ends_with_the_latest():
    expelled = ban_until(ACG, "expulsion", day("2026-03-10")).value
    entry = Listing(day("2026-03-10"), removed_on=day("2028-03-10"))
    refused = blocked(ACG, [expelled], [entry], day("2031-03-10"))
    assert refused.value == day("2033-03-11")
    assert {"40", "41", "C-12"} <= {source.key for source in refused.sources}
    assert not blocked(ACG, [expelled], [entry], day("2033-03-10")).passed
    assert blocked(ACG, [expelled], [entry], day("2033-03-11")).passed


@pytest.mark.rule("ACG-41")
def test_a_planned_end_removes_nobody():
    entry = Listing(day("2026-03-10"), planned_until=day("2027-01-02"))
    refused = blocked(ACG, [], [entry], day("2030-01-01"))
    assert not refused.passed
    assert refused.value is None
    assert listed(ACG, [entry], on=day("2026-03-09")).passed


def test_a_rulebook_may_let_the_planned_end_remove():
    dishonesty = ACG.dishonesty.model_copy(update={"planned_end_removes": True})
    lenient = ACG.model_copy(update={"dishonesty": dishonesty})
    entry = Listing(day("2026-03-10"), planned_until=day("2027-01-02"))
    assert not listed(lenient, [entry], on=day("2027-01-01")).passed
    assert listed(lenient, [entry], on=day("2027-01-02")).passed


@pytest.mark.rule("ACG-44")
def test_a_voided_ban_and_listing_bar_nobody():
    span = BanSpan("expulsion", day("2026-07-06"), day("2031-07-07"), void=True)
    entry = Listing(day("2026-07-06"), void=True)
    removed = Listing(day("2026-07-06"), removed_on=day("2026-07-10"), void=True)
    assert blocked(ACG, [span], [entry, removed], day("2026-09-13")).passed


def test_a_silent_rulebook_bars_nobody():
    assert ban_until(SILENT, "withdrawal", day("2026-03-10")).value is None
    decision = blocked(SILENT, [], [Listing(day("2026-03-10"), removed_on=day("2026-04-01"))], day("2026-05-01"))
    assert decision.passed
    assert {source.key for source in decision.sources} == {"C-21"}


def test_the_length_is_data_and_a_ban_can_be_switched_off():
    three = ACG.model_copy(update={"bans": tuple(ban.model_copy(update={"n": 3}) for ban in ACG.bans)})
    assert ban_until(three, "expulsion", day("2026-03-10")).value.last_day == day("2029-03-10")
    off = ACG.model_copy(update={"bans": tuple(ban.model_copy(update={"enabled": False}) for ban in ACG.bans)})
    assert ban_until(off, "expulsion", day("2026-03-10")).value is None


def test_the_longer_of_two_rules_for_one_cause_holds():
    longer = ACG.bans[0].model_copy(update={"id": "longer", "n": 8})
    both = ACG.model_copy(update={"bans": (*ACG.bans, longer)})
    decision = ban_until(both, "expulsion", day("2026-03-10"))
    assert decision.value.last_day == day("2034-03-10")
    assert "C-12" in [source.key for source in decision.sources]


DAYS = st.dates(date(2010, 1, 1), date(2040, 12, 31))


@given(st.lists(DAYS, min_size=1, max_size=4), DAYS)
def test_free_from_is_the_first_free_day(announcements, on):
    spans = [ban_until(ACG, "withdrawal", announced).value for announced in announcements]
    decision = banned(ACG, spans, on=on)
    running = [span for span in spans if span.from_on <= on <= span.last_day]
    assert decision.passed == (not running)
    if running:
        started = [span for span in spans if span.from_on <= decision.value]
        later = any(span.from_on > on and span.from_on <= decision.value for span in started)
        assert later or banned(ACG, spans, on=decision.value).passed
        assert not banned(ACG, spans, on=decision.value - timedelta(1)).passed
