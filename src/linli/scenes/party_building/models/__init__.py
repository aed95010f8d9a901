"""What party building keeps: organisations and terms, members and transfers, meetings, dues, lists and wishes."""

from .dues import Bracket, Category, Declared, Due, Payment, RateTable
from .knowledge import Document, DocumentVersion, Passage, Question, Read, Taken
from .meetings import Attendance, Cadence, Every, Meeting, MeetingKind, Missed
from .members import ORDER, PAYS, Entry, Member, Stage, Transfer
from .near import Listing, Part, Project, Reported, Task, What
from .organisations import Kind, Office, Organisation, Position, Term
from .owners import Handed, HandOver, Owners, OwnersMember, OwnersRecord, OwnersStep, OwnersTerm, RecordKind, Seat
from .stations import Opening, Station, Visits, Watch
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
    "HandOver",
    "Handed",
    "Kind",
    "Listing",
    "Meeting",
    "MeetingKind",
    "Member",
    "Missed",
    "Office",
    "Opening",
    "Organisation",
    "Owners",
    "OwnersMember",
    "OwnersRecord",
    "OwnersStep",
    "OwnersTerm",
    "Part",
    "Passage",
    "Payment",
    "Position",
    "Project",
    "Question",
    "RateTable",
    "Read",
    "RecordKind",
    "Reported",
    "Seat",
    "Stage",
    "Station",
    "Taken",
    "Task",
    "Term",
    "Transfer",
    "Visits",
    "Watch",
    "What",
    "Wish",
    "WishKind",
]
