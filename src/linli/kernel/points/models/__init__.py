"""Books of double entry: accounts, transfers, their entries, and the lots that expire."""

from .books import MOST, Account, Book, Owner, RuleText
from .lots import Due, Lot, LotMove
from .reviews import Appeal, Decision, Period, Told, TookPart
from .transfers import OPEN, Entry, Kind, State, Transfer

__all__ = [
    "MOST",
    "OPEN",
    "Account",
    "Appeal",
    "Book",
    "Decision",
    "Due",
    "Entry",
    "Kind",
    "Lot",
    "LotMove",
    "Owner",
    "Period",
    "RuleText",
    "State",
    "Told",
    "TookPart",
    "Transfer",
]
