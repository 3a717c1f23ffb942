"""Quorum and majority, at their boundaries."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.decisions import SourceKind
from association.rulebook import preset
from association.rulebook.schema.governance import Voting
from association.rules.voting import (
    FEE_STANDARD,
    ORDINARY,
    RULES,
    TWO_THIRDS,
    Count,
    Share,
    check_body,
    check_carried,
    check_complete,
    check_quorum,
    check_secrecy,
    rule_for,
    share,
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
    assert check_carried(rule, count, present=count.given, invited=count.given).passed is carried


def test_fee_standard_is_voted_in_secret_by_the_law_it_cites():
    refused = check_secrecy(FEES, secret=False)
    assert not refused.passed
    assert check_secrecy(FEES, secret=True).passed
    assert check_secrecy(ORDINARY_RULE, secret=False).passed
    assert check_secrecy(ORDINARY_RULE, secret=True).passed
    assert [(s.kind, s.note) for s in refused.sources] == [(SourceKind.SETTING, "民发〔2014〕166号第四条")]
    assert refused.reasons[0].facts["law"] == "民发〔2014〕166号第四条"


@pytest.mark.parametrize(("given_", "code"), [(4, "votes_missing"), (5, "votes_complete"), (6, "votes_too_many")])
def test_as_many_votes_as_voters(given_, code):
    decision = check_complete(ORDINARY_RULE, Count(given_, 0, 0), present=5)
    assert decision.reasons[0].code == code


@pytest.mark.parametrize("kind", ["charter", "dissolution", "removal", "election", "fee_standard"])
@pytest.mark.parametrize(("present", "called", "quorate"), [
    (2, 3, True), (1, 3, False), (6, 9, True), (5, 9, False), (7, 10, True), (6, 10, False), (67, 100, True),
    (66, 100, False), (0, 0, False),
])  # fmt: skip
def test_two_thirds_of_those_called_are_there(kind, present, called, quorate):
    assert check_quorum(RULES[kind], invited=called, present=present).passed is quorate


@pytest.mark.parametrize(("kind", "tie", "one_less"), [
    ("ordinary", False, False), ("fee_standard", False, False), ("removal", True, False), ("election", True, False),
    ("charter", False, False), ("dissolution", False, False),
])  # fmt: skip
def test_a_tie_carries_only_where_half_is_enough(kind, tie, one_less):
    """Half of those present; that the others abstain instead of voting against changes nothing."""
    for no in (0, 5):
        assert check_carried(RULES[kind], Count(5, no, 5 - no), present=10, invited=10).passed is tie
        assert check_carried(RULES[kind], Count(4, no, 6 - no), present=10, invited=10).passed is one_less


@pytest.mark.parametrize(("yes", "carried"), [(6, True), (5, False)])
def test_two_thirds_of_those_present_carry_the_charter(yes, carried):
    assert check_carried(RULES["charter"], Count(yes, 9 - yes, 0), present=9, invited=12).passed is carried
    assert check_carried(RULES["dissolution"], Count(yes, 0, 9 - yes), present=9, invited=12).passed is carried


def test_whoever_keeps_out_is_in_neither_number():
    """Nine were called, six came, one of them keeps out: five of eight are no two thirds, six of nine were."""
    assert check_quorum(RULES["removal"], invited=9, present=6).passed
    assert not check_quorum(RULES["removal"], invited=8, present=5).passed
    assert check_complete(RULES["removal"], Count(5, 0, 0), present=5).passed
    assert not check_complete(RULES["removal"], Count(6, 0, 0), present=5).passed


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


ACG = preset("acg")


def ruled(**changes):
    """The culture association's rulebook with one kind of decision of its own."""
    decisions = [{"kind": "charter", "ref": ["35"], **changes}]
    voting = Voting.model_validate({"ref": ["35"], "decisions": decisions})
    return ACG.model_copy(update={"voting": voting})


assert ACG.fees is not None
SILENT = ACG.model_copy(update={"fees": ACG.fees.model_copy(update={"standard_by": None})})
"""The same rulebook, which does not say who sets the fees."""


