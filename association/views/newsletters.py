"""The newsletter in the portal: past issues for members, and doing without it, from the mail or the portal."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from association import clock, ports, queries
from association.actions import newsletters
from association.decisions import Refused
from association.models import Message, NewsletterIssue, User
from association.models.newsletter import OptOutWay
from association.ratelimit import Limit, limited
from association.rulebook import Rulebook
from association.rules import newsletters as rules
from association.rules import plain_text
from association.web import attempt, sentences, signed_in, user_of

LIMIT = Limit("unsubscribe", 30)
PER_PAGE = 20


def newsletter_name(day: date) -> str:
    """What the rules of the day call it; empty where they have none."""
    try:
        rule = queries.rulebook_on(day).newsletter
    except queries.NoRulebook:
        return ""
    return rule.name if rule else ""


def provided() -> Rulebook:
    """The rulebook in force, which has a newsletter. 404 where it has none: silence switches it off (C-21)."""
    try:
        rulebook = queries.rulebook_on(clock.today())
    except queries.NoRulebook:
        raise Http404 from None
    if rulebook.newsletter is None:
        raise Http404
    return rulebook


def readable(user: User) -> QuerySet[NewsletterIssue]:
    """Issues that the account may read: a member, those that went to all; besides, those that were sent to them."""
    sent = NewsletterIssue.objects.filter(sent_on__isnull=False)
    own = Message.objects.filter(
        recipient=user,
        unique_key=Concat(Value("newsletter:"), Cast(OuterRef("pk"), CharField()), Value(f":{user.pk}")),
    )
    mine = Exists(own)
    if ports.audiences[newsletters.AUDIENCE].includes(user, clock.today()):
        return sent.filter(Q(dispatch__parts=[]) | Q(mine))
    return sent.filter(mine)


@require_safe
@signed_in
def archive(request: HttpRequest) -> HttpResponse:
    """The newest first."""
    rulebook = provided()
    typed = request.GET.get("page", "1")
    number = int(typed) if typed.isascii() and typed.isdecimal() and 0 < len(typed) < 6 else 1
    first = (max(number, 1) - 1) * PER_PAGE
    rows = list(readable(user_of(request)).only("number", "subject", "sent_on")[first : first + PER_PAGE + 1])
    context = {
        "name": rulebook.newsletter.name if rulebook.newsletter else "",
        "rows": rows[:PER_PAGE],
        "page": {"number": first // PER_PAGE + 1, "has_previous": first > 0, "has_next": len(rows) > PER_PAGE},
    }
    return render(request, "newsletters/archive.html", context)


@require_safe
@signed_in
def issue(request: HttpRequest, number: int) -> HttpResponse:
    """One issue, as it was sent."""
    rulebook = provided()
    found = get_object_or_404(readable(user_of(request)), number=number)
    name = rulebook.newsletter.name if rulebook.newsletter else ""
    context = {"issue": found, "name": name, "blocks": plain_text.blocks(found.text)}
    return render(request, "newsletters/issue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def subscription(request: HttpRequest) -> HttpResponse:
    """My settings: with or without the newsletter."""
    rulebook = provided()
    user, today = user_of(request), clock.today()
    if request.method == "POST":
        if request.POST.get("take") == "yes":
            attempt(request, lambda: newsletters.opt_in(user, on=today) or True, done=_("You take it again."))
        else:
            attempt(request, lambda: newsletters.opt_out(user, on=today), done=_("You do without it from now on."))
        return redirect("newsletter_subscription")
    return render(request, "newsletters/subscription.html", shown(rulebook, user))


@csrf_exempt  # the mail's provider posts without our cookie (RFC 8058); the signed link is what entitles
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited(LIMIT)
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail, without a login. Looking at it changes nothing; the button, or one POST, does."""
    user = newsletters.user_of(token)
    if user is None:
        return render(request, "newsletters/unsubscribe_unknown.html", status=404)
    rulebook = provided()
    today = clock.today()
    refusal: list[str] = []
    if request.method == "POST":
        try:
            if request.POST.get("take") == "yes":
                newsletters.opt_in(user, on=today)
            else:
                newsletters.opt_out(user, way=OptOutWay.MAIL, on=today)
        except Refused as refused:
            refusal = sentences(refused.decision)
        if request.POST.get("page"):
            return redirect("newsletter_unsubscribe", token)
    context = shown(rulebook, user) | {"address": masked(user.email), "refusal": refusal}
    return render(request, "newsletters/unsubscribe.html", context, status=409 if refusal else 200)


def shown(rulebook: Rulebook, user: User) -> dict[str, Any]:
    """Whether this account takes it, whether it may do without, and under which article."""
    possible = rules.check_opt_out(rulebook)
    return {
        "name": rulebook.newsletter.name if rulebook.newsletter else "",
        "without": newsletters.does_without(user),
        "may_opt_out": possible.passed,
        "reasons": sentences(possible),
        "sources": possible.sources,
        "rulebook": rulebook,
    }


def masked(email: str) -> str:
    """``l***@unit.example``: enough to know whose it is."""
    name, _at, host = email.partition("@")
    return f"{name[:1]}***@{host}"
