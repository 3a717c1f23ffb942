"""``manage.py verify_history``: check every member's chain and every signed checkpoint."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from association.actions import audit
from association.models import AuditSeal
from members.actions import checkpoints
from members.models import HistoryCheckpoint, MembershipEvent


class Command(BaseCommand):
    help = "Check the hash chain of every member's history, every signed checkpoint and every seal of the audit log."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = [*checkpoints.faults(), *audit.faults()]
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} fault(s) in the history")
        self.stdout.write(
            f"{MembershipEvent.objects.count()} events, {HistoryCheckpoint.objects.count()} checkpoints, "
            f"{AuditSeal.objects.count()} seals: whole"
        )
