"""What the pages on rules share: tabs, permissions, addresses, what is written about an article."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from association.rulebook import Rulebook

UPLOADING = "association.add_rulebookversion"
ADOPTING = "association.add_adoption"
PUBLISHING = "association.change_adoption"
CONSULTING = "association.add_consultation"
NOTING = "association.add_supplementarynote"
REPLYING = "association.change_articlefeedback"

LIST = "admin:association_rulebookversion_changelist"
VERSION = "admin:association_rulebookversion_change"
ADOPTION = "admin:association_adoption_change"

TABS = (
    (gettext_lazy("Versions"), LIST, "association.view_rulebookversion"),
    (gettext_lazy("Adoptions"), "admin:association_adoption_changelist", "association.view_adoption"),
    (gettext_lazy("Consultations"), "admin:association_consultation_changelist", "association.view_consultation"),
    (
        gettext_lazy("Feedback on articles"),
        "admin:association_articlefeedback_changelist",
        "association.view_articlefeedback",
    ),
)


def article_choices(book: Rulebook) -> list[tuple[str, str]]:
    """The whole document, then each article without its items."""
    whole = [("", _("the whole document"))]
    return whole + [(key, article.label) for key, article in book.articles.items() if article.parent is None]


class WordsForm(forms.Form):
    """Something written about the rules: a note on an article, a reply."""

    text = forms.CharField(label=gettext_lazy("text"), max_length=2000, widget=forms.Textarea)


class NoteForm(WordsForm):
    article = forms.ChoiceField(label=gettext_lazy("article"), required=False)
    field_order = ("article", "text")

    def __init__(self, *args: Any, book: Rulebook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["article"]
        field.choices = article_choices(book)
