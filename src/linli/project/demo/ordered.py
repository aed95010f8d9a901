"""督办 of the past: what the clock ordered when a date passed, what supervisors ordered, and what became of each.

By the rules the clock itself goes by: a leg that is not over at its date is ordered by the street, a working day later
by the district, then by the city; an answer is due in a working day; nothing is closed before it was answered. Pure:
the dice of a life are its own key, so what is told of one hangs on no other.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from linli.kernel.access import SYSTEM, Level
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Unit as TimeUnit
from linli.kernel.declare import working_days
from linli.kernel.matters.legs import LADDER
from linli.kernel.matters.verbs.bringing import NotEnough, Ordered
from linli.kernel.matters.verbs.bulk import Past
from linli.kernel.people.models import Unit

from . import voices
from .acts import CALENDAR, FINAL, Act, Life, after, due_at

if TYPE_CHECKING:
    from .past import Telling

BY_HAND = 0.009
"""Of the matters somebody was sent to: ordered by a person."""
LATE_ANSWER, NOT_ENOUGH, FORGOTTEN = 0.17, 0.08, 0.15
"""Answers that come late; that are sent back; that nobody has settled after a day or two."""
_WARN = 0.8
_TEXT = "已超过期限，请书面说明原因和完成时间。"
_DAY = working_days(1)
_LEVELS = {Level.STREET: "head", Level.DISTRICT: "district", Level.CITY: "city"}
_BELOW = {Level.STREET: "social", Level.DISTRICT: "head", Level.CITY: "district"}


@dataclass(frozen=True, slots=True)
class Leg:
    """One stretch of a clock: from when, by when, and when it was over (None: it runs)."""

    name: str
    since: datetime
    due: datetime
    over: datetime | None


@dataclass(slots=True)
class _Told:
    order: Ordered
    past: list[Past] = field(default_factory=list)


def orders(
    telling: Telling, life: Life, acts: list[Act], lead: Unit, until: datetime
) -> tuple[tuple[Ordered, ...], list[Past]]:
    """The orders about a life by now, in order of time, and what is told of them."""
    given = list(_by_clock(life, acts, until))
    rng = random.Random(f"orders {life.source_key}")
    if rng.random() < BY_HAND and (by_hand := _by_hand(acts, lead, rng, until)):
        given.append(by_hand)
    if not given:
        return (), []
    given.sort(key=lambda one: one.at)
    came = [_came_of(telling, life, acts, lead, one, rng, until) for one in given]
    return tuple(told.order for told in came), [past for told in came for past in told.past]


@dataclass(frozen=True, slots=True)
class _Given:
    at: datetime
    level: Level
    leg: Leg | None = None  # of the clock
    text: str = _TEXT
    due: datetime | None = None


def legs(life: Life, acts: list[Act]) -> Iterator[Leg]:
    """The legs of a life's clock, each as long as it ran by one date."""
    answered = next((act.at for act in acts if act.verb in ("accept", "assign", "decline", "withdraw")), None)
    yield Leg("answer", life.opened, life.answer_due, answered)
    if answered is None:
        return
    settle = catalogue().kind(life.kind).settle
    name, since, due = "finish", answered, life.finish_due
    finish = due
    for act in acts:
        if act.due is not None and name == "finish":  # more time
            yield Leg(name, since, due, act.at)
            since = act.at
            due = finish = act.due
        elif act.verb == "reopen":
            name, since = "finish", act.at
            due = finish = act.due or due
        elif act.verb == "report_done":
            yield Leg(name, since, due, act.at)
            name, since, due = "settle", act.at, due_at(act.at, settle)
        elif act.verb == "verify" and not act.says["passed"]:
            yield Leg(name, since, due, act.at)
            name, since, due = "finish", act.at, finish
        elif act.verb in FINAL:
            yield Leg(name, since, due, act.at)
            name = ""
    if name:
        yield Leg(name, since, due, None)


def _by_clock(life: Life, acts: list[Act], until: datetime) -> Iterator[_Given]:
    """An order a step of the ladder that a leg reached while it ran."""
    climb = catalogue().kind(life.kind).climb
    for leg in legs(life, acts):
        at = leg.due
        for level in LADDER:
            if at >= (leg.over or until) or at > until:
                break
            if at >= leg.since:  # what had passed when it came back is not ordered again
                yield _Given(at, level, leg)
            at = due_at(at, climb)


def _by_hand(acts: list[Act], lead: Unit, rng: random.Random, until: datetime) -> _Given | None:
    """From a level above whoever handles it, while it is handled."""
    since = next((act.at for act in reversed(acts) if act.verb == "assign"), None)
    if since is None:
        return None
    done = next((act.at for act in acts if act.verb == "report_done" and act.at > since), until)
    at = after(since, (done - since).total_seconds() / 60 * rng.uniform(0.2, 0.8), rng)
    if done - since < timedelta(hours=5) or at >= done:
        return None
    above = [Level.CITY] if len(lead.place_code) <= 6 else [Level.DISTRICT, Level.DISTRICT, Level.CITY]
    tones = voices.common()
    days = working_days(rng.choice((1, 2, 2, 3)))
    return _Given(at, rng.choice(above), None, rng.choice(tones["orders"]), due_at(at, days))


