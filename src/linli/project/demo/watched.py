"""Places of the demo district where something is wrong, and what people would have noticed of it; nights of the past in which
signs were looked for, and what became of the suggestions.

Only what is noticed is planted: complaints, cases of enforcement, water. Whether that is a sign is found by the same code as
anywhere, and decided by the demo's people through the same verbs.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from uuid import UUID

import numpy as np
from django.db import transaction

from linli.kernel import audit
from linli.kernel.access import SYSTEM, Actor, Role, as_system
from linli.kernel.audit.models import Record
from linli.kernel.audit.queries import story
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Proof
from linli.kernel.files.verbs import store
from linli.kernel.matters.models import Matter
from linli.kernel.matters.verbs import assign, close, report_done, take
from linli.kernel.matters.verbs.bulk import Incoming, take_in
from linli.kernel.people.models import Person
from linli.kernel.signs import verbs
from linli.kernel.signs.models import State, Suggestion

from . import crew, drawn, geography, names
from .fleet import courses, placing
from .geography import District
from .lives import ZONE

STREET = names.STREETS[0][0]
STREAM = "demo:signs"
NIGHTS = (47, 26, 6)
"""Days ago in whose nights the street's signs were looked for and decided; the coming nights are the worker's."""
_DAY = timedelta(days=1)
_ROOMS = (
    "半夜一两点还在搬东西、拖凳子，楼板咚咚响。",
    "这一户进进出出十来个人，门口堆满鞋。",
    "客厅打了隔断，住了好几家，电线拉到走廊。",
)
_STALLS = (
    "傍晚路口又摆了四五个摊，人行道走不过去。",
    "卖烧烤的推车占了盲道，油烟往楼上飘。",
    "水果摊摆到车道上，公交车都进不了站。",
)
_TRACES = {
    "street-litter": "摊位散了以后满地竹签、纸碗。",
    "cooking-fumes": "路边烧烤的油烟一直飘到家里。",
    "commercial-noise": "喇叭叫卖到晚上九点多。",
}
_SHEDS = (
    "楼顶又在搭彩钢棚，材料都吊上去了。",
    "一楼把天井封起来了，说是做厨房。",
    "顶楼露台砌了砖墙，像要加一间房。",
)
_WORKS = {
    "construction-noise": "一早就在敲，楼里都在震。",
    "waste-dumping": "砖头水泥袋堆在楼门口好几天。",
    "bulky-waste": "拆下来的门窗扔在绿化带里。",
}
_ENDS = ("confirmed", "not-found", "confirmed", "confirmed", "not-let-in", "confirmed", "not-found", "confirmed")
_FOUND = {
    "confirmed": "现场与线索一致，已拍照、登记，转主管部门依法处理。",
    "not-found": "到现场看过，没有发现异常，已向住户、商户说明来意。",
    "not-let-in": "两次上门，住户不在或不愿开门，没有入户。",
}
_NO = ("上个月刚去看过，已经劝离，先观察一周。", "物业核实是集中装修，有备案。", "居委会知道情况，是一家三代同住。")


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something is going on at a place, noticed from some days ago on."""

    sign: str
    code: str
    ago: int
    lon: float
    lat: float


def planned(district: District, seed: int, until: datetime) -> list[Wrong]:
    """What is wrong where; the same for the same seed and day. `ago` is a day or more before a night or before today."""
    rng = random.Random(f"watched {seed}")
    found: list[Wrong] = []
    homes = sorted(home for home in district.homes if home[0].startswith(STREET))
    by_door: dict[str, list[tuple[str, str, float, float]]] = {}
    for home in homes:
        by_door.setdefault(home[0][:23], []).append(home)
    crowded = [door.place_code for door in placing.doors(district, seed) if _crowded(door, until)]
    elsewhere = sorted(set(by_door) - set(crowded))
    for door in (*crowded[:3], *rng.sample(elsewhere, 1)):
        code, _address, lon, lat = rng.choice(by_door[door])
        found.append(Wrong("group-renting-sign", code, 1, lon, lat))
    for night in NIGHTS:
        code, _address, lon, lat = rng.choice(by_door[rng.choice(elsewhere)])
        found.append(Wrong("group-renting-sign", code, night + 1, lon, lat))
    grids = [grid for grid in district.grids if grid.code.startswith(STREET)]
    spots = {spot.code: spot for spot in district.spots if len(spot.code) in (15, 21)}
    for ago, grid in zip((1, 1, *(night + 1 for night in NIGHTS)), rng.sample(grids, 2 + len(NIGHTS)), strict=True):
        found.append(Wrong("stall-sign", grid.code, ago, spots[grid.code].lon, spots[grid.code].lat))
    buildings = sorted(code for code in spots if len(code) == 21 and code.startswith(STREET))
    for ago, code in zip(
        (1, 1, *(night + 1 for night in NIGHTS)), rng.sample(buildings, 2 + len(NIGHTS)), strict=True
    ):
        found.append(Wrong("illegal-building-sign", code, ago, spots[code].lon, spots[code].lat))
    return found


