"""``manage.py launch``: the demo, from nothing to a page that answers."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

from portal import launcher


class Command(BaseCommand):
    help = "Prepare the demo association where needed and run web, worker and schedule until Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("launch is for the demo; in production start the programs of the Procfile.")
        try:
            launcher.check_port(settings.HOST, settings.PORT)
            launcher.prepare(self.say)
            launcher.run(self.say, self.greet)
        except launcher.LaunchFailed as error:
            raise CommandError(str(error)) from error

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def greet(self) -> None:
        self.say(f"\n会籍 Huiji：{settings.SITE_URL}\n")
        call_command("demo", "--accounts", stdout=self.stdout)
        self.say("\n按 Ctrl-C 停止 / Ctrl-C stops everything\n")
