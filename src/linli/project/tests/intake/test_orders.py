"""Orders over real connections: told at once or when the device comes back, and every step written to the order."""

from __future__ import annotations

import json
from datetime import timedelta

from linli.gateways.devices.models import Command
from linli.gateways.devices.mqtt import writing
from linli.gateways.devices.mqtt.packets import Kind
from linli.kernel.access import SYSTEM, as_system
from linli.kernel.clock.now import now
from linli.kernel.things import verbs
from linli.kernel.things.models import Order, Thing

from ..test_processes import until
from .ground import Heard, Process, Raw, device, joined


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


def test_an_interval_the_device_has_acknowledged_is_what_is_expected_of_it(running: Process) -> None:
    thing = device("or-5")
    with joined(running, "or-5") as raw:
        assert raw.subscribe("d/or-5/down/#") == [1]
        sent = send(thing, "set-interval", seconds=600)
        heard = raw.hear()
        until(lambda: stands(sent) == "told")
        assert verbs.follow_intervals(at=now()) == 0
        raw.send(writing.puback(heard.packet))
        until(lambda: stands(sent) == "answered")
    assert verbs.follow_intervals(at=now()) == 1
    with as_system():
        assert Thing.objects.get(pk=thing.pk).every == 600


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


def ids(*heard: Heard) -> list[str]:
    return [json.loads(one.payload)["id"] for one in heard]


def test_unconfirmed_it_is_told_again_on_the_next_connection_of_a_device_without_a_session(
    running: Process,
) -> None:
    thing = device("or-6")
    with joined(running, "or-6") as raw:
        raw.subscribe("d/or-6/down/#")
        sent = send(thing)
        raw.hear()
        until(lambda: stands(sent) == "told")
    with joined(running, "or-6", client="another name") as raw:
        raw.subscribe("d/or-6/down/#")
        again = raw.hear()
        assert ids(again) == [str(sent.id)]
        assert stands(sent) == "told", "sent, and no more is claimed"
        raw.send(writing.puback(again.packet))
        until(lambda: stands(sent) == "answered")
    with joined(running, "or-6") as raw:
        raw.subscribe("d/or-6/down/#")
        assert raw.silent(0.3)
    assert not Command.objects.exists()


def test_a_session_nobody_takes_up_again_keeps_no_order_to_itself(running: Process) -> None:
    """A new firmware calls itself otherwise and begins clean; its old session has the order, and is never heard of."""
    thing = device("or-7")
    with joined(running, "or-7", client="old", clean=False) as raw:
        raw.subscribe("d/or-7/down/#")
    sent = send(thing)
    Command.objects.filter(waits=False, session=None).delete()  # what was only for who was connected at that moment
    with joined(running, "or-7", client="new") as raw:
        raw.subscribe("d/or-7/down/#")
        heard = raw.hear()
        assert ids(heard) == [str(sent.id)]
        raw.send(writing.puback(heard.packet))
        until(lambda: stands(sent) == "answered")
    with Raw(running.port) as raw:  # and the old one, should it come back, is not told what was done
        assert raw.connect("or-7", client="old", clean=False) == (True, 0)
        assert raw.silent(0.3)
    assert not Command.objects.exists()


def test_what_a_session_had_not_confirmed_outlasts_it(running: Process) -> None:
    thing = device("or-8")
    with joined(running, "or-8", clean=False) as raw:
        raw.subscribe("d/or-8/down/#")
        sent = send(thing)
        raw.hear()
        until(lambda: stands(sent) == "told")
    Command.objects.filter(session=None).delete()  # as it stood before orders waited for the thing itself as well
    with Raw(running.port) as raw:
        assert raw.connect("or-8", clean=True) == (False, 0)
        raw.subscribe("d/or-8/down/#")
        heard = raw.hear()
        assert ids(heard) == [str(sent.id)]
        raw.send(writing.puback(heard.packet))
        until(lambda: stands(sent) == "answered")


def test_a_session_that_comes_back_and_subscribes_again_is_told_once(running: Process) -> None:
    thing = device("or-9")
    with joined(running, "or-9", clean=False) as raw:
        raw.subscribe("d/or-9/down/#")
    sent = send(thing)
    with Raw(running.port) as raw:
        assert raw.connect("or-9", clean=False) == (True, 0)
        heard = raw.hear()
        assert ids(heard) == [str(sent.id)]
        raw.subscribe("d/or-9/down/#")
        assert raw.silent(0.3)
        raw.send(writing.puback(heard.packet))
        until(lambda: stands(sent) == "answered")
    assert not Command.objects.exists()


def test_a_new_session_has_the_order_for_itself_and_again_after_a_drop(running: Process) -> None:
    thing = device("or-10")
    sent = send(thing)
    with joined(running, "or-10", clean=False) as raw:
        raw.subscribe("d/or-10/down/#")
        assert ids(raw.hear()) == [str(sent.id)]
        until(lambda: stands(sent) == "told")
    with Raw(running.port) as raw:  # without subscribing anew
        assert raw.connect("or-10", clean=False) == (True, 0)
        again = raw.hear()
        assert ids(again) == [str(sent.id)] and again.again
        raw.send(writing.puback(again.packet))
        until(lambda: stands(sent) == "answered")
    assert not Command.objects.exists()


def test_who_does_not_listen_any_more_leaves_the_order_to_the_others(running: Process) -> None:
    thing = device("or-11")
    with joined(running, "or-11", clean=False) as raw:
        raw.subscribe("d/or-11/down/#")
        sent = send(thing)
        raw.hear()
        raw.send(b"\xa2\x12\x00\x05\x00\x0ed/or-11/down/#")
        raw.wait(Kind.UNSUBACK)  # what it did not hear confirmed, it may not rely on
    Command.objects.filter(session=None).delete()
    with Raw(running.port) as raw:
        assert raw.connect("or-11", clean=False) == (True, 0)
        assert raw.silent(0.3)
    with joined(running, "or-11", client="another") as raw:
        raw.subscribe("d/or-11/down/#")
        assert ids(raw.hear()) == [str(sent.id)]


def test_sent_and_never_confirmed_is_not_said_not_to_have_arrived(running: Process) -> None:
    thing = device("or-12")
    with joined(running, "or-12") as raw:
        raw.subscribe("d/or-12/down/#")
        sent = send(thing)
        raw.hear()
        until(lambda: stands(sent) == "told")
    with as_system():
        past = now() - timedelta(seconds=1)
        Order.objects.update(sent_at=past - timedelta(hours=1), until=past)
    assert stands(sent) == "unanswered"
