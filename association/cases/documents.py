"""Papers of a case: one current file for each slot, checked by the owner of the step."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from association.actors import Actor
from association.cases import engine
from association.decisions import Refused, failed
from association.models import Case, CaseDocument, StoredFile
from association.models.file import Verdict
from association.states import State

EDITABLE = frozenset({State.DRAFT, State.RETURNED})


@transaction.atomic
def attach(case: Case, slot: str, file: StoredFile) -> CaseDocument:
    """Put a file into a slot; what was there stays on record. Only while the applicant holds the pen."""
    case = engine.locked(case)
    if case.state not in EDITABLE:
        raise Refused(failed("not_editable_now", *engine.sources_of(case, engine.current_step(case))))
    before = case.documents.current().filter(slot=slot).first()
    if before is None:
        return CaseDocument.objects.create(case=case, slot=slot, file=file)
    # the constraint wants one current row: point the old one at itself until the new one exists
    CaseDocument.objects.filter(pk=before.pk).update(replaced_by=before)
    document = CaseDocument.objects.create(case=case, slot=slot, file=file)
    CaseDocument.objects.filter(pk=before.pk).update(replaced_by=document)
    return document


@transaction.atomic
def judge(document: CaseDocument, verdict: Verdict, *, note: str = "", by: Actor, on: date) -> CaseDocument:
    """The reviewer's word on one document: ``accepted``, or ``returned`` with what is wrong with it."""
    case = engine.locked(document.case)
    engine.require(engine.check_reviewing(case, by, on=on))
    if verdict == Verdict.RETURNED and not note.strip():
        raise Refused(failed("document_reason_required", *engine.sources_of(case, engine.current_step(case))))
    document = CaseDocument.objects.select_for_update().get(pk=document.pk)
    if document.replaced_by_id is not None:
        raise Refused(failed("document_replaced", *engine.sources_of(case, engine.current_step(case))))
    document.verdict, document.note = verdict, note.strip()
    document.checked_by, document.checked_on = by.user, on
    document.save(update_fields=["verdict", "note", "checked_by", "checked_on"])
    return document
