"""Whether a meeting can decide, and whether a vote carried: quorum and majority by kind of decision (表决).

Shares are compared exactly (C-16). 以上 includes the share, 过半数 does not (C-13). The rulebook says what a vote
needs (``[[voting.decisions]]``); where it is silent the gap is filled here. A fee standard has its own law: the
assembly, two thirds present, more than half of those, in secret (民发〔2014〕166号, fourth point; its 1/2以上 is asked
for as more than half, so that nobody disputes a tie). For every other kind no law says it: these are defaults after
what charters commonly have, cited as defaults.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from association.decisions import Basis, Decision, Source, SourceKind, failed, passed
from association.rulebook.schema import Rulebook
from association.rulebook.schema.governance import Majority

HALF, TWO_THIRDS = Fraction(1, 2), Fraction(2, 3)
FEE_LAW = "民发〔2014〕166号第四条"
DEFAULT = "默认，未见于规则文件"
ASSEMBLY = "assembly"
NOTICE_DAYS = 10
"""How many days before it a meeting is called where the rulebook is silent; a default."""


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
    """``quorum``: of those invited, who must be present; ``majority``: of those present, who must say yes, or
    ``of_all``. ``by``: keys of the bodies that decide it; ``assembly``: a body of this kind does. ``law``: what says
    so, in a few words.
    """

    quorum: Share
    majority: Share
    sources: tuple[Source, ...]
    law: str = DEFAULT
    secret: bool = False
    of_all: bool = False
    by: tuple[str, ...] = ()
    assembly: bool = False


def _default(kind: str) -> tuple[Source, ...]:
    return (Source(SourceKind.SETTING, f"voting.{kind}", basis=Basis.GAP, note=DEFAULT),)


ORDINARY = "ordinary"
FEE_STANDARD = "fee_standard"
CHARTER, DISSOLUTION, REMOVAL, ELECTION = "charter", "dissolution", "removal", "election"
RULES: Mapping[str, VotingRule] = {
    ORDINARY: VotingRule(Share(HALF), Share(HALF), _default("ordinary")),
    FEE_STANDARD: VotingRule(
        Share(TWO_THIRDS, above=False),
        Share(HALF),
        (Source(SourceKind.SETTING, "voting.fee_standard", note=FEE_LAW),),
        law=FEE_LAW,
        secret=True,
        assembly=True,
    ),
    CHARTER: VotingRule(
        Share(TWO_THIRDS, above=False), Share(TWO_THIRDS, above=False), _default("charter"), assembly=True
    ),
    DISSOLUTION: VotingRule(
        Share(TWO_THIRDS, above=False), Share(TWO_THIRDS, above=False), _default("dissolution"), assembly=True
    ),
    REMOVAL: VotingRule(Share(TWO_THIRDS, above=False), Share(HALF, above=False), _default("removal")),
    ELECTION: VotingRule(Share(TWO_THIRDS, above=False), Share(HALF, above=False), _default("election"), secret=True),
}
"""By kind of decision, where the rulebook is silent."""


def share(text: str) -> Share:
    """``">= 2/3"`` and ``"> 1/2"`` as a rulebook writes them."""
    sign, _space, fraction = text.partition(" ")
    return Share(Fraction(fraction), above=sign == ">")


def rule_for(kind: str, rulebook: Rulebook | None) -> VotingRule:
    """What a vote on this kind of matter needs: the rulebook's, for the rest what fills the gap."""
    default = _unsaid(kind, rulebook)
    if rulebook is None or rulebook.voting is None:
        return default
    own = next((each for each in rulebook.voting.decisions if each.kind == kind), None)
    if own is None:
        return default
    return VotingRule(
        quorum=share(own.quorum) if own.quorum else default.quorum,
        majority=share(own.majority) if own.majority else default.majority,
        sources=own.sources(rulebook.id) + (default.sources if kind == FEE_STANDARD else ()),
        law=_law(own, rulebook, kind),
        secret=default.secret if own.secret is None else own.secret,
        of_all=own.of == "all",
        by=own.by or default.by,
        assembly=default.assembly and not own.by,
    )


def _unsaid(kind: str, rulebook: Rulebook | None) -> VotingRule:
    """What fills the gap. A document that says which body sets its fees is followed in that, whatever body it is."""
    default = RULES[kind]
    fees = rulebook.fees if rulebook is not None and kind == FEE_STANDARD else None
    if rulebook is None or fees is None or fees.standard_by is None:
        return default
    sources = (*fees.sources(rulebook.id), *default.sources)
    return replace(default, by=(fees.standard_by,), assembly=False, sources=sources)


def _law(own: Majority, rulebook: Rulebook, kind: str) -> str:
    """The articles of the rulebook, and the law where it has one."""
    cited = [rulebook.label(source.key) for source in own.sources(rulebook.id) if source.kind is SourceKind.ARTICLE]
    return "、".join(dict.fromkeys([*cited, *([FEE_LAW] if kind == FEE_STANDARD else [])])) or DEFAULT


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
        return failed("vote_not_secret", *rule.sources, law=rule.law)
    return passed("vote_form_right", *rule.sources)


def check_complete(rule: VotingRule, count: Count, *, present: int) -> Decision:
    """Whether everybody present who is not recused has voted: neither fewer votes nor more."""
    facts = {"given": count.given, "present": present}
    if count.given < present:
        return failed("votes_missing", *rule.sources, **facts)
    if count.given > present:
        return failed("votes_too_many", *rule.sources, **facts)
    return passed("votes_complete", *rule.sources, **facts)


def check_body(rule: VotingRule, *, key: str, name: str, assemblies: Collection[str]) -> Decision:
    """Whether this body decides such a matter at all. ``assemblies``: keys of those that the association has; where it
    has none, nothing is asked.
    """
    allowed = rule.by or (tuple(assemblies) if rule.assembly else ())
    if allowed and key not in allowed:
        return failed("matter_of_another_body", *rule.sources, body=name, law=rule.law)
    return passed("matter_of_this_body", *rule.sources)


def check_carried(rule: VotingRule, count: Count, *, present: int, invited: int) -> Decision:
    """Whether enough of those present said yes, or of all where the rule asks for it. An abstention is no yes."""
    whole = invited if rule.of_all else present
    facts = {"yes": count.yes, "no": count.no, "abstain": count.abstain, "present": present}
    facts["needed"] = rule.majority.least(whole)
    if not rule.majority.met(count.yes, whole):
        return failed("majority_missing", *rule.sources, **facts)
    return passed("vote_carried", *rule.sources, **facts)
