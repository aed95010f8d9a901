"""Whoever moves away leaves their television's binding behind: who lives there next must not see their matters.

A follower reads that somebody lives elsewhere now; nothing in the room of people calls upward.
"""

from __future__ import annotations

from collections.abc import Sequence

from linli.kernel.access import SYSTEM
from linli.kernel.audit.models import Record
from linli.kernel.clock.now import now

from ..models import Display, State
from .common import act, record
from .revoking import let_go

MOVES = frozenset({"people.move_in", "people.move_household", "people.correct_person"})


def follow_homes(records: Sequence[Record]) -> None:
    """Told twice, it finds nothing the second time."""
    with act():
        for told in records:
            if (told.before or {}).get("place_code"):
                _follow(told)


def _follow(told: Record) -> None:
    """Who moved in elsewhere left; a household that moved, or an address that was put right, takes the television along."""
    theirs = Display.objects.select_for_update(of=("self",)).filter(
        person__in=told.person_ids, state=State.ENROLLED
    )
    for display in theirs.select_related("person").order_by("id"):
        home = display.person.place_code if display.person else ""
        if home == display.place_code:
            continue
        if told.verb == "people.move_in" or not home:
            let_go(display, SYSTEM, now(), why="moved")
            continue
        before, display.place_code = display.place_code, home
        display.version += 1
        display.save(update_fields=["place_code", "version"])
        record(SYSTEM, now(), "move", display, before={"place_code": before}, after={"place_code": home})
