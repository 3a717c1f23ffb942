from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdmissionsConfig(AppConfig):
    name = "admissions"
    verbose_name = _("Applications")

    def ready(self) -> None:
        from admissions.effects import AdmissionEffects
        from admissions.letters.kinds import KINDS
        from admissions.phrases import SENTENCES
        from association import letters, phrases, ports

        ports.effects.register("admission", AdmissionEffects())
        phrases.register(SENTENCES)
        letters.register(KINDS)
