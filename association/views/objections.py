"""Object to what is on show, and see with the code of the receipt how it stands."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from association import clock
from association.actions import objections
from association.actions.objections import LONGEST, MOST_FILES, Upload
from association.decisions import Refused
from association.files.errors import Unacceptable
from association.files.phrases import say
from association.models import Announcement, Objection
from association.models.announcement import Objecting
from association.ratelimit import Limit
from association.rules.counting import local_date
from association.web import sentences

from .announcement_words import RELATED, kind_name, publicity_words

LIMIT = Limit("objection", 5)
ASKING = Limit("objection_state", 20)
RECEIPT = "objection_receipt"


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(one, initial) for one in given]


class ObjectionForm(forms.Form):
    """Reasons, and who objects where that is asked for. ``token`` makes a form sent twice one objection."""

    text = forms.CharField(
        label=gettext_lazy("What you object to, and why"),
        strip=True,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": gettext_lazy("Write what you object to and why.")},
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=80,
        error_messages={"required": gettext_lazy("Give your name.")},
    )
    contact = forms.CharField(
        label=gettext_lazy("Telephone or e-mail"),
        max_length=120,
        error_messages={"required": gettext_lazy("Give a telephone number or an e-mail address for the answer.")},
    )
    papers = FilesField(label=gettext_lazy("Attachments"), required=False, widget=ManyFiles)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, named: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = self.fields["contact"].required = named
        self.fields["papers"].help_text = _("Up to %(most)s: PDF or pictures, 20 MB each.") % {"most": MOST_FILES}

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        if len(text) > LONGEST:
            raise forms.ValidationError(
                _("Please write %(longest)s characters at most; these are %(length)s."),
                params={"longest": LONGEST, "length": len(text)},
            )
        return text

    def clean_papers(self) -> list[Any]:
        files: list[Any] = self.cleaned_data["papers"]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("At most %(most)s files can be attached."), params={"most": MOST_FILES})
        return files


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code of your receipt"),
        max_length=40,
        error_messages={"required": gettext_lazy("Write the code of your receipt.")},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The form; what was typed stays until it is taken. After the last day it says so."""
    found = get_object_or_404(Announcement.objects.standing().select_related(*RELATED), key=key)
    if found.objections == Objecting.NONE:
        raise Http404
    at = clock.now()
    check = objections.check_object(found, on=local_date(at))
    named = found.objections == Objecting.NAMED
    form = ObjectionForm(request.POST or None, request.FILES or None, named=named, initial={"token": uuid.uuid4()})
    status = 200
    if request.method == "POST":
        status = 422
        if seconds := LIMIT.wait(request):
            form.add_error(
                None, _("Too much has been sent from your network. Wait %d seconds, then send it.") % seconds
            )
            status = 429
        elif form.is_valid():
            made = _make(found, form, at)
            if made is not None:
                request.session[RECEIPT] = str(made.token)
                return redirect("objection_sent")
    context = {
        "announcement": found,
        "kind": kind_name(found.kind),
        "publicity": publicity_words(found, local_date(at)),
        "named": named,
        "form": form,
        "reasons": [] if check.passed else sentences(check),
    }
    response = render(request, "association/objection_form.html", context, status=status)
    if status == 429:
        response["Retry-After"] = str(seconds)
    return response


def _make(found: Announcement, form: ObjectionForm, at: Any) -> Objection | None:
    """What was taken; None where it was not, and the form says why."""
    typed = form.cleaned_data
    try:
        return objections.make(
            found,
            text=typed["text"],
            name=typed["name"],
            contact=typed["contact"],
            files=[Upload(file, file.name) for file in typed["papers"]],
            token=typed["token"],
            on=local_date(at),
            at=at,
        )
    except Unacceptable as wrong:
        form.add_error("papers", say(wrong.code, wrong.facts))
    except Refused as refusal:
        for line in sentences(refusal.decision):
            form.add_error(None, line)
    return None


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The receipt, once in this browser."""
    token = request.session.get(RECEIPT)
    if not token:
        return redirect("objection_state")
    code = objections.code_of(uuid.UUID(token))
    return render(request, "association/objection_sent.html", {"code": code, "objection": objections.find(code)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def state(request: HttpRequest) -> HttpResponse:
    """How an objection stands, for whoever has its code. The code travels in the form, not in the address."""
    form = CodeForm(request.POST or None)
    found: Objection | None = None
    status = 200
    if request.method == "POST":
        if seconds := ASKING.wait(request):
            form.add_error(None, _("Too many questions. Ask again in %(seconds)s seconds.") % {"seconds": seconds})
            status = 429
        elif form.is_valid():
            found = objections.find(form.cleaned_data["code"])
            if found is None:
                form.add_error("code", _("There is no objection of this code. Compare it with your receipt."))
        if found is None and status == 200:
            status = 422
    return render(request, "association/objection_state.html", {"form": form, "objection": found}, status=status)
