"""The envelope of a case: its states, who holds the pen in each, and which passages there are.

Steps between submission and decision are not here: the rulebook version pinned on the case says them.
"""

from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    RETURNED = "returned"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    VOID = "void"


class Holder(StrEnum):
    """Who is to act."""

    APPLICANT = "applicant"
    STEP_OWNER = "step_owner"
    NOBODY = "nobody"


HOLDERS: dict[State, Holder] = {
    State.DRAFT: Holder.APPLICANT,
    State.OPEN: Holder.STEP_OWNER,
    State.RETURNED: Holder.APPLICANT,
    State.APPROVED: Holder.STEP_OWNER,  # until the last step; without one, nobody
    State.REFUSED: Holder.NOBODY,
    State.WITHDRAWN: Holder.NOBODY,
    State.LAPSED: Holder.NOBODY,
    State.VOID: Holder.NOBODY,
}


class Verb(StrEnum):
    """What can be done to a case."""

    SUBMIT = "submit"
    PASS = "pass"  # noqa: S105  a verb
    RETURN = "return"  # to the applicant, for correction
    SEND_BACK = "send_back"  # to an earlier step
    REFUSE = "refuse"
    APPROVE = "approve"  # the last step passed
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    VOID = "void"
    TAKE_BACK = "take_back"


TRANSITIONS: dict[tuple[State, Verb], State] = {
    (State.DRAFT, Verb.SUBMIT): State.OPEN,
    (State.DRAFT, Verb.WITHDRAW): State.WITHDRAWN,
    (State.RETURNED, Verb.SUBMIT): State.OPEN,
    (State.RETURNED, Verb.WITHDRAW): State.WITHDRAWN,
    (State.RETURNED, Verb.LAPSE): State.LAPSED,
    (State.OPEN, Verb.PASS): State.OPEN,
    (State.OPEN, Verb.SEND_BACK): State.OPEN,
    (State.OPEN, Verb.RETURN): State.RETURNED,
    (State.OPEN, Verb.REFUSE): State.REFUSED,
    (State.OPEN, Verb.APPROVE): State.APPROVED,
    (State.OPEN, Verb.WITHDRAW): State.WITHDRAWN,
    (State.OPEN, Verb.LAPSE): State.LAPSED,
    (State.OPEN, Verb.VOID): State.VOID,
    (State.APPROVED, Verb.PASS): State.APPROVED,  # what the rulebook orders after the decision: notice, register
    (State.APPROVED, Verb.VOID): State.VOID,
}
