"""A rulebook file comes in: read within its limit, checked, stored; or every problem beside its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from association.actions import rulebooks
from association.admin.base import ReadOnlyAdmin
from association.admin.rulebooks.base import LIST, UPLOADING, VERSION
from association.admin.rulebooks.shelf import preset_meta, stamp
from association.key_words import STATUSES
from association.models import RulebookVersion
from association.rulebook import Problem, Rulebook, RulebookInvalid, digest, load, preset, preset_text, presets
from association.rulebook.labels import label
from association.rulebook.loader import MAX_BYTES, decode
from association.rulebook.problems import sentence
from association.web import attempt, officer

AROUND = 2
"""Lines shown before and after a faulty one."""
LONGEST = 200
"""Characters of a line that are shown."""


class Bounded(FileUploadHandler):
    """Drops a file while it comes in, once it is larger than a rulebook may be. The other fields are still read."""

    too_large = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > MAX_BYTES:
            self.too_large = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file as the page shows it; ``faulty`` where a problem names it."""

    number: int
    text: str
    faulty: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem in words: where, of which article, what to do."""

    line: int
    path: str
    article: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of an upload: the text for the page's editor, and what is wrong with it (nothing: a good file)."""

    text: str
    problems: tuple[Problem, ...] = ()
    notice: str = ""

    @property
    def faults(self) -> list[Fault]:
        return [
            Fault(one.line, one.path[:120], label(one.article)[:60] if one.article else "", sentence(one))
            for one in self.problems
        ]

    @property
    def passages(self) -> list[list[Line]]:
        return list(passages(self.text, {one.line for one in self.problems if one.code != "too_large"}))


def read(raw: bytes | str) -> Reading:
    """Decode and check. What cannot be decoded is still shown, so that nothing typed is lost."""
    try:
        text = decode(raw)
    except RulebookInvalid as invalid:
        return _undecoded(raw, invalid.problems)
    try:
        load(text)
    except RulebookInvalid as invalid:
        return Reading(text, invalid.problems)
    return Reading(text, ())


def _undecoded(raw: bytes | str, problems: tuple[Problem, ...]) -> Reading:
    """Text of another encoding: in the one that Chinese editors write it is offered converted, to be looked over."""
    if isinstance(raw, str):
        return Reading(raw, problems)
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        return Reading(raw.decode("utf-8", errors="replace"), problems)
    notice = _("The file is written in GB18030, not UTF-8. Below it is converted: look it over and check again.")
    return Reading(text.replace("\r\n", "\n"), problems, notice)


def passages(text: str, faulty: set[int]) -> Iterator[list[Line]]:
    """The faulty lines with what stands around them; passages that touch are one."""
    rows = text.split("\n")
    block: list[Line] = []
    for number in sorted({n for at in faulty for n in range(at - AROUND, at + AROUND + 1) if 1 <= n <= len(rows)}):
        if block and number > block[-1].number + 1:
            yield block
            block = []
        block.append(Line(number, _visible(rows[number - 1]), number in faulty))
    if block:
        yield block


def _visible(row: str) -> str:
    shown = "".join(sign if sign.isprintable() or sign == "\t" else "�" for sign in row)
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"


class Uploads(ReadOnlyAdmin):
    """Files that come in, and the presets."""

    @csrf_exempt  # the guard is below: it reads the body, which the limit has to see first
    def upload(self, request: HttpRequest) -> HttpResponseBase:
        self.require(request, UPLOADING)
        bounded = Bounded(request)
        request.upload_handlers.insert(0, bounded)  # type: ignore[attr-defined]
        try:
            return csrf_protect(lambda guarded: self._upload(guarded, bounded))(request)
        except RequestDataTooBig:
            return self._editor(request, Reading("", (_too_large(request),)))

    def _upload(self, request: HttpRequest, bounded: Bounded) -> HttpResponse:
        if request.method != "POST":
            return self._editor(request, None)
        upload, typed = request.FILES.get("file"), request.POST.get("text", "")
        if bounded.too_large:
            reading = read(typed) if typed.strip() else Reading("")
            return self._editor(request, Reading(reading.text, (_too_large(request),)))
        if upload is None and not typed.strip():
            return self._editor(request, None, missing=True)
        reading = read(upload.read() if upload is not None else typed)
        name = (upload.name or "") if upload is not None else request.POST.get("name", "")
        if reading.problems:
            return self._editor(request, reading, name=name)
        version = self.keep(request, reading.text)
        return redirect(VERSION, version.pk) if version else self._editor(request, reading, name=name)

    def keep(self, request: HttpRequest, text: str) -> RulebookVersion | None:
        """Store a good text; the same one twice opens the version that is there."""
        known = RulebookVersion.objects.filter(digest=digest(text)).exists()
        done = (
            _("This very text is stored already: here it is.")
            if known
            else _("The rulebook is stored. It governs nothing until it is adopted under a resolution.")
        )
        return attempt(request, lambda: rulebooks.store(text, by=officer(request)), done=done)

    def _editor(
        self, request: HttpRequest, reading: Reading | None, *, name: str = "", missing: bool = False
    ) -> HttpResponse:
        return self.page(
            request,
            "desk/association/rulebook_upload.html",
            title=_("Upload a rulebook"),
            where=_("Rules"),
            where_url=reverse(LIST),
            reading=reading,
            text=reading.text.replace("\x00", "�") if reading else "",  # no page can hold it
            faults=reading.faults if reading else [],
            passages=reading.passages if reading else [],
            name="".join(sign for sign in name if sign.isprintable())[:120],
            missing=missing,
            limit=f"{MAX_BYTES // 1_000_000} MB",
        )

    def preset(self, request: HttpRequest, id: str) -> HttpResponse:
        """A document that comes with the program: read, and stored where it may be adopted."""
        self.require_view(request)
        if id not in presets():
            raise Http404
        meta, sum_of_text = preset_meta(id)
        if request.method == "POST":
            self.require(request, UPLOADING)
            if meta.adoptable:
                version = self.keep(request, preset_text(id))
                if version is not None:
                    return redirect(VERSION, version.pk)
            return redirect("admin:association_rulebookversion_preset", id)
        book = preset(id)
        return self.page(
            request,
            "desk/association/rulebook_preset.html",
            title=meta.title,
            where=_("Rules"),
            where_url=reverse(LIST),
            id=id,
            meta=meta,
            status=stamp(meta.repealed_on) if meta.repealed_on else STATUSES[meta.status],
            tone="stopped" if meta.repealed_on else "neutral",
            articles=articles_of(book),
            known=RulebookVersion.objects.filter(digest=sum_of_text).first(),
            may_store=meta.adoptable and request.user.has_perm(UPLOADING),
        )

    def preset_file(self, request: HttpRequest, id: str) -> HttpResponse:
        self.require_view(request)
        if id not in presets():
            raise Http404
        return toml_file(preset_text(id), id)


def _too_large(request: HttpRequest) -> Problem:
    size = request.META.get("CONTENT_LENGTH") or MAX_BYTES
    return Problem(1, "", "", "too_large", {"size": size, "limit": MAX_BYTES})


def toml_file(text: str, name: str) -> HttpResponse:
    """A rulebook's text to be kept, changed and uploaded again."""
    safe = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._-") else "-" for sign in name)
    headers = {"Content-Disposition": f'attachment; filename="{safe}.toml"'}
    return HttpResponse(text, content_type="application/toml; charset=utf-8", headers=headers)


def articles_of(book: Rulebook) -> Sequence[Any]:
    """The articles without their items, whose words they hold."""
    return [article for article in book.articles.values() if article.parent is None]
