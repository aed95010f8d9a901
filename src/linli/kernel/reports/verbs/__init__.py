"""Everything that can happen to a report: the only code of this room that writes."""

from .asking import ask_report, close_report, postpone, withdraw_report
from .gaps import Shown, confirm_zero, fill_gap, open_sheet
from .handing import accept_all, accept_sheet, erase_lines, give_back, send_sheet, sign_sheet
from .reading import read_cell, read_handing, unmask_cell

__all__ = [
    "Shown",
    "accept_all",
    "accept_sheet",
    "ask_report",
    "close_report",
    "confirm_zero",
    "erase_lines",
    "fill_gap",
    "give_back",
    "open_sheet",
    "postpone",
    "read_cell",
    "read_handing",
    "send_sheet",
    "sign_sheet",
    "unmask_cell",
    "withdraw_report",
]
