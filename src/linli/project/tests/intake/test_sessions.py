"""What is said down to a device arrives once it listens: over restarts, over new connections, and to nobody else."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from linli.gateways.devices.down import send_down
from linli.gateways.devices.models import Command, Kept, Session
from linli.gateways.devices.mqtt import writing
from linli.gateways.devices.mqtt.packets import Kind
from linli.kernel.access import SYSTEM, Conflict, Invalid, NotAllowed, NotFound, as_system
from linli.kernel.audit.models import Record
from linli.kernel.clock.now import now
from linli.kernel.things.models import State
from linli.kernel.things.tests.cast import make_cast

from ..test_processes import until
from .ground import Process, Raw, device, intake, joined, with_will


def tell(key: str, payload: bytes, to: str = "siren", **how: object) -> None:
    send_down(by=SYSTEM, at=now(), key=key, to=to, payload=payload, **how)  # type: ignore[arg-type]


def test_a_device_that_listens_is_told_at_once_and_once(running: Process) -> None:
    device("se-1")
    with joined(running, "se-1") as raw:
        assert raw.subscribe("d/se-1/down/#") == [1]
        tell("se-1", b"on")
        heard = raw.hear()
        assert (heard.topic, heard.payload, heard.qos, heard.again) == ("d/se-1/down/siren", b"on", 1, False)
        raw.send(writing.puback(heard.packet))
        until(lambda: not Command.objects.filter(waits=True).exists())
        assert raw.silent(0.3)


def test_what_is_said_to_a_device_that_is_away_waits_for_it_even_without_a_session(running: Process) -> None:
    device("se-2")
    tell("se-2", b"first")
    tell("se-2", b"second")
    with joined(running, "se-2") as raw:
        assert raw.subscribe("d/se-2/down/#") == [1]
        told = [raw.hear(), raw.hear()]
        assert [heard.payload for heard in told] == [b"first", b"second"]
        raw.send(*(writing.puback(heard.packet) for heard in told))
        until(lambda: not Command.objects.exists())


def test_a_session_that_lasts_survives_a_restart_with_all_that_waits() -> None:
    device("se-3")
    with intake() as process:
        with joined(process, "se-3", clean=False) as raw:
            assert raw.subscribe("d/se-3/down/#") == [1]
        process.kill()
        tell("se-3", b"while it was down")
        process.start()
        with Raw(process.port) as raw:
            assert raw.connect("se-3", clean=False) == (True, 0)
            heard = raw.hear()
            assert heard.payload == b"while it was down"
            assert not heard.again
        until(lambda: Command.objects.filter(tried=True).exists())  # it went without an acknowledgement
        with Raw(process.port) as raw:
            assert raw.connect("se-3", clean=False) == (True, 0)
            again = raw.hear()
            assert (again.payload, again.packet, again.again) == (heard.payload, heard.packet, True)
            raw.send(writing.puback(again.packet))
            until(lambda: not Command.objects.filter(session__isnull=False).exists())
        with Raw(process.port) as raw:
            assert raw.connect("se-3", clean=False) == (True, 0)
            assert raw.silent(0.3)
        with Raw(process.port) as raw:  # a clean session ends the other (3.1.2.4)
            assert raw.connect("se-3", clean=True) == (False, 0)
            until(lambda: not Session.objects.exists())
        with Raw(process.port) as raw:
            assert raw.connect("se-3", clean=False) == (False, 0)


def test_what_is_unsubscribed_is_not_heard_any_more(running: Process) -> None:
    device("se-4")
    with joined(running, "se-4", clean=False) as raw:
        raw.subscribe("d/se-4/down/a", "d/se-4/down/b")
        raw.send(b"\xa2\x11\x00\x05\x00\x0dd/se-4/down/a")
        assert raw.wait(Kind.UNSUBACK) == b"\x00\x05"
        assert list(Session.objects.get().filters) == ["d/se-4/down/b"]
        tell("se-4", b"1", "a")
        tell("se-4", b"2", "b")
        assert raw.hear().payload == b"2"


def test_the_same_client_again_ends_its_older_connection_and_another_device_cannot(running: Process) -> None:
    device("se-5"), device("se-50")
    with (
        joined(running, "se-5", client="c") as old,
        joined(running, "se-50", client="se-50") as other,
        joined(running, "se-5", client="se-50") as guest,  # its own client, whatever it calls itself
        joined(running, "se-5", client="c") as new,
    ):
        assert old.closed()
        for raw in (new, other, guest):
            raw.send(writing.PINGREQ)
            assert raw.wait(Kind.PINGRESP) == b""


def test_two_intakes_one_device_one_of_them_tells_it_and_a_client_is_only_at_one(running: Process) -> None:
    device("se-6")
    with intake() as second, joined(running, "se-6", clean=False) as here:
        here.subscribe("d/se-6/down/#")
        with joined(second, "se-6", clean=False) as there:
            assert here.closed()
            tell("se-6", b"x")
            heard = there.hear()
            assert heard.payload == b"x"
            there.send(writing.puback(heard.packet))
            assert there.silent(0.3)


def test_clients_of_one_thing_speak_to_each_other_and_what_is_retained_is_told_anew(running: Process) -> None:
    device("se-7")
    with joined(running, "se-7", client="a") as a, joined(running, "se-7", client="b") as b:
        assert b.subscribe("d/se-7/own/+") == [1]
        a.send(writing.publish("d/se-7/own/x", b"1", qos=1, packet=1, retain=True))
        assert a.acknowledged() == 1
        heard = b.hear()
        assert (heard.payload, heard.retain) == (b"1", False)
        assert a.subscribe("d/se-7/own/#") == [1]
        heard = a.hear()
        assert (heard.payload, heard.retain) == (b"1", True)
        a.send(writing.publish("d/se-7/own/x", b"", qos=1, packet=2, retain=True))
        assert b.hear().payload == b""
        until(lambda: not Kept.objects.exists())


def test_a_retained_command_is_told_at_every_subscription(running: Process) -> None:
    device("se-8")
    tell("se-8", b"every=60", "settings", retain=True)
    for client in ("se-8", "again"):
        with joined(running, "se-8", client=client) as raw:
            raw.subscribe("d/se-8/down/settings", qos=0)
            assert (raw.hear().payload, client) == (b"every=60", client)


def test_a_will_reaches_the_thing_s_other_clients(running: Process) -> None:
    device("se-9")
    with joined(running, "se-9", client="watcher") as watcher:
        watcher.subscribe("d/se-9/own/#")
        with Raw(running.port) as raw:
            raw.send(with_will("se-9", "d/se-9/own/gone", b"gone"))
            assert raw.wait(Kind.CONNACK)[1] == 0
        assert watcher.hear().payload == b"gone"


def test_sessions_of_one_thing_are_not_without_number(running: Process) -> None:
    device("se-10")
    for n in range(18):
        with joined(running, "se-10", client=f"c{n}", clean=False):
            pass
    assert Session.objects.count() == 16
    assert not Session.objects.filter(client="c0").exists()


def test_connections_of_one_thing_are_not_without_number(running: Process) -> None:
    device("se-13")
    with ExitStack() as stack:
        many = [stack.enter_context(joined(running, "se-13", client=f"c{n}")) for n in range(33)]
        assert many[0].closed()
        for raw in many[1:]:
            raw.send(writing.PINGREQ)
            assert raw.wait(Kind.PINGRESP) == b""


def test_who_talks_to_itself_without_end_keeps_nobody_waiting(running: Process) -> None:
    device("se-14"), device("se-15")
    with joined(running, "se-14") as talker:
        talker.send(*(writing.publish("d/se-14/own/x", b"x", qos=1, packet=n) for n in range(1, 600)))
        with joined(running, "se-15", clean=False) as other:
            assert other.subscribe("d/se-15/down/#") == [1]
            assert Command.objects.filter(topic="d/se-14/own/x").count() < 599  # it was not its turn yet
        assert [talker.acknowledged(120) for _ in range(1, 600)] == list(range(1, 600))


def test_a_command_is_permitted_recorded_and_refused_with_a_sentence() -> None:
    cast = make_cast()
    thing, _ = device("se-11"), device("se-12", state=State.RETIRED)
    told = {"at": now(), "key": "se-11", "to": "siren", "payload": b"on"}
    send_down(by=cast.keeper, **told)
    with as_system():
        record = Record.objects.filter(stream=thing.stream).latest("seq")
    assert (record.verb, record.after["topic"]) == ("devices.send_down", "d/se-11/down/siren")
    for by, change, refusal in (
        (cast.far_keeper, {}, NotFound),
        (cast.grid, {}, NotAllowed),
        (cast.keeper, {"key": "se-12"}, Conflict),
        (cast.keeper, {"key": "se-99"}, NotFound),
        (cast.keeper, {"to": "a/#"}, Invalid),
        (cast.keeper, {"to": ""}, Invalid),
        (cast.keeper, {"payload": b"x" * 65537}, Invalid),
    ):
        with pytest.raises(refusal):
            send_down(by=by, **{**told, **change})
    assert Command.objects.count() == 1
