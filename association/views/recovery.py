"""A lost login from outside: ask for it, object to it, use the one-time link. No answer tells who has an account."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import password_validation
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from association import clock
from association.actions import recovery
from association.decisions import Decision, failed
from association.files import keeping
from association.files.errors import Unacceptable
from association.files.phrases import say
from association.models import RecoveryRequest
from association.ratelimit import Limit
from association.web import attempt, sentences

ASKING = Limit("recovery-ask", 5)
LINKS = Limit("recovery-link", 20)


class LostForm(forms.Form):
    """What somebody says who cannot log in."""

    unit = forms.CharField(label=gettext_lazy("Unit, or your name if you joined as a person"), max_length=120)
    person = forms.CharField(label=gettext_lazy("Your name"), max_length=80)
    contact = forms.CharField(label=gettext_lazy("Telephone or e-mail where we reach you"), max_length=120)
    lost = forms.ChoiceField(
        label=gettext_lazy("What is lost?"), choices=RecoveryRequest.Lost.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=pgettext_lazy("lost login", "What happened"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    letter = forms.FileField(
        label=gettext_lazy("Letter with the seal of the unit"),
        help_text=gettext_lazy(
            "PDF or photo, up to 20 MB. It says who may get the login and at which e-mail address."
        ),
    )


class NewPasswordForm(forms.Form):
    password1 = forms.CharField(
        label=gettext_lazy("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 10 characters; not a common password, and not like your e-mail address."),
    )
    password2 = forms.CharField(
        label=gettext_lazy("New password, once more"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        password_validation.validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("password1") and typed.get("password1") != typed.get("password2"):
            self.add_error("password2", _("The two passwords are not the same."))
        return typed


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    form = LostForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if seconds := ASKING.wait(request):
            form.add_error(
                None, _("Too much has been sent from your network. Wait %d seconds, then send it.") % seconds
            )
            status = 429
        elif form.is_valid() and take(form):
            return redirect("recovery_asked")
    return render(request, "account/lost.html", {"form": form}, status=status)


def take(form: LostForm) -> bool:
    """Keep the letter and the request together, or say at the field what is wrong with the letter."""
    typed = dict(form.cleaned_data)
    upload: UploadedFile = typed.pop("letter")
    try:
        with transaction.atomic():
            letter = keeping.keep_upload(upload, name=upload.name or "", encrypt=True, by=None)  # type: ignore[arg-type]
            recovery.ask(**typed, letter=letter, by=None, on=clock.today())
    except Unacceptable as refusal:
        form.add_error("letter", say(refusal.code, refusal.facts))
        return False
    return True


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    return render(request, "account/lost_asked.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def object_to(request: HttpRequest, key: uuid.UUID, token: str) -> HttpResponse:
    """The old address stops it. Opening the page does nothing: mail programs open links by themselves."""
    found = _found(request, key)
    decision = recovery.check_object(found, token) if found else _dead()
    if request.method == "POST" and found is not None and decision.passed:
        done = attempt(request, lambda: recovery.object_to(found, token, on=clock.today()))
        if done is not None:
            return render(request, "account/lost_objected.html")
    context = {"decision": decision, "lines": sentences(decision), "request_row": found}
    return render(request, "account/lost_object.html", context, status=200 if decision.passed else 404)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def use(request: HttpRequest, key: uuid.UUID, token: str) -> HttpResponse:
    found = _found(request, key)
    decision = recovery.check_use(found, token, now=clock.now()) if found else _dead()
    if found is None or not decision.passed:
        return render(request, "account/lost_use.html", {"form": None, "lines": sentences(decision)}, status=404)
    form = NewPasswordForm(request.POST or None, user=found.account)
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["password1"]
        done = attempt(request, lambda: recovery.use(found, token, password=password, on=clock.today()))
        if done is not None:
            messages.success(request, _("Your login is reset. Log in with the new address and password."))
            return redirect("account_login")
    return render(request, "account/lost_use.html", {"form": form, "lines": [], "email": found.new_email}, status=200)


def _found(request: HttpRequest, key: uuid.UUID) -> RecoveryRequest | None:
    """Nobody tries tokens out."""
    if LINKS.wait(request):
        return None
    return RecoveryRequest.objects.select_related("account").filter(key=key).first()


def _dead() -> Decision:
    return failed("recovery_link_dead", recovery.BECAUSE)
