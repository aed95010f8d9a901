"""A place has another code: its activities and who signed up for them go along, a batch in a transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from linli.kernel.access import SYSTEM, Actor, Moves, look_as
from linli.kernel.audit.carrying import carry_rows, rows_left_behind

from .models import (
    Activity,
    Card,
    Certificate,
    Charge,
    Commendation,
    Deduction,
    Request,
    Settlement,
    Shop,
    SignUp,
    Training,
    Volunteer,
)

_TABLES = (
    (Activity, "self_governance.recode_activities"),
    (SignUp, "self_governance.recode_sign_ups"),
    (Volunteer, "self_governance.recode_volunteers"),
    (Training, "self_governance.recode_trainings"),
    (Commendation, "self_governance.recode_commendations"),
    (Certificate, "self_governance.recode_certificates"),
    (Card, "self_governance.recode_cards"),
    (Shop, "self_governance.recode_shops"),
    (Charge, "self_governance.recode_charges"),
    (Request, "self_governance.recode_requests"),
    (Deduction, "self_governance.recode_deductions"),
    (Settlement, "self_governance.recode_settlements"),
)


def carry(*, by: Actor, at: datetime, moves: Moves, recoding: UUID, limit: int) -> int:
    """One batch of one table; returns how many rows, 0 when none is left that nobody holds."""
    for table, verb in _TABLES:
        if count := carry_rows(table, verb=verb, by=by, at=at, moves=moves, recoding=recoding, limit=limit):
            return count
    return 0


def left_behind(moves: Moves) -> bool:
    look_as(SYSTEM)
    return any(rows_left_behind(table, moves) for table, _verb in _TABLES)