def _came_of(
    telling: Telling, life: Life, acts: list[Act], lead: Unit, given: _Given, rng: random.Random, until: datetime
) -> _Told:
    """What became of an order by now: reminded, missed, answered, sent back, settled."""
    tones = voices.common()
    crew = telling.crew
    who = _LEVELS[given.level]
    giver = crew.actor(who, life, lead, telling.people, telling.names)
    by_unit = crew.units[{"head": f"street:{life.place_code[:9]}"}.get(who, who)]
    sent = next((act.at for act in acts if act.verb == "assign"), None)
    # While no unit has it, somebody below the level that orders answers.
    handler = crew.handler(lead)
    if sent is None:
        handler = crew.actor(_BELOW[given.level], life, lead, telling.people, telling.names)
    due = given.due or due_at(given.at, _DAY)
    order = Ordered(
        id=_key(given.at, rng), level=int(given.level), automatic=given.leg is not None, text=given.text, ordered_at=given.at, since=given.at,
        reply_due=due, ordered_by_id=None if given.leg else giver.account_id, by_unit_id=None if given.leg else by_unit.id,
        unit_id=lead.id if sent else None,
    )  # fmt: skip
    told = _Told(order, [_begins(given, order, giver)])
    # Nothing is closed before it was answered; an answer of a unit comes when one was sent.
    last = next((act.at for act in acts if act.verb == "close" and act.at > given.at), None)
    open_until = last - timedelta(minutes=5) if last else None
    since = given.at
    while True:
        late = rng.random() < LATE_ANSWER
        start = max(due if late else since, sent or since)
        at = after(start, rng.expovariate(1 / (260 if late else 130)), rng)
        if not late:
            at = min(at, max(since, due - timedelta(minutes=7)))
        if open_until is not None:
            at = max(since + timedelta(minutes=1), min(at, open_until))
        told.past += _clock(told, since, due, min(at, until), given.level)
        if at > until:
            return _waits(told, since, due, until)
        text = rng.choice(tones["order_replies"])
        order = replace(
            told.order, reply=text, replied_at=at, replied_by_id=handler.account_id, next_tick_at=None,
            since=since, reply_due=due,
        )  # fmt: skip
        told.order = order
        said = {"order": {"id": str(order.id), "reply": text, "late": at > due}}
        told.past.append(Past(verb="reply_order", by=handler, at=at, after=said))
        judged = after(at, rng.expovariate(1 / 200), rng)
        enough = order.sent_back or rng.random() >= NOT_ENOUGH or (last is not None and judged >= last)
        if enough or judged > until:
            break
        again = due_at(judged, _DAY)
        reason = rng.choice(tones["not_enough"])
        back = NotEnough(
            reply=text, replied_at=at, replied_by_id=handler.account_id, due_before=due, reason=reason,
            returned_at=judged, returned_by_id=giver.account_id, due_after=again,
        )  # fmt: skip
        told.order = replace(
            order, reply="", replied_at=None, replied_by_id=None, reminded_at=None, missed_at=None, reply_due=again,
            since=judged, sent_back=(*order.sent_back, back),
        )  # fmt: skip
        said = {"order": {**_said(told.order), "returned": len(told.order.sent_back)}}
        told.past.append(Past(verb="return_order", by=giver, at=judged, after=said, note=reason))
        since, due = judged, again
    if rng.random() < FORGOTTEN:
        judged = after(judged, rng.expovariate(1 / 4000), rng)
    if judged <= until:
        told.order = replace(told.order, settled_at=judged, settled_by_id=giver.account_id)
        said = {"order": {"id": str(told.order.id), "settled": True}}
        told.past.append(Past(verb="settle_order", by=giver, at=judged, after=said))
    return told


def _key(at: datetime, rng: random.Random) -> UUID:
    """A key as one made at that instant would be (uuid7), the same from the same dice."""
    ms = int(at.timestamp() * 1000)
    return UUID(int=ms << 80 | 7 << 76 | rng.getrandbits(12) << 64 | 2 << 62 | rng.getrandbits(62))


def _begins(given: _Given, order: Ordered, giver: Any) -> Past:
    if given.leg is None:
        return Past(verb="supervise", by=giver, at=given.at, after={"order": _said(order)})
    after_it = {
        "scheduled": given.at, "leg": given.leg.name, "due_at": given.leg.due, "stage": 3, "level": int(given.level),
        "order": {"id": str(order.id), "reply_due": order.reply_due},
    }  # fmt: skip
    return Past(verb="supervised", by=SYSTEM, at=given.at, after=after_it)


def _said(order: Ordered) -> dict[str, Any]:
    unit = str(order.unit_id) if order.unit_id else None
    return {
        "id": str(order.id), "level": order.level, "text": order.text, "reply_due": order.reply_due, "unit": unit,
    }  # fmt: skip


def _clock(told: _Told, since: datetime, due: datetime, by: datetime, level: Level) -> list[Past]:
    """The reminder before an order's date, and at its date that no answer had come, as far as the clock got."""
    found: list[Past] = []
    near = CALENDAR.share(since, due, TimeUnit.WORKING_HOUR, _WARN)
    for verb, at in (("order_reminded", near), ("order_missed", due)):
        if at < by:
            order = {**_said(told.order), "reply_due": due}
            found.append(
                Past(
                    verb=verb, by=SYSTEM, at=at, after={"scheduled": at, "order": order, "level": int(level)}
                )
            )  # fmt: skip
            name = "reminded_at" if verb == "order_reminded" else "missed_at"
            told.order = replace(told.order, **{name: at})
    return found


def _waits(told: _Told, since: datetime, due: datetime, until: datetime) -> _Told:
    """Nobody has answered yet: what the clock does next."""
    order = told.order
    if order.missed_at is None:
        near = CALENDAR.share(since, due, TimeUnit.WORKING_HOUR, _WARN)
        told.order = replace(order, next_tick_at=near if order.reminded_at is None else due)
    return told
