"""Who may join and how: classes, tiers, categories, documents, questions, workflows, registration."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import (
    EVERYONE,
    Count,
    Event,
    Flag,
    Id,
    Ids,
    OneOrMore,
    Part,
    Period,
    Registration,
    Rule,
    Selector,
    Window,
    Words,
)


class MemberClass(Rule):
    """``[[classes]]``: a kind of member, and how one becomes it."""

    id: Id
    name: Words
    kind: Literal["unit", "person"]
    joined_by: Literal["application", "deemed", "register", "obligation"]
    deemed_from: Id | None = None
    opt_out: Flag = False


class Tier(Rule):
    """``[[tiers]]``: a rung of a class; ``rank`` orders them. ``by_resolution_of``: bodies that may confer it."""

    id: Id
    name: Words
    class_: Id = Field(alias="class")
    rank: Count
    by_resolution_of: Ids = ()
    closed: Flag = False
    plaque: Flag = False


class Category(Rule):
    """``[[categories]]``: a field of business, in a tree of any depth."""

    id: Id
    name: Words
    parent: Id | None = None
    definition: str = ""
    min: Count = 0
    max: Count | None = None
    primary: Flag = False
    exclusive_with: Ids = ()
    extra_documents: Ids = ()
    free_text: Flag = False
    exceptions: tuple[Words, ...] = ()


class CategoryPolicy(Rule):
    roots_per_unit: Count | None = None
    primary_required: Flag = False


class Acceptance(Rule):
    """``[[acceptances]]``: what an applicant reads and accepts, with version and time kept."""

    id: Id
    title: Words
    text: str = ""
    kind: Literal["read", "commit"]
    classes: Ids = ()
    at: Literal["registration", "application", "after_admission"] = "application"


class FormField(Rule):
    """``[[fields]]``: a fact the form asks for because a rule reads it. ``public``: the register may publish it."""

    id: Id
    name: Words
    selector: Selector = EVERYONE
    kind: Literal["text", "long_text", "choice", "choices", "integer", "money", "date", "year", "yes_no"] = "text"
    choices: tuple[Words, ...] = ()
    required: Flag = False
    public: Flag = False
    help: str = ""


class Document(Rule):
    """``[[documents]]``: a paper of an application. ``seal``: it bears the unit's seal, a person looks."""

    id: Id
    name: Words
    selector: Selector = EVERYONE
    stage: Literal["application", "after_initial_review", "after_approval", "change", "withdrawal"] = "application"
    required: Flag = True
    any_of: tuple[Words, ...] = ()
    all_of: tuple[Words, ...] = ()
    seal: Flag = False
    paper_copies: Count = 0
    formats: tuple[Literal["pdf", "ofd", "jpg", "png", "heic", "docx", "xlsx"], ...] = ()
    valid_on: Event | None = None
    max_age: Period | None = None
    per_item_of: Id | None = None
    identity: Flag = False


class DocumentsPolicy(Rule):
    allow_extra: Flag = False
    channel: tuple[Literal["web", "mail", "counter", "paper", "phone"], ...] = ("web",)


class Membership(Rule):
    """``[membership]``: the event on whose day membership begins."""

    starts_on: Event


class SubEntities(Part):
    """Suffixes of one member's several registrations (``-1``, ``-2``)."""

    suffix: Words = "-{n}"
    from_: Count = Field(1, alias="from")
    number_main_when_multiple: Flag = True
    reuse: Flag = False


class Numbering(Rule):
    """``[numbering]``: the member's number and what it is bound to, one to one."""

    pattern: Words
    bind: tuple[Literal["uscc", "id_no", "abbreviation", "name"], ...] = ()
    sub_entities: SubEntities | None = None
    username: Literal["email", "unit_full_name"] = "email"


class Refusal(Rule):
    """A way out of a step other than onward.

    ``correct`` returns the case to the applicant, ``send_back`` to the step ``to``, ``reject`` ends it.
    """

    kind: Literal["correct", "send_back", "reject"]
    to: Id | None = None
    reasons_required: Flag = True
    cites_rule: Flag = False


class Step(Rule):
    """A step of a workflow: who does what, until when."""

    id: Id
    name: str = ""
    actor: Id
    action: Literal[
        "submit",
        "review",
        "score",
        "interview",
        "onsite",
        "decide",
        "resolve",
        "notify",
        "pay",
        "sign",
        "receive_originals",
        "register",
        "issue",
        "publish",
    ]
    needs_resolution: Flag = False
    delegated_by: Id | None = None
    reasons_required: Flag = False
    deadline: Period | None = None
    optional: Flag = False
    refusals: tuple[Refusal, ...] = ()

    def refusal(self, kind: str) -> Refusal | None:
        return next((refusal for refusal in self.refusals if refusal.kind == kind), None)


WorkflowName = Literal[
    "admission",
    "registration_initial",
    "registration_renewal",
    "registration_again",
    "annual_review",
    "withdrawal",
    "restoration",
    "sanction",
    "representative_change",
    "amendment",
    "registry_entry",
    "registry_exit",
]


class Workflow(Rule):
    """``[workflows.NAME]``: steps in order. ``selector`` says for whom, where classes are treated differently."""

    name: str = ""
    mode: Literal["review", "commitment_filing", "register", "competition"] = "review"
    selector: Selector = EVERYONE
    window: Window | None = None
    on_lapse: Literal["staff", "lapse"] = "staff"
    batch: Flag = False
    steps: tuple[Step, ...] = ()

    @property
    def first(self) -> Step:
        """The first step; ``LookupError`` if the workflow has none."""
        if not self.steps:
            raise LookupError("the workflow has no steps")
        return self.steps[0]

    def step(self, id: str) -> Step:
        """``LookupError`` if there is no such step."""
        for step in self.steps:
            if step.id == id:
                return step
        raise LookupError(f"no step {id!r}")

    def after(self, id: str) -> Step | None:
        """The step after ``id``, ``None`` after the last."""
        position = self.steps.index(self.step(id)) + 1
        return self.steps[position] if position < len(self.steps) else None


class Representative(Rule):
    """``[representative]``: who acts for a unit."""

    per_unit: Count = 1
    exclusive: Flag = False
    change_requires: tuple[Literal["letter", "seal"], ...] = ()
    delegate_candidate: Flag = False


class Branches(Rule):
    """``[branches]``: the association's branches, and those of its members."""

    members_only: Flag = False
    deemed_members_count: Flag = True
    own_rules: Flag = False
    independent_branch_applies: Flag = False


class Choice(Rule):
    """``[[choices]]``: a choice that an event puts to a member. No answer keeps the ``default``."""

    id: Id
    on: Literal["employer_joined"]
    question: Words
    options: Annotated[tuple[Literal["keep", "give_up"], ...], OneOrMore]
    default: Literal["keep", "give_up"]
    counts_as_withdrawal: Flag = False


class RegistrationRule(Rule):
    """``[[registrations]]``: a kind of registration and the workflow that carries it."""

    id: Registration
    name: Words
    workflow: WorkflowName
