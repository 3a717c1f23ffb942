"""Messages about somebody's own account: what changed, and the way back into a lost one."""

from __future__ import annotations

from django.utils.translation import gettext_lazy, pgettext_lazy

from association.letters.kinds import Kind, Variable

KINDS = (
    Kind(
        key="mobile.changed",
        title=gettext_lazy("The mobile number of an account has changed"),
        event=gettext_lazy("A number is confirmed, or taken out."),
        readers=gettext_lazy("whose account it is"),
        subject=gettext_lazy("The mobile number of your account has changed"),
        text=gettext_lazy(
            "The mobile number of your account is now: {{ now }}. If this was not you, call the secretariat.\n"
            "{% if before %}Until now: {{ before }}.{% endif %}\n\n{{ signature }}"
        ),
        variables=(
            Variable("now", pgettext_lazy("letter variable", "mobile number"), "138****0000", required=True),
            Variable("before", pgettext_lazy("letter variable", "mobile number until now"), ""),
        ),
        greets=False,
    ),
    Kind(
        key="recovery.asked",
        title=gettext_lazy("A login is to be reset"),
        event=gettext_lazy("Two people of the secretariat agree to give a lost login back."),
        readers=gettext_lazy("the old address, which may object"),
        subject=gettext_lazy("Somebody asks for your login: object if it was not you"),
        text=gettext_lazy(
            "The secretariat was asked to reset the login of this account, because the mailbox or the phone was "
            "lost. It will be reset after {{ day }}. If you know nothing of it, object until then: open the link "
            "below or call the secretariat. If it was you, you need not do anything.\n\n{{ signature }}"
        ),
        variables=(
            Variable("day", pgettext_lazy("letter variable", "last day to object"), gettext_lazy("4 January 2027"),
                     required=True),
        ),
        greets=False,
    ),
    Kind(
        key="recovery.link",
        title=gettext_lazy("The link to a new login"),
        event=gettext_lazy("The time to object is over."),
        readers=gettext_lazy("the new address"),
        subject=gettext_lazy("Your new login"),
        text=gettext_lazy(
            "The secretariat has checked your request. Open this link and choose a new password. It works for "
            "{{ hours }} hours and only once:\n\n{{ link }}\n\nThe codes of your old phone do not work any more "
            "then.\n\n{{ signature }}"
        ),
        variables=(
            Variable("hours", pgettext_lazy("letter variable", "hours of validity"), "48"),
            Variable("link", pgettext_lazy("letter variable", "link to log in"), "", required=True, secret=True),
        ),
        greets=False,
    ),
    Kind(
        key="recovery.used",
        title=gettext_lazy("A login was reset"),
        event=gettext_lazy("The link to a new login was used."),
        readers=gettext_lazy("the old and the new address"),
        subject=gettext_lazy("Your login was reset"),
        text=gettext_lazy(
            "The login of your account was reset on {{ day }}. If you did not ask for it, call the secretariat."
            "\n\n{{ signature }}"
        ),
        variables=(
            Variable("day", pgettext_lazy("letter variable", "day"), gettext_lazy("1 January 2027"), required=True),
        ),
        greets=False,
    ),
)  # fmt: skip
