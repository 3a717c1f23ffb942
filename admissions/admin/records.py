"""What reviewers wrote down, as rows, for an auditor. Nobody edits them."""

from __future__ import annotations

from django.contrib import admin

from admissions.models import FactCorrection, Judgement
from association.admin.base import ReadOnlyAdmin


@admin.register(Judgement)
class JudgementAdmin(ReadOnlyAdmin):
    list_display = ["application", "check_id", "satisfied", "note", "by", "on"]
    list_filter = ["satisfied"]
    list_select_related = ["application__case", "by"]
    search_fields = ["application__case__subject"]


@admin.register(FactCorrection)
class FactCorrectionAdmin(ReadOnlyAdmin):
    list_display = ["application", "field", "before", "after", "note", "by", "on"]
    list_select_related = ["application__case", "by"]
    search_fields = ["application__case__subject"]
