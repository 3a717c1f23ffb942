"""Accounts: who signs up on the way to a page arrives there; who logs in may type what they know."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm as AllauthLoginForm
from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from association import clock
from portal import names


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
