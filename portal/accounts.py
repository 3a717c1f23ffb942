"""Accounts: who signs up on the way to a page arrives there, also through the mail that confirms the address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """The link in the mail. It carries the wanted page itself, as the mail may be opened on another device."""
        url: str = super().get_email_confirmation_url(request, emailconfirmation)
        wanted = (request.POST.get("next") or request.GET.get("next") or "") if request else ""
        if not wanted or not self.is_safe_url(wanted):
            return url
        login = f"{reverse('account_login')}?{urlencode({'next': wanted})}"
        return f"{url}?{urlencode({'next': login})}"
