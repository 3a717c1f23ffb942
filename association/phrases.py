"""The words of codes. Rules and actions return codes; pages, letters and answers say them with these.

Later apps add their own with :func:`register` when they start. A code without words is a defect: a test walks the
code for them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from association.decisions import Reason
from association.values import long_date

Words = str | Promise
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

SENTENCES: dict[str, Words] = {
    "possible": _("This can be done now."),
    "seated": _("You act for the body whose turn it is."),
    "stands_in": _("You stand in for somebody who acts for the body whose turn it is."),
    "stand_in_for_other_steps": _("It is the turn of %(name)s. You stand in there for other kinds of step only."),
    "recused_here": _("You keep out of this case, or stand in for somebody who does."),
    "second_eyes": _(
        "You have acted on this case for another body, one of the two as a stand-in. Somebody else takes this step."
    ),
    "absence_not_yours": _(
        "Only the person who is away, and the secretary-general or the body above them, name a stand-in and end it."
    ),
    "absence_not_yours_to_answer": _("Only the stand-in accepts or declines."),
    "absence_answered": _("This was answered already."),
    "absence_over": _("This is over: its last day was %(last_on)s."),
    "absence_disordered": _("The last day is not before the first one."),
    "absence_in_the_past": _("Standing in begins on %(on)s at the earliest: nobody acts for somebody afterwards."),
    "absence_without_seat": _("This person has no seat and no role on that day: there is nothing to stand in for."),
    "absence_named_already": _("This person has a stand-in in that time already. End that first."),
    "absence_named": _("A stand-in named from %(from_on)s to %(last_on)s."),
    "absence_named_by_other": _("A stand-in named by a superior from %(from_on)s to %(last_on)s."),
    "absence_accepted": _("The stand-in has accepted."),
    "absence_declined": _("The stand-in has declined."),
    "absence_ended": _("Ended early."),
    "stand_in_self": _("Nobody stands in for themselves. Choose a colleague."),
    "stand_in_no_staff": _("The stand-in needs an open account that may open the desk."),
    "stand_in_lacks_role": _(
        "The stand-in does not have the roles that this work needs, and roles are not passed on. Choose a colleague "
        "who has them."
    ),
    "stand_in_away": _("The stand-in is away in that time. A stand-in has no stand-in: choose somebody else."),
    "resolved": _("Resolved by %(number)s."),
    "may_take_back": _("Nobody has acted on it yet: you may take it back."),
    "not_possible_now": _("This cannot be done any more: the case has moved on. Look at it again."),
    "step_passed": _("Somebody else has just acted on this case. Look at it again before you decide."),
    "not_your_body": _("It is the turn of %(name)s. You do not act for it."),
    "nobodys_turn": _("There is no step here that somebody is to take now."),
    "needs_resolution": _("This step is decided by a meeting: put the case on a resolution."),
    "step_needs_no_resolution": _("The case does not stand at a step that a resolution decides."),
    "quorate": _("%(present)s of %(invited)s are present; %(needed)s are enough."),
    "quorum_missing": _("No quorum: %(present)s of %(invited)s are present, at least %(needed)s are needed."),
    "quorum_denied_afterwards": _(
        "Resolution %(number)s is on record as passed, and with %(present)s of %(invited)s present there was no "
        "quorum (%(needed)s are needed). Look at the list of who came again; if it is right, nothing was decided: "
        "have the body decide anew."
    ),
    "vote_form_right": _("The vote was held in the form that it needs."),
    "vote_not_secret": _("This is decided in a secret vote (%(law)s)."),
    "votes_missing": _("Votes are missing: %(given)s votes of %(present)s who may vote."),
    "votes_too_many": _("More votes than voters: %(given)s votes of %(present)s who may vote."),
    "votes_complete": _("All %(present)s who may vote have voted."),
    "majority_missing": _(
        "Not carried: %(yes)s for, %(no)s against, %(abstain)s abstentions of %(present)s; at least %(needed)s are "
        "needed."
    ),
    "vote_carried": _("Carried: %(yes)s for, %(no)s against, %(abstain)s abstentions of %(present)s."),
    "vote_carried_not_refused": _("«%(item)s» was carried in the vote; it cannot be recorded as refused."),
    "vote_not_recorded": _("The votes on «%(item)s» are not recorded. Record all of them or none."),
    "vote_of_its_own": _(
        "This matter has a vote of its own: record who came and how they voted. If it was resolved on paper before "
        "meetings were kept here, say in the draft where the signed paper lies."
    ),
    "taken_from_paper": _("Taken over from the signed paper: %(paper)s."),
    "attendance_unknown": _("Say of everybody on the list whether they came; of %(unknown)s it is not said yet."),
    "not_brought_before": _("This was not brought before a higher body; there is nothing to acknowledge."),
    "acknowledged_already": _("This was acknowledged on %(on)s already."),
    "late_no_more": _("This has been done or dropped meanwhile; there is nothing to acknowledge."),
    "may_acknowledge": _("It can be acknowledged."),
    "late_acknowledged": _("It was due on %(due_on)s and has been seen."),
    "acknowledgement_says_nothing": _("Say what is to be done, by whom and until when."),
    "attendance_of_nobody": _("Nothing is recorded: say of at least one person on the list whether they came."),
    "attendance_missing": _("Record who came before the votes."),
    "not_a_voter": _("%(name)s cannot vote on it: absent, or keeps out of the case."),
    "minutes_signed": _("The minutes were signed on %(on)s: nothing of this meeting changes any more."),
    "minutes_not_signed": _("The minutes are not signed yet."),
    "quorum_there": _("A quorum was present: sign the minutes as such."),
    "no_quorum_recorded": _("No quorum: %(present)s of %(invited)s were present, %(needed)s were needed."),
    "proxy_not_present": _("Say who votes for %(name)s: somebody else on the list who came."),
    "proxy_of_too_many": _("%(name)s votes for too many; the rules allow %(most)s."),
    "matter_of_another_body": _("%(body)s does not decide such a matter (%(law)s)."),
    "matter_of_this_body": _("The body decides such a matter."),
    "minutes_missing": _("Write the minutes first."),
    "minutes_signable": _("The minutes can be signed."),
    "votes_recordable": _("The votes can be recorded."),
    "nobody_to_invite": _("Nobody sits in %(body)s on %(on)s. Enter the seats first, or add people by name."),
    "template_sound": _("These words can be put into force."),
    "template_unchanged": _("These words are in force already."),
    "template_overtaken": _(
        "%(by)s has changed these words meanwhile. Look at what is in force now, then change that."
    ),
    "template_faulty": _("These words cannot be put into force. %(faults)s"),
    "recused": _("%(name)s keeps out of the case."),
    "recused_already": _("%(name)s keeps out of this case already."),
    "recusal_reason_required": _("Give the reason of the recusal."),
    "decided_already": _("This was decided by resolution %(number)s already."),
    "standard_needs_fee_vote": _(
        "The resolution does not decide a fee standard, which has a vote of its own (%(law)s): draft one whose kind "
        "of decision is a fee standard."
    ),
    "interim_taken": _("Decided between meetings; %(bodies)s ratify or revoke it."),
    "interim_settled": _("Settled by resolution %(number)s."),
    "interim_settled_already": _("This was settled by resolution %(number)s already."),
    "interim_not_provided": _("The rules do not let this be decided between meetings."),
    "interim_not_revocable": _("Its effects cannot be taken back, so it is not decided between meetings."),
    "interim_of_another_body": _("%(body)s does not ratify what was decided between meetings."),
    "interim_in_session": _("«%(meeting)s» is held today: it decides itself."),
    "interim_needs_urgency": _("Say why it cannot wait for the next meeting."),
    "interim_before_case": _("The case came to this step on %(arrived_on)s only."),
    "interim_after_meeting": _("It was decided on %(taken_on)s; only a later meeting ratifies or revokes it."),
    "interim_reason_required": _("Say why it is revoked."),
    "built_upon": _("This cannot be undone: %(what)s builds on it. Settle that first."),
    "delegation_missing": _("The delegation of the %(body)s is missing (%(articles)s)."),
    "under_delegation": _("Decided under the delegation of the %(body)s, resolution %(number)s."),
    "delegation_granted": _("%(from_body)s delegates to %(to_body)s, by resolution %(number)s."),
    "delegation_revoked": _("The delegation of resolution %(number)s revoked."),
    "delegation_by_another_body": _("The resolution is one of %(body)s; %(expected)s delegates."),
    "delegation_before_resolution": _(
        "The resolution was passed on %(passed_on)s. A delegation begins then at the earliest."
    ),
    "delegation_not_provided": _("The rules in force on %(from_on)s do not provide for this delegation."),
    "delegation_of_another_case": _("The case is not of the kind that is delegated, or it is closed."),
    "delegation_disordered": _("A delegation ends after it begins."),
    "delegation_revoked_back": _("A delegation is revoked from %(on)s on at the earliest: what was decided stands."),
    "delegation_reason_required": _("Say why the delegation is revoked."),
    "delegation_over": _("This delegation has ended already: its first day without it is %(until)s."),
    "resolution_not_passed": _("Resolution %(number)s has not been passed."),
    "resolution_of_another_body": _("This step belongs to another body than the one that met."),
    "resolution_passed_already": _("Resolution %(number)s has been passed already."),
    "items_undecided": _("Say of every item of %(number)s how it came out: approved, refused or put off."),
    "meeting_before_case": _(
        "The case came to this step on %(arrived_on)s only; a meeting of %(held_on)s cannot have decided it. Choose a "
        "later meeting."
    ),
    "meeting_not_held": _("The meeting is on %(held_on)s. Record the resolution once it was held."),
    "reasons_required": _("Give the reason, in words that the applicant understands."),
    "no_such_way": _("The rulebook does not provide for this at this step."),
    "nothing_to_take_back": _("There is nothing to take back: it has been acted on since."),
    "not_your_passage": _("Only the person who took this step can take it back."),
    "not_editable_now": _("The application has been submitted: it can be changed when it is returned to you."),
    "document_reason_required": _("Say what is wrong with the document, so that it can be mended."),
    "document_replaced": _("The applicant has replaced this document. Look at the new one."),
    "approved_by_resolution": _("Approved by resolution %(number)s of %(meeting)s."),
    "refused_by_resolution": _("Refused by resolution %(number)s of %(meeting)s."),
    "published_already": _("This was published on %(on)s already."),
    "job_done": _("This work is done already."),
    "job_running": _("A worker is at it at this moment. Wait until it is done, or has failed."),
    "message_secret_gone": _("The link in it is not kept. Whom it was for asks for a new one on the login page."),
    "message_not_failed": _("This message was not given up: there is nothing to send again."),
    "message_without_address": _("It cannot be sent again: %(reason)s. Mend the address first."),
    "message_retried": _("The message is sent once more."),
    "message_not_in_doubt": _("This message is not in doubt any more."),
    "term_runs": _("Term %(number)s of %(body)s runs until its changeover. Record the changeover first."),
    "term_over_already": _("The changeover of this term is on record: %(on)s."),
    "term_by_another_body": _("%(body)s does not elect it; %(expected)s does."),
    "resolution_elects": _("The resolution is an election."),
    "term_needs_election": _(
        "Resolution %(number)s does not decide an election: draft one whose kind of decision is an election."
    ),
    "term_not_begun": _("The term began on %(from_on)s only; its changeover comes later."),
    "term_disordered": _("The new term ends after the day of the changeover."),
    "term_changed_over": _("Term %(next)s of %(body)s follows term %(number)s on %(on)s."),
    "seat_not_of_term": _("One of these seats is not held on the day of the changeover. Look at the list again."),
    "address_lifted": _("The mark on %(address)s was lifted already."),
    "seat_ended": _("This seat ended already: its first day without it is %(until)s."),
    "rulebook_not_adoptable": _("«%(title)s» cannot be adopted: %(stamp)s."),
    "rulebook_not_for_adoption": _("«%(title)s» says of itself that it is not for adoption."),
    "before_its_own_day": _("«%(title)s» applies from %(effective_on)s by its own text, not earlier."),
    "rulebook_adopted": _("«%(title)s» adopted from %(effective_from)s, by resolution %(number)s."),
    "rulebook_mended": _("The encoding of «%(title)s» mended from %(effective_from)s; no article is another one."),
    "rulebook_published": _("«%(title)s» sent out."),
    "adopted_meanwhile": _(
        "Somebody else has just adopted another version. Look at the difference and the impact again."
    ),
    "adoption_needs_resolution": _("A rulebook is adopted under a passed resolution of %(bodies)s."),
    "adoption_needs_any_resolution": _("A rulebook is adopted under a passed resolution. Record the meeting first."),
    "adoption_by_another_body": _("%(body)s cannot adopt this rulebook. Its own text asks for %(bodies)s."),
    "decisions_made_since": _(
        "There are decisions as late as %(latest)s. A new version can be adopted from the day after, not from "
        "%(since)s."
    ),
    "members_moved_since": _(
        "Members were carried over to the rules of %(latest)s. Another version can be adopted from that day on, not "
        "from %(since)s."
    ),
    "later_version_waits": _(
        "Another version is adopted from %(latest)s. Members can be carried over to the last version only."
    ),
    "membership_rules_missing": _(
        "«%(title)s» asks for tiers of membership, and no membership rulebook is in force on %(day)s. Adopt that one "
        "first."
    ),
    "tiers_not_in_membership_rules": _("«%(title)s» has no tier %(tiers)s, which this rulebook asks for."),
    "mapping_unknown": _("The new version has no %(names)s to carry members over to."),
    "class_unmapped": _(
        "%(count)s members are %(place)s, a class that the new version does not have. Say which class they "
        "belong to from then on."
    ),
    "tier_unmapped": _(
        "%(count)s members are %(place)s, a tier that the new version does not have. Say which tier they hold "
        "from then on."
    ),
    "consultation_opened": _("All members asked about the draft of «%(title)s»."),
    "consultation_not_asked": _("The rules in force do not ask for a consultation before «%(title)s»."),
    "consulted_already": _("The members were asked about this version on %(on)s."),
    "consultation_missing": _(
        "Before the rules change, all members are told and heard. Open the consultation on «%(title)s» first."
    ),
    "consultation_notice_open": _("The notice of the draft has not been sent to all members yet."),
    "consultation_running": _("Members may comment until %(until)s. The version can be adopted from the day after."),
    "comment_possible": _("You may comment on the draft."),
    "comments_closed": _("Comments were taken until %(until)s."),
    "comments_of_members": _("The draft is put before the members: log in with the account of a member."),
    "article_unknown": _("The document has no article %(article)s."),
    "text_missing": _("Write something first."),
    "text_too_long": _("Please write %(longest)s characters at most; these are %(length)s."),
    "feedback_possible": _("You may write to the secretariat about this article."),
    "feedback_not_offered": _("«%(title)s» does not ask for feedback on its articles."),
    "feedback_answered": _("This was answered on %(on)s."),
    "name_and_contact_missing": _("Give your name and a telephone number or e-mail address, or log in."),
    "note_possible": _("A note may be added."),
    "cases_keep_version": _(
        "%(cases)s cases under way keep the rules they were submitted under, and their %(deadlines)s open deadlines; "
        "the next one is %(next)s. None of them moves."
    ),
    "cases_keep_version_undated": _("%(cases)s cases under way keep the rules they were submitted under."),
    "new_cases_get_time": _("%(step)s, in new cases: %(after)s; until now: %(before)s."),
    "calendar_year_carried": _(
        "The official calendar of %(year)s comes with the program. Enter a single day that differs as an own day."
    ),
    "calendar_year_gap": _("Load the years one after the other: the next one is %(expected)s, not %(year)s."),
    "calendar_year_loaded": _("Calendar of %(year)s loaded."),
    "calendar_year_replaced": _("Calendar of %(year)s replaced."),
    "calendar_year_same": _("The calendar of %(year)s is loaded already, and this file says the same."),
    "calendar_year_unknown": _(
        "The rules want no provisional day, and the official calendar of %(year)s is not loaded. Load it first."
    ),
    "calendar_file_faulty": _("The file of %(year)s has %(n)s problems. Nothing was stored."),
    "calendar_loaded_meanwhile": _(
        "Somebody else has just loaded the calendar of %(year)s. Look at the difference again."
    ),
    "calendar_day_entered": _("Own day entered: %(days)s."),
    "calendar_day_withdrawn": _("Own day withdrawn: %(days)s."),
    "calendar_days_imported": _("%(n)s own days read from a file."),
    "calendar_counted_again": _("Provisional days counted again by the calendars up to %(year)s."),
    "role_granted": _("Role %(role)s granted from %(from_on)s."),
    "role_granted_until": _("Role %(role)s granted from %(from_on)s to %(last)s."),
    "role_ended": _("Role %(role)s ended: nothing comes from it from %(until)s on."),
    "role_ended_already": _("This role has ended already, or its end is on record."),
    "role_end_day": _("A role can end from %(first)s on, and not after the last day it was granted for."),
    "role_held_already": _("The account has the role %(role)s in that time already, since %(since)s."),
    "role_not_granted": _("%(role)s is no role that is granted: it follows from a seat, a case or a member."),
    "role_disordered": _("The last day of a role is not before its first."),
    "role_backdated": _("A role is granted from today on, not for days that are past. Today is %(today)s."),
    "role_beyond_own": _(
        "%(role)s may %(count)s things that you may not. Nobody grants more than they have: ask a superuser."
    ),
    "own_roles": _("Nobody changes their own roles. Ask a colleague who may."),
    "own_account": _("Nobody opens, closes or lifts their own account. Ask a colleague who may."),
    "not_yours_to_grant": _("Your role does not grant roles. The secretary-general's does."),
    "accounts_not_yours": _("Your role does not open or close accounts. The secretary-general's does."),
    "superuser_by_superuser": _("Only a superuser changes what a superuser is."),
    "last_superuser": _("This is the last superuser. Make somebody else one first."),
    "last_secretary_general": _(
        "This is the last secretary-general of the portal. Grant the role to the successor first, without a last day."
    ),
    "account_closed_already": _("This account is closed. Open it first."),
    "account_opened": _("Account opened."),
    "account_reason": _("Reason: %(note)s"),
    "is_active_on": _("The account may log in again."),
    "is_active_off": _("The account is closed."),
    "is_staff_on": _("The account may open the desk."),
    "is_staff_off": _("The account may not open the desk any more."),
    "is_superuser_on": _("The account is a superuser now."),
    "is_superuser_off": _("The account is no superuser any more."),
    "nothing_to_change": _("Nothing is different from before. Change something first."),
    "reason_missing": _("Give the reason."),
    "email_taken": _("An account with this e-mail address exists already."),
    "mobile_not_one": _("This is no mobile number of the mainland: 11 digits that begin with 1."),
    "mobile_no_channel": _("This portal sends no text messages yet."),
    "mobile_wait": _("A code has just been sent. Wait %(seconds)s seconds before you ask for another."),
    "mobile_enough_today": _("%(most)s codes a day are sent, no more. Try again tomorrow."),
    "mobile_code_wrong": _("The code is not right, or not valid any more. Ask for a new one."),
    "mobile_taken": _("Another account has this number. Remove it there first, or call the secretariat."),
    "mobile_none": _("The account has no mobile number."),
    "mobile_verified": _("Mobile number confirmed."),
    "mobile_removed": _("Mobile number removed."),
    "recovery_closed": _("This request is closed already."),
    "recovery_expired": _("This request is older than %(days)s days. Whoever still needs it asks anew."),
    "recovery_not_yours": _("Your role does not give lost logins back."),
    "recovery_own": _("Nobody resets their own login. Ask two colleagues."),
    "second_factor_missing": _("Set up the second step of your own login first."),
    "recovery_account_closed": _("This account is closed. A closed account gets no new login."),
    "recovery_confirmed_already": _("Somebody has just confirmed this request. Look at it again."),
    "recovery_changed_meanwhile": _("The proposal was changed since you opened it. Look at it again."),
    "recovery_same_address": _("The mailbox is lost: the new address has to be another one."),
    "recovery_open_already": _("Another request for this account is open. Settle that one first."),
    "recovery_evidence_missing": _("Say how it was checked: which papers, who was called at which number."),
    "recovery_not_proposed": _("A first person checks the request and proposes before a second one confirms."),
    "recovery_same_eyes": _("You proposed this. A second person has to confirm it."),
    "recovery_address_changed": _("The e-mail address of the account has changed since the proposal. Propose anew."),
    "recovery_link_dead": _("This link has expired or was used before. Ask the secretariat for a new one."),
    "recovery_proposed": _("New login proposed."),
    "recovery_confirmed": _("New login confirmed by a second person; the old address was told."),
    "recovery_refused": _("New login refused."),
    "recovery_objected": _("The old address objected: the login stays as it is."),
    "recovery_stopped": _("Stopped: the account was closed, or another account has the address meanwhile."),
    "recovery_released": _("One-time link sent to the new address."),
    "recovery_used": _("Login reset: new address and password, second step removed, all sessions ended."),
    "registry_loses_tier": _("«%(registry)s» asks for the tier %(tier)s, which the new version does not have."),
}


def register(sentences: Mapping[str, Words]) -> None:
    """Add the words of another app's codes. Two wordings of one code are an error."""
    for code, words in sentences.items():
        if SENTENCES.get(code, words) is not words:
            raise RuntimeError(f"two wordings of {code!r}")
        SENTENCES[code] = words


def sentence(reason: Reason) -> str:
    """The reason in words, in the language of the reader."""
    words = SENTENCES.get(reason.code)
    if words is None:
        return reason.code
    facts = {key: _said(value) for key, value in reason.facts.items()}
    try:
        return str(words) % facts
    except (KeyError, TypeError, ValueError):
        return str(words)


def _said(value: Any) -> Any:
    """A fact as a person reads it: facts are kept as JSON, so a day is a string there."""
    if isinstance(value, list | tuple):
        return gettext(", ").join(str(_said(each)) for each in value)
    if isinstance(value, str) and DAY.fullmatch(value):
        return long_date(date.fromisoformat(value))
    return value
