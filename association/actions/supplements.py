"""Notes that practice adds to the rules (未尽事宜的补充完善)."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from association import queries
from association.actions.consultations import check_text
from association.actors import Actor
from association.decisions import passed
from association.models import RulebookVersion, SupplementaryNote


@transaction.atomic
def add(version: RulebookVersion, *, article: str = "", text: str, by: Actor, on: date) -> SupplementaryNote:
    """Add a dated note to the document, or to one of its articles. It stays as written; another one may follow."""
    rulebook = queries.rulebook_of(version.pk)
    check_text(rulebook, article, text, passed("note_possible", *rulebook.meta.sources(rulebook.id)))
    return SupplementaryNote.objects.create(
        version=version, article=article, text=text.strip(), noted_on=on, noted_by=by.user
    )
