"""A PUBACK means that the reading is committed, and nothing else does."""

from __future__ import annotations

import json

import pytest
from django.db import connection, transaction

from linli.gateways.devices.mqtt import writing
from linli.gateways.devices.mqtt.packets import Kind
from linli.kernel.readings.wire import Flag

from ..test_processes import until
from .ground import READING, Process, Raw, device, joined, stored, with_will


def publish(key: str, payload: bytes = READING, **how: object) -> bytes:
    return writing.publish(f"d/{key}/up", payload, **{"qos": 1, "packet": 1, **how})  # type: ignore[arg-type]


def test_what_is_acknowledged_is_a_row(running: Process) -> None:
    thing = device("pub-1")
    with joined(running, "pub-1") as raw:
        raw.send(publish("pub-1", packet=7))
        assert raw.acknowledged() == 7
        entries, dead = stored()
    assert not dead
    (entry,) = entries
    assert entry.thing == thing.no
    assert entry.values[:2] == [0.5, 90]


def test_nothing_is_acknowledged_before_it_is_committed(running: Process) -> None:
    device("pub-2")
    with joined(running, "pub-2") as raw:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE readings_intake IN SHARE ROW EXCLUSIVE MODE")
            raw.send(publish("pub-2"), writing.PINGREQ)
            assert raw.wait(Kind.PINGRESP) == b""  # it is there, and answers
            assert raw.silent()
        assert raw.acknowledged() == 1
        assert len(stored()[0]) == 1


def test_one_sent_again_while_the_first_waits_is_taken_once_and_answered_once(running: Process) -> None:
    device("pub-3")
    with joined(running, "pub-3") as raw:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE readings_intake IN SHARE ROW EXCLUSIVE MODE")
            raw.send(publish("pub-3", packet=9), publish("pub-3", packet=9, again=True))
            assert raw.silent(0.3)
        assert raw.acknowledged() == 9
        assert raw.silent(0.3)
        assert len(stored()[0]) == 1


def test_one_sent_again_after_a_new_connection_is_marked_and_the_same(running: Process) -> None:
    """What the evaluator knows it by: the mark, and a digest of who, which and what."""
    device("pub-4")
    with joined(running, "pub-4") as raw:
        raw.send(publish("pub-4", packet=9))
        raw.acknowledged()
    with joined(running, "pub-4") as raw:
        raw.send(publish("pub-4", packet=9, again=True))
        assert raw.acknowledged() == 9
    first, second = stored()[0]
    assert first.mid == second.mid != 0
    assert not first.flags & Flag.AGAIN
    assert second.flags & Flag.AGAIN


def test_many_at_once_are_answered_in_their_order(running: Process) -> None:
    """MQTT-4.6.0-2."""
    device("pub-5")
    numbers = [5, 3, 65535, 1, *range(100, 400)]
    with joined(running, "pub-5") as raw:
        raw.send(*(publish("pub-5", packet=n) for n in numbers))
        assert [raw.acknowledged() for _ in numbers] == numbers
    assert len(stored()[0]) == len(numbers)


def test_quality_0_is_stored_and_unanswered_and_2_is_stored_once(running: Process) -> None:
    device("pub-6")
    with joined(running, "pub-6") as raw:
        raw.send(publish("pub-6", qos=0))
        until(lambda: len(stored()[0]) == 1)
        raw.send(publish("pub-6", qos=2, packet=4))
        assert raw.wait(Kind.PUBREC) == b"\x00\x04"
        raw.send(publish("pub-6", qos=2, packet=4, again=True))
        assert raw.wait(Kind.PUBREC) == b"\x00\x04"
        raw.send(writing.pubrel(4), writing.pubrel(4))
        assert raw.wait(Kind.PUBCOMP) == b"\x00\x04"
        assert raw.wait(Kind.PUBCOMP) == b"\x00\x04"
        assert raw.silent(0.2)
    assert len(stored()[0]) == 2


@pytest.mark.parametrize("topic", ["v1/devices/me/telemetry", "r/310115/pub-7", "d/pub-7/up", "d/pub-7/up/a/b"])
def test_every_topic_of_its_own_is_a_reading(running: Process, topic: str) -> None:
    device("pub-7")
    with joined(running, "pub-7") as raw:
        raw.send(writing.publish(topic, READING, qos=1, packet=1))
        assert raw.acknowledged() == 1
    assert len(stored()[0]) == 1


def test_a_payload_that_cannot_be_read_is_acknowledged_when_it_is_a_dead_letter(running: Process) -> None:
    """Sent again it would not become readable. The device goes on; the desk shows it."""
    device("pub-8")
    with joined(running, "pub-8") as raw:
        raw.send(publish("pub-8", b"{broken"), publish("pub-8", json.dumps({"smoke": 1}).encode(), packet=2))
        assert [raw.acknowledged(), raw.acknowledged()] == [1, 2]
    entries, (dead,) = stored()
    assert len(entries) == 1
    assert (dead.why, dead.payload, dead.key) == ("unreadable", b"{broken", "pub-8")


def test_a_will_is_a_reading_when_a_device_goes_without_a_word(running: Process) -> None:
    """And none when it says goodbye (3.1.2.5)."""
    device("pub-9")
    connect = with_will("pub-9", "d/pub-9/up", b'{"smoke": 2}')
    with Raw(running.port) as raw:
        raw.send(connect)
        assert raw.wait(Kind.CONNACK)[1] == 0
        raw.send(publish("pub-9"))
        assert raw.acknowledged() == 1
        raw.send(writing.DISCONNECT)
        assert raw.closed()
    with Raw(running.port) as raw:
        raw.send(connect)
        assert raw.wait(Kind.CONNACK)[1] == 0
    until(lambda: len(stored()[0]) == 2)
    assert [entry.values[0] for entry in stored()[0]] == [0.5, 2.0]
