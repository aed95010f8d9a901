"""What party building keeps: organisations and terms, members and transfers, meetings, dues, lists and wishes."""

from .meetings import Attendance, Cadence, Every, Meeting, MeetingKind, Missed
from .members import ORDER, PAYS, Entry, Member, Stage, Transfer
from .organisations import Kind, Office, Organisation, Position, Term

__all__ = [
    "ORDER",
    "PAYS",
    "Attendance",
    "Cadence",
    "Entry",
    "Every",
    "Kind",
    "Meeting",
    "MeetingKind",
    "Member",
    "Missed",
    "Office",
    "Organisation",
    "Position",
    "Stage",
    "Term",
    "Transfer",
]
