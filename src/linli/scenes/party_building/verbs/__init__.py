"""What can happen in party building. Only these write."""

from .attending import ask_leave, check_in, decide_leave, tick
from .dues import declare_base, pay, reckon_month, set_rates, undo_payment, waive
from .duties import find_missed, set_cadence
from .meetings import (
    announce_meeting,
    cancel_meeting,
    change_meeting,
    confirm_minutes,
    end_meeting,
    plan_meeting,
    write_minutes,
)
from .members import (
    correct_member,
    end_membership,
    enter_stage,
    extend_probation,
    place_in_group,
    register_member,
)
from .organising import dissolve_organisation, elect, found_organisation, put_off_election
from .reading import read_member, read_roll, unmask_member
from .transfers import expire_letters, open_transfer, receive, send_back, take_back

__all__ = [
    "announce_meeting",
    "ask_leave",
    "cancel_meeting",
    "change_meeting",
    "check_in",
    "confirm_minutes",
    "correct_member",
    "decide_leave",
    "declare_base",
    "dissolve_organisation",
    "elect",
    "end_meeting",
    "end_membership",
    "enter_stage",
    "expire_letters",
    "extend_probation",
    "find_missed",
    "found_organisation",
    "open_transfer",
    "pay",
    "place_in_group",
    "plan_meeting",
    "put_off_election",
    "read_member",
    "read_roll",
    "receive",
    "reckon_month",
    "register_member",
    "send_back",
    "set_cadence",
    "set_rates",
    "take_back",
    "tick",
    "undo_payment",
    "unmask_member",
    "waive",
    "write_minutes",
]
