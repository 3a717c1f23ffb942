"""Accounts: who signs up on the way to a page arrives there; who logs in may type what they know."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.models import EmailAddress
from django import forms
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from association import clock
from association.actions import messages, strangers
from association.channels import Letter
from association.models import User
from association.web import logged_in_lately
from portal import names

VALID = timedelta(days=3)
"""How long the links in these mails work; the mails say so."""


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("What you log in with, or the password, is not right."),
    }

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """The link in the mail. It carries the wanted page itself, as the mail may be opened on another device."""
        url: str = super().get_email_confirmation_url(request, emailconfirmation)
        wanted = (request.POST.get("next") or request.GET.get("next") or "") if request else ""
        if not wanted or not self.is_safe_url(wanted):
            return url
        login = f"{reverse('account_login')}?{urlencode({'next': wanted})}"
        return f"{url}?{urlencode({'next': login})}"

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """A login of this moment counts: nobody types the same password twice to set up the second step."""
        required: bool = super().is_reauthentication_required(app=app, **kwargs)
        return required and not logged_in_lately(self.request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Through the outbox, so that a mail server that is away is nobody's error page and loses nothing.

        What is kept has a mark in place of the link; the link itself is sealed until the mail is out. Who has no
        account has no row to be kept with: there a job carries the mail, and it looks the same to whoever asked.
        """
        shared = {"request": self.request, "email": email, "current_site": get_current_site(self.request)}
        names = _secrets_of(context)
        mark = gettext("[%(what)s: in the mail alone]") % {"what": gettext("link to the account")}
        marks = dict.fromkeys(names, mark)
        content = self.render_mail(template_prefix, email, shared | context | marks)
        user = context.get("user") or _owner(email)
        occasion = f"{template_prefix}:{uuid.uuid4()}"
        if user is None:
            strangers.order(email, subject=content.subject, text=str(content.body))
            return
        letter = Letter(content.subject, str(content.body), secrets={marks[name]: context[name] for name in names})
        messages.mail(user, occasion=occasion, letter=letter, address=email, until=clock.now() + VALID)


def confirm_by_reset(user: User, **_rest: Any) -> None:
    """Who chose a password by the link in a mail reads that mailbox: an account of the desk needs no other mail.

    Where another address is known too, the link may have gone there; nothing is confirmed then.
    """
    known = EmailAddress.objects.filter(user=user)
    if not known.exclude(email__iexact=user.email).exists():
        known.delete()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def _secrets_of(context: dict[str, Any]) -> list[str]:
    """The names of what opens an account: one mark stands for all of them, and only one is written in any mail."""
    link = ["password_reset_url"] if "key" in context else []
    return [name for name in (*link, "activate_url", "code") if name in context]


def _owner(email: str) -> User | None:
    """Whose address it is, verified or not."""
    found = EmailAddress.objects.filter(email__iexact=email).order_by("-verified", "pk").select_related("user").first()
    return found.user if found else User.objects.filter(email__iexact=email).first()


class LoginForm(AllauthLoginForm):  # type: ignore[misc]
    """An e-mail address, a verified mobile number or a unit's full name (PROP-6.2a), and the password.

    A name that belongs to nobody goes on as it was typed: it fails like a wrong password, after the same work.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("E-mail address, mobile number or full name of the unit"),
            max_length=254,
            widget=forms.TextInput(attrs={"autocomplete": "username"}),
        )
        self.order_fields(["login", "password", "remember"])

    def user_credentials(self) -> dict[str, Any]:
        credentials: dict[str, Any] = super().user_credentials()
        if not hasattr(self, "_address"):
            meant = names.account_of(self.cleaned_data["login"], on=clock.today())
            self._address = meant.email if meant else self.cleaned_data["login"]
        return credentials | {"email": self._address}
