"""What an activity and a sign-up may become, by which verb: two tables, read by the verbs and by the pages."""

from __future__ import annotations

from .models import Activity, SignUp

_A, _S = Activity.State, SignUp.State

ACTIVITY: dict[str, tuple[tuple[Activity.State, ...], Activity.State | None]] = {
    "change": ((_A.DRAFT, _A.PUBLISHED), None),
    "add_shift": ((_A.DRAFT, _A.PUBLISHED), None),
    "cancel_shift": ((_A.DRAFT, _A.PUBLISHED), None),
    "publish": ((_A.DRAFT,), _A.PUBLISHED),
    "join": ((_A.PUBLISHED,), None),
    "close": ((_A.PUBLISHED,), _A.CLOSED),
    "cancel": ((_A.DRAFT, _A.PUBLISHED), _A.CANCELLED),
}
"""Verb: from which states of the activity, to which (None: the state stays)."""

SIGN_UP: dict[str, tuple[tuple[SignUp.State, ...], SignUp.State | None]] = {
    "agree": ((_S.APPLIED,), _S.IN),  # or waiting, when nothing is free
    "withdraw": ((_S.APPLIED, _S.WAITING, _S.IN), _S.CANCELLED),
    "drop": ((_S.APPLIED, _S.WAITING, _S.IN), _S.CANCELLED),
    "move_up": ((_S.WAITING,), _S.IN),
    "check_in": ((_S.IN,), _S.ARRIVED),
    "check_out": ((_S.ARRIVED,), _S.LEFT),
    "close_forgotten": ((_S.ARRIVED,), _S.LEFT),
    "miss": ((_S.IN,), _S.NO_SHOW),
    "certify": ((_S.LEFT, _S.NO_SHOW), _S.CERTIFIED),
    "appeal": ((_S.CERTIFIED, _S.NO_SHOW), _S.APPEALED),
    "decide": ((_S.APPEALED,), _S.CERTIFIED),
}
"""Verb: from which states of the sign-up, to which."""


def possible(table: dict[str, tuple[tuple[str, ...], str | None]], verb: str, state: str) -> bool:
    return state in table[verb][0]