def _crowded(door: placing.Placed, until: datetime) -> bool:
    """For two weeks now, and not in those before."""
    now = until.timestamp()
    lately = courses.crowded(door.seed, now - np.arange(0, 15) * courses.DAY)
    before = courses.crowded(door.seed, now - np.arange(29, 56) * courses.DAY)
    return bool(lately.all() and not before.any())


def fill(seed: int, *, until: datetime) -> int:
    """Let people report it, and live through the nights since. Once; returns how many suggestions were made."""
    with as_system():
        if story(STREAM).exists():
            return 0
    district = geography.build(seed)
    _taken_in(until)
    with transaction.atomic(), as_system():
        rng = random.Random(f"noticed {seed}")
        staff_now = crew.at_work(until)
        wrong = planned(district, seed, until)
        rows = list(_reports(wrong, staff_now, rng, until))
        refused = take_in(rows, by=SYSTEM, at=until).refused
        if refused:
            raise ValueError(next(iter(refused.values())))
        waiting = {one.code for one in wrong if one.ago == 1}
        made = sum(_look(_night(until, ago), until, waiting) for ago in NIGHTS)
        audit.append(
            by=SYSTEM, at=until, verb="demo.signs", stream=STREAM, place_code=names.DISTRICT[0],
            after={"reports": len(rows), "suggestions": made},
        )  # fmt: skip
    return made


def _taken_in(until: datetime) -> None:
    """The tables that were sent before this one's: signs look at what has come in."""
    from linli.project.converging import take_in_one

    for _table in range(2):
        take_in_one(until)


def _night(until: datetime, ago: int) -> date:
    return (until.astimezone(ZONE) - ago * _DAY).date()


def _look(day: date, until: datetime, waiting: Collection[str]) -> int:
    """One night of the past: every sign in the street, then what people decided the next morning; but for what waits for the
    visitor."""
    at = datetime.combine(day, time(3), tzinfo=ZONE)
    for sign in catalogue().signs:
        verbs.look(sign=sign, street=STREET, day=day, at=at)
    morning = at + timedelta(hours=6, minutes=20)
    people = crew.at_work(until)
    fresh = Suggestion.objects.filter(state=State.OPEN, made_at=at).exclude(place_code__in=waiting)
    found = list(fresh.order_by("-weight", "id"))
    before = Suggestion.objects.filter(decided_at__isnull=False).count()
    for n, one in enumerate(found):
        _decide(one, before + n, people, morning + timedelta(minutes=4 * n), until)
    _follow()
    return len(found)


def _follow() -> None:
    """What the follower would be told in time, told now: the next night looks at what the one before came to."""
    streams = [
        f"matter:{id_}"
        for id_ in Suggestion.objects.filter(state=State.INSPECTING).values_list("matter_id", flat=True)
    ]
    verbs.follow(list(Record.objects.filter(stream__in=streams, verb__in=verbs.FOLLOWS)))


