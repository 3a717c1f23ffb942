"""Days to pay that lean on a calendar not yet published: counted again when it comes, and the payer is told (C-5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from association import queries
from association.actions import digests
from association.actions.digests import Notice
from association.actions.messages import in_letter_language
from association.impacts import Recounted
from association.letters import write
from association.models import User
from association.rules.counting import WorkCalendar
from fees.letters import day_moved
from fees.models import FeeLine
from fees.rules import payable
from members.models import PartyAccess

AT_ONCE = 500
"""Lines that are counted again together."""


def count_again(calendar: WorkCalendar, *, on: date) -> Iterator[Recounted]:
    """Provisional days to pay by a new calendar; the later of the two is stored. Inside the caller's transaction."""
    vague = FeeLine.objects.standing().filter(provisional=True, counted__isnull=False, invoice__case__isnull=False)
    vague = vague.select_for_update(of=("self",)).select_related("invoice__case", "invoice__party", "decision")
    after = 0
    while rows := list(vague.filter(pk__gt=after).order_by("pk")[:AT_ONCE]):
        after = rows[-1].pk
        changed, later = [], []
        for row in rows:
            version = row.decision.version_id
            own = queries.by_rulebook(calendar, queries.rulebook_of(version)) if version else calendar
            found = payable.again(row.counted or {}, own)
            case, due_on = row.invoice.case, row.due_on
            if case is None or due_on is None or (found.day, found.provisional) == (due_on, True):
                continue
            yield Recounted(case, f"fees.{row.year}", due_on, found.day, found.provisional)
            row.due_on, row.provisional = max(due_on, found.day), found.provisional
            changed.append(row)
            if row.due_on != due_on:
                later.append((row, due_on))
        FeeLine.objects.bulk_update(changed, ["due_on", "provisional"])
        _tell(later, on=on)


@in_letter_language
def _tell(later: Sequence[tuple[FeeLine, date]], *, on: date) -> None:
    """Everybody who acts for a payer hears of what is not paid yet; lines that moved alike are one letter."""
    found = FeeLine.objects.filter(pk__in=[row.pk for row, _old in later]).with_paid()
    covered = {line.pk: line.paid for line in found}  # type: ignore[attr-defined]  # annotated by with_paid
    moves: dict[tuple[int, date, date], list[FeeLine]] = defaultdict(list)
    for row, old_on in later:
        if row.due_on is not None and covered[row.pk] < row.amount:
            moves[row.invoice_id, old_on, row.due_on].append(row)
    payers: dict[int, dict[int, User]] = defaultdict(dict)
    parties = {lines[0].invoice.party_id for lines in moves.values()}
    accesses = PartyAccess.objects.on(on).filter(party__in=parties, user__is_active=True)
    for access in accesses.select_related("user").order_by("pk"):
        payers[access.party_id][access.user_id] = access.user
    notices = []
    for (_invoice, old_on, new_on), lines in moves.items():
        letter = write("fee.day_moved", day_moved(lines, old_on))
        occasion = f"fee:{lines[0].pk}:moved:{new_on.isoformat()}"
        users = payers[lines[0].invoice.party_id].values()
        notices += [Notice.of(f"{occasion}:{user.pk}", user, letter, due_on=new_on) for user in users]
    digests.put(notices)
