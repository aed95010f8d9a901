"""What party building keeps: organisations and terms, members and transfers, meetings, dues, lists and wishes."""

from .members import ORDER, Entry, Member, Stage, Transfer
from .organisations import Kind, Office, Organisation, Position, Term

__all__ = [
    "ORDER",
    "Entry",
    "Kind",
    "Member",
    "Office",
    "Organisation",
    "Position",
    "Stage",
    "Term",
    "Transfer",
]
