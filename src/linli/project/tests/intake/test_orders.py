"""Orders over real connections: told at once or when the device comes back, and every step written to the order."""

from __future__ import annotations

import json
from datetime import timedelta

from linli.gateways.devices.models import Command
from linli.gateways.devices.mqtt import writing
from linli.kernel.access import SYSTEM, as_system
from linli.kernel.clock.now import now
from linli.kernel.things import verbs
from linli.kernel.things.models import Order, Thing

from ..test_processes import until
from .ground import Process, Raw, device, joined


def send(thing: Thing, command: str = "self-test", **given: float) -> Order:
    return verbs.order(by=SYSTEM, at=now(), thing_id=thing.id, command=command, given=given)


def stands(order: Order) -> str:
    with as_system():
        return Order.objects.get(pk=order.pk).stands(now()).value


def test_who_listens_is_told_at_once_and_its_acknowledgement_is_seen(running: Process) -> None:
    thing = device("or-1")
    with joined(running, "or-1") as raw:
        assert raw.subscribe("d/or-1/down/#") == [1]
        sent = send(thing, "silence", minutes=5)
        heard = raw.hear()
        assert heard.topic == "d/or-1/down/command"
        assert json.loads(heard.payload) == {"command": "silence", "id": str(sent.id), "minutes": 5}
        until(lambda: stands(sent) == "told")
        raw.send(writing.puback(heard.packet))
        until(lambda: stands(sent) == "answered")


def test_a_session_that_lasts_hears_it_after_it_has_come_back(running: Process) -> None:
    thing = device("or-2")
    with joined(running, "or-2", clean=False) as raw:
        assert raw.subscribe("d/or-2/down/#") == [1]
    sent, gone = send(thing), send(thing)
    verbs.withdraw_order(by=SYSTEM, at=now(), order_id=gone.id)
    assert stands(sent) == "waiting"
    with Raw(running.port) as raw:
        assert raw.connect("or-2", clean=False) == (True, 0)
        heard = raw.hear()
        assert json.loads(heard.payload)["id"] == str(sent.id)
        until(lambda: stands(sent) == "told")
    with Raw(running.port) as raw:  # it went without an acknowledgement, and is told again
        assert raw.connect("or-2", clean=False) == (True, 0)
        again = raw.hear()
        assert again.payload == heard.payload and again.again
        raw.send(writing.puback(again.packet))
        until(lambda: stands(sent) == "answered")
        assert raw.silent(0.3), "what was withdrawn is not told"
    assert stands(gone) == "withdrawn"


def test_who_acknowledges_nothing_was_told_and_no_more_is_claimed(running: Process) -> None:
    thing = device("or-3")
    with joined(running, "or-3") as raw:
        assert raw.subscribe("d/or-3/down/#", qos=0) == [0]
        sent = send(thing)
        raw.hear()
        until(lambda: stands(sent) == "told")


def test_too_late_it_is_told_no_more(running: Process) -> None:
    thing = device("or-4")
    sent = send(thing)
    with as_system():
        past = now() - timedelta(seconds=1)
        Order.objects.update(sent_at=past - timedelta(hours=1), until=past)
        Command.objects.update(until=past)
    with joined(running, "or-4") as raw:
        assert raw.subscribe("d/or-4/down/#") == [1]
        assert raw.silent(0.5)
    assert stands(sent) == "expired"
