"""Quorum and majority, at their boundaries."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.decisions import SourceKind
from association.rules.voting import (
    FEE_STANDARD,
    ORDINARY,
    RULES,
    TWO_THIRDS,
    Count,
    Share,
    check_carried,
    check_complete,
    check_quorum,
    check_secrecy,
)

ORDINARY_RULE, FEES = RULES[ORDINARY], RULES[FEE_STANDARD]
SHARES = [Share(Fraction(1, 2)), Share(TWO_THIRDS, above=False), Share(TWO_THIRDS), Share(Fraction(1), above=False)]


@pytest.mark.parametrize(
    ("present", "invited", "quorate"),
    [(0, 0, False), (0, 1, False), (1, 1, True), (4, 8, False), (5, 8, True), (4, 9, False), (5, 9, True)],
)
def test_ordinary_quorum_is_more_than_half(present, invited, quorate):
    assert check_quorum(ORDINARY_RULE, invited=invited, present=present).passed is quorate


@pytest.mark.parametrize(
    ("present", "invited", "quorate"),
    [(0, 0, False), (5, 9, False), (6, 9, True), (6, 10, False), (7, 10, True), (66, 100, False), (67, 100, True)],
)
def test_fee_standard_needs_two_thirds_present_and_exactly_is_enough(present, invited, quorate):
    assert check_quorum(FEES, invited=invited, present=present).passed is quorate


@pytest.mark.parametrize("rule", [ORDINARY_RULE, FEES])
@pytest.mark.parametrize(
    ("yes", "no", "abstain", "carried"),
    [
        (0, 0, 0, False),  # nobody there
        (4, 4, 0, False),  # exactly half
        (4, 0, 4, False),  # an abstention is no yes
        (5, 3, 0, True),
        (5, 0, 3, True),
        (4, 3, 0, True),
        (3, 2, 2, False),  # more yes than no, not more than half of those present
        (1, 0, 0, True),
    ],
)
def test_more_than_half_of_those_present_say_yes(rule, yes, no, abstain, carried):
    count = Count(yes, no, abstain)
    assert check_carried(rule, count, present=count.given).passed is carried


def test_fee_standard_is_voted_in_secret_by_the_law_it_cites():
    refused = check_secrecy(FEES, secret=False)
    assert not refused.passed
    assert check_secrecy(FEES, secret=True).passed
    assert check_secrecy(ORDINARY_RULE, secret=False).passed
    assert check_secrecy(ORDINARY_RULE, secret=True).passed
    assert [(s.kind, s.note) for s in refused.sources] == [(SourceKind.SETTING, "民发〔2014〕166号")]


@pytest.mark.parametrize(("given_", "code"), [(4, "votes_missing"), (5, "votes_complete"), (6, "votes_too_many")])
def test_as_many_votes_as_voters(given_, code):
    decision = check_complete(ORDINARY_RULE, Count(given_, 0, 0), present=5)
    assert decision.reasons[0].code == code


def test_two_thirds_strictly_and_not():
    assert Share(TWO_THIRDS, above=False).met(6, 9)
    assert not Share(TWO_THIRDS).met(6, 9)
    assert Share(TWO_THIRDS).met(7, 9)


@given(st.sampled_from(SHARES), st.integers(1, 400))
def test_least_is_the_smallest_number_that_is_enough(share, whole):
    least = share.least(whole)
    assert not share.met(least - 1, whole) or least == 1
    assert share.met(least, whole) or share == Share(Fraction(1)) or least > whole


@pytest.mark.parametrize("share", SHARES)
def test_nothing_is_a_share_of_nobody(share):
    assert not share.met(0, 0)
    assert share.least(0) == 1
