"""What is typed about official documents, and their series."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from association import clock, queries
from association.actions import official_notices
from association.admin.base import DeskAdmin, ReadOnlyAdmin, typed_in
from association.admin.newsletters import TABS
from association.models import (
    Announcement,
    Body,
    Case,
    DocumentNumber,
    DocumentSeries,
    OfficialNotice,
    Resolution,
    User,
)
from association.models.notice import NoticeKind
from association.rules import document_number
from association.web import attempt, sentences

AREA = forms.Textarea(attrs={"rows": 2})


class NoticeForm(forms.Form):
    series = forms.ModelChoiceField(DocumentSeries.objects.none(), label=gettext_lazy("series"), empty_label=None)
    kind = forms.ChoiceField(label=gettext_lazy("kind"), choices=NoticeKind.choices)
    title = forms.CharField(
        label=gettext_lazy("title"),
        max_length=200,
        widget=AREA,
        help_text=gettext_lazy("Lines that you break are kept, so that no word is torn."),
    )
    addressees = forms.CharField(label=gettext_lazy("addressed to"), max_length=300, required=False, widget=AREA)
    text = forms.CharField(
        label=gettext_lazy("text"),
        max_length=50000,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=gettext_lazy("Each line is a paragraph; 一、 and （一） in front make headings."),
    )
    attachments = forms.CharField(
        label=gettext_lazy("attachments"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Their names, one a line, without numbers."),
    )
    copied_to = forms.CharField(label=gettext_lazy("copies to"), max_length=300, required=False, widget=AREA)
    printed_by = forms.CharField(label=gettext_lazy("printed by"), max_length=80)
    case = forms.ModelChoiceField(Case.objects.none(), label=gettext_lazy("case"), required=False)
    resolution = forms.ModelChoiceField(Resolution.objects.none(), label=gettext_lazy("resolution"), required=False)
    announcement = forms.ModelChoiceField(
        Announcement.objects.none(), label=gettext_lazy("announcement"), required=False
    )
    revokes = forms.ModelChoiceField(
        OfficialNotice.objects.none(),
        label=gettext_lazy("revokes"),
        required=False,
        help_text=gettext_lazy("Only where this document takes back an earlier one."),
    )
    revokes_because = forms.CharField(
        label=gettext_lazy("why it is revoked"), max_length=300, required=False, widget=AREA
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["series"].queryset = DocumentSeries.objects.filter(closed=False)
        fields["case"].queryset = newest(Case)
        fields["resolution"].queryset = newest(Resolution.objects.filter(passed_on__isnull=False))
        fields["announcement"].queryset = newest(Announcement)
        standing = OfficialNotice.objects.filter(issued_on__isnull=False, number__voided_on__isnull=True)
        fields["revokes"].queryset = newest(standing.select_related("number"))
        fields["revokes"].label_from_instance = lambda row: f"{row.number} {row.plain_title}"
        self.has_series = fields["series"].queryset.exists()

    @classmethod
    def of(cls, row: OfficialNotice) -> dict[str, Any]:
        typed = {name: getattr(row, name) for name in official_notices.FIELDS}
        return typed | {"attachments": "\n".join(row.attachments)}

    def clean_title(self) -> str:
        return "\n".join(line.strip() for line in self.cleaned_data["title"].splitlines() if line.strip())

    def clean_attachments(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["attachments"].splitlines() if line.strip()]


def newest(rows: Any, *, most: int = 300) -> Any:
    """The newest ones, as something that can still be filtered by key."""
    rows = rows.all() if hasattr(rows, "all") else rows._default_manager.all()
    keys = list(rows.order_by("-pk").values_list("pk", flat=True)[:most])
    return rows.filter(pk__in=keys).order_by("-pk")


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("reason"), max_length=300, widget=AREA)


class PeopleForm(forms.Form):
    """Accounts by their e-mail addresses, one a line."""

    addresses = forms.CharField(
        label=gettext_lazy("e-mail addresses"),
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Of accounts of this portal, one a line."),
    )

    def clean_addresses(self) -> list[User]:
        typed = list(dict.fromkeys(line.strip().lower() for line in self.cleaned_data["addresses"].splitlines()))
        typed = [line for line in typed if line]
        known = {user.email.lower(): user for user in User.objects.filter(email__in=typed, is_active=True)}
        if missing := [line for line in typed if line not in known]:
            raise forms.ValidationError(
                _("No account has these addresses: %(addresses)s"), params={"addresses": "、".join(missing[:20])}
            )
        return [known[line] for line in typed]


class SeriesForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("name"), max_length=60)
    form = forms.CharField(
        label=gettext_lazy("form of the number"),
        max_length=40,
        help_text=gettext_lazy("Such as 京消协〔{year}〕{seq}号."),
    )
    letterhead = forms.CharField(label=gettext_lazy("letterhead"), max_length=60)
    signed_by_body = forms.ModelChoiceField(
        Body.objects.all(),
        label=gettext_lazy("signed by"),
        help_text=gettext_lazy("Whoever acts for this body signs."),
    )
    first_seq = forms.IntegerField(
        label=gettext_lazy("next number this year"),
        min_value=1,
        max_value=100_000,
        initial=1,
        help_text=gettext_lazy("Higher than 1 where this year's earlier documents are on paper."),
    )

    def clean_form(self) -> str:
        typed = "".join(str(self.cleaned_data["form"]).split())
        decision = document_number.check_form(typed)
        if not decision.passed:
            raise forms.ValidationError(sentences(decision))
        return typed


@admin.register(DocumentSeries)
class DocumentSeriesAdmin(DeskAdmin):
    tabs = TABS
    list_display = ("name", "form", "letterhead", "signed_by_body", "closed")
    list_select_related = ("signed_by_body",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        self.require(request, "association.add_documentseries")
        profile = queries.profile()
        start = {"letterhead": f"{profile.name if profile else ''}文件"}
        form = SeriesForm(typed_in(request), initial=start)
        if request.method == "POST" and form.is_valid():
            made = attempt(
                request,
                lambda: official_notices.open_series(**form.cleaned_data, first_year=clock.today().year),
                done=_("The series is open."),
            )
            if made is not None:
                return redirect("admin:association_documentseries_changelist")
        return self.page(
            request,
            "desk/association/form.html",
            title=_("New series of documents"),
            where=_("Official documents"),
            where_url=reverse("admin:association_officialnotice_changelist"),
            form=form,
            submit=_("Open the series"),
            cancel_url=reverse("admin:association_documentseries_changelist"),
        )


@admin.register(DocumentNumber)
class DocumentNumberAdmin(ReadOnlyAdmin):
    """The register of numbers (发文登记簿), void ones with their reasons."""

    tabs = TABS
    list_display = ("text", "given_on", "title", "voided_on", "void_reason")
    list_select_related = ("notice", "series")
    list_filter = ("series", "year")
    search_fields = ("text",)
    show_facets = admin.ShowFacets.NEVER

    @admin.display(description=gettext_lazy("title"))
    def title(self, row: DocumentNumber) -> str:
        return row.notice.plain_title if hasattr(row, "notice") else ""
