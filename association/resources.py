"""Small tables in and out of Excel."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from import_export import fields, resources, widgets
from import_export.results import RowResult

from association import clock
from association.actions import calendars
from association.actors import SYSTEM, Actor
from association.models import CalendarOverride


class CalendarOverrideResource(resources.ModelResource):
    """Days of the working calendar: one row a day, found by its day, so that a file loaded twice changes nothing."""

    day = fields.Field(attribute="day", column_name="day", widget=widgets.DateWidget("%Y-%m-%d"))
    is_workday = fields.Field(attribute="is_workday", column_name="is_workday", widget=widgets.BooleanWidget())
    note = fields.Field(attribute="note", column_name="note")

    class Meta:
        model = CalendarOverride
        fields = ("day", "is_workday", "note")
        import_id_fields = ("day",)
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
        store_instance = True
        use_transactions = True
        name = _("calendar days")

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """Provisional deadlines are counted again, and every process forgets the calendar it kept."""
        super().after_import(dataset, result, **kwargs)
        changed = {RowResult.IMPORT_TYPE_NEW, RowResult.IMPORT_TYPE_UPDATE, RowResult.IMPORT_TYPE_DELETE}
        rows = [row.instance for row in result.rows if row.import_type in changed and row.instance is not None]
        if not kwargs.get("dry_run"):
            by = Actor.officer(kwargs["user"]) if kwargs.get("user") else SYSTEM
            calendars.overrides_imported(rows, by=by, on=clock.today())
