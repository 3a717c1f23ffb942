"""Messages at the desk: what was said to whom, what did not arrive, which addresses do not work."""

from __future__ import annotations

from string import Template
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from association import clock, ports
from association.actions import addresses, failures, outbox
from association.admin import reach
from association.admin.base import (
    DeskAdmin,
    ReadOnlyAdmin,
    against,
    case_page,
    chosen,
    filters,
    find,
    page_of,
)
from association.channels.reach import WAYS
from association.letters.kinds import all_kinds, kind_of, known
from association.letters.writing import in_force
from association.models import DeadAddress, Meeting, Message, SmsTopic
from association.models.message import Channel, Failure
from association.values import long_date
from association.web import attempt, officer

CHANGE = "association.change_message"
MARK = "association.add_deadaddress"
LIFT = "association.change_deadaddress"
LIST = "admin:association_message_changelist"
FAILED = "admin:association_message_failed"
TABS = (
    (gettext_lazy("All messages"), LIST, "association.view_message"),
    (gettext_lazy("Not arrived"), FAILED, "association.view_message"),
    (
        gettext_lazy("Addresses that do not work"),
        "admin:association_deadaddress_changelist",
        "association.view_deadaddress",
    ),
    (gettext_lazy("Text messages"), "admin:association_smstopic_changelist", "association.view_smstopic"),
)
AT_MOST = 500
"""Messages that one click sends again."""


def state_of(message: Message) -> tuple[str, str]:
    """Its state as a word, and the tone of the word."""
    if message.failed_at is not None:
        return str(message.get_failure_display()), "stopped"
    if message.sent_at is not None:
        return pgettext("message", "sent"), "done"
    if message.begun_at is not None:
        return pgettext("message", "being handed over"), "waiting"
    return pgettext("message", "waiting"), "waiting"


def written_as(message: Message, user: Any) -> dict[str, str] | None:
    """Its kind and the words it was written in, each with its page where the user may see that."""
    if not message.letter:
        return None
    kind = kind_of(message.letter) if known(message.letter) else None
    may = kind is not None and user.has_perm("association.view_messagetemplate")
    found = {
        "title": str(kind.title) if kind else message.letter,
        "url": "",
        "words": _("as shipped"),
        "words_url": "",
    }
    if may:
        found["url"] = reverse("admin:association_messagetemplate_kind", args=[message.letter])
    if message.template:
        found["words"] = _("in the words of the provider's template %(code)s") % {
            "code": message.template.get("code", "")
        }
    elif message.revision is not None:
        found["words"] = _("revision %(number)s") % {"number": message.revision.revision}
        if may:
            compare = reverse("admin:association_messagetemplate_compare", args=[message.letter])
            found["words_url"] = f"{compare}?a={message.revision.revision}"
    return found


def outages() -> list[str]:
    """A line for each channel by which nothing goes out."""
    lines = []
    for outlet in outbox.out_of_order():
        count = outbox.unsent(outlet.channel).count()
        since = outlet.down_since
        assert since is not None
        day = f"{long_date(clock.local(since).date())} {clock.local(since):%H:%M}"
        facts = {"channel": outlet.get_channel_display(), "since": day, "count": count, "error": outlet.error}
        said = ngettext(
            "Nothing has gone out by %(channel)s since %(since)s; %(count)s message waits. It goes out by itself once "
            "the server answers. Last answer: %(error)s",
            "Nothing has gone out by %(channel)s since %(since)s; %(count)s messages wait. They go out by themselves "
            "once the server answers. Last answer: %(error)s",
            count,
        )
        lines.append(said % facts)
    return lines


