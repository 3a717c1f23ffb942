"""What a vote needs, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from association.rules.voting import HALF, Share, VotingRule


def share_words(share: Share) -> str:
    if share.of == HALF:
        return _("more than half") if share.above else _("at least half")
    words = _("more than %(share)s") if share.above else _("at least %(share)s")
    return words % {"share": str(share.of)}


def needs(rule: VotingRule) -> list[str]:
    """One line for each thing that is asked."""
    of_all = _("of all who were called, %(share)s say yes")
    of_present = _("of those present, %(share)s say yes; an abstention is no yes")
    lines = [
        _("of all who were called, %(share)s are present or send somebody") % {"share": share_words(rule.quorum)},
        (of_all if rule.of_all else of_present) % {"share": share_words(rule.majority)},
    ]
    return [*lines, _("the vote is secret")] if rule.secret else lines
