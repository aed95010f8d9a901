"""Speaking down to a device: a message is written, every intake process is woken, the one that has the connection tells
it. Whoever does not listen now hears it when it subscribes next, until it is too old.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid, NotFound, as_system, covers, require
from linli.kernel.things.models import State, Thing

from .models import Command, Kept, Session
from .mqtt.topics import LONGEST, matches

CHANNEL = "linli_down"
COMMAND = "command"
"""Below `d/<key>/down/`: where orders go."""
LASTS = timedelta(days=7)
PASSING = timedelta(minutes=1)
"""How long a message without a listener of its own stays, for an intake that is just being told of it."""
MOST_WAITING = 1000
"""Messages that wait for one session, or for whoever of a thing subscribes next; later ones are refused."""
MOST_KEPT = 100
"""Topics of one thing of which the last message is kept."""
MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Message:
    """Something to be told to who listens to a topic of a thing. `waits`: also to who subscribes later, once."""

    thing: int
    topic: str
    payload: bytes
    qos: int
    retain: bool = False
    waits: bool = False
    order: UUID | None = None


class OrdersGoDown:
    """The things' orders on their way (`things.downward.Road`)."""

    def send(self, *, thing: int, key: str, order: UUID, payload: bytes, at: datetime, until: datetime) -> bool:
        message = Message(thing, f"d/{key}/down/{COMMAND}", payload, qos=1, waits=True, order=order)
        return bool(post([message], at=at, lasts=until - at))

    def withdraw(self, *, thing: int, order: UUID) -> int:
        return int(Command.objects.filter(thing=thing, order=order).delete()[0])


def send_down(
    *,
    by: Actor,
    at: datetime,
    key: str,
    to: str,
    payload: bytes,
    lasts: timedelta = LASTS,
    retain: bool = False,
) -> None:
    """Tell a device something on `d/<key>/down/<to>`, with QoS 1. Needs `things.change` at its place.

    It is told now if it listens, else when it subscribes next, within `lasts`; with `retain` it is told anew at every
    subscription until something else is. Raises NotFound, Conflict (it is retired, too much waits for it already),
    Invalid (to, payload).
    """
    require(by, "things.change")
    with transaction.atomic(), as_system():
        thing = Thing.objects.filter(key=key).first()
        if thing is None or not covers(by, thing.place_code):
            raise NotFound(_("没有这台设备，或者不在您的管辖范围内。"))
        if thing.state == State.ASKING:
            raise Conflict(_("设备还没有征得同意，或者同意已经收回，不能下发指令。"))
        if thing.state == State.RETIRED:
            raise Conflict(_("设备已停用，不能再下发指令。"))
        topic = f"d/{key}/down/{to}"
        if not to or len(topic) > LONGEST or any(sign in to for sign in "#+\0"):
            raise Invalid(_("指令主题不能为空，也不能含有 # 和 +。"), fields={"to": _("请换一个主题。")})
        if len(payload) > MOST_BYTES:
            raise Invalid(_("指令内容超过 64 KiB。"), fields={"payload": _("请缩短内容。")})
        message = Message(thing.no, topic, payload, qos=1, retain=retain, waits=True)
        if not post([message], at=at, lasts=lasts):
            raise Conflict(_("等待下发的指令太多，设备可能已经离线。"))
        audit.append(
            by=by, at=at, verb="devices.send_down", stream=thing.stream, place_code=thing.place_code,
            unit_ids=[thing.owner_id] if thing.owner_id else [],
            after={"topic": topic, "bytes": len(payload), "retain": retain},
        )  # fmt: skip


def post(messages: Sequence[Message], *, at: datetime, lasts: timedelta = LASTS) -> int:
    """Write messages for whoever listens, and wake intake when that is committed. Returns how many had room."""
    had_room = 0
    with transaction.atomic():
        for message in messages:
            ids = _write(message, at, lasts)
            had_room += bool(ids)
            _keep(message, at)
            if ids:
                _notify(message.thing, ids)
    return had_room


def _write(message: Message, at: datetime, lasts: timedelta) -> list[int]:
    """A row for every session that listens, and one for who is connected without one."""
    listening = [
        session
        for session in Session.objects.filter(thing=message.thing)
        if any(matches(pattern, message.topic) for pattern in session.filters)
    ]
    # A session may never be seen again, its client have another name by now: an order waits for the thing itself as well.
    waits = message.waits and (not listening or message.order is not None)
    rows = (
        [_row(message, at, at + lasts, session=session) for session in _with_room(listening)] if message.qos else []
    )
    if waits and Command.objects.filter(thing=message.thing, session=None, waits=True).count() >= MOST_WAITING:
        return []
    rows.append(_row(message, at, at + (lasts if waits else PASSING), waits=waits))
    return [row.id for row in Command.objects.bulk_create(rows)]


def _with_room(sessions: Iterable[Session]) -> list[Session]:
    return [s for s in sessions if Command.objects.filter(session=s).count() < MOST_WAITING]


def _row(
    message: Message, at: datetime, until: datetime, *, session: Session | None = None, waits: bool = False
) -> Command:
    return Command(
        thing_id=message.thing, session=session, topic=message.topic, payload=message.payload, qos=message.qos,
        waits=waits, at=at, until=until, order=message.order,
    )  # fmt: skip


def _keep(message: Message, at: datetime) -> None:
    """The last message of a topic is kept when it asks for that; an empty one ends it (3.3.1.3)."""
    if not message.retain:
        return
    kept = Kept.objects.filter(thing=message.thing)
    if not message.payload:
        kept.filter(topic=message.topic).delete()
    elif kept.filter(topic=message.topic).exists() or kept.count() < MOST_KEPT:
        Kept.objects.update_or_create(
            thing_id=message.thing, topic=message.topic,
            defaults={"payload": message.payload, "qos": message.qos, "at": at},
        )  # fmt: skip


def _notify(thing: int, ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{thing}:{','.join(map(str, ids))}"])
