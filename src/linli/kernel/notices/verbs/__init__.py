"""The only code that writes notices."""

from ..audience import STAFF_ROLES
from .choosing import set_preference, subscribe, switch_topic, unsubscribe
from .delivering import claim, deliver, run, settle
from .mailing import expand
from .opening import confirm, note_shown, open_notice, put_away
from .publishing import (
    LIFTED_SHOWN,
    approve,
    approve_correction,
    give_back,
    lift,
    publish,
    refuse_correction,
    review,
    submit,
    tick_due,
    withdraw,
)
from .reminding import claim_reminders, remind, settle_reminder
from .writing import Aim, Text, change, correct, write

__all__ = [
    "LIFTED_SHOWN",
    "STAFF_ROLES",
    "Aim",
    "Text",
    "approve",
    "approve_correction",
    "change",
    "claim",
    "claim_reminders",
    "confirm",
    "correct",
    "deliver",
    "expand",
    "give_back",
    "lift",
    "note_shown",
    "open_notice",
    "publish",
    "put_away",
    "refuse_correction",
    "remind",
    "review",
    "run",
    "set_preference",
    "settle",
    "settle_reminder",
    "submit",
    "subscribe",
    "switch_topic",
    "tick_due",
    "unsubscribe",
    "withdraw",
    "write",
]
