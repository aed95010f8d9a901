"""Places have other codes (区划调整): a follower that lets every room carry its rows over.

The places say in their audit record which codes became which; nothing in the kernel calls upward, so the rooms are
named here. One batch of one room is one transaction, which moves the rows, their records and nothing else: killed at
any moment, the next worker goes on with the next batch. Until the last is done, eyes see old and new codes alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import ModuleType

from linli.kernel.access import SYSTEM, Moves
from linli.kernel.audit.followers import Follower
from linli.kernel.audit.models import Record
from linli.kernel.catalogue.modules import modules_of_tables
from linli.kernel.clock import carrying as calendars
from linli.kernel.datasets import carrying as data_sets
from linli.kernel.displays import carrying as screens
from linli.kernel.duty import carrying as rosters
from linli.kernel.emergencies import carrying as emergencies
from linli.kernel.figures import carrying as figures
from linli.kernel.files import carrying as kept_files
from linli.kernel.matters import carrying as all_matters
from linli.kernel.notices import carrying as all_notices
from linli.kernel.operations import carrying as operations
from linli.kernel.people import verbs as people
from linli.kernel.people.queries.actors import REMEMBERED
from linli.kernel.places import verbs as places
from linli.kernel.places.models import Recoding
from linli.kernel.places.recoding import ROOMS, VERBS
from linli.kernel.points import carrying as points
from linli.kernel.readings import carrying as what_is_read
from linli.kernel.registers import carrying as books
from linli.kernel.reports import carrying as asked_tables
from linli.kernel.signs import carrying as early_signs
from linli.kernel.things import carrying as devices
from linli.kernel.triage import carrying as suggestions
from linli.screens.desk.verbs import carry_filters

Work = Callable[[Moves, Recoding, datetime, int], int]

# How many rows are one batch, some half a second's work, and who carries them.
_CARRIERS: dict[str, tuple[int, Work]] = {
    "calendars": (1, lambda m, r, at, n: calendars.copy(by=SYSTEM, at=at, moves=m)),
    "numbers": (1, lambda m, r, at, n: all_matters.copy_numbers(by=SYSTEM, at=at, moves=m)),
    "rule_numbers": (1, lambda m, r, at, n: what_is_read.copy_numbers(by=SYSTEM, at=at, moves=m)),
    "switches": (1, lambda m, r, at, n: suggestions.copy_switches(by=SYSTEM, at=at, moves=m)),
    "units": (100, lambda m, r, at, n: people.carry_units(by=SYSTEM, at=at, moves=m, limit=n)),
    "posts": (100, lambda m, r, at, n: people.carry_posts(by=SYSTEM, at=at, moves=m, limit=n)),
    "filters": (200, lambda m, r, at, n: carry_filters(by=SYSTEM, at=at, moves=m, limit=n)),
    "persons": (2_000, lambda m, r, at, n: people.carry_persons(by=SYSTEM, at=at, moves=m, recoding=r.id, limit=n)),
    "rosters": (2_000, lambda m, r, at, n: rosters.carry(by=SYSTEM, at=at, moves=m, recoding=r.id, limit=n)),
    "operations": (500, lambda m, r, at, n: operations.carry(by=SYSTEM, at=at, moves=m, recoding=r.id, limit=n)),
    "things": (1_000, lambda m, r, at, n: devices.carry(by=SYSTEM, at=at, moves=m, recoding=r.id, limit=n)),
    "warnings": (5_000, lambda m, r, at, n: what_is_read.carry(by=SYSTEM, at=at, moves=m, recoding=r.id, limit=n)),
    "matters": (500, lambda m, r, at, n: all_matters.carry(by=SYSTEM, at=at, moves=m, recoding=r.id, limit=n)),
    "registers": (5_000, lambda m, r, at, n: books.carry(by=SYSTEM, at=at, moves=m, recoding=r.id, limit=n)),
    "files": (10_000, lambda m, r, at, n: kept_files.carry(by=SYSTEM, at=at, moves=m, recoding=r.id, limit=n)),
    "displays": (1_000, lambda m, r, at, n: screens.carry(by=SYSTEM, at=at, moves=m, recoding=r.id, limit=n)),
    "notices": (1_000, lambda m, r, at, n: all_notices.carry(by=SYSTEM, at=at, moves=m, recoding=r.id, limit=n)),
    "datasets": (5_000, lambda m, r, at, n: data_sets.carry(by=SYSTEM, at=at, moves=m, recoding=r.id, limit=n)),
    "reports": (1_000, lambda m, r, at, n: asked_tables.carry(by=SYSTEM, at=at, moves=m, recoding=r.id, limit=n)),
    "signs": (1_000, lambda m, r, at, n: early_signs.carry(by=SYSTEM, at=at, moves=m, recoding=r.id, limit=n)),
    "emergencies": (200, lambda m, r, at, n: emergencies.carry(by=SYSTEM, at=at, moves=m, recoding=r.id, limit=n)),
    "figures": (1_000, lambda m, r, at, n: figures.carry(by=SYSTEM, at=at, moves=m, recoding=r.id, limit=n)),
    "points": (5_000, lambda m, r, at, n: points.carry(by=SYSTEM, at=at, moves=m, recoding=r.id, limit=n)),
    "decisions": (10_000, lambda m, r, at, n: suggestions.carry(by=SYSTEM, at=at, moves=m, recoding=r.id, limit=n)),
}


def _scenes() -> list[ModuleType]:
    """Scenes with tables of their own that hold codes carry them by `carry` and `left_behind` of their carrying.py."""
    return modules_of_tables("carrying")


def _carry_scenes(moves: Moves, recoding: Recoding, at: datetime, limit: int) -> int:
    for scene in _scenes():
        if count := scene.carry(by=SYSTEM, at=at, moves=moves, recoding=recoding.id, limit=limit):
            return int(count)
    return 0


_CARRIERS["scenes"] = (1_000, _carry_scenes)
_LEFT = (
    people.left_behind,
    rosters.left_behind,
    operations.left_behind,
    devices.left_behind,
    what_is_read.left_behind,
    all_matters.left_behind,
    books.left_behind,
    kept_files.left_behind,
    screens.left_behind,
    suggestions.left_behind,
    all_notices.left_behind,
    data_sets.left_behind,
    early_signs.left_behind,
    asked_tables.left_behind,
    emergencies.left_behind,
    figures.left_behind,
    points.left_behind,
)


def carry(record: Record, at: datetime, *, most: int = 1_000_000) -> int | None:
    """One batch of one room, of at most so many rows. Returns how many rows; 0 while there is nothing to do yet; None when all is through.

    It begins half a minute after the act: so long an actor may be remembered who does not know of it.
    """
    recoding = places.begin_carrying(by=SYSTEM, record=record)
    if recoding.finished_at is not None:
        return None
    if at < recoding.at + timedelta(seconds=REMEMBERED):
        return 0
    moves = Moves.of_json(recoding.moves)
    for room in _rooms_from(recoding.carried):
        batch, work = _CARRIERS[room]
        if count := work(moves, recoding, at, min(batch, most)):
            places.note_carried(by=SYSTEM, recoding=recoding, room=room, count=count)
            return count
    behind = (*_LEFT, *(scene.left_behind for scene in _scenes()))
    if any(left_behind(moves) for left_behind in behind) or not places.others_are_through(recoding):
        return 0
    calendars.leave(by=SYSTEM, at=at, moves=moves)
    all_matters.leave_numbers(by=SYSTEM, at=at, moves=moves)
    what_is_read.leave_numbers(by=SYSTEM, at=at, moves=moves)
    suggestions.leave(by=SYSTEM, at=at, moves=moves)
    places.finish_carrying(by=SYSTEM, at=at, recoding=recoding)
    return None


def _rooms_from(carried: dict[str, int]) -> Iterator[str]:
    """The last room that had something first: those before it were through when it began. They are asked again at the end,
    since who had the old address open a moment longer may have written something there."""
    rooms = tuple(ROOMS)
    reached = max((n for n, room in enumerate(rooms) if carried.get(room)), default=0)
    yield from rooms[reached:]
    yield from rooms[:reached]


RECODINGS = Follower("places.recodings", verbs=VERBS, slowly=carry)
