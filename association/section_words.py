"""What the sections of a rulebook file are called. A section without words shows its own name."""

from __future__ import annotations

import re

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

Words = str | Promise

SECTIONS: dict[str, Words] = {
    "rulebook": pgettext_lazy("section of the rules", "The document itself"),
    "chapters": pgettext_lazy("section of the rules", "Chapter"),
    "references": pgettext_lazy("section of the rules", "Document referred to"),
    "profile": pgettext_lazy("section of the rules", "Profile of the association"),
    "calendar": pgettext_lazy("section of the rules", "Counting of days"),
    "bodies": pgettext_lazy("section of the rules", "Body"),
    "roles": pgettext_lazy("section of the rules", "Role"),
    "voting": pgettext_lazy("section of the rules", "Voting"),
    "voting.decisions": pgettext_lazy("section of the rules", "What a vote needs"),
    "attendance": pgettext_lazy("section of the rules", "Attendance at meetings"),
    "appeals": pgettext_lazy("section of the rules", "Objection"),
    "amendment": pgettext_lazy("section of the rules", "Amendment of the rules"),
    "distribution": pgettext_lazy("section of the rules", "Distribution"),
    "feedback": pgettext_lazy("section of the rules", "Feedback on articles"),
    "classes": pgettext_lazy("section of the rules", "Class of members"),
    "tiers": pgettext_lazy("section of the rules", "Tier"),
    "categories": pgettext_lazy("section of the rules", "Category"),
    "category_policy": pgettext_lazy("section of the rules", "Choice of categories"),
    "acceptances": pgettext_lazy("section of the rules", "Declaration"),
    "fields": pgettext_lazy("section of the rules", "Question of the form"),
    "documents": pgettext_lazy("section of the rules", "Document to hand in"),
    "document_groups": pgettext_lazy("section of the rules", "Group of documents"),
    "documents_policy": pgettext_lazy("section of the rules", "Handing in documents"),
    "eligibility": pgettext_lazy("section of the rules", "Condition of eligibility"),
    "membership": pgettext_lazy("section of the rules", "Membership"),
    "numbering": pgettext_lazy("section of the rules", "Member numbers"),
    "workflows": pgettext_lazy("section of the rules", "Procedure"),
    "reminders": pgettext_lazy("section of the rules", "Reminders"),
    "registrations": pgettext_lazy("section of the rules", "Registration"),
    "representative": pgettext_lazy("section of the rules", "Representative"),
    "branches": pgettext_lazy("section of the rules", "Branches"),
    "choices": pgettext_lazy("section of the rules", "Choice of the member"),
    "fees": pgettext_lazy("section of the rules", "Fees"),
    "sizes": pgettext_lazy("section of the rules", "Size of a unit"),
    "entitlements": pgettext_lazy("section of the rules", "Right or duty"),
    "inherits": pgettext_lazy("section of the rules", "Inherited rights and duties"),
    "benefits": pgettext_lazy("section of the rules", "Benefit"),
    "certificates": pgettext_lazy("section of the rules", "Certificate"),
    "reviews": pgettext_lazy("section of the rules", "Review"),
    "credit": pgettext_lazy("section of the rules", "Credit"),
    "sanctions": pgettext_lazy("section of the rules", "Sanctions"),
    "bans": pgettext_lazy("section of the rules", "Ban"),
    "bans_policy": pgettext_lazy("section of the rules", "Bans in general"),
    "dishonesty": pgettext_lazy("section of the rules", "Dishonesty list"),
    "officers": pgettext_lazy("section of the rules", "Officers"),
    "withdrawal": pgettext_lazy("section of the rules", "Withdrawal"),
    "restorations": pgettext_lazy("section of the rules", "Restoration"),
    "renewals": pgettext_lazy("section of the rules", "Renewal"),
    "awards": pgettext_lazy("section of the rules", "Award"),
    "surveys": pgettext_lazy("section of the rules", "Survey"),
    "newsletter": pgettext_lazy("section of the rules", "Newsletter"),
    "levels": pgettext_lazy("section of the rules", "Level"),
    "points": pgettext_lazy("section of the rules", "Points"),
    "checklists": pgettext_lazy("section of the rules", "Checklist"),
    "ratification": pgettext_lazy("section of the rules", "Interim decisions"),
    "announcements": pgettext_lazy("section of the rules", "Announcement"),
    "directory": pgettext_lazy("section of the rules", "Directory"),
    "registries": pgettext_lazy("section of the rules", "Registry"),
}


def section_words(section: str) -> str:
    """«Ban» for ``bans``, «Procedure» for ``workflows.admission.steps``."""
    top = re.split(r"[.\[]", section, maxsplit=1)[0]
    return str(SECTIONS.get(top, top))
