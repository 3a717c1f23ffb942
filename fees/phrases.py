"""The words of this app's codes."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, str | Promise] = {
    "standard_needs_resolution": _(
        "A fee standard takes effect under a passed resolution of the body that sets fees."
    ),
    "standard_by_another_body": _("%(body)s cannot set fees; %(expected)s does."),
    "standard_before_resolution": _("The standard cannot be in force before the resolution of %(passed_on)s."),
    "standard_activated": _("Set by resolution %(number)s."),
    "amount_not_payable": _("Enter an amount above zero with at most two decimals."),
    "value_date_ahead": _("The value date %(value_date)s lies ahead. Enter the day the bank credited the money."),
    "method_not_offered": _("The rulebook does not offer this way of paying."),
    "payment_enterable": _("The payment can be entered."),
    "may_not_enter_payment": _("Only finance enters payments."),
    "may_not_confirm_payment": _("Only finance confirms payments."),
    "reference_entered_already": _("The bank reference %(reference)s is entered already."),
    "refundable": _("The money can go back."),
    "refunded": _("%(amount)s went back, reference %(reference)s."),
    "refunded_already": _("This went back to the payer on %(on)s already."),
    "refunded_before_owed": _("It is owed back since %(since)s; the bank's day is not before that."),
    "refund_reference_missing": _("Give the bank's reference of the payment back."),
    "confirmed_already": _("This payment was confirmed on %(on)s. Nothing more is to be done."),
    "struck_already": _("This entry was struck out on %(on)s."),
    "two_persons_standing_in": _(
        "One of you stood in for the other: that is one hand. A third person confirms this payment."
    ),
    "two_persons": _("The person who entered a payment cannot confirm it. Ask a colleague."),
    "payment_confirmed": _("¥%(amount)s arrived, value date %(value_date)s."),
    "fee_received_in_full": _("The fee of ¥%(owed)s has been received in full."),
    "more_owed": _("With the new tier ¥%(owed)s is owed in all."),
    "memo_lacks_word": _("The memo lacks the word «%(word)s». Make sure that the money is a fee of this member."),
    "memo_says_so": _("The memo says what the money is for."),
    "more_than_open": _(
        "¥%(difference)s more than is still to be paid. It is recorded as it is; the excess stays visible."
    ),
    "less_than_open": _(
        "¥%(difference)s less than is still to be paid. It is recorded as it is; the fee stays partly paid."
    ),
    "exactly_open": _("Exactly what is still to be paid."),
    "standard_active_already": _("This standard is in force already, under resolution %(number)s."),
    "nothing_owed": _("Nothing is owed."),
    "sandbox_off": _("The payment sandbox is switched off."),
    "class_unknown": _("There is no such class of members."),
    "tier_unknown": _("There is no such tier."),
    "tier_missing": _("Choose a tier."),
    "tier_not_used": _("%(name)s have no tiers. Leave the tier out."),
    "rulebook_not_yet": _("The rules have been in force since %(since)s. Choose that day or a later one."),
    "rulebook_ended": _("On %(day)s no rules are in force."),
    "rulebook_unknown": _("The association has not adopted such rules."),
    "no_rulebook": _("The association has not adopted its rules yet."),
    "day_too_far": _("Choose a day up to the year %(year)s."),
    "registered_before_start": _("The day of registration cannot lie before the start, %(starts_on)s."),
    "registered_too_late": _("Choose a day of registration within %(years)s years of the start."),
    "price_missing": _(
        "No fee standard in force on %(day)s has an amount for %(member)s. Nothing is billed before there is one."
    ),
    "grade_missing": _("The fee depends on the %(name)s. Choose it."),
    "grade_unknown": _("There is no such %(name)s. Choose one of: %(choices)s."),
    "grade_not_used": _("This fee does not depend on a grade. Leave the grade out."),
    "term_unknown": _(
        "The council's term of office on that day is not recorded, so its remaining years cannot be billed."
    ),
    "term_over": _("The council's term of office is over."),
    "prepayment_not_offered": _("The rulebook does not offer prepayment."),
    "prepayment_all_or_nothing": _("Pay this year, or all years that remain of the term."),
    "years_not_in_order": _("Fees are paid year by year, from the oldest on."),
    "years_payable": _("These years can be paid together."),
    "one_year": _("This year's fee."),
    "no_fees": _("The rulebook asks no fees."),
    "deemed_pays_nothing": _("Members without application pay no fee."),
    "fee_paid_once": _("The fee is paid once only."),
    "free_of_fees": _("%(name)s pay no fee."),
    "nothing_more_due": _("Nothing more falls due."),
    "fee_line": _("Membership fee of %(year)s."),
    "fee_line_prorated": _("Membership fee of %(year)s, prorated."),
    "fee_line_prepaid": _("Membership fee of %(year)s, paid in advance."),
    "members_pay_more": _(
        "%(place)s, %(count)s members: ¥%(after)s in %(year)s instead of ¥%(before)s, ¥%(sum)s more in all."
    ),
    "members_pay_less": _(
        "%(place)s, %(count)s members: ¥%(after)s in %(year)s instead of ¥%(before)s, ¥%(sum)s less in all."
    ),
    "fee_untold": _("%(place)s, %(count)s members: what they pay in %(year)s cannot be told. %(why)s"),
    "prepayment_begins": _("%(place)s, %(count)s members: from then on they pay the rest of the term at once."),
    "prepayment_ends": _("%(place)s, %(count)s members: they need not pay the rest of the term at once any more."),
    "newcomers_pay_otherwise": _("%(place)s, joining on %(day)s: ¥%(after)s to pay at once instead of ¥%(before)s."),
}
