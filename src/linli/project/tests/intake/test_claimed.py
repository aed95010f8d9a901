"""A device's life with us, over real MQTT: it waits, is claimed and heard, changes its secret, and is shut out."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from linli.gateways.devices.mqtt import writing
from linli.kernel.access import SYSTEM, as_system
from linli.kernel.clock.now import now
from linli.kernel.things import verbs
from linli.kernel.things.models import Credential
from linli.kernel.things.queries import strangers
from linli.kernel.things.tests.cast import HOOD, STREET, make_cast

from ..test_processes import until
from .ground import READING, Process, Raw, stored


def heard(no: int) -> bool:
    return any(entry.thing == no for entry in stored()[0])


def comes_in(running: Process, key: str, secret: str) -> bool:
    with Raw(running.port) as raw:
        return raw.connect(key, secret=secret) == (False, 0)


def test_from_the_label_to_the_last_secret(running: Process) -> None:
    cast = make_cast()
    made = verbs.register(
        by=cast.keeper, at=now(), key="life-1", model="smoke-detector", place_code=STREET, waits=True
    )
    thing, key = made.thing, made.thing.key

    def waiting() -> list[str]:
        with as_system():
            return [stranger.why for stranger in strangers.waiting(SYSTEM) if stranger.key == key]

    until(lambda: comes_in(running, key, made.secret))
    until(lambda: waiting() == ["waiting"])
    with Raw(running.port) as raw:
        raw.connect(key, secret=made.secret)
        raw.send(writing.publish(f"d/{key}/up", READING, qos=1, packet=1))
        with suppress(EOFError):
            raw.next()  # acknowledged or shut out: decided either way
    assert not heard(thing.no), "what it says before it is installed is nothing we keep as a reading"

    verbs.claim(by=cast.grid, at=now(), code=made.code, place_code=HOOD)

    def speaks() -> bool:
        with Raw(running.port) as raw:
            raw.connect(key, secret=made.secret)
            raw.send(writing.publish(f"d/{key}/up", READING, qos=1, packet=1))
        return heard(thing.no)

    until(speaks)
    until(lambda: waiting() == [])

    new = verbs.rotate(by=cast.keeper, at=now(), thing_id=thing.id, overlap=timedelta(hours=1))
    until(lambda: comes_in(running, key, new.secret))
    assert comes_in(running, key, made.secret), "the old one is good for its overlap"

    def in_use() -> int:
        with as_system():
            return Credential.objects.filter(thing=thing, used_at__isnull=False).count()

    until(lambda: in_use() == 2)

    verbs.revoke(by=cast.keeper, at=now(), thing_id=thing.id)
    until(lambda: not comes_in(running, key, new.secret))
    assert not comes_in(running, key, made.secret)
    verbs.retire(by=cast.keeper, at=now(), thing_id=thing.id)
    back = verbs.return_to_use(by=cast.keeper, at=now(), thing_id=thing.id)
    until(lambda: comes_in(running, key, back.secret))