def _decide(one: Suggestion, n: int, people: crew.Crew, at: datetime, until: datetime) -> None:
    """Every fourth is dismissed; the others are inspected within days, and what was found is the end of their matter."""
    duty = people.of_street(Role.DUTY_OFFICER, one.place_code)
    if n % 4 == 3:
        verbs.dismiss(by=duty, at=at, suggestion_id=one.id, reason=_NO[n // 4 % len(_NO)])
        return
    matter = verbs.accept(by=duty, at=at, suggestion_id=one.id)
    _inspect(matter, _ENDS[n % len(_ENDS)], people, at, until)


def _inspect(matter: Matter, outcome: str, people: crew.Crew, at: datetime, until: datetime) -> None:
    unit = people.lead(catalogue().kind(matter.kind).owner, matter.place_code)
    dispatcher, handler = people.of_street(Role.DISPATCHER, matter.place_code), people.handler(unit)
    steps = (timedelta(hours=1), timedelta(hours=3), timedelta(hours=27), timedelta(hours=31))
    if at + steps[-1] > until:
        return  # still under way
    assign(matter_id=matter.id, by=dispatcher, at=at + steps[0], unit_id=unit.id)
    take(matter_id=matter.id, by=handler, at=at + steps[1])
    report_done(
        matter_id=matter.id, by=handler, at=at + steps[2], outcome=outcome, result=_FOUND[outcome],
        files=_photos(matter, outcome, handler, at + steps[2]),
    )  # fmt: skip
    close(matter_id=matter.id, by=dispatcher, at=at + steps[3], outcome=outcome, reply=_FOUND[outcome])


def _photos(matter: Matter, outcome: str, by: Actor, at: datetime) -> list[UUID]:
    """What an inspector sees from outside; of a home nothing is photographed."""
    if catalogue().kind(matter.kind).proof != Proof.PHOTO:
        return []
    number = int(matter.number[-4:])
    content = drawn.picture(matter.kind, number) if outcome == "confirmed" else drawn.nothing(number)
    return [store(by=by, at=at, upload=BytesIO(content), name="现场.jpg", purpose="proof").id]


def _reports(wrong: Sequence[Wrong], people: crew.Crew, rng: random.Random, until: datetime) -> Iterator[Incoming]:
    """What neighbours reported, a few of them, in the days before it was noticed."""
    number = 0
    for one in wrong:
        neighbours = _neighbours(one.code, rng)
        for kind, text, ago, hour in _noticed(one, rng):
            day = (until.astimezone(ZONE) - ago * _DAY).date()
            at = datetime.combine(day, time(hour, rng.randrange(60)), tzinfo=ZONE)
            number += 1
            yield _row(one, kind, text, at, neighbours[number % len(neighbours)], number, people)


def _noticed(one: Wrong, rng: random.Random) -> Iterator[tuple[str, str, float, int]]:
    """(kind, words, days ago, hour) of each report."""
    if one.sign == "group-renting-sign":
        for n in range(4):
            yield ("group-renting" if n % 2 else "noise"), _ROOMS[n % 3], one.ago + 1 + 3 * n, rng.randrange(19, 23)
    elif one.sign == "stall-sign":
        for n in range(6):
            yield "unlicensed-stall", _STALLS[n % 3], one.ago + 1 + 2 * n, rng.choice((18, 19, 20))
        for n, (kind, text) in enumerate(list(_TRACES.items()) * 2):
            yield kind, text, one.ago + 1 + 2 * n, rng.choice((18, 19, 20))
    else:
        for n in range(4):
            yield "illegal-building", _SHEDS[n % 3], one.ago + 2 + 8 * n, rng.randrange(9, 17)
        for n, (kind, text) in enumerate(list(_WORKS.items()) * 2):
            yield kind, text, one.ago + 2 + 6 * n, rng.randrange(7, 18)


def _neighbours(code: str, rng: random.Random) -> list[UUID]:
    """Grown people with a phone who live in the same compound or grid; never those who live at the place itself."""
    near = Person.objects.filter(place_code__startswith=code[:18], phone_print__isnull=False, erased_at=None)
    ids = list(near.exclude(place_code=code).order_by("id").values_list("id", flat=True)[:60])
    rng.shuffle(ids)
    return ids[:12]


def _row(
    one: Wrong, kind: str, text: str, at: datetime, reporter: UUID, number: int, people: crew.Crew
) -> Incoming:
    unit = people.lead(catalogue().kind(kind).owner, one.code)
    reasons = catalogue().kind(kind).reasons
    outcome = "persuaded" if "persuaded" in reasons else reasons[0]
    done, ended = at + timedelta(hours=15), at + timedelta(hours=18)
    return Incoming(
        source="demo", source_key=f"signs-{number}", kind=kind, title=text[:20].rstrip("，。"), body=text,
        place_code=one.code, opened_at=at, state="closed", reporter_id=reporter, lon=one.lon, lat=one.lat,
        accepted_at=at + timedelta(minutes=25), assigned_at=at + timedelta(minutes=40), done_at=done, ended_at=ended,
        lead_unit_id=unit.id, lead_account_id=people.handler(unit).account_id, outcome=outcome,
        result="到场劝导，当场整改。", reply="已到场劝导，会继续留意。",
    )  # fmt: skip
