"""Who may do what, asked at the moment of asking: what the roles granted and the seats held give on this day."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission
from django.db.models import Exists, Q, QuerySet

from association import clock, roles
from association.models import Seat


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Groups hold what a role may; who is in them is read from grants and seats, by their days.

    Without a second factor an account has no rights at all, a superuser neither, so that no page outside the desk
    gives them either; nor has it in a session that did not show the factor.
    """

    def _get_permissions(self, user_obj: Any, obj: Any, from_name: str) -> set[str]:
        if user_obj.is_anonymous or user_obj.second_factor_shown is False:
            return set()
        if user_obj.is_superuser and not user_obj.is_trusted():
            return set()
        found: set[str] = super()._get_permissions(user_obj, obj, from_name)
        return found

    def _get_group_permissions(self, user_obj: Any) -> QuerySet[Permission]:
        """What the roles granted to the account give."""
        held = roles.grants_on(user_obj, clock.today()).values("role")
        return Permission.objects.filter(second_factor_of(user_obj), group__name__in=held)

    def _get_user_permissions(self, user_obj: Any) -> QuerySet[Permission]:
        """What its seats give."""
        sits = Seat.objects.on(clock.today()).filter(user=user_obj)
        wanted = Q(pk__in=[])
        for role in roles.BY_SEAT:
            wanted |= Q(Exists(sits.filter(body__kind__in=role.kinds)), group__name=role.key)
        return Permission.objects.filter(wanted, second_factor_of(user_obj))


def second_factor_of(user: Any) -> Exists:
    return Exists(Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES))
