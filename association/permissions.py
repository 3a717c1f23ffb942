"""Who may. Whether it is possible at all is asked elsewhere (``states``, ``rules``)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from association import queries
from association.actors import Actor
from association.decisions import Decision, Source, failed, passed, setting
from association.models import Absence, Case, CaseDocument, Passage, Recusal, Seat, StoredFile, User
from association.states import Verb


def seats(user: User, on: date) -> frozenset[str]:
    """Keys of the bodies that the account acts for on the day."""
    return frozenset(Seat.objects.on(on).filter(user=user, user__is_active=True).values_list("body__key", flat=True))


@dataclass(frozen=True, slots=True)
class StoodIn:
    """A seat that the account acts for while its holder is away."""

    body: str
    absence: Absence

    @property
    def absent(self) -> User:
        return self.absence.absent


def stood_in(user: User, on: date, *, body: str = "") -> list[StoodIn]:
    """The seats that the account stands in for on the day: those that the absent person holds then, and no others."""
    if not user.is_active:
        return []
    absences = {a.absent_id: a for a in Absence.objects.working(on).filter(stand_in=user).select_related("absent")}
    if not absences:
        return []
    found = Seat.objects.on(on).filter(user__in=absences)
    if body:
        found = found.filter(body__key=body)
    keys = found.order_by("pk").values_list("body__key", "user")
    return [StoodIn(key, absences[holder]) for key, holder in keys]


def turns(user: User, on: date) -> frozenset[str]:
    """Keys of the bodies whose turn is the account's on the day: by its own seats, or in somebody's place."""
    return seats(user, on) | {one.body for one in stood_in(user, on)}


def may_act_for(
    user: User,
    body: str,
    *,
    on: date,
    sources: tuple[Source, ...] = (),
    action: str = "",
    case: Case | None = None,
) -> Decision:
    """Whether the account acts for the body whose turn it is: sits in it, or stands in for somebody who does.

    The reason cites the article that gives the body its turn. ``action`` is the kind of step, where only some are
    stood in for. With ``case``: who keeps out of it (回避) does not act, nor does whoever stands in for them; and
    one person does not act on it both as themselves and as a stand-in for another body.
    """
    return _turn(user, body, on=on, sources=sources, action=action, case=case)[0]


def acting(by: Actor, body: str, *, on: date, action: str = "", case: Case | None = None) -> Actor:
    """The actor as the act is put on record: in whose place, where they do not sit in the body themselves."""
    if by.user is None:
        return by
    return replace(by, principal=_turn(by.user, body, on=on, action=action, case=case)[1])


def _turn(
    user: User, body: str, *, on: date, sources: tuple[Source, ...] = (), action: str, case: Case | None
) -> tuple[Decision, User | None]:
    because = sources or (setting("seats"),)
    if not user.is_active:
        return failed("not_your_body", *because, body=body, name=queries.body_name(body)), None
    seated = Seat.objects.on(on).filter(user=user, body__key=body)
    if case is not None:
        elsewhere = Passage.objects.filter(case=case, decision__actor=user, taken_back_by__isnull=True)
        elsewhere = elsewhere.filter(verb__in=[Verb.PASS, Verb.APPROVE]).exclude(decision__body=body)
        seated = seated.annotate(
            out=Exists(Recusal.objects.filter(case=case, user=user)),
            proxy=Exists(elsewhere.filter(decision__principal__isnull=False)),
        )
    own = seated.first()
    if own is not None:
        if case is not None and own.out:
            return failed("recused_here", *because), None
        if case is not None and own.proxy:
            return failed("second_eyes", *because), None
        return passed("seated", *because, body=body), None
    wrong = "not_your_body"
    for one in stood_in(user, on, body=body):
        if not one.absence.covers(action):
            wrong = "stand_in_for_other_steps"
        elif case is not None and Recusal.objects.filter(case=case, user__in=[user, one.absent]).exists():
            wrong = "recused_here"
        elif case is not None and elsewhere.exists():
            wrong = "second_eyes"
        else:
            return passed("stands_in", *because, body=body, absence=one.absence.pk), one.absent
    return failed(wrong, *because, body=body, name=queries.body_name(body)), None


def one_hand(first: User | int | None, second: User | int | None, *days: date) -> bool:
    """Whether two accounts cannot be each other's second eyes: one person, or one stood in for the other on a day."""
    keys = [each.pk if isinstance(each, User) else each for each in (first, second)]
    if None in keys:
        return False
    if keys[0] == keys[1]:
        return True
    pair = Q(absent=keys[0], stand_in=keys[1]) | Q(absent=keys[1], stand_in=keys[0])
    return any(Absence.objects.working(day).filter(pair).exists() for day in dict.fromkeys(days))


def hand_of(user: User, person: str, *days: date | str) -> Q:
    """:func:`one_hand` as the condition of a query: whether the account in the column ``person`` is the user's own,
    or one of the two stood in for the other on a day, given or in the column of this name.
    """
    found = Q(**{person: user})
    other = OuterRef(person)
    for day in days:
        when: Any = OuterRef(day) if isinstance(day, str) else day
        pair = Q(absent=other, stand_in=user) | Q(absent=user, stand_in=other)
        found |= Q(Exists(Absence.objects.working(when).filter(pair)))
    return found


def covered(standing: Iterable[StoodIn], action: str) -> frozenset[str]:
    """Keys of the bodies of these seats that are stood in for where it is about steps of this kind."""
    return frozenset(one.body for one in standing if one.absence.covers(action))


def partners(user: User) -> frozenset[int]:
    """Keys of all whom the account ever stood in for, or who stood in for it."""
    pairs = Absence.objects.standing().filter(Q(absent=user) | Q(stand_in=user)).values_list("absent", "stand_in")
    return frozenset(key for pair in pairs for key in pair) - {user.pk}


def own_files(user: User) -> QuerySet[StoredFile]:
    """Uploads of the account itself and those of its cases: what it reads by no right of staff."""
    cases = Case.objects.visible_to_applicant(user)
    return StoredFile.objects.filter(Q(uploaded_by=user) | Q(uploaded_by__isnull=False, case_document__case__in=cases))


def readable_files(user: User, *, on: date) -> QuerySet[StoredFile]:
    """Uploads that the account may read: its own, those of its cases, and all of them for the secretariat.

    Who keeps out of a case (回避) does not read its papers by any role, only as its applicant; nor does whoever
    stands in for them, as long as they do.
    What Huiji renders (certificates) has no uploader; the app that owns it decides who reads it.
    """
    uploads = StoredFile.objects.filter(uploaded_by__isnull=False)
    cases = Case.objects.visible_to_applicant(user)
    own = Q(uploaded_by=user) | Q(case_document__case__in=cases)
    sits = user.is_staff and user.is_trusted() and seats(user, on)
    if user.is_active and (user.has_perm("association.view_case") or sits):
        absent = Absence.objects.working(on).filter(stand_in=user).values("absent")
        out = Q(case__recusals__user=user) | Q(case__recusals__user__in=absent)
        closed = CaseDocument.objects.filter(out)
        return uploads.filter(own | ~Q(pk__in=closed.values("file")))
    return uploads.filter(own)
