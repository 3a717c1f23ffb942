"""Papers of an application: an upload is cleaned, kept as its rule asks, and put into its slot."""

from __future__ import annotations

from typing import IO

from django.db import transaction

from admissions.actions.applications import check_editable
from admissions.models import Application
from association.cases import documents
from association.decisions import require
from association.files import keeping, storage
from association.files.cleaning import MEDIA_TYPES
from association.models import CaseDocument, StoredFile, User
from association.rulebook.schema import Document


def formats(rule: Document) -> tuple[str, ...]:
    """The formats that the rulebook names for a paper, of those that can be kept; or the usual ones."""
    return tuple(kind for kind in rule.formats if kind in MEDIA_TYPES) or keeping.KINDS


def upload(application: Application, rule: Document, stream: IO[bytes], *, name: str, by: User) -> CaseDocument:
    """Keep a file and put it into the slot of ``rule``; an identity paper is kept encrypted.

    Raises :class:`association.files.errors.Unacceptable` with what is wrong with the file, and ``Refused`` when the
    applicant does not hold the pen.
    """
    require(check_editable(application))
    file = keeping.keep_upload(stream, name=name, allowed=formats(rule), encrypt=rule.identity, by=by)
    try:
        return documents.attach(application.case, rule.id, file)
    except BaseException:
        discard(file)
        raise


def discard(file: StoredFile) -> None:
    """Forget a file that was kept for something that was then refused."""
    with transaction.atomic():
        file.delete()
    storage.delete(file.storage_key)
