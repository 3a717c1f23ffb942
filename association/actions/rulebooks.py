"""Store rulebooks and adopt them (施行)."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from association.actions import bodies, profile
from association.actors import Actor
from association.decisions import Refused, article, failed
from association.models import Adoption, Association, DecisionRecord, Resolution, RulebookVersion
from association.models.rulebook import MEMBERSHIP
from association.rulebook.loader import load
from association.rulebook.schema import Rulebook


@transaction.atomic
def store(text: str, *, by: Actor) -> RulebookVersion:
    """Keep a valid rulebook text for good; the same text twice is one version.

    Raises :class:`association.rulebook.RulebookInvalid` with every problem found.
    """
    rulebook = load(text)
    known = RulebookVersion.objects.filter(digest=rulebook.digest).first()
    if known is not None:
        return known
    last = (
        RulebookVersion.objects.filter(rulebook=rulebook.id, document_version=rulebook.version)
        .order_by("encoding")
        .last()
    )
    return RulebookVersion.objects.create(
        rulebook=rulebook.id,
        document_version=rulebook.version,
        encoding=last.encoding + 1 if last else 1,
        schema_number=rulebook.schema_number,
        slot=slot_of(rulebook),
        title=rulebook.title,
        text=text,
        digest=rulebook.digest,
        stored_by=by.user,
    )


def slot_of(rulebook: Rulebook) -> str:
    """One membership rulebook governs at a time, and one for each registry."""
    return MEMBERSHIP if rulebook.kind == "membership" else rulebook.id


@transaction.atomic
def adopt(
    version: RulebookVersion, *, effective_from: date, resolution: Resolution | None, by: Actor, on: date
) -> Adoption:
    """Put a version in force from a day, under a passed resolution of a body that its rulebook allows.

    A first adoption may lie in the past; a later one is refused where a stored decision would fall under it. A mended
    encoding of the same document version needs no resolution.
    """
    Association.objects.select_for_update().get(pk=1)  # one adoption at a time
    rulebook = load(version.text)
    sources = [article(rulebook.id, key) for key in rulebook.meta.ref]
    if not rulebook.adoptable or (rulebook.repealed_on is not None and rulebook.repealed_on <= effective_from):
        raise Refused(failed("rulebook_not_adoptable", *sources, title=rulebook.title))
    earlier = Adoption.objects.filter(slot=version.slot).select_related("version").order_by("effective_from").last()
    same_document = earlier is not None and (
        (earlier.version.rulebook, earlier.version.document_version) == (version.rulebook, version.document_version)
    )
    if not same_document:
        _check_resolution(rulebook, resolution, sources)
    if earlier is not None:
        latest = (
            DecisionRecord.objects.filter(version__slot=version.slot, on__gte=effective_from).order_by("-on").first()
        )
        if latest is not None:
            raise Refused(
                failed(
                    "decisions_made_since", *sources, since=effective_from.isoformat(), latest=latest.on.isoformat()
                )
            )
    adoption, _ = Adoption.objects.get_or_create(
        version=version,
        slot=version.slot,
        effective_from=effective_from,
        defaults={"resolution": resolution, "adopted_by": by.user},
    )
    bodies.sync(rulebook)
    profile.touch()
    return adoption


def _check_resolution(rulebook: Rulebook, resolution: Resolution | None, sources: list) -> None:
    allowed = [rulebook.bodies[key].name for key in rulebook.adopted_by]
    if resolution is None or resolution.passed_on is None:
        raise Refused(failed("adoption_needs_resolution", *sources, bodies=allowed))
    if rulebook.adopted_by and resolution.meeting.body.key not in rulebook.adopted_by:
        raise Refused(failed("adoption_by_another_body", *sources, bodies=allowed, body=resolution.meeting.body.name))
