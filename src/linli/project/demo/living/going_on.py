"""Somebody goes on with a matter: what comes next follows from how it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection

from linli.kernel.access import Actor, Role, as_system
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Check, Proof
from linli.kernel.declare import Matter as Kind
from linli.kernel.matters import verbs
from linli.kernel.matters.facts import READING
from linli.kernel.matters.models import Assignment, Matter, Order, Phase, State

from .. import voices
from ..acts import ZONE
from .arriving import picture
from .town import Town, lead_of

_LEFT = timedelta(minutes=10)
"""What a visitor has reported, or a device has warned of, is left to visitors for so long: they may want to be the one."""
_OPEN = [State.REPORTED.value, State.ACCEPTED.value, State.ASSIGNED.value, State.DONE.value, State.VERIFIED.value]
_WAITING = """
SELECT m.id, count(*) OVER () FROM matters_matter m
WHERE m.state = ANY(%(open)s) AND m.paused_at IS NULL AND m.opened_at < %(at)s
  AND (m.opened_at < %(left)s OR (m.source <> %(reading)s AND NOT EXISTS (
    SELECT FROM people_person p WHERE p.id = m.reporter_id AND p.account_id IS NOT NULL)))
ORDER BY CASE WHEN %(first)s THEN extract(epoch FROM m.order_at) ELSE random() END LIMIT 1 OFFSET %(skip)s
"""
_LATELY_ENDED = """
SELECT m.id FROM matters_matter m JOIN people_person p ON p.id = m.reporter_id AND p.account_id IS NULL
WHERE m.state = 'closed' AND m.rating IS NULL AND m.ended_at > %s ORDER BY random() LIMIT 1
"""


def waiting(town: Town, at: datetime) -> tuple[Matter, int] | None:
    """One of the matters somebody may go on with, mostly one whose time is nearly up, and how many there are."""
    urgent = town.rng.random() < 0.7
    given = {
        "open": _OPEN, "at": at, "left": at - _LEFT, "reading": READING, "first": urgent,
        "skip": town.rng.randrange(8) if urgent else 0,
    }  # fmt: skip
    with as_system():
        with connection.cursor() as cursor:
            cursor.execute(_WAITING, given)
            row = cursor.fetchone()
        return (Matter.objects.get(id=row[0]), int(row[1])) if row else None


def go_on(town: Town, matter: Matter, at: datetime) -> str:
    """Let the next act be done; returns the verb, "" when nobody of the crew has to do with it."""
    kind = catalogue().kinds.get(matter.kind)
    if kind is None:
        return ""
    return _answered(town, matter, at) or _STEPS[State(matter.state)](town, matter, kind, at)


def _answered(town: Town, matter: Matter, at: datetime) -> str:
    """督办: whoever handles it answers what the clock ordered in writing before anything else.

    What a person ordered is left to whoever looks around, or nothing of it would be late for long.
    """
    with as_system():
        waiting = Order.objects.filter(matter=matter, phase=Phase.WAITING, automatic=True)
        order = waiting.order_by("id").first()
    by = town.of_unit(matter.lead_unit_id, Role.HANDLER)
    if order is None or by is None:
        return ""
    text = town.rng.choice(voices.common()["order_replies"])
    verbs.reply_order(matter_id=matter.id, by=by, at=at, order_id=order.id, text=text)
    return "reply_order"


def _dispatcher(town: Town, matter: Matter) -> Actor | None:
    return town.crew.actors.get((f"street:{matter.place_code[:9]}", Role.DISPATCHER))


def _received(town: Town, matter: Matter, kind: Kind, at: datetime) -> str:
    """Accepted and given to the unit that has to do with it, mostly in one."""
    by, unit = _dispatcher(town, matter), lead_of(town, kind.owner, matter.place_code)
    if by is None or unit is None:
        return ""
    if matter.state == State.REPORTED and town.rng.random() < 0.4:
        verbs.accept(matter_id=matter.id, by=by, at=at)
        return "accept"
    verbs.assign(matter_id=matter.id, by=by, at=at, unit_id=unit.id)
    return "assign"


def _handled(town: Town, matter: Matter, kind: Kind, at: datetime) -> str:
    by = town.of_unit(matter.lead_unit_id, Role.HANDLER) or town.of_unit(matter.lead_unit_id, Role.GRID_WORKER)
    if by is None:
        return ""
    if matter.source == READING:
        return _on_the_spot(town, matter, kind, by, at)
    if matter.lead_account_id is None:
        verbs.take(matter_id=matter.id, by=by, at=at)
        return "take"
    tones, dice = voices.common(), town.rng.random()
    scene = _scene(town, matter, at)
    if scene is None:
        return ""
    if dice < 0.03 and matter.given_back == 0:
        verbs.give_back(matter_id=matter.id, by=by, at=at, reason=scene.pick(tones["returns"]))
        return "give_back"
    result = voices.result(scene, matter.kind)
    return _done(town, matter, kind, by, at, result)


def _done(town: Town, matter: Matter, kind: Kind, by: Actor, at: datetime, result: str) -> str:
    rng = town.rng
    outcome = rng.choice(kind.reasons[:2]) if rng.random() < 0.9 else rng.choice(kind.reasons)
    proofs = [picture(matter.kind, by, at, rng.randrange(100), "proof")] if kind.proof == Proof.PHOTO else []
    verbs.report_done(matter_id=matter.id, by=by, at=at, outcome=outcome, result=result, files=proofs)
    return "report_done"


def _on_the_spot(town: Town, matter: Matter, kind: Kind, by: Actor, at: datetime) -> str:
    """Whoever is on duty goes to what a device has warned of, looks, and reports it done."""
    with as_system():
        part = Assignment.objects.filter(matter=matter, part="lead", given_back_at=None, replaced_at=None).first()
    if part is None or part.went_at is None:
        verbs.go(matter_id=matter.id, by=by, at=at)
        return "go"
    if part.arrived_at is None:
        verbs.arrive(matter_id=matter.id, by=by, at=at)
        return "arrive"
    if part.found_at is None:
        cause, text = town.rng.choice(_CAUSES)
        verbs.found(matter_id=matter.id, by=by, at=at, cause=cause, text=text)
        return "found"
    return _done(town, matter, kind, by, at, "已到现场处理，设备读数恢复正常。")


_CAUSES = (
    ("real", "现场情况属实，已处理。"),
    ("real", "到场后已消除隐患，并提醒了住户。"),
    ("test", "维保单位正在测试。"),
    ("other", "现场未见异常，已观察十分钟。"),
)


def _checked(town: Town, matter: Matter, kind: Kind, at: datetime) -> str:
    words = voices.common()["visits" if kind.check is Check.VISIT else "call_backs"]
    by = _dispatcher(town, matter)
    hood = f"committee:{matter.place_code[:12]}"
    if kind.check is Check.VISIT:
        by = town.crew.actors.get((hood, Role.GRID_WORKER))
    if by is not None and by.unit_id == matter.lead_unit_id:  # nobody checks their own work
        by = town.crew.actors.get((hood, Role.SOCIAL_WORKER))
    if kind.check is Check.NONE:
        return _closed(town, matter, kind, at)
    if by is None or by.unit_id == matter.lead_unit_id:
        return ""
    passed = town.rng.random() < 0.96
    text = town.rng.choice(words) if passed else "现场还没有处理到位，请继续处置。"
    verbs.verify(matter_id=matter.id, by=by, at=at, passed=passed, how=kind.check.value, words=text)
    return "verify"


def _closed(town: Town, matter: Matter, kind: Kind, at: datetime) -> str:
    by = _dispatcher(town, matter)
    if by is None:
        return ""
    reply = f"您好，您反映的“{matter.title[:40]}”已办理完毕。感谢您的监督。"
    verbs.close(matter_id=matter.id, by=by, at=at, reply=reply)
    return "close"


_STEPS: dict[State, Callable[[Town, Matter, Kind, datetime], str]] = {
    State.REPORTED: _received,
    State.ACCEPTED: _received,
    State.ASSIGNED: _handled,
    State.DONE: _checked,
    State.VERIFIED: _closed,
}


def judge(town: Town, at: datetime) -> str:
    """A resident whose matter was closed lately says what they think of it; one in eight finds that it was not so."""
    with as_system(), connection.cursor() as cursor:
        cursor.execute(_LATELY_ENDED, [at - timedelta(days=2)])
        row = cursor.fetchone()
    if row is None:
        return ""
    with as_system():
        matter = Matter.objects.get(id=row[0])
    by = town.person(matter.reporter_id) if matter.reporter_id else None
    if by is None:
        return ""
    rng, tones = town.rng, voices.common()
    if rng.random() < 0.12:
        verbs.reopen(matter_id=matter.id, by=by, at=at, reason=rng.choice(tones["reopen"]))
        return "reopen"
    stars = rng.choices((1, 2, 3, 4, 5), (2, 3, 7, 30, 58))[0]
    words = rng.choice(tones["thanks"] if stars > 3 else tones["grumbles"])
    verbs.rate(matter_id=matter.id, by=by, at=at, stars=stars, words=words)
    return "rate"


def _scene(town: Town, matter: Matter, at: datetime) -> voices.Scene | None:
    """The words for what was done there; None at a place the world does not know (a visitor has recoded it)."""
    grid = town.world.by_grid.get(matter.place_code[:15])
    if grid is None or matter.kind not in voices.texts():
        return None
    here = next((one for one in grid.compounds if matter.place_code.startswith(one.code)), grid.compounds[0])
    return voices.Scene(town.rng, grid, here, at.astimezone(ZONE).replace(tzinfo=None), {}, matter.kind)
