"""What party building keeps: organisations and terms, members and transfers, meetings, dues, lists and wishes."""

from .dues import Bracket, Category, Declared, Due, Payment, RateTable
from .knowledge import Document, DocumentVersion, Passage, Question, Read
from .meetings import Attendance, Cadence, Every, Meeting, MeetingKind, Missed
from .members import ORDER, PAYS, Entry, Member, Stage, Transfer
from .near import Listing, Part, Project, Reported, Task, What
from .organisations import Kind, Office, Organisation, Position, Term
from .wishes import Asker, Claim, Wish, WishKind

__all__ = [
    "ORDER",
    "PAYS",
    "Asker",
    "Attendance",
    "Bracket",
    "Cadence",
    "Category",
    "Claim",
    "Declared",
    "Document",
    "DocumentVersion",
    "Due",
    "Entry",
    "Every",
    "Kind",
    "Listing",
    "Meeting",
    "MeetingKind",
    "Member",
    "Missed",
    "Office",
    "Organisation",
    "Part",
    "Passage",
    "Payment",
    "Position",
    "Project",
    "Question",
    "RateTable",
    "Read",
    "Reported",
    "Stage",
    "Task",
    "Term",
    "Transfer",
    "What",
    "Wish",
    "WishKind",
]
