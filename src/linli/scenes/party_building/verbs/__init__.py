"""What can happen in party building. Only these write."""

from .attending import ask_leave, check_in, decide_leave, tick
from .claiming import claim_wish, fulfil, give_back, give_back_late, not_fulfilled
from .dues import declare_base, pay, reckon_month, set_rates, undo_payment, waive
from .duties import find_missed, set_cadence
from .knowledge import ask_question, put_document, read_document, withdraw_document
from .listing import deliver, evaluate, give_project_back, put_on_list, take_off_list, take_on
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
from .reporting import confirm_part, end_task, join_task, read_reported, report_in, report_out, say_done, set_task
from .transfers import expire_letters, open_transfer, receive, send_back, take_back
from .wishing import ask_wish, decline_wish, publish_wish, read_asker, thank, withdraw_wish

__all__ = [
    "announce_meeting",
    "ask_leave",
    "ask_question",
    "ask_wish",
    "cancel_meeting",
    "change_meeting",
    "check_in",
    "claim_wish",
    "confirm_minutes",
    "confirm_part",
    "correct_member",
    "decide_leave",
    "declare_base",
    "decline_wish",
    "deliver",
    "dissolve_organisation",
    "elect",
    "end_meeting",
    "end_membership",
    "end_task",
    "enter_stage",
    "evaluate",
    "expire_letters",
    "extend_probation",
    "find_missed",
    "found_organisation",
    "fulfil",
    "give_back",
    "give_back_late",
    "give_project_back",
    "join_task",
    "not_fulfilled",
    "open_transfer",
    "pay",
    "place_in_group",
    "plan_meeting",
    "publish_wish",
    "put_document",
    "put_off_election",
    "put_on_list",
    "read_asker",
    "read_document",
    "read_member",
    "read_reported",
    "read_roll",
    "receive",
    "reckon_month",
    "register_member",
    "report_in",
    "report_out",
    "say_done",
    "send_back",
    "set_cadence",
    "set_rates",
    "set_task",
    "take_back",
    "take_off_list",
    "take_on",
    "thank",
    "tick",
    "undo_payment",
    "unmask_member",
    "waive",
    "withdraw_document",
    "withdraw_wish",
    "write_minutes",
]
