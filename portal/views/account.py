"""My account: name, addresses, mobile number, second step, sessions; and logging in by a code."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import EmailAddress, Login
from allauth.account.utils import get_next_redirect_url
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from association import clock, roles
from association.actions import mobiles
from association.channels import codes
from association.decisions import Refused
from association.models import MobileCode
from association.ratelimit import Limit
from association.rules.mobiles import masked, normal
from association.web import attempt, require_fresh_login, sentences, signed_in, user_of

CODES = Limit("code-ask", 5)
TRIES = Limit("code-try", 20)
WAITING = "mobile_waiting"
LOGGING_IN = "mobile_login"


class NameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=80)


class NumberForm(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("Mobile number"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        help_text=gettext_lazy("A number of the mainland, with or without +86."),
    )

    def clean_number(self) -> str:
        number = normal(self.cleaned_data["number"])
        if not number:
            raise forms.ValidationError(_("This is no mobile number of the mainland: 11 digits that begin with 1."))
        return number


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """Everything about the login on one page, each thing with the way to change it."""
    user = user_of(request)
    form = NameForm(request.POST or None, initial={"name": user.name})
    if request.method == "POST" and form.is_valid():
        user.name = form.cleaned_data["name"]
        user.save(update_fields=["name"])
        messages.success(request, _("Your name is changed."))
        return redirect("account")
    context = {
        "form": form,
        "addresses": EmailAddress.objects.filter(user=user).order_by("-primary", "email"),
        "number": masked(user.mobile) if user.mobile_verified_at else "",
        "may_text": codes.available(),
        "second_factor": user.has_second_factor(),
        "held": roles.held_on(user, clock.today()),
    }
    return render(request, "account/settings.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def mobile(request: HttpRequest) -> HttpResponse:
    """Type the number, then the code that came to it."""
    require_fresh_login(request)
    user = user_of(request)
    form = NumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["number"]
        if asked(request, form, number, MobileCode.Purpose.VERIFY):
            request.session[WAITING] = number
            return redirect("account_mobile_code")
    context = {"form": form, "may_text": codes.available(), "has_number": bool(user.mobile_verified_at)}
    return render(request, "account/mobile.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def mobile_code(request: HttpRequest) -> HttpResponse:
    require_fresh_login(request)
    number = request.session.get(WAITING)
    if not number:
        return redirect("account_mobile")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and not slowed(request, form):
        try:
            mobiles.verify(user_of(request), number, form.cleaned_data["code"], now=clock.now(), on=clock.today())
        except Refused as refusal:
            form.add_error("code", sentences(refusal.decision))
        else:
            del request.session[WAITING]
            messages.success(request, _("The number is confirmed. You can log in with it from now on."))
            return redirect("account")
    return render(request, "account/mobile_code.html", {"form": form, "number": number, "again": "account_mobile"})


@require_POST
@signed_in(back="account")
def mobile_remove(request: HttpRequest) -> HttpResponse:
    require_fresh_login(request)
    attempt(
        request,
        lambda: mobiles.remove(user_of(request), now=clock.now(), on=clock.today()),
        done=_("The number is removed from your account."),
    )
    return redirect("account")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login_by_code(request: HttpRequest) -> HttpResponse:
    """A verified number and a code instead of the password. The answer is the same for every number."""
    if request.user.is_authenticated:
        return redirect("account")
    form = NumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["number"]
        if asked(request, form, number, MobileCode.Purpose.LOGIN):
            request.session[LOGGING_IN] = {"number": number, "next": get_next_redirect_url(request) or ""}
            return redirect("account_login_code")
    return render(request, "account/login_code.html", {"form": form, "may_text": codes.available()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login_code(request: HttpRequest) -> HttpResponse:
    waiting = request.session.get(LOGGING_IN)
    if not waiting:
        return redirect("account_login_by_code")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and not slowed(request, form):
        try:
            row = mobiles.check_code(
                waiting["number"],
                form.cleaned_data["code"],
                purpose=MobileCode.Purpose.LOGIN,
                user=None,
                now=clock.now(),
            )
            user = mobiles.owner_of(row.number)
            if user is None or user.pk != row.user_id:
                raise Refused(mobiles.wrong())
        except Refused as refusal:
            form.add_error("code", sentences(refusal.decision))
        else:
            del request.session[LOGGING_IN]
            record_authentication(request, user, method="code", phone=row.number)
            login = Login(user=user, email=user.email, redirect_url=waiting["next"] or None)
            return perform_login(request, login)  # which asks for the second step where there is one
    context = {"form": form, "number": waiting["number"], "again": "account_login_by_code", "for_login": True}
    return render(request, "account/mobile_code.html", context)


def asked(request: HttpRequest, form: Any, number: str, purpose: str) -> bool:
    """Ask for a code; where none may be asked for, the form says why."""
    if seconds := CODES.wait(request):
        form.add_error(None, _("Too much has been sent from your network. Wait %d seconds, then send it.") % seconds)
        return False
    user = user_of(request) if purpose == MobileCode.Purpose.VERIFY else None
    try:
        mobiles.ask(number, purpose=purpose, user=user, now=clock.now())
    except Refused as refusal:
        form.add_error("number", sentences(refusal.decision))
        return False
    return True


def slowed(request: HttpRequest, form: Any) -> bool:
    if seconds := TRIES.wait(request):
        form.add_error(None, _("Too much has been sent from your network. Wait %d seconds, then send it.") % seconds)
    return bool(seconds)
