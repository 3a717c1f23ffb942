"""What the rules say of the newsletter (会员通讯): whether there is one, and whether one may do without it. Pure."""

from __future__ import annotations

from association.decisions import Decision, Source, failed, passed
from association.rulebook.schema import Rulebook


def sources(rulebook: Rulebook) -> tuple[Source, ...]:
    """The articles of the newsletter; the document itself where it has none."""
    rule = rulebook.newsletter
    return rule.sources(rulebook.id) if rule else rulebook.meta.sources(rulebook.id)


def check_provided(rulebook: Rulebook) -> Decision:
    """Whether the rules provide for a newsletter: silence switches it off (C-21)."""
    if rulebook.newsletter is None:
        return failed("newsletter_not_provided", *sources(rulebook))
    return passed("newsletter_provided", *sources(rulebook), name=rulebook.newsletter.name)


def check_opt_out(rulebook: Rulebook) -> Decision:
    """Whether a member may do without it."""
    provided = check_provided(rulebook)
    if not provided.passed:
        return provided
    assert rulebook.newsletter is not None
    facts = {"name": rulebook.newsletter.name}
    if not rulebook.newsletter.opt_out:
        return failed("newsletter_without_opt_out", *sources(rulebook), **facts)
    return passed("newsletter_opt_out", *sources(rulebook), **facts)