def set_by(body, **more):
    """One that says that this body sets them."""
    return ACG.model_copy(update={"fees": ACG.fees.model_copy(update={"standard_by": body}), **more})


class TestRulebook:
    """What a vote needs is said by the rulebook; where that is silent by the law, or a default that says so."""

    @pytest.mark.parametrize(
        ("kind", "quorum", "majority", "secret"),
        [
            ("ordinary", "> 1/2", "> 1/2", False),
            ("fee_standard", ">= 2/3", "> 1/2", True),
            ("charter", ">= 2/3", ">= 2/3", False),
            ("dissolution", ">= 2/3", ">= 2/3", False),
            ("removal", ">= 2/3", ">= 1/2", False),
            ("election", ">= 2/3", ">= 1/2", True),
        ],
    )
    def test_silent_rulebook_leaves_it_to_the_law_or_to_a_default_that_says_so(self, kind, quorum, majority, secret):
        rule = rule_for(kind, SILENT)
        assert (rule.quorum, rule.majority, rule.secret) == (share(quorum), share(majority), secret)
        said = "民发〔2014〕166号第四条" if kind == "fee_standard" else "默认，未见于规则文件"
        assert rule.law == said
        assert [source.note for source in rule.sources] == [said]
        assert (rule.sources[0].basis == "gap") is (kind != "fee_standard")

    def test_its_own_words_count_and_are_cited(self):
        rule = rule_for("charter", ruled(quorum="> 1/2", majority=">= 3/4", of="all", secret=True, by=["council"]))
        assert (rule.quorum, rule.majority, rule.of_all, rule.secret) == (share("> 1/2"), share(">= 3/4"), True, True)
        assert [(source.document, source.key) for source in rule.sources] == [("acg", "35")]
        assert rule.law == "第三十五条"
        refused = check_secrecy(rule, secret=False)
        assert refused.reasons[0].facts["law"] == "第三十五条"
        assert check_body(rule, key="council", name="理事会", assemblies=["members_assembly"]).passed
        assert not check_body(rule, key="members_assembly", name="会员大会", assemblies=["members_assembly"]).passed

    def test_what_it_leaves_out_is_filled(self):
        rule = rule_for("charter", ruled(majority=">= 3/4"))
        assert (rule.quorum, rule.secret, rule.assembly) == (share(">= 2/3"), False, True)

    @pytest.mark.parametrize(("yes", "carried"), [(7, False), (8, True)])
    def test_of_all_counts_those_who_stayed_away(self, yes, carried):
        rule = rule_for("charter", ruled(majority=">= 3/4", of="all"))
        assert check_carried(rule, Count(yes, 8 - yes, 0), present=8, invited=10).passed is carried

    @pytest.mark.parametrize(
        ("kind", "key", "assemblies", "allowed"),
        [
            ("fee_standard", "council", ["members_assembly"], False),
            ("fee_standard", "members_assembly", ["members_assembly"], True),
            ("fee_standard", "council", [], True),
            ("ordinary", "council", ["members_assembly"], True),
        ],
    )
    def test_fee_standard_is_the_assembly_s_where_there_is_one(self, kind, key, assemblies, allowed):
        decision = check_body(rule_for(kind, SILENT), key=key, name="理事会", assemblies=assemblies)
        assert decision.passed is allowed

    @pytest.mark.rule("ACG-35")
    @pytest.mark.parametrize(("body", "other"), [("members_assembly", "council"), ("council", "members_assembly")])
    @pytest.mark.parametrize("voting", [None, ruled().voting, ruled(kind="fee_standard").voting])
    def test_a_document_that_says_who_sets_the_fees_is_followed_and_cited(self, body, other, voting):
        rule = rule_for("fee_standard", set_by(body, voting=voting))
        assert check_body(rule, key=body, name="甲", assemblies=["members_assembly"]).passed
        assert not check_body(rule, key=other, name="乙", assemblies=["members_assembly"]).passed
        assert {"35"} < {source.key for source in rule.sources}
        assert (rule.quorum, rule.secret) == (share(">= 2/3"), True)
