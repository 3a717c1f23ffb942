"""Series of document numbers (发文字号): opened, closed, taken up again; the next number, without gaps."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Max

from association.actions import decisions
from association.actors import Actor
from association.decisions import Decision, failed, passed, require, setting
from association.models import Body, DocumentNumber, DocumentSeries
from association.rules import document_number as numbering

SERIES = setting("document_series")


@transaction.atomic
def open_series(
    *, name: str, form: str, letterhead: str, signed_by_body: Body, first_year: int, first_seq: int = 1
) -> DocumentSeries:
    """A run of numbers that begins with ``first_seq`` in ``first_year``, where earlier ones are on paper."""
    require(numbering.check_form(form))
    return DocumentSeries.objects.create(
        name=name.strip(),
        form=form,
        letterhead=letterhead.strip(),
        signed_by_body=signed_by_body,
        first_year=first_year,
        first_seq=first_seq,
    )


def check_close(series: DocumentSeries) -> Decision:
    if series.closed:
        return failed("series_closed_already", SERIES, name=series.name)
    return passed("series_closed", SERIES, name=series.name)


@transaction.atomic
def close_series(series: DocumentSeries, *, by: Actor, on: date) -> DocumentSeries:
    """No new documents in it; what was numbered stays. :func:`reopen_series` undoes it."""
    series = DocumentSeries.objects.select_for_update(of=("self",)).get(pk=series.pk)
    decision = require(check_close(series))
    decisions.record(decision, kind="series.closed", version_id=None, by=by, on=on)
    series.closed = True
    series.save(update_fields=["closed"])
    return series


def check_reopen(series: DocumentSeries) -> Decision:
    if not series.closed:
        return failed("series_open_already", SERIES, name=series.name)
    return passed("series_reopened", SERIES, name=series.name)


@transaction.atomic
def reopen_series(series: DocumentSeries, *, by: Actor, on: date) -> DocumentSeries:
    """Take it up again, with the number after the last one."""
    series = DocumentSeries.objects.select_for_update(of=("self",)).get(pk=series.pk)
    decision = require(check_reopen(series))
    decisions.record(decision, kind="series.reopened", version_id=None, by=by, on=on)
    series.closed = False
    series.save(update_fields=["closed"])
    return series


def next_number(series: DocumentSeries, *, on: date) -> str:
    """What the next document of the day's year would be called."""
    return numbering.number(series.form, year=on.year, seq=_next_seq(series, on.year))


def _next_seq(series: DocumentSeries, year: int) -> int:
    given = DocumentNumber.objects.filter(series=series, year=year).aggregate(last=Max("seq"))["last"]
    return numbering.next_seq(given, first=series.first_seq if year == series.first_year else 1)


def give_number(series: DocumentSeries, *, on: date) -> DocumentNumber:
    """The next number of the day's year. The lock on the series leaves no gap and gives none twice."""
    series = DocumentSeries.objects.select_for_update(of=("self",)).get(pk=series.pk)
    seq = _next_seq(series, on.year)
    text = numbering.number(series.form, year=on.year, seq=seq)
    return DocumentNumber.objects.create(series=series, year=on.year, seq=seq, text=text, given_on=on)
