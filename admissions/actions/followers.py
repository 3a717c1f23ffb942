"""Who follows an application, and how they are told."""

from __future__ import annotations

from django.urls import reverse

from admissions.models import Application
from association.actions import messages
from association.models import User
from association.models.message import Topic


def followers(application: Application) -> list[User]:
    """The accounts that are told: the applicant, and those whose claim was granted."""
    users = [application.case.applicant] if application.case.applicant else []
    users += [participant.user for participant in application.case.participants.select_related("user")]
    return users


def tell(application: Application, *, occasion: str, subject: str, text: str, topic: str = Topic.NONE) -> None:
    """Tell everybody who follows the application. ``topic``: what may go by text message too."""
    link = reverse("application", args=[application.case.key])
    for user in followers(application):
        messages.tell(
            user,
            occasion=f"application:{application.pk}:{occasion}",
            subject=subject,
            text=text,
            link=link,
            case=application.case,
            topic=topic,
        )
