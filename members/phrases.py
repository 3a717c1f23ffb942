"""The words of this app's codes."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, str | Promise] = {
    "place_gone": _(
        "The rules in force have no place “%(place)s” any more. Have the case decided under the current rules."
    ),
    "member_already": _("This party is a member already (%(number)s)."),
    "tier_of_another_class": _("%(tier)s is a tier of another class of members."),
    "tier_not_conferred": _("The rulebook does not say who confers %(tier)s."),
    "tier_proposed": _("Proposed: %(tier)s."),
    "membership_over": _("The membership of %(party)s has ended."),
    "tier_held": _("The member has the tier %(tier)s already."),
    "tier_proposed_already": _("%(tier)s is proposed already and waits for a resolution."),
    "fee_awaited": _("The fee has not arrived in full yet. The registration can be completed once it has."),
    "registered_already": _("This registration was completed on %(on)s. Nothing more is to be done."),
    "not_registered_yet": _("The registration is not completed yet. Its announcement follows."),
    "registration_published_already": _("This registration was made public already. Nothing more is to be done."),
    "registration_published": _("The registration was made public."),
    "identifier_bound": _("This number is bound to member %(number)s already."),
    "number_taken": _("Member number %(number)s is taken."),
    "binding_free": _("Number %(number)s is free."),
    "binding_kept": _("Number %(number)s stays as it is."),
    "window": _("Registration is accepted from %(opens)s to %(closes)s."),
    "window_opens": _("The period of registration has its first day."),
    "window_by_campaign": _("Registration is accepted during the yearly review."),
    "window_unstated": _("The rulebook sets no period for registration."),
    "window_open": _("Registration is accepted until %(closes)s."),
    "window_not_open": _("Registration is accepted from %(opens)s on."),
    "window_closed": _("The period of registration ended on %(closes)s. The department decides what to do."),
    "campaign_unknown": _("The dates of this year's review have not been entered."),
    "event_unknown": _("A day that the rule counts from is not known yet."),
    "fee_unpaid": _("The fee of %(year)s has not been paid."),
    "validity": _("Valid from %(first_day)s to %(last_day)s."),
    "class_goes": _("%(count)s members are %(place)s: the new version has no such class. Say where they go."),
    "tier_goes": _("%(count)s members are %(place)s: the new version has no such tier. Say where they go."),
    "place_changes": _("%(count)s members change from %(place)s to %(to)s."),
    "place_renamed": _("%(count)s members: %(before)s is called %(after)s from then on."),
    "proposed_tier_goes": _("%(count)s proposals wait for a resolution on a tier that the new version does not have."),
    "certificate_goes": _("%(name)s: the %(count)s in hand stay valid as printed; no more are issued."),
    "certificate_lasts_differently": _(
        "%(name)s is valid for another time from then on; the %(count)s in hand keep theirs."
    ),
    "certificate_comes": _("%(name)s is issued from then on."),
}
