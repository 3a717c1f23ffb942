"""The typed rulebook: every section, and the questions that its readers ask of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr

from association.decisions import Source, SourceKind
from association.rulebook.labels import label as chinese_label

from .base import WHOLE_DOCUMENT, Id, OneOrMore, Part, Selector, Validity, Words
from .document import Article, ArticleMeta, Body, Calendar, Chapter, Meta, Profile, Ratification, Reference
from .eligibility import Eligibility
from .governance import Amendment, Appeal, Attendance, Distribution, Feedback, ReminderRule, Role, Voting
from .joining import (
    Acceptance,
    Branches,
    Category,
    CategoryPolicy,
    Choice,
    Document,
    DocumentGroup,
    DocumentsPolicy,
    FormField,
    MemberClass,
    Membership,
    Numbering,
    RegistrationRule,
    Representative,
    Tier,
    Workflow,
    WorkflowName,
)
from .money import Fees
from .registry import Registry
from .rights import (
    Award,
    Benefit,
    Checklist,
    Entitlement,
    Inheritance,
    Level,
    Newsletter,
    Points,
    Survey,
)
from .standing import (
    AnnouncementRule,
    Ban,
    BansPolicy,
    Certificate,
    Credit,
    Directory,
    Dishonesty,
    OfficerRule,
    Renewal,
    Restoration,
    Review,
    Sanctions,
    Size,
    Withdrawal,
)

Facts = Mapping[str, Any]


class Silent(LookupError):
    """The rulebook says nothing about what was asked."""


class Rulebook(Part):
    """One version of one rule document. Made by :func:`association.rulebook.loader.load`."""

    schema_number: Literal[1] = Field(alias="schema")
    meta: Meta = Field(alias="rulebook")
    article_texts: Annotated[Mapping[Words, Words], Field(min_length=1)] = Field(alias="articles")
    articles_meta: Mapping[str, ArticleMeta] = {}
    chapters: tuple[Chapter, ...] = ()
    references: Mapping[Id, Reference] = {}
    profile: Profile | None = None
    calendar: Calendar
    bodies: Mapping[Id, Body] = {}
    roles: tuple[Role, ...] = ()
    voting: Voting | None = None
    attendance: tuple[Attendance, ...] = ()
    appeals: tuple[Appeal, ...] = ()
    amendment: Amendment | None = None
    distribution: Distribution | None = None
    feedback: Feedback | None = None

    classes: tuple[MemberClass, ...] = ()
    tiers: tuple[Tier, ...] = ()
    categories: tuple[Category, ...] = ()
    category_policy: CategoryPolicy | None = None
    acceptances: tuple[Acceptance, ...] = ()
    fields: tuple[FormField, ...] = ()
    documents: tuple[Document, ...] = ()
    document_groups: tuple[DocumentGroup, ...] = ()
    documents_policy: DocumentsPolicy | None = None
    eligibility: tuple[Eligibility, ...] = ()
    membership: Membership | None = None
    numbering: Numbering | None = None
    workflows: Mapping[WorkflowName, Annotated[tuple[Workflow, ...], OneOrMore]] = {}
    registrations: tuple[RegistrationRule, ...] = ()
    reminders: tuple[ReminderRule, ...] = ()
    representative: Representative | None = None
    branches: Branches | None = None
    choices: tuple[Choice, ...] = ()

    fees: Fees | None = None

    sizes: tuple[Size, ...] = ()
    entitlements: tuple[Entitlement, ...] = ()
    inherits: tuple[Inheritance, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    reviews: tuple[Review, ...] = ()
    credit: Credit | None = None
    sanctions: Sanctions | None = None
    bans: tuple[Ban, ...] = ()
    bans_policy: BansPolicy | None = None
    dishonesty: Dishonesty | None = None
    officers: tuple[OfficerRule, ...] = ()
    withdrawal: Withdrawal | None = None
    restorations: tuple[Restoration, ...] = ()
    renewals: tuple[Renewal, ...] = ()
    awards: tuple[Award, ...] = ()
    surveys: tuple[Survey, ...] = ()
    newsletter: Newsletter | None = None
    levels: tuple[Level, ...] = ()
    points: Points | None = None
    checklists: tuple[Checklist, ...] = ()
    ratification: Ratification | None = None
    announcements: tuple[AnnouncementRule, ...] = ()
    directory: Directory | None = None
    registries: tuple[Registry, ...] = ()

    _digest: str = PrivateAttr("")

    # what it is

    @property
    def id(self) -> str:
        return self.meta.id

    @property
    def title(self) -> str:
        return self.meta.title

    @property
    def version(self) -> str:
        return self.meta.version

    @property
    def association(self) -> str:
        return self.meta.association

    @property
    def kind(self) -> str:
        return self.meta.kind

    @property
    def status(self) -> str:
        return self.meta.status

    @property
    def adoptable(self) -> bool:
        return self.meta.adoptable

    @property
    def adopted_by(self) -> tuple[str, ...]:
        return self.meta.adopted_by

    @property
    def adopted_on(self) -> date | None:
        return self.meta.adopted_on

    @property
    def effective_on(self) -> date | None:
        return self.meta.effective_on

    @property
    def repealed_on(self) -> date | None:
        return self.meta.repealed_on

    @property
    def digest(self) -> str:
        """SHA-256 of the file's text, hexadecimal."""
        return self._digest

    # its articles

    @cached_property
    def articles(self) -> Mapping[str, Article]:
        """Every article, paragraph and item in the file's order, by key."""
        headings = {chapter.first: chapter.title for chapter in self.chapters}
        found: dict[str, Article] = {}
        heading = ""
        for key, text in self.article_texts.items():
            parent = self._parent(key)
            heading = headings.get(key, heading)
            meta = self.articles_meta.get(key, ArticleMeta())
            found[key] = Article(key, self.label(key), text, heading, parent, meta.erratum, meta.note)
        return MappingProxyType(found)

    def _parent(self, key: str) -> str | None:
        parent, dot, _ = key.rpartition(".")
        while dot:
            if parent in self.article_texts:
                return parent
            parent, dot, _ = parent.rpartition(".")
        return None

    def article(self, key: str) -> Article:
        """``Silent`` if there is no such article."""
        try:
            return self.articles[key]
        except KeyError:
            raise Silent(f"{self.id} has no article {key!r}") from None

    def label(self, key: str) -> str:
        """第三十条; a label given in the file wins."""
        meta = self.articles_meta.get(key)
        return (meta.label if meta else "") or chinese_label(key, self.meta.items)

    def citation(self, source: Source) -> dict[str, str]:
        """What a page or an API answer shows of a source: document, title, article, label, text, basis, note.

        A source that is no article (a convention, a setting, a resolution) has its kind as ``document``
        and no text; its words are the edge's.
        """
        title, label, text = "", source.key, ""
        if source.kind is not SourceKind.ARTICLE:
            pass
        elif source.document == self.id:
            found = self.articles.get(source.key)
            title, label, text = self.title, self.label(source.key), found.text if found else ""
        elif source.document in self.references:
            other = self.references[source.document]
            label = "" if source.key == WHOLE_DOCUMENT else chinese_label(source.key)
            title, text = other.title, other.articles.get(source.key, "")
        return {
            "document": source.document or str(source.kind),
            "title": title,
            "article": source.key,
            "label": label,
            "text": text,
            "basis": str(source.basis),
            "note": source.note,
        }

    # its members

    def body(self, id: str) -> Body:
        try:
            return self.bodies[id]
        except KeyError:
            raise Silent(f"{self.id} has no body {id!r}") from None

    def member_class(self, id: str) -> MemberClass:
        return _by_id(self.classes, id, self.id)

    def tier(self, id: str) -> Tier:
        return _by_id(self.tiers, id, self.id)

    def tiers_of(self, class_id: str) -> tuple[Tier, ...]:
        """From the lowest rank to the highest."""
        return tuple(sorted((tier for tier in self.tiers if class_id in tier.class_), key=lambda tier: tier.rank))

    def tier_at_least(self, tier: str | None, floor: str) -> bool:
        """Whether ``tier`` stands at or above ``floor`` (以上, C-13). No tier is below every floor."""
        if tier is None:
            return False
        held, least = self.tier(tier), self.tier(floor)
        return bool(set(held.class_) & set(least.class_)) and held.rank >= least.rank

    def matches(self, selector: Selector, facts: Facts) -> bool:
        """Whether the selector concerns someone with these facts.

        ``facts`` may hold ``class``, ``tier``, ``category`` (one id or several), ``size``, ``legal_form``;
        what is not known does not match.
        """
        wanted = {
            "class": selector.class_,
            "tier": selector.tier,
            "category": selector.category,
            "size": selector.size,
            "legal_form": selector.legal_form,
        }
        for key, allowed in wanted.items():
            if allowed and not set(allowed) & set(_several(facts.get(key))):
                return False
        floor = selector.tier_at_least
        return floor is None or self.tier_at_least(facts.get("tier"), floor)

    def fields_for(self, class_id: str, facts: Facts = MappingProxyType({})) -> tuple[FormField, ...]:
        """The questions of the form, in the file's order."""
        return self._concerning(self.fields, class_id, facts)

    def documents_for(
        self, class_id: str, stage: str = "application", facts: Facts = MappingProxyType({})
    ) -> tuple[Document, ...]:
        """The documents that an applicant of this class hands in at this stage, the form itself among them."""
        return tuple(d for d in self._concerning(self.documents, class_id, facts) if d.stage == stage)

    def uploads_for(
        self, class_id: str, stage: str = "application", facts: Facts = MappingProxyType({})
    ) -> tuple[Document, ...]:
        """Those of :meth:`documents_for` that are handed in as files."""
        return tuple(d for d in self.documents_for(class_id, stage, facts) if d.given_as == "upload")

    def eligibility_for(
        self, class_id: str, facts: Facts = MappingProxyType({}), *, grouped: bool = False
    ) -> tuple[Eligibility, ...]:
        """The checks on an applicant of this class.

        Those that a group (``any_of``, ``all_of``) names are left to the group, unless ``grouped``.
        """
        groups = (rule for rule in self.eligibility if rule.kind in ("any_of", "all_of"))
        named = {id for rule in groups for id in rule.params.ids if id != rule.id}
        rules = tuple(rule for rule in self.eligibility if grouped or rule.id not in named)
        return self._concerning(rules, class_id, facts)

    def acceptances_for(self, class_id: str, at: str = "application") -> tuple[Acceptance, ...]:
        return tuple(a for a in self.acceptances if a.at == at and (not a.classes or class_id in a.classes))

    def certificates_for(self, facts: Facts) -> tuple[Certificate, ...]:
        return tuple(c for c in self.certificates if self.matches(c.selector, facts))

    def validity_for(self, certificate: Certificate, facts: Facts, registration: str | None = None) -> Validity | None:
        """The first validity whose registration and selector fit."""
        for validity in certificate.validity:
            if validity.registration in (None, registration) and self.matches(validity.selector, facts):
                return validity
        return None

    def starts_on(self, class_id: str) -> str:
        """The event on whose day this class's membership begins; ``Silent`` where the document keeps no members."""
        if self.membership is None:
            raise Silent(f"{self.id} keeps no members")
        return self.membership.by_class.get(class_id, self.membership.starts_on)

    def categories_for(self, class_id: str, parent: str | None = None) -> tuple[Category, ...]:
        """The fields of business that this class chooses from, under ``parent``, in the file's order."""
        return tuple(c for c in self.categories if c.parent == parent and (not c.class_ or class_id in c.class_))

    def entitlements_of(self, *holders: str, kind: str | None = None) -> tuple[Entitlement, ...]:
        """The rights, duties or services of these holders with what they inherit, in the file's order, each once."""
        above = {rung.holder: rung.from_ for rung in self.inherits}
        held: set[str] = set()
        for holder in holders:
            at: str | None = holder
            while at is not None and at not in held:
                held.add(at)
                at = above.get(at)
        return tuple(e for e in self.entitlements if held & set(e.holder) and kind in (None, e.kind))

    def announcement(self, id: str) -> AnnouncementRule:
        return _by_id(self.announcements, id, self.id)

    def _concerning(self, rules: tuple[Any, ...], class_id: str, facts: Facts) -> tuple[Any, ...]:
        known = {**facts, "class": class_id}
        return tuple(rule for rule in rules if self.matches(rule.selector, known))

    # its procedures

    def workflow(self, name: str, facts: Facts | None = None) -> Workflow:
        """The workflow of this name (for someone with ``facts``); ``Silent`` if there is none."""
        for workflow in self.workflows.get(name, ()):  # type: ignore[call-overload]
            if facts is None or self.matches(workflow.selector, facts):
                return workflow
        raise Silent(f"{self.id} has no workflow {name!r}")

    def reminder_for(self, action: str) -> ReminderRule | None:
        """When those whose turn it is at a step of this action are reminded; None where the document is silent."""
        return next((rule for rule in self.reminders if not rule.actions or action in rule.actions), None)

    def has_workflow(self, name: str) -> bool:
        return name in self.workflows


def _several(value: Any) -> tuple[Any, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _by_id(rules: tuple[Any, ...], id: str, document: str) -> Any:
    for rule in rules:
        if rule.id == id:
            return rule
    raise Silent(f"{document} has no {id!r}")
