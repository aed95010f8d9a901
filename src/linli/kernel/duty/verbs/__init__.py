"""What can happen on duty. Only these write."""

from ..plans import Wanted
from .attending import EARLY, check_in, check_out, close_forgotten, confirm_hours
from .bulk import Served, take_over_attendance
from .covering import ANSWER_WITHIN, SOON, SOON_WITHIN, answer_cover, ask_cover, pass_on_due, take_open
from .leaving import ask_leave, decide_leave, withdraw_leave
from .planning import Saved, add_shift, cancel_shift, publish, save_week, set_shift
from .rosters import PATTERNS, NewSlot, add_roster, add_slot, end_roster, end_slot, set_roster
from .sharing import erase_old, look_at_track, share, stop_sharing, tell_position
from .swapping import answer_swap, ask_swap, decide_swap, withdraw_swap

__all__ = [
    "ANSWER_WITHIN",
    "EARLY",
    "PATTERNS",
    "SOON",
    "SOON_WITHIN",
    "NewSlot",
    "Saved",
    "Served",
    "Wanted",
    "add_roster",
    "add_shift",
    "add_slot",
    "answer_cover",
    "answer_swap",
    "ask_cover",
    "ask_leave",
    "ask_swap",
    "cancel_shift",
    "check_in",
    "check_out",
    "close_forgotten",
    "confirm_hours",
    "decide_leave",
    "decide_swap",
    "end_roster",
    "end_slot",
    "erase_old",
    "look_at_track",
    "pass_on_due",
    "publish",
    "save_week",
    "set_roster",
    "set_shift",
    "share",
    "stop_sharing",
    "take_open",
    "take_over_attendance",
    "tell_position",
    "withdraw_leave",
    "withdraw_swap",
]
