"""Filling the demo district: one transaction, so that whoever is stopped half-way leaves nothing behind."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from linli.kernel import audit
from linli.kernel.access import SYSTEM, Actor, as_system
from linli.kernel.audit.queries import story
from linli.kernel.clock.now import now
from linli.kernel.matters.verbs import bulk
from linli.kernel.matters.verbs.ahead import ahead
from linli.kernel.people.verbs import NewPerson, bulk_people
from linli.kernel.places.rows import Address, PlaceRow
from linli.kernel.places.verbs import bulk_add
from linli.project.say import gettext as _

from . import (
    DAYS,
    books,
    counted,
    crew,
    gathered,
    geography,
    incident,
    lives,
    names,
    past,
    residents,
    tables,
    today,
)
from .geography import Spot
from .planner import Asked, Planner, planning

SEED = 20260101
DAILY = 100.0
STREAM = "demo:district"
STANDING = timedelta(days=3 * 365)  # how long the district has been there

Progress = Callable[[str], None]


def is_filled() -> bool:
    with as_system():
        return story(STREAM).exists()


def fill(progress: Progress | None = None, *, seed: int = SEED, days: int = DAYS, daily: float = DAILY) -> bool:
    """Fill the district, ending now; False when it is there already. Fewer `days` or `daily` for tests."""
    say = progress or (lambda _line: None)
    if is_filled():
        return False
    started = time.monotonic()
    with transaction.atomic(), as_system():
        count = _fill(say, now(), seed, days, daily)
        audit.append(
            by=SYSTEM, at=now(), verb="demo.filled", stream=STREAM, place_code=names.DISTRICT[0],
            after={"matters": count, "seed": seed, "days": days},
        )  # fmt: skip
    _analyze()
    counted.count()
    say(
        _("演示街区已建成：%(count)d 件事，用时 %(seconds).0f 秒。")
        % {"count": count, "seconds": time.monotonic() - started}
    )
    return True


def _fill(say: Progress, until: datetime, seed: int, days: int, daily: float) -> int:
    since = until - STANDING
    first = (until - timedelta(days=days)).astimezone(lives.ZONE).date()
    with planning(Asked(seed, first, until, daily)) as planner:
        district = geography.build(seed)
        say(_("正在建立街道、居委会、小区和楼栋……"))
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="settle") as beside:
            settling = beside.submit(residents.settle, district, seed, until.year)
            bulk_add((_place(spot, since.date()) for spot in district.spots), by=SYSTEM, at=since)
        everybody = settling.result()
        people = _people(say, everybody, until, since)
        telling = past.Telling(crew.hire(since=since), people, [p.name for p in everybody])
        world = lives.World(district, everybody, seed)
        lived_in = {p.place_code for p in everybody}
        empty = (home[0] for home in district.homes if home[0] not in lived_in)
        visitors = crew.welcome_residents(at=since, homes=empty)
        _lend(telling, world, visitors, planner.lately())
        incident.tell(until)
        gathered.gather(district, everybody, until, seed)
        books.keep(telling.crew, visitors, everybody, people, until, seed)
        tables.ask(telling.crew, until)
        return _matters(say, planner, telling, until, seed)


def _people(say: Progress, everybody: list[residents.Resident], until: datetime, since: datetime) -> list[UUID]:
    say(_("正在登记 %(count)d 位居民……") % {"count": len(everybody)})
    return bulk_people(
        [
            NewPerson(
                name=p.name, place_code=p.place_code, phone=p.phone, birth_year=p.birth_year,
                household=p.household, relation=p.relation,
            )
            for p in everybody
        ],
        by=SYSTEM, at=until, since=since,
    )  # fmt: skip


def _lend(telling: past.Telling, world: lives.World, visitors: list[Actor], reports: list[tuple[str, int]]) -> None:
    """Let the residents of the start page have reported what some neighbours of theirs would have, old and new."""
    street = names.STREETS[0][0]
    lately = [reporter for code, reporter in reports if code.startswith(street)]
    others = [n for code, near in sorted(world.by_compound.items()) if code.startswith(street) for n in near[:1]]
    for number, visitor in enumerate(visitors):
        if visitor.person_id is not None and visitor.account_id is not None:
            telling.accounts[visitor.person_id] = visitor.account_id
        for position in (*lately[number::2][:3], *others[number::2][:4]):
            if visitor.person_id is not None:
                telling.people[position], telling.names[position] = visitor.person_id, visitor.name


def _matters(say: Progress, planner: Planner, telling: past.Telling, until: datetime, seed: int) -> int:
    """The eighteen months: what has ended goes through the bulk door, what is open is lived again."""
    say(_("正在写下十八个月里发生的事……"))
    count = 0
    # What stands by now stays till the end; looking through it again and again for rubbish takes a tenth of the time.
    gc.collect()
    gc.freeze()
    for taken in bulk.take_in_all(ahead(planner.batches(telling)), by=SYSTEM, at=until):
        if taken.refused:
            raise ValueError(next(iter(taken.refused.values())))
        # Whom a row names is looked up beside the telling of the next; at the commit nothing else would be at work.
        connection.check_constraints()
        count += len(taken.new)
    say(_("正在办理手上的 %(count)d 件事……") % {"count": len(planner.open_now)})
    today.live_again(planner.open_now, telling, until=until, seed=seed)
    gc.unfreeze()
    return count + len(planner.open_now)


def _analyze() -> None:
    """Let the planner know what was written, on two connections: the records alone take almost half of the time."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="analyze") as beside:
        records = beside.submit(_analyze_records)
        with connection.cursor() as cursor:
            cursor.execute(_OTHER_TABLES)
            cursor.execute(f"ANALYZE {', '.join(name for (name,) in cursor.fetchall())}")
        records.result()


def _analyze_records() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE audit_record")
    finally:
        connection.close()  # of this thread alone


_OTHER_TABLES = """
SELECT oid::regclass::text FROM pg_class
WHERE relkind IN ('r', 'p') AND NOT relispartition AND pg_has_role(relowner, 'USAGE')
  AND relnamespace = 'public'::regnamespace AND oid <> 'audit_record'::regclass
"""


def _place(spot: Spot, since: date) -> PlaceRow:
    return PlaceRow(
        code=spot.code, name=spot.name, lon=spot.lon, lat=spot.lat, boundary=spot.boundary,
        address=Address(
            road=spot.road, lane=spot.lane, number=spot.number, building=spot.building, unit=spot.unit,
            room=spot.room,
        ),
        valid_from=since, source="demo",
    )  # fmt: skip
