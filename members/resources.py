"""Small tables in and out of Excel: the list of members, as the desk shows it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from import_export import fields, resources
from import_export.formats.base_formats import XLSX

from members.models import Membership
from members.models.membership import Standing


class MemberResource(resources.ModelResource):
    """No identity numbers, no telephone: what is in the file is what the list shows."""

    def __init__(self, tiers: dict[str, str], classes: dict[str, str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.tiers, self.classes = tiers, classes
        columns = {
            "number": _("Member number"),
            "name": pgettext("member", "Name"),
            "class_id": _("Class of member"),
            "tier": _("Tier"),
            "standing": _("Standing"),
            "starts_on": _("Member since"),
            "registered_through": _("Registered through"),
            "field": _("Professional field"),
        }
        self.fields = {name: fields.Field(attribute=name, column_name=str(words)) for name, words in columns.items()}
        for name, field in self.fields.items():
            field.dehydrate_method = f"dehydrate_{name}"

    class Meta:
        model = Membership
        fields = ()

    def get_export_order(self) -> list[str]:
        return list(self.fields)

    def dehydrate_number(self, row: Any) -> str:
        return row.party.number or ""

    def dehydrate_name(self, row: Any) -> str:
        return str(row.party.name)

    def dehydrate_class_id(self, row: Any) -> str:
        return self.classes.get(row.class_id, row.class_id)

    def dehydrate_tier(self, row: Any) -> str:
        return self.tiers.get(row.tier or "", row.tier or "")

    def dehydrate_standing(self, row: Any) -> str:
        return str(Standing(row.standing).label)

    def dehydrate_starts_on(self, row: Any) -> str:
        return iso(row.starts_on)

    def dehydrate_registered_through(self, row: Any) -> str:
        return iso(row.registered_until - timedelta(days=1)) if row.registered_until else ""

    def dehydrate_field(self, row: Any) -> str:
        return str(row.field)


def iso(day: date) -> str:
    return day.isoformat()


def workbook(rows: Iterable[Any], *, tiers: dict[str, str], classes: dict[str, str]) -> bytes:
    """The members as an Excel file; a name that looks like a formula loses its sign (settings)."""
    dataset = MemberResource(tiers, classes).export(rows)
    return XLSX().export_data(dataset)
