"""What is typed about official documents."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from association.actions import official_notices
from association.models import (
    Announcement,
    Case,
    DocumentSeries,
    OfficialNotice,
    Resolution,
    User,
)
from association.models.notice import NoticeKind

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
