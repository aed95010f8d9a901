"""What can happen in this scene. Only these write."""

from .attending import Position, check_in, check_out, close_over, mark_arrived, mark_left
from .certificates import issue_certificate
from .certifying import appeal, certify, decide_appeal
from .joining import agree_for_minor, join, withdraw
from .organising import (
    add_shift,
    cancel_activity,
    cancel_shift,
    change_activity,
    close_activity,
    plan_activity,
    publish_activity,
)
from .reading import read_appeals, read_record, read_roster
from .recording import record_commendation, record_training, say_skills

__all__ = [
    "Position",
    "add_shift",
    "agree_for_minor",
    "appeal",
    "cancel_activity",
    "cancel_shift",
    "certify",
    "change_activity",
    "check_in",
    "check_out",
    "close_activity",
    "close_over",
    "decide_appeal",
    "issue_certificate",
    "join",
    "mark_arrived",
    "mark_left",
    "plan_activity",
    "publish_activity",
    "read_appeals",
    "read_record",
    "read_roster",
    "record_commendation",
    "record_training",
    "say_skills",
    "withdraw",
]
