"""What is typed at the desk about a meeting: who came, how they voted, who keeps out, the minutes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from association.decisions import Decision, Outcome
from association.models import Attendee, Ballot, Meeting, Resolution
from association.models.vote import Attendance, Choice
from association.phrases import sentence
from association.rules.voting import Count


class PersonForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("person", "name"), max_length=80)


class MinutesForm(forms.Form):
    minutes = forms.CharField(label=gettext_lazy("minutes"), max_length=20000, widget=forms.Textarea)


class AttendanceForm(forms.Form):
    """Of each on the list whether they came."""

    def __init__(self, *args: Any, rows: list[Attendee], rest: str = "", **kwargs: Any) -> None:
        """``rest``: what is offered for those of whom nothing is said yet."""
        super().__init__(*args, **kwargs)
        for row in rows:
            self.fields[f"came_{row.pk}"] = forms.ChoiceField(
                label=row.name, choices=Attendance.choices, required=False, initial=row.attendance or rest
            )
            others = [("", _("no proxy")), *((str(one.pk), one.name) for one in rows if one.pk != row.pk)]
            self.fields[f"proxy_{row.pk}"] = forms.ChoiceField(
                label=_("proxy of %(name)s") % {"name": row.name},
                choices=others,
                required=False,
                initial=str(row.proxy_id or ""),
            )

    def attendance(self) -> dict[int, str]:
        return {int(name[5:]): value for name, value in self.cleaned_data.items() if name.startswith("came_")}

    def proxies(self) -> dict[int, int]:
        named = {name[6:]: value for name, value in self.cleaned_data.items() if name.startswith("proxy_") and value}
        return {int(key): int(value) for key, value in named.items()}

    def point_out(self, decision: Decision) -> list[str]:
        """Put each reason of a refusal at the line that it is about; returns the words of the others."""
        others = []
        for reason in decision.reasons:
            field = f"proxy_{reason.facts.get('attendee', '')}"
            if reason.outcome is Outcome.FAIL and field in self.fields:
                self.add_error(field, sentence(reason))
            elif reason.outcome is Outcome.FAIL:
                others.append(sentence(reason))
        return others

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        keys = [name[5:] for name in self.fields if name.startswith("came_")]
        return [(self[f"came_{key}"], self[f"proxy_{key}"]) for key in keys]


class OpenVoteForm(forms.Form):
    """How each of those present voted."""

    def __init__(self, *args: Any, rows: list[Attendee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in rows:
            self.fields[f"vote_{row.pk}"] = forms.ChoiceField(
                label=row.name, choices=[("", "—"), *Choice.choices], required=False
            )

    def choices(self) -> dict[int, str]:
        return {int(name.removeprefix("vote_")): value for name, value in self.cleaned_data.items() if value}


def cast_in(ballot: Ballot | None, voters: list[Attendee], rest: str = "") -> dict[str, str]:
    """What is recorded already, so that a correction starts from it; ``rest`` for everybody else."""
    cast = {f"vote_{vote.attendee_id}": str(vote.choice) for vote in ballot.cast.all()} if ballot else {}
    return {f"vote_{voter.pk}": rest for voter in voters} | cast if rest else cast


class SecretVoteForm(forms.Form):
    yes = forms.IntegerField(label=gettext_lazy("for"), min_value=0, max_value=100000)
    no = forms.IntegerField(label=gettext_lazy("against"), min_value=0, max_value=100000)
    abstain = forms.IntegerField(
        label=gettext_lazy("abstentions"),
        min_value=0,
        max_value=100000,
        help_text=gettext_lazy("Blank and spoilt ballots, and those not handed in, count as abstentions."),
    )

    def count(self) -> Count:
        typed = self.cleaned_data
        return Count(typed["yes"], typed["no"], typed["abstain"])


class RecusalForm(forms.Form):
    attendee = forms.ModelChoiceField(Attendee.objects.none(), label=gettext_lazy("who keeps out"))
    reason = forms.CharField(label=gettext_lazy("reason"), max_length=300)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["attendee"]
        field.queryset = Attendee.objects.filter(meeting=meeting)


class SettleForm(forms.Form):
    """Ratify or revoke an interim decision, by a passed resolution of this meeting."""

    resolution = forms.ModelChoiceField(Resolution.objects.none(), label=gettext_lazy("resolution"))
    do = forms.ChoiceField(
        label=gettext_lazy("outcome"),
        choices=(("ratify", gettext_lazy("ratify")), ("revoke", gettext_lazy("revoke, with every effect"))),
    )
    note = forms.CharField(
        label=gettext_lazy("reason"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Needed for a revocation."),
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["resolution"]
        field.queryset = Resolution.objects.filter(meeting=meeting, passed_on__isnull=False)
