"""What each role may, beside the steps that the seats in bodies decide. Verbs are the models' permissions.

A body's steps are decided by its seats (``association.permissions``); a role opens the desk's pages and the verbs
that no body owns. Who has a role is asked of ``association.roles``. Written after every migration, so that a new verb
reaches its role.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db.models import Q

LOOK = ("association", "members", "fees", "credit", "admissions")  # whose rows an auditor may read

ROLES: dict[str, tuple[str, ...]] = {
    "secretariat": (
        "association.view_case",
        "association.view_resolution",
        "association.add_resolution",
        "association.pass_resolution",
        "association.view_meeting",
        "association.add_meeting",
        "association.view_delegation",
        "association.add_delegation",
        "association.change_delegation",
        "association.view_announcement",
        "association.view_officialnotice",
        "association.add_officialnotice",
        "association.check_officialnotice",
        "association.issue_officialnotice",
        "association.view_documentseries",
        "association.add_documentseries",
        "association.view_documentnumber",
        "association.add_announcement",
        "association.publish_announcement",
        "association.view_objection",
        "association.change_objection",
        "association.view_newsletterissue",
        "association.add_newsletterissue",
        "association.send_newsletter",
        "association.view_newsletteroptout",
        "association.view_deadline",
        "association.view_deadlinechange",
        "association.view_reminder",
        "association.view_rulebookversion",
        "association.add_rulebookversion",
        "association.view_adoption",
        "association.add_adoption",
        "association.change_adoption",
        "association.view_consultation",
        "association.add_consultation",
        "association.view_comment",
        "association.view_articlefeedback",
        "association.change_articlefeedback",
        "association.view_supplementarynote",
        "association.add_supplementarynote",
        "association.view_association",
        "association.change_association",
        "association.view_body",
        "association.view_seat",
        "association.view_term",
        "association.view_absence",
        "association.view_user",
        "association.view_rolegrant",
        "association.view_recoveryrequest",
        "association.add_recoveryrequest",
        "association.change_recoveryrequest",
        "association.confirm_recoveryrequest",
        "association.view_calendaroverride",
        "association.add_calendaroverride",
        "association.change_calendaroverride",
        "association.delete_calendaroverride",
        "association.view_calendaryear",
        "association.add_calendaryear",
        "association.view_message",
        "association.view_messagetemplate",
        "association.change_messagetemplate",
        "association.change_message",
        "association.view_outlet",
        "association.view_deadaddress",
        "association.add_deadaddress",
        "association.change_deadaddress",
        "association.view_smstopic",
        "association.add_smstopic",
        "association.change_smstopic",
        "association.view_job",
        "association.change_job",
        "admissions.view_application",
        "admissions.view_claim",
        "members.view_party",
        "members.view_membership",
        "members.view_registration",
        "members.view_certificate",
        "members.view_membershipevent",
        "members.add_tierchange",
        "fees.view_invoice",
        "credit.view_penaltyrecord",
        "credit.add_penaltyrecord",
        "credit.change_penaltyrecord",
        "credit.view_ban",
        "credit.view_dishonestyentry",
    ),
    "finance": (
        "association.view_case",
        "members.view_party",
        "members.view_membership",
        "fees.view_invoice",
        "fees.view_payment",
        "fees.view_refund",
        "fees.view_feeline",
        "fees.view_voucher",
        "fees.enter_payment",
        "fees.confirm_payment",
        "fees.view_feestandard",
        "fees.add_feestandard",
        "fees.view_bankaccount",
        "fees.add_bankaccount",
        "fees.change_bankaccount",
    ),
    "auditor": tuple(f"{app}.view_*" for app in LOOK),
    "expert": (
        "association.view_rulebookversion",
        "association.view_adoption",
        "association.view_announcement",
    ),
    "legal_adviser": (
        "association.view_rulebookversion",
        "association.view_adoption",
        "association.view_consultation",
        "association.view_resolution",
        "association.view_meeting",
        "association.view_delegation",
        "association.view_announcement",
        "association.view_decisionrecord",
        "credit.view_penaltyrecord",
        "credit.view_ban",
        "credit.view_dishonestyentry",
    ),
    "supervisor": (
        "association.view_case",
        "association.view_rulebookversion",
        "association.view_adoption",
        "association.view_consultation",
        "association.view_resolution",
        "association.view_meeting",
        "association.view_delegation",
        "association.view_announcement",
        "association.view_deadline",
        "association.view_decisionrecord",
        "association.view_accesslog",
        "association.view_auditevent",
        "association.view_association",
        "association.view_body",
        "association.view_seat",
        "association.view_term",
        "association.view_user",
        "association.view_rolegrant",
        "members.view_party",
        "members.view_membership",
        "members.view_registration",
        "members.view_certificate",
        "members.view_membershipevent",
        "fees.view_feestandard",
        "credit.view_penaltyrecord",
        "credit.view_ban",
        "credit.view_dishonestyentry",
    ),
    "council_member": (
        "association.view_meeting",
        "association.view_resolution",
        "association.view_announcement",
        "association.view_rulebookversion",
        "association.view_adoption",
        "association.view_body",
        "association.view_term",
    ),
    "branch_officer": (
        "association.view_announcement",
        "association.view_rulebookversion",
        "association.view_adoption",
    ),
}
ROLES["secretary_general"] = (
    *ROLES["secretariat"],
    *ROLES["auditor"],
    "association.add_user",
    "association.change_user",
    "association.add_rolegrant",
    "association.change_rolegrant",
    "association.add_seat",
    "association.change_seat",
)


def sync(**_: Any) -> None:
    """Give every role exactly its permissions. Connected to ``post_migrate``."""
    if not apps.is_installed("django.contrib.auth"):
        return
    for name, verbs in ROLES.items():
        group, _created = Group.objects.get_or_create(name=name)
        wanted = Q(pk__in=[])
        for verb in verbs:
            app, _dot, codename = verb.partition(".")
            match = {"codename__startswith": "view_"} if codename == "view_*" else {"codename": codename}
            wanted |= Q(content_type__app_label=app, **match)
        group.permissions.set(Permission.objects.filter(wanted))
