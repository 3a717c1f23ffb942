from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = _("Members")

    def ready(self) -> None:
        from association import letters, phrases, ports
        from members.audiences import Members
        from members.impacts import CertificateImpacts, MemberImpacts
        from members.letters import KINDS
        from members.phrases import SENTENCES

        ports.audiences.register("members", Members())
        ports.impacts.register("members", MemberImpacts())
        ports.impacts.register("certificates", CertificateImpacts())
        phrases.register(SENTENCES)
        letters.register(KINDS)
