"""What stands in the audit log, in words."""

from __future__ import annotations

from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext_lazy

from association.models.audit import AuditKind

KINDS = {
    "decision": gettext_lazy("decision"),
    "look": gettext_lazy("look at protected data"),
    **{str(kind): kind.label for kind in AuditKind},
}
WHAT = {
    "identity_paper": gettext_lazy("identity paper opened"),
    "logged_in": gettext_lazy("logged in"),
    "logged_out": gettext_lazy("logged out"),
    "login_failed": gettext_lazy("log-in failed"),
    "password_changed": gettext_lazy("password changed"),
    "password_set": gettext_lazy("password set"),
    "password_reset": gettext_lazy("password set anew by mail"),
    "factor_used": gettext_lazy("second step passed"),
    "factor_failed": gettext_lazy("second step failed"),
    "factor_added": gettext_lazy("second step set up"),
    "factor_removed": gettext_lazy("second step removed"),
    "factor_reset": gettext_lazy("second step set up anew"),
    "added": gettext_lazy("entered"),
    "changed": gettext_lazy("changed"),
    "deleted": gettext_lazy("deleted"),
    "members": gettext_lazy("list of members"),
    "applications": gettext_lazy("list of applications"),
    "audit_log": gettext_lazy("audit log"),
    "job_retried": gettext_lazy("background work ordered again"),
    "message_retried": gettext_lazy("message sent once more"),
    "messages_retried": gettext_lazy("messages sent once more"),
    "message_arrived": gettext_lazy("message in doubt confirmed as arrived"),
    "address_dead": gettext_lazy("address marked as not working"),
    "address_works": gettext_lazy("address said to work again"),
    "change": gettext_lazy("changed"),
    "add": gettext_lazy("entered"),
    "delete": gettext_lazy("deleted"),
    "changelist": gettext_lazy("changed in the list"),
    "password_change": gettext_lazy("password changed"),
    "dossier": gettext_lazy("dossier of the meeting"),
    "ballot": gettext_lazy("ballot"),
    "paper": gettext_lazy("printed paper"),
    "letter": gettext_lazy("letter with the seal"),
    "file": gettext_lazy("file"),
    "preset_file": gettext_lazy("sample of a rule document"),
    "template": gettext_lazy("sample of the calendar"),
    "export": gettext_lazy("list"),
    "voucher": gettext_lazy("payment voucher"),
    "certificate": gettext_lazy("certificate"),
}
ACTS = {
    "acknowledge": gettext_lazy("reminder taken note of"),
    "activate": gettext_lazy("put into force"),
    "adopt": gettext_lazy("adoption prepared"),
    "again": gettext_lazy("sent once more"),
    "answer": gettext_lazy("answered"),
    "arrived": gettext_lazy("confirmed as arrived"),
    "ask": gettext_lazy("opinions asked for"),
    "attendance": gettext_lazy("attendance recorded"),
    "bulk": gettext_lazy("several acted on at once"),
    "cancel": gettext_lazy("stopped"),
    "case_admission": gettext_lazy("application acted on"),
    "case_publicity": gettext_lazy("publicity acted on"),
    "case_registration_initial": gettext_lazy("registration acted on"),
    "case_tier_change": gettext_lazy("change of tier acted on"),
    "changeover": gettext_lazy("change of term recorded"),
    "check": gettext_lazy("checked"),
    "close": gettext_lazy("closed"),
    "compare": gettext_lazy("versions compared"),
    "complete": gettext_lazy("registration completed"),
    "confirm": gettext_lazy("confirmed"),
    "correct": gettext_lazy("correction published"),
    "dead": gettext_lazy("address marked as not working"),
    "detach": gettext_lazy("paper taken off"),
    "discard": gettext_lazy("draft thrown away"),
    "draft": gettext_lazy("drafted"),
    "drop": gettext_lazy("taken out"),
    "edit": gettext_lazy("draft changed"),
    "end": gettext_lazy("ended early"),
    "enter": gettext_lazy("entered"),
    "extend": gettext_lazy("time made longer"),
    "fact": gettext_lazy("fact corrected"),
    "follow": gettext_lazy("consequence recorded"),
    "grant": gettext_lazy("granted"),
    "import": gettext_lazy("file read in"),
    "process_import": gettext_lazy("file read in"),
    "interim": gettext_lazy("interim decision settled"),
    "invite": gettext_lazy("invitations sent"),
    "issue": gettext_lazy("issued"),
    "kind": gettext_lazy("wording changed"),
    "lift": gettext_lazy("address said to work again"),
    "minutes": gettext_lazy("minutes signed"),
    "missed": gettext_lazy("meeting recorded as without quorum"),
    "move": gettext_lazy("application acted on"),
    "name": gettext_lazy("stand-in named"),
    "new": gettext_lazy("entered"),
    "note": gettext_lazy("supplementary note written"),
    "pass": gettext_lazy("result recorded"),
    "look": gettext_lazy("attachment looked through"),
    "paid": gettext_lazy("money paid back"),
    "people": gettext_lazy("people told by name"),
    "person": gettext_lazy("person invited"),
    "presence": gettext_lazy("page open"),
    "preset": gettext_lazy("sample stored"),
    "progress": gettext_lazy("progress looked at"),
    "propose": gettext_lazy("proposed"),
    "publish": gettext_lazy("published"),
    "refuse": gettext_lazy("refused"),
    "release": gettext_lazy("released"),
    "reopen": gettext_lazy("opened again"),
    "reply": gettext_lazy("replied"),
    "restore": gettext_lazy("wording restored"),
    "retry": gettext_lazy("ordered again"),
    "return": gettext_lazy("sent back"),
    "revoke": gettext_lazy("revoked"),
    "rights": gettext_lazy("rights of an account changed"),
    "scan": gettext_lazy("scan added"),
    "schedule": gettext_lazy("publication planned"),
    "unschedule": gettext_lazy("planned publication taken back"),
    "send": gettext_lazy("sent out"),
    "sign": gettext_lazy("signed"),
    "strike": gettext_lazy("entry struck out"),
    "take": gettext_lazy("interim decision taken"),
    "tell": gettext_lazy("members told"),
    "test": gettext_lazy("test sent"),
    "tier": gettext_lazy("tier proposed"),
    "upload": gettext_lazy("rule document uploaded"),
    "void": gettext_lazy("declared void"),
    "votes": gettext_lazy("votes recorded"),
    "withdraw": gettext_lazy("withdrawn"),
    "write": gettext_lazy("written"),
}
"""Pages of the desk where something is done, by the last part of their names."""
WHAT |= ACTS
FACTS = {
    "fields": gettext_lazy("fields: %s"),
    "rows": gettext_lazy("rows: %s"),
    "roles": gettext_lazy("roles now: %s"),
    "rights": gettext_lazy("rights now: %s"),
}


def said(target: str) -> str:
    """«账号 17» for ``association.user:17``; what names no row of ours as it is."""
    label, _colon, key = target.partition(":")
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return target
    return f"{model._meta.verbose_name} {key}".strip()


def meaning(text: str) -> Q:
    """The rows whose thing is called so: «会议», «会议 4», or as it is stored."""
    words, _space, key = text.strip().rpartition(" ")
    name, number = (words, key) if words and key.isdecimal() else (text.strip(), "")
    found = Q(target__icontains=text)
    for model in apps.get_models():
        label = model._meta.label_lower
        if name.lower() in str(model._meta.verbose_name).lower():
            found |= Q(target=f"{label}:{number}") if number else Q(target__startswith=f"{label}:") | Q(target=label)
    return found
