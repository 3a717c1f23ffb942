"""Who follows an application, and how they are told."""

from __future__ import annotations

from admissions.models import Application
from association.actions import letters
from association.letters import Letter
from association.models import User


def followers(application: Application) -> list[User]:
    """The accounts that are told: the applicant, and those whose claim was granted."""
    users = [application.case.applicant] if application.case.applicant else []
    users += [participant.user for participant in application.case.participants.select_related("user")]
    return users


def tell(application: Application, letter: Letter, *, occasion: str) -> None:
    """Tell everybody who follows the application."""
    for user in followers(application):
        letters.tell(user, letter, occasion=f"application:{application.pk}:{occasion}", case=application.case)
