"""Who may join and how: classes, tiers, categories, documents, questions, workflows, registration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from .base import (
    EVERYONE,
    Count,
    Event,
    Exact,
    Flag,
    Id,
    Ids,
    LegalForm,
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
    """``[[classes]]``: a kind of member, and how one becomes it.

    ``deemed``: member through ``deemed_from``; ``obligation``: must apply (``apply_within``), and where not
    ``refusable`` only papers can be asked for; ``register``: at once; ``invitation``: the association invites
    (荣誉会员). In a registry rulebook the classes are the kinds of entries.
    """

    id: Id
    name: Words
    kind: Literal["unit", "person"]
    joined_by: Literal["application", "deemed", "register", "obligation", "invitation"]
    deemed_from: Id | None = None
    opt_out: Flag = False
    relation: str = ""
    apply_within: Period | None = None
    refusable: Flag = True

    @property
    def applied_for(self) -> bool:
        """Whether one becomes it by an application of one's own."""
        return self.joined_by in ("application", "obligation", "register")


class Tier(Rule):
    """``[[tiers]]``: a rung of a class, or of several; ``rank`` orders them.

    ``by_resolution_of``: bodies that may confer it; ``closed``: the document names all tiers there are.
    """

    id: Id
    name: Words
    class_: Ids = Field(alias="class")
    rank: Count
    by_resolution_of: Ids = ()
    closed: Flag = False
    plaque: Flag = False


class Category(Rule):
    """``[[categories]]``: a field of business, in a tree of any depth.

    ``class_``: the classes it is offered to, all where empty. ``admits``: legal forms admitted here alone
    (内设机构). ``hint``: shown beside the choice. ``approved``: held only with an approval of its own.
    """

    id: Id
    name: Words
    class_: Ids = Field((), alias="class")
    parent: Id | None = None
    definition: str = ""
    hint: str = ""
    admits: Annotated[tuple[LegalForm, ...], OneOrMore] = ()
    approved: Flag = False
    min: Count = 0
    max: Count | None = None
    primary: Flag = False
    exclusive_with: Ids = ()
    extra_documents: Ids = ()
    free_text: Flag = False
    exceptions: tuple[Words, ...] = ()


class CategoryPolicy(Rule):
    """``[category_policy]``: how many may be chosen: top ones per unit, and in all from ``min`` to ``max``."""

    name: str = ""
    class_: Ids = Field((), alias="class")
    roots_per_unit: Count | None = None
    min: Count = 0
    max: Count | None = None
    primary_required: Flag = False


class Acceptance(Rule):
    """``[[acceptances]]``: what an applicant reads and accepts, with version and time kept."""

    id: Id
    title: Words
    text: str = ""
    kind: Literal["read", "commit"]
    classes: Ids = ()
    at: Literal["registration", "application", "after_admission"] = "application"
    document: str = ""


FieldKind = Literal[
    "text",
    "long_text",
    "choice",
    "choices",
    "integer",
    "money",
    "date",
    "year",
    "yes_no",
    "uscc",
    "id_no",
    "mobile",
    "phone",
    "email",
    "postcode",
    "photo",
    "org_code",
    "rows",
]


class Column(Part):
    """A column of a table that is filled in row by row."""

    id: Id
    name: Words
    kind: FieldKind = "text"
    choices: tuple[Words, ...] = ()
    required: Flag = True


class FormField(Rule):
    """``[[fields]]``: a fact the form asks for because a rule reads it. ``public``: the register may publish it.

    ``rows`` has ``columns``, at least ``min_rows``. ``filled_by``: who fills it in. ``unique``: no two members share
    the value. ``form``: on which printed form it stands.
    """

    id: Id
    name: Words
    selector: Selector = EVERYONE
    kind: FieldKind = "text"
    choices: tuple[Words, ...] = ()
    columns: tuple[Column, ...] = ()
    min_rows: Count = 0
    filled_by: Literal["applicant", "consultant", "unit", "office", "system"] = "applicant"
    unique: Flag = False
    min: Exact | None = None
    form: str = ""
    at: Literal["application", "registration", "change"] = "application"
    required: Flag = False
    public: Flag = False
    help: str = ""


class Document(Rule):
    """``[[documents]]``: a paper of an application. ``seal``: it bears the unit's seal, a person looks.

    ``template``: a blank form can be downloaded. ``rows``: the field whose table is the paper's content.
    ``given_as``: uploaded, or the web form itself, an acceptance on the page, a text, a table. ``by_prefix``: which of
    ``any_of`` goes with the first characters of the credit code; another one is asked about, not refused.
    """

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
    template: Flag = False
    rows: Id | None = None
    given_as: Literal["upload", "form", "acceptance", "text", "rows"] = "upload"
    by_prefix: Mapping[str, Words] = {}


class DocumentGroup(Rule):
    """``[[document_groups]]``: papers of which one combination suffices (甲和乙，或者甲和丙，或者丁)."""

    id: Id
    name: Words
    selector: Selector = EVERYONE
    any_of: tuple[Ids, ...]


class DocumentsPolicy(Rule):
    """``[documents_policy]``: whether staff may ask for more, by which channels papers come, and in which form."""

    allow_extra: Flag = False
    channel: tuple[Literal["web", "mail", "counter", "paper", "phone"], ...] = ("web",)
    paper_too: Flag = False


class Membership(Rule):
    """``[membership]``: the event on whose day membership begins; ``by_class`` where classes differ.

    ``classes_open``: the document leaves further classes to the association (可以设立各类会员).
    """

    starts_on: Event
    by_class: Mapping[Id, Event] = {}
    classes_open: Flag = False


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
    deadline: Period | None = None


StepAction = Literal[
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
    "file",
]


class Step(Rule):
    """A step of a workflow: who does what, until when.

    ``delegated_by``: the body under whose standing delegation the actor decides. ``publicity``: how long a result is
    on show before the next step. ``waivable``: may be left out with a reason. ``escalate_to``: who is told when it is
    late. ``votes``: the body votes. ``opinion``: a view for the file, not a decision.
    """

    id: Id
    name: str = ""
    actor: Id
    action: StepAction
    needs_resolution: Flag = False
    delegated_by: Id | None = None
    reasons_required: Flag = False
    deadline: Period | None = None
    publicity: Period | None = None
    escalate_to: Id | None = None
    votes: Literal["majority"] | None = None
    opinion: Flag = False
    optional: Flag = False
    waivable: Flag = False
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
    "rectification",
    "registry_assessment",
    "cooperation_review",
    "tier_change",
    "exemption",
    "appeal",
    "award",
]


class Workflow(Rule):
    """``[workflows.NAME]``: steps in order. ``selector`` says for whom, where classes are treated differently."""

    name: str = ""
    mode: Literal["review", "commitment_filing", "register", "competition"] = "review"
    channel: tuple[Literal["web", "mail", "counter", "paper", "phone"], ...] = ()
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
    """``[branches]``: the association's branches, and those of its members.

    ``assigned_by``: what proposes a new member's branch; ``kinds``: the name of the branches by top category.
    """

    members_only: Flag = False
    deemed_members_count: Flag = True
    own_rules: Flag = False
    independent_branch_applies: Flag = False
    assigned_by: Literal["primary_category"] | None = None
    kinds: Mapping[Id, Words] = {}


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
