"""Whether a meeting can decide, and whether a vote carried: quorum and majority by kind of decision (表决).

Shares are compared exactly (C-16). 以上 includes the share, 过半数 does not (C-13). The rules of an association that
says nothing are gaps filled here: a quorum of more than half, a majority of more than half of those present. A fee
standard has its own law: two thirds present, more than half of those, in secret (民发〔2014〕166号).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from association.decisions import Basis, Decision, Source, SourceKind, failed, passed

HALF, TWO_THIRDS = Fraction(1, 2), Fraction(2, 3)
FEE_LAW = "民发〔2014〕166号"


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole: more than ``of`` where ``above``, else at least ``of``."""

    of: Fraction
    above: bool = True

    def met(self, part: int, whole: int) -> bool:
        """Nothing is a share of nobody: of zero it is never met."""
        if whole <= 0:
            return False
        share = Fraction(part, whole)
        return share > self.of if self.above else share >= self.of

    def least(self, whole: int) -> int:
        """The smallest number that is enough of ``whole``; 1 where there is nobody."""
        exact = self.of * whole
        enough = exact.numerator // exact.denominator
        if self.above or enough < exact:
            enough += 1
        return max(enough, 1)


@dataclass(frozen=True, slots=True)
class VotingRule:
    """``quorum``: of those invited, who must be present; ``majority``: of those present, who must say yes."""

    quorum: Share
    majority: Share
    sources: tuple[Source, ...]
    secret: bool = False


ORDINARY = "ordinary"
FEE_STANDARD = "fee_standard"
RULES: Mapping[str, VotingRule] = {
    ORDINARY: VotingRule(Share(HALF), Share(HALF), (Source(SourceKind.SETTING, "voting", basis=Basis.GAP),)),
    FEE_STANDARD: VotingRule(
        Share(TWO_THIRDS, above=False),
        Share(HALF),
        (Source(SourceKind.SETTING, "voting.fee_standard", note=FEE_LAW),),
        secret=True,
    ),
}
"""By kind of decision."""


@dataclass(frozen=True, slots=True)
class Count:
    """Votes on one matter. Whoever is present and does neither abstains; who is recused is in none of the numbers."""

    yes: int
    no: int
    abstain: int

    @property
    def given(self) -> int:
        return self.yes + self.no + self.abstain


def check_quorum(rule: VotingRule, *, invited: int, present: int) -> Decision:
    """Whether enough of those invited are there to decide."""
    facts = {"invited": invited, "present": present, "needed": rule.quorum.least(invited)}
    if not rule.quorum.met(present, invited):
        return failed("quorum_missing", *rule.sources, **facts)
    return passed("quorate", *rule.sources, **facts)


def check_secrecy(rule: VotingRule, *, secret: bool) -> Decision:
    if rule.secret and not secret:
        return failed("vote_not_secret", *rule.sources, law=rule.sources[0].note)
    return passed("vote_form_right", *rule.sources)


def check_complete(rule: VotingRule, count: Count, *, present: int) -> Decision:
    """Whether everybody present who is not recused has voted: neither fewer votes nor more."""
    facts = {"given": count.given, "present": present}
    if count.given < present:
        return failed("votes_missing", *rule.sources, **facts)
    if count.given > present:
        return failed("votes_too_many", *rule.sources, **facts)
    return passed("votes_complete", *rule.sources, **facts)


def check_carried(rule: VotingRule, count: Count, *, present: int) -> Decision:
    """Whether enough of those present said yes. An abstention is no yes."""
    facts = {"yes": count.yes, "no": count.no, "abstain": count.abstain, "present": present}
    facts["needed"] = rule.majority.least(present)
    if not rule.majority.met(count.yes, present):
        return failed("majority_missing", *rule.sources, **facts)
    return passed("vote_carried", *rule.sources, **facts)
