"""What to know of a bank line before it is written down: does its memo speak, is it too much or too little.

Nothing here stops an entry: money that arrived is recorded as it is.
"""

from __future__ import annotations

from decimal import Decimal

from association.decisions import Decision, convention, passed, referred
from association.rulebook.schema import Rulebook
from association.rules.money import format_yuan

ZERO = Decimal("0.00")


def memo(rulebook: Rulebook, *, method: str, text: str) -> Decision:
    """Whether the purpose of a transfer has the word that the rulebook asks for (ACG-32.b); a referral where not."""
    rule = rulebook.fees.memo if rulebook.fees else None
    if rule is None:
        return passed("memo_says_so", convention("C-21"))
    sources = rule.sources(rulebook.id)
    if method in rule.methods and rule.contains not in text:
        return referred("memo_lacks_word", *sources, word=rule.contains)
    return passed("memo_says_so", *sources)


def difference(rulebook: Rulebook, *, open_amount: Decimal, amount: Decimal) -> Decision:
    """Too much or too little for what is open, in yuan; ``value`` is the signed difference (ACG-28)."""
    sources = rulebook.fees.sources(rulebook.id) if rulebook.fees else (convention("C-21"),)
    over = amount - max(open_amount, ZERO)
    if over == ZERO:
        return passed("exactly_open", *sources, value=ZERO)
    code = "more_than_open" if over > ZERO else "less_than_open"
    return referred(code, *sources, value=over, difference=format_yuan(abs(over)))