def _may_be_marked(message: Message, to: str) -> bool:
    marks = message.recipient.dead_addresses.filter(channel=message.channel, address=to.lower(), lifted_at=None)
    return bool(to) and not marks.exists()


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("waiting", pgettext_lazy("message", "waiting")),
            ("sent", pgettext_lazy("message", "sent")),
            ("failed", gettext_lazy("not arrived")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "waiting":
                return queryset.filter(sent_at=None, failed_at=None)
            case "sent":
                return queryset.filter(failed_at=None).exclude(sent_at=None)
            case "failed":
                return queryset.exclude(failed_at=None).exclude(failure=Failure.CANCELLED)
        return queryset


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ["subject", "recipient", "channel", "state", "created_at"]
    list_filter = [StateFilter, "channel", "kind", "topic"]
    list_select_related = ["recipient"]
    search_fields = ["subject", "recipient__name", "recipient__email", "case__subject", "unique_key"]
    search_help_text = gettext_lazy("Subject, person, case or occasion")
    tabs = TABS

    def get_urls(self) -> list[URLPattern]:
        return [
            self.route("unreached/", self.unreached, "unreached"),
            self.route("failed/", self.failed, "failed"),
            self.route("failed/again/", self.again, "again"),
            self.route("<int:pk>/retry/", self.retry, "retry"),
            self.route("<int:pk>/arrived/", self.arrived, "arrived"),
            self.route("<int:pk>/dead/", self.dead, "dead"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("state"))
    def state(self, obj: Message) -> str:
        return state_of(obj)[0]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        self.require_view(request)
        message = find(Message.objects.select_related("recipient", "case", "revision"), object_id)
        word, tone = state_of(message)
        said = dict(message.sent_as or {})
        text = said.pop("text", message.text)
        may = request.user.has_perm(CHANGE)
        outgoing = message.channel != Channel.PORTAL
        return self.page(
            request,
            "desk/association/message.html",
            title=message.subject,
            where=_("Messages"),
            where_url=reverse(LIST),
            message=message,
            written=written_as(message, request.user),
            withheld=bool(message.secret),
            word=word,
            tone=tone,
            text=text,
            headers=said.items(),
            case_url=case_page(message.case, request.user) if message.case else "",
            reasons=against(failures.check_retry(message)),
            may_retry=may and outgoing and message.failed_at is not None and message.failure != Failure.CANCELLED,
            may_confirm=may and message.failure == Failure.IN_DOUBT,
            may_mark=outgoing and request.user.has_perm(MARK) and _may_be_marked(message, said.get("To", "")),
            address=said.get("To", ""),
        )

    def failed(self, request: HttpRequest) -> HttpResponse:
        """What did not arrive, the newest first."""
        self.require_view(request)
        kinds = [("all", gettext_lazy("All")), *(one for one in Failure.choices if one[0] != Failure.CANCELLED)]
        kind = chosen(request, "failure", [value for value, _label in kinds], "all")
        found = (
            Message.objects.exclude(failed_at=None)
            .exclude(failure=Failure.CANCELLED)
            .select_related("recipient")
            .order_by("-failed_at", "-pk")
        )
        page = page_of(request, found.filter(failure=kind) if kind != "all" else found)
        return self.page(
            request,
            "desk/association/messages_failed.html",
            title=_("Messages that did not arrive"),
            rows=page.rows,
            page=page,
            kind=kind,
            outages=outages(),
            filters=filters(request, "failure", kinds, kind),
            may_retry=request.user.has_perm(CHANGE),
        )

    def unreached(self, request: HttpRequest) -> HttpResponse:
        """Whom a letter to many would not reach by one way: of the members, of some of them, or of a meeting."""
        self.require_view(request)
        way = chosen(request, "way", [way.value for way in WAYS], Channel.MAIL)
        asked = request.GET.get("meeting", "")
        meeting = find(Meeting.objects.select_related("body"), asked) if asked else None
        parts = [part.key for _sort, found in ports.audiences["members"].parts(clock.today()) for part in found]
        wanted = [part for part in request.GET.getlist("part") if part in parts]
        newsletter = request.GET.get("newsletter") == "1"
        found, _query = reach.members(wanted, [way], newsletter=newsletter, meeting=meeting)
        page = page_of(request, found.unreached[way])
        return self.page(
            request,
            "desk/association/unreached.html",
            title=reach.title_of(way),
            where=meeting.title if meeting else _("Messages"),
            where_url=reverse("admin:association_meeting_change", args=[meeting.pk]) if meeting else reverse(LIST),
            rows=list(reach.lines(page.rows)),
            total=len(found.unreached[way]),
            page=page,
        )

    def again(self, request: HttpRequest) -> HttpResponse:
        """Send the marked ones once more."""
        self.require(request, CHANGE)
        if request.method == "POST":
            keys = [int(key) for key in request.POST.getlist("pk")[:AT_MOST] if key.isascii() and key.isdigit()]
            chosen_ = Message.objects.filter(pk__in=[key for key in keys if key < 2**63]).exclude(failed_at=None)
            done, left = failures.retry_many(chosen_, by=officer(request))
            said = [ngettext("%(n)s message is sent again.", "%(n)s messages are sent again.", done) % {"n": done}]
            if left:
                said.append(
                    ngettext(
                        "%(n)s cannot be sent: there is no address that works.",
                        "%(n)s cannot be sent: there are no addresses that work.",
                        left,
                    )
                    % {"n": left}
                )
            self.message_user(request, " ".join(said))
        return redirect(FAILED)

    def retry(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, CHANGE)
        message = find(Message.objects.all(), pk)
        if request.method == "POST":
            made = attempt(
                request,
                lambda: failures.retry(message, by=officer(request)),
                done=_("The message is sent again within a minute."),
            )
            message = made or message
        return redirect("admin:association_message_change", message.pk)

    def arrived(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, CHANGE)
        message = find(Message.objects.all(), pk)
        if request.method == "POST":
            attempt(
                request,
                lambda: failures.confirm_arrived(message, by=officer(request)),
                done=_("Recorded: the message arrived."),
            )
        return redirect("admin:association_message_change", message.pk)

    def dead(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Mark the address that this message went to as one that does not work."""
        self.require(request, MARK)
        message = find(Message.objects.select_related("recipient"), pk)
        address = (message.sent_as or {}).get("To", "")
        if request.method == "POST" and address:
            attempt(
                request,
                lambda: addresses.mark_dead(
                    message.recipient,
                    message.channel,
                    address,
                    reason=_("marked at the desk"),
                    by=officer(request).user,
                ),
                done=_("Marked: nothing is sent to %(address)s any more.") % {"address": address},
            )
        return redirect("admin:association_message_change", message.pk)


@admin.register(DeadAddress)
class DeadAddressAdmin(ReadOnlyAdmin):
    list_display = ["address", "user", "channel", "reason", "marked_at", "lifted_at"]
    list_filter = ["channel", ("lifted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["address", "user__name"]
    tabs = TABS

    def get_urls(self) -> list[URLPattern]:
        return [self.route("<int:pk>/lift/", self.lift, "lift"), *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        self.require_view(request)
        dead = find(DeadAddress.objects.select_related("user", "marked_by", "lifted_by"), object_id)
        return self.page(
            request,
            "desk/association/dead_address.html",
            title=dead.address,
            where=_("Addresses that do not work"),
            where_url=reverse("admin:association_deadaddress_changelist"),
            dead=dead,
            may_lift=dead.lifted_at is None and request.user.has_perm(LIFT),
        )

    def lift(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, LIFT)
        dead = find(DeadAddress.objects.all(), pk)
        if request.method == "POST":
            attempt(
                request,
                lambda: addresses.lift(dead, by=officer(request)),
                done=_("Messages go to %(address)s again.") % {"address": dead.address},
            )
        return redirect("admin:association_deadaddress_change", dead.pk)


class SmsTopicForm(forms.ModelForm):
    letter = forms.ChoiceField(label=gettext_lazy("kind of message"), required=False, choices=list)

    class Meta:
        model = SmsTopic
        fields = ("topic", "letter", "is_on", "template_code", "wording")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "letter" in self.fields:
            kinds = [(kind.key, kind.title) for kind in all_kinds() if kind.sms or in_force(kind).words.sms]
            self.fields["letter"].choices = [("", "---------"), *kinds]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The wording asks for nothing that the message does not know."""
        typed = super().clean() or {}
        letter = typed.get("letter", self.instance.letter)
        names = ["title", "name"]
        if letter and known(letter):
            names = [one.key for one in kind_of(letter).all_variables if not one.lines and not one.secret]
        unknown = sorted(set(Template(typed.get("wording", "")).get_identifiers()) - set(names))
        if unknown:
            facts = {"unknown": "、".join(f"${{{name}}}" for name in unknown)}
            facts["known"] = "、".join(f"${{{name}}}" for name in names)
            self.add_error("wording", _("%(unknown)s cannot be filled in. Possible are %(known)s.") % facts)
        return typed


@admin.register(SmsTopic)
class SmsTopicAdmin(DeskAdmin):
    """What goes by text message too. Off until somebody switches it on."""

    form = SmsTopicForm
    list_display = ["about", "is_on", "template_code", "wording"]
    tabs = TABS

    @admin.display(description=gettext_lazy("text messages about"), ordering="topic")
    def about(self, obj: SmsTopic) -> str:
        return name_of(obj)

    @admin.display(description=gettext_lazy("kind of message"))
    def kind(self, obj: SmsTopic) -> str:
        return name_of(obj)

    def get_fields(self, request: HttpRequest, obj: SmsTopic | None = None) -> list[Any]:
        """Whom a row is for is said once, when it is made."""
        if obj is None:
            return ["topic", "letter", "is_on", "template_code", "wording"]
        return ["kind" if obj.letter else "topic", "is_on", "template_code", "wording"]

    def get_readonly_fields(self, request: HttpRequest, obj: SmsTopic | None = None) -> list[str]:
        return ["kind" if obj.letter else "topic"] if obj else []


def name_of(row: SmsTopic) -> str:
    return str(kind_of(row.letter).title) if row.letter and known(row.letter) else str(row)
