"""What a late reading tells: a danger that its thing noticed while nobody could hear it, and said only after it had said
something newer. Pure.

No rule goes back in time for it. But where a rule is at rest and the reading alone is enough to raise it, it is raised, as of
the reading's own time: somebody goes and looks. What has to last, to come again, to change, or to be so of several
things is not told by one reading.
"""

from __future__ import annotations

from collections.abc import Iterable

from linli.kernel.declare import Rule

from ..rules import Machine, Sample
from ..wire import Entry
from .book import Kept
from .calm import Key
from .course import Course
from .round import Found, Round

STILL = 3_600_000
"""Milliseconds after which a late reading sends nobody any more."""


def look(course: Course, kept: Iterable[Entry], into: Round) -> None:
    """Look at late readings that are stored with this round."""
    for entry in kept:
        thing = course.book.things.get(entry.thing)
        if thing is None or entry.received - entry.at > STILL:
            continue
        for key, _feed, rule, machine in thing.watched:
            if not (machine.subject_level or machine.moving or machine.listens):
                _ask(course, key, rule, machine, thing, entry, into)


def _ask(course: Course, key: Key, rule: Rule, machine: Machine, thing: Kept, entry: Entry, into: Round) -> None:
    state = course.states.get(key)
    if state is not None and not machine.idle(state):
        return
    sample = Sample(entry.thing, entry.at, entry.values)
    new, change = machine.feed(None, sample, muted=thing.no in course.book.muted)
    if change is None or change.what != "raise":
        return
    course.put(key, machine, state, new, into)
    says = change.says | {"late": (entry.received - entry.at) // 1000}
    into.changes.append(Found(rule, key[1], thing, thing.place_code, change._replace(says=says)))
