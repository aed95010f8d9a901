"""What party building keeps: organisations and terms, members and transfers, meetings, dues, lists and wishes."""

from .dues import Bracket, Category, Declared, Due, Payment, RateTable
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
    "Payment",
    "Position",
    "Project",
    "RateTable",
    "Reported",
    "Stage",
    "Task",
    "Term",
    "Transfer",
    "What",
    "Wish",
    "WishKind",
]
