from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeesConfig(AppConfig):
    name = "fees"
    verbose_name = _("Fees")

    def ready(self) -> None:
        from association import letters, phrases, ports
        from fees.effects import TierChangeEffects
        from fees.impacts import FeeImpacts
        from fees.letters import KINDS
        from fees.phrases import SENTENCES

        ports.effects.register("tier_change", TierChangeEffects())
        ports.impacts.register("fees", FeeImpacts())
        phrases.register(SENTENCES)
        letters.register(KINDS)
