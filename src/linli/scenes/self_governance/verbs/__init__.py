"""What can happen in this scene. Only these write."""

from .attending import Position, check_in, check_out, close_over, mark_arrived, mark_left
from .certificates import issue_certificate
from .certifying import appeal, certify, decide_appeal
from .deducting import answer_deduction, decide_deduction, propose_deduction
from .giving import give_time, grant_time, inherit_time
from .helping import ask_help, cancel_help, choose_helper, decide_help, offer_help, say_done
from .integrity import deduct_absent, reward_commended
from .joining import agree_for_minor, join, join_for, withdraw
from .organising import (
    add_shift,
    cancel_activity,
    cancel_shift,
    change_activity,
    close_activity,
    plan_activity,
    publish_activity,
)
from .reading import read_appeals, read_integrity, read_record, read_roster
from .recording import record_commendation, record_training, say_skills
from .shopkeeping import add_keeper, close_shop, enrol_shop, settle_shop
from .spending import agree_charge, ask_points, change_card, lapse_charges, refund, refuse_charge, take_card

__all__ = [
    "Position",
    "add_keeper",
    "add_shift",
    "agree_charge",
    "agree_for_minor",
    "answer_deduction",
    "appeal",
    "ask_help",
    "ask_points",
    "cancel_activity",
    "cancel_help",
    "cancel_shift",
    "certify",
    "change_activity",
    "change_card",
    "check_in",
    "check_out",
    "choose_helper",
    "close_activity",
    "close_over",
    "close_shop",
    "decide_appeal",
    "decide_deduction",
    "decide_help",
    "deduct_absent",
    "enrol_shop",
    "give_time",
    "grant_time",
    "inherit_time",
    "issue_certificate",
    "join",
    "join_for",
    "lapse_charges",
    "mark_arrived",
    "mark_left",
    "offer_help",
    "plan_activity",
    "propose_deduction",
    "publish_activity",
    "read_appeals",
    "read_integrity",
    "read_record",
    "read_roster",
    "record_commendation",
    "record_training",
    "refund",
    "refuse_charge",
    "reward_commended",
    "say_done",
    "say_skills",
    "settle_shop",
    "take_card",
    "withdraw",
]
