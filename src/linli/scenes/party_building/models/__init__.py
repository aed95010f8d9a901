"""What party building keeps: organisations and terms, members and transfers, meetings, dues, lists and wishes."""

from .dues import Bracket, Category, Declared, Due, Payment, RateTable
from .meetings import Attendance, Cadence, Every, Meeting, MeetingKind, Missed
from .members import ORDER, PAYS, Entry, Member, Stage, Transfer
from .organisations import Kind, Office, Organisation, Position, Term

__all__ = [
    "ORDER",
    "PAYS",
    "Attendance",
    "Bracket",
    "Cadence",
    "Category",
    "Declared",
    "Due",
    "Entry",
    "Every",
    "Kind",
    "Meeting",
    "MeetingKind",
    "Member",
    "Missed",
    "Office",
    "Organisation",
    "Payment",
    "Position",
    "RateTable",
    "Stage",
    "Term",
    "Transfer",
]
