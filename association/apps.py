from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssociationConfig(AppConfig):
    name = "association"
    verbose_name = _("Association")

    def ready(self) -> None:
        from association import announcement_phrases, document_words, letters, newsletter_words, phrases, ports
        from association.impacts import CaseImpacts
        from association.letters import account, office, own

        ports.impacts.register("cases", CaseImpacts())
        phrases.register(announcement_phrases.SENTENCES)
        phrases.register(newsletter_words.SENTENCES)
        phrases.register(document_words.SENTENCES)
        letters.register((*own.KINDS, *office.KINDS, *account.KINDS))
