"""What the association layer stores, one noun per file."""

from association.models.absence import Absence
from association.models.announcement import Announcement, AnnouncementAct, AnnouncementFile
from association.models.audit import AccessLog, AuditEvent, AuditSeal
from association.models.body import Body, Seat, Term
from association.models.calendar import CalendarOverride, CalendarYear, OfficialDay
from association.models.case import Case, CaseParticipant, CasePresence, Passage
from association.models.consultation import Comment, Consultation
from association.models.deadline import Deadline, DeadlineChange
from association.models.decision import DecisionRecord
from association.models.delegation import Delegation
from association.models.dispatch import Dispatch
from association.models.feedback import ArticleFeedback
from association.models.file import CaseDocument, StoredFile
from association.models.interim import InterimDecision
from association.models.job import Job
from association.models.message import DeadAddress, Message, Outlet, SmsTopic
from association.models.mobile import MobileCode
from association.models.newsletter import NewsletterIssue, NewsletterOptOut
from association.models.notice import DocumentNumber, DocumentSeries, NoticeRecipient, NoticeWriter, OfficialNotice
from association.models.objection import Objection, ObjectionFile, Publicity
from association.models.profile import Association
from association.models.recovery import RecoveryRequest
from association.models.reminder import Acknowledgement, DigestLine, Reminder
from association.models.resolution import Meeting, Resolution, ResolutionItem
from association.models.role import RoleGrant
from association.models.rulebook import Adoption, RulebookVersion, SupplementaryNote
from association.models.template import MessageTemplate
from association.models.user import User
from association.models.vote import Attendee, Ballot, CastVote, Recusal

__all__ = [
    "Absence",
    "AccessLog",
    "Acknowledgement",
    "Adoption",
    "Announcement",
    "AnnouncementAct",
    "AnnouncementFile",
    "ArticleFeedback",
    "Association",
    "Attendee",
    "AuditEvent",
    "AuditSeal",
    "Ballot",
    "Body",
    "CalendarOverride",
    "CalendarYear",
    "Case",
    "CaseDocument",
    "CaseParticipant",
    "CasePresence",
    "CastVote",
    "Comment",
    "Consultation",
    "DeadAddress",
    "Deadline",
    "DeadlineChange",
    "DecisionRecord",
    "Delegation",
    "DigestLine",
    "Dispatch",
    "DocumentNumber",
    "DocumentSeries",
    "InterimDecision",
    "Job",
    "Meeting",
    "Message",
    "MessageTemplate",
    "MobileCode",
    "NewsletterIssue",
    "NewsletterOptOut",
    "NoticeRecipient",
    "NoticeWriter",
    "Objection",
    "ObjectionFile",
    "OfficialDay",
    "OfficialNotice",
    "Outlet",
    "Passage",
    "Publicity",
    "RecoveryRequest",
    "Recusal",
    "Reminder",
    "Resolution",
    "ResolutionItem",
    "RoleGrant",
    "RulebookVersion",
    "Seat",
    "SmsTopic",
    "StoredFile",
    "SupplementaryNote",
    "Term",
    "User",
]
