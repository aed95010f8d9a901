"""What an operation may become, by which verb: one table, read by the verbs and by the page."""

from __future__ import annotations

from .models import State

FLOW: dict[str, tuple[tuple[State, ...], State | None]] = {
    "change": ((State.DRAFT, State.ANNOUNCED), None),
    "plan": ((State.DRAFT, State.ANNOUNCED, State.RUNNING), None),
    "announce": ((State.DRAFT,), State.ANNOUNCED),
    "begin": ((State.ANNOUNCED,), State.RUNNING),
    "tick": ((State.RUNNING,), None),
    "excuse": ((State.RUNNING,), None),
    "note": ((State.ANNOUNCED, State.RUNNING, State.ENDED), None),
    "link": ((State.DRAFT, State.ANNOUNCED, State.RUNNING, State.ENDED), None),
    "end": ((State.RUNNING,), State.ENDED),
    "report": ((State.ENDED,), State.REPORTED),
    "cancel": ((State.DRAFT, State.ANNOUNCED, State.RUNNING), State.CANCELLED),
}
"""Verb: from which states, to which (None: the state stays)."""


def possible(verb: str, state: str) -> bool:
    return state in FLOW[verb][0]
