"""Whatever one connection sends, or does not send, harms nobody else."""

from __future__ import annotations

import random
import socket
import time

import pytest

from linli.gateways.devices.mqtt import writing
from linli.gateways.devices.mqtt.packets import Kind

from ..test_processes import until
from .ground import READING, Process, Raw, device, joined, stored


def well(running: Process, key: str) -> bool:
    """Another device is served as ever."""
    with joined(running, key) as raw:
        raw.send(writing.publish(f"d/{key}/up", READING, qos=1, packet=1))
        return raw.acknowledged() == 1


def test_who_begins_with_anything_but_connect_is_cut_off(running: Process) -> None:
    device("bad-1")
    for data in (
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS at the plain port
        b"\xff" * 64,
        writing.publish("d/bad-1/up", READING, qos=1, packet=1),
        writing.PINGREQ,
        b"\x10\xff\xff\xff\x7f",
        b"\x10\x80\x80\x80\x80\x80",
        b"\x10\x04\x00\x04MQ",
    ):
        with Raw(running.port) as raw:
            raw.send(data)
            assert raw.closed()
    assert well(running, "bad-1")
    assert len(stored()[0]) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"\x36\x05\x00\x01a\x00\x01",  # QoS 3
        b"\x32\x05\x00\x01a\x00\x00",  # packet identifier 0
        b"\x20\x02\x00\x00",  # a server's packet
        b"\xf0\x00",
        b"\x80\x06\x00\x01\x00\x01a\x00",  # SUBSCRIBE without its flag
        b"\x82\x05\x00\x01\x00\x00\x01",  # an empty filter
        b"\x32\x80\x80\x80\x80\x01",
        writing.connect("bad-2"),  # a second one
        writing.publish("d/+/up", READING, qos=1, packet=1),
        b"\x32\x07\x00\x02\xc3\x28\x00\x01a",  # a topic that is not UTF-8
    ],
)
def test_a_fault_ends_the_connection_and_what_was_before_it_counts(running: Process, data: bytes) -> None:
    device("bad-2")
    with joined(running, "bad-2") as raw:
        raw.send(writing.publish("d/bad-2/up", READING), data)
        assert raw.closed()
    until(lambda: len(stored()[0]) == 1)
    until(lambda: len(stored()[1]) == 1)  # and why it was cut off is on the desk
    assert stored()[1][0].why == "unreadable"


def test_a_megabyte_is_a_dead_letter_and_the_connection_goes_on(running: Process) -> None:
    """Closing it would make the device send it again for ever."""
    device("bad-3")
    with joined(running, "bad-3") as raw:
        long = writing.publish("d/bad-3/up", b"[" + b"1," * 524_288 + b"1]", qos=1, packet=1)
        raw.send(long, writing.publish("d/bad-3/up", READING, qos=1, packet=2))
        assert [raw.acknowledged(), raw.acknowledged()] == [1, 2]
        entries, (dead,) = stored()
        assert len(entries) == 1
        assert dead.why == "too_large"
        assert len(dead.payload) == 65536
        assert dead.says.startswith("1048579 > ")
        raw.send(b"\x32\xff\xff\xff\x7f")
        assert raw.closed()


def test_bytes_of_chance_after_a_good_beginning(running: Process) -> None:
    device("bad-4")
    dice = random.Random(4)
    for _ in range(40):
        with joined(running, "bad-4") as raw:
            raw.send(dice.randbytes(dice.randint(1, 400)))
            raw.socket.shutdown(socket.SHUT_WR)
            with pytest.raises(EOFError):
                while True:
                    raw.next(5)
    assert well(running, "bad-4")


@pytest.mark.slow
def test_who_says_nothing_or_says_it_a_byte_at_a_time_is_cut_off_after_ten_seconds(running: Process) -> None:
    device("bad-5")
    connect = writing.connect("bad-5", user="bad-5", password="wrong")
    began = time.monotonic()
    with Raw(running.port) as mute, Raw(running.port) as slow:
        for byte in connect[:-1]:
            try:
                slow.send(bytes((byte,)))
            except OSError:
                break
            time.sleep(0.5)
        assert mute.closed(5)
        assert slow.closed(5)
    assert time.monotonic() - began > 9
    assert well(running, "bad-5")


def test_who_holds_every_place_and_says_nothing_makes_room_for_a_device(ground: None) -> None:
    """Whoever can reach the port can open connections; each would be held for ten seconds."""
    process = Process(files=260)  # of which 200 are kept for other things
    process.start()
    mute = []
    try:
        device("bad-11"), device("bad-12")
        with joined(process, "bad-11") as there:
            mute += [Raw(process.port) for _ in range(150)]
            assert well(process, "bad-12")
            there.send(writing.publish("d/bad-11/up", READING, qos=1, packet=1))
            assert there.acknowledged() == 1  # who is in stays in
            assert mute[0].closed(5)
            with pytest.raises(TimeoutError):
                mute[-1].next(0.2)
    finally:
        for raw in mute:
            raw.socket.close()
        process.end()


@pytest.mark.slow
def test_a_line_that_is_dead_on_one_side_ends_after_one_and_a_half_keep_alives(running: Process) -> None:
    device("bad-6")
    with (
        joined(running, "bad-6", keep_alive=2) as raw,
        joined(running, "bad-6", client="other", keep_alive=0) as other,
    ):
        began = time.monotonic()
        assert raw.closed()
        assert 3 <= time.monotonic() - began < 7
        other.send(writing.PINGREQ)
        assert other.wait(Kind.PINGRESP) == b""  # without a keep-alive there is no end


def test_a_flood_of_one_slows_that_one_and_is_noted_and_nothing_is_lost(running: Process) -> None:
    device("bad-7"), device("bad-8")
    with joined(running, "bad-7") as raw:
        sent = 1200
        raw.send(
            *(writing.publish("d/bad-7/up", b'{"smoke": %d}' % (n % 9), qos=1, packet=n) for n in range(1, sent))
        )
        assert well(running, "bad-8")
        assert [raw.acknowledged(60) for _ in range(1, sent)] == list(range(1, sent))
    entries, dead = stored()
    assert len(entries) == sent
    assert {letter.why for letter in dead} == {"flood"}


def test_who_is_cut_off_again_and_again_is_let_in_when_it_may_speak_again(running: Process) -> None:
    """Each time is a dead letter: a new connection is no way round the bound, and nobody else waits."""
    device("bad-9"), device("bad-10")
    big = writing.publish("d/bad-9/up", b"x" * 65537, qos=1, packet=1)
    with joined(running, "bad-9") as raw:
        # 64 KiB of each are kept, and count as 64 messages of the thousand there may be at once.
        raw.send(*[big] * 18)
        for _ in range(17):
            raw.acknowledged(60)
    began = time.monotonic()
    with joined(running, "bad-9") as raw:
        assert time.monotonic() - began > 1.5
        assert well(running, "bad-10")
    assert "flood" in {letter.why for letter in stored()[1]}
