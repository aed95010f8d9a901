"""Books of double entry: accounts, transfers, their entries, and the lots that expire."""

from .books import MOST, Account, Book, Owner, RuleText
from .lots import Due, Lot, LotMove
from .transfers import OPEN, Entry, Kind, State, Transfer

__all__ = [
    "MOST",
    "OPEN",
    "Account",
    "Book",
    "Due",
    "Entry",
    "Kind",
    "Lot",
    "LotMove",
    "Owner",
    "RuleText",
    "State",
    "Transfer",
]
