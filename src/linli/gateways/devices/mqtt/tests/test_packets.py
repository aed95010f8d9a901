"""Bytes become packets whatever pieces they come in; bytes that are none are a named fault and nothing else."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linli.gateways.devices.mqtt import packets, writing
from linli.gateways.devices.mqtt.packets import BODY_LIMIT, SKIP_LIMIT, Fault, Kind, Packet, Reader, Wrong

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
topics = texts.filter(lambda text: text and not set(text) & set("#+"))
numbers = st.integers(1, 65535)
publishes = st.builds(
    lambda topic, payload, qos, packet, again, retain: writing.publish(
        topic, payload, qos=qos, packet=packet, again=again and qos > 0, retain=retain
    ),
    topics, st.binary(max_size=300), st.sampled_from((0, 1)), numbers, st.booleans(), st.booleans(),
)  # fmt: skip
others = st.one_of(
    st.builds(writing.subscribe, numbers, st.lists(st.tuples(texts, st.integers(0, 2)), min_size=1, max_size=4)),
    st.builds(writing.pubrel, numbers),
    st.builds(writing.puback, numbers),
    st.just(writing.PINGREQ),
    st.just(writing.DISCONNECT),
    st.builds(
        writing.connect, texts, clean=st.booleans(), keep_alive=st.integers(0, 65535), user=texts, password=texts
    ),
)


def parse(first: int, body: bytes) -> object:
    """As a connection does."""
    return {
        Kind.CONNECT: packets.connect_of,
        Kind.PUBLISH: packets.publish_of,
        Kind.SUBSCRIBE: packets.subscribe_of,
        Kind.UNSUBSCRIBE: packets.unsubscribe_of,
        Kind.PINGREQ: packets.empty_of,
        Kind.DISCONNECT: packets.empty_of,
    }.get(first >> 4, packets.answer_of)(first, body)


def read(pieces: list[bytes], limit: int = BODY_LIMIT) -> tuple[list[Packet], Reader]:
    reader = Reader(limit)
    return [packet for piece in pieces for packet in reader.feed(piece)], reader


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[a:b] for a, b in itertools.pairwise(edges)]


@given(st.lists(st.one_of(publishes, others), max_size=12), st.lists(st.integers(0, 10_000), max_size=20))
def test_a_stream_is_the_same_packets_however_it_is_cut(sent: list[bytes], places: list[int]) -> None:
    stream = b"".join(sent)
    whole, reader = read([stream])
    assert reader.fault is None
    assert reader.between
    assert len(whole) == len(sent)
    assert read(cut(stream, places))[0] == whole
    assert read([bytes((byte,)) for byte in stream])[0] == whole
    for first, body, _size in whole:
        parse(first, body)


@given(topics, st.binary(max_size=200_000), st.sampled_from((0, 1)), numbers)
@example("a", b"x" * 127, 1, 1)
@example("a", b"x" * 16_380, 1, 1)
def test_a_publish_is_read_as_it_was_written(topic: str, payload: bytes, qos: int, packet: int) -> None:
    ((first, body, size),), _reader = read([writing.publish(topic, payload, qos=qos, packet=packet)], 1 << 20)
    assert packets.publish_of(first, body) == (topic.encode(), packet if qos else 0, payload)
    assert size == len(body)
    assert packets.topic_of(topic.encode()) == topic


@given(st.lists(st.binary(max_size=60), max_size=20))
def test_any_bytes_are_packets_or_a_fault_with_a_name(pieces: list[bytes]) -> None:
    found, reader = read(pieces)
    assert reader.fault is None or isinstance(reader.fault.wrong, Wrong)
    for first, body, _size in found:
        try:
            parse(first, body)
        except Fault as fault:
            assert isinstance(fault.wrong, Wrong)


@given(st.sampled_from([k << 4 | f for k in range(16) for f in range(16)]), st.binary(max_size=80))
def test_any_body_of_any_kind_is_read_or_a_fault_with_a_name(first: int, body: bytes) -> None:
    try:
        parse(first, body)
    except Fault as fault:
        assert isinstance(fault.wrong, Wrong)


def test_what_is_too_long_is_refused_before_it_arrives() -> None:
    for first in (0x10, 0x82, 0xA2):
        announced = bytes((first,)) + b"\x80\x80\x80\x01"  # two mebibytes, of which not one byte has come
        assert read([announced])[1].fault.wrong is Wrong.TOO_LARGE
    assert read([b"\x32\xff\xff\xff\x7f"])[1].fault.wrong is Wrong.TOO_LARGE  # above even what is read past
    assert SKIP_LIMIT < 0xFFFFFF7F


@pytest.mark.parametrize("size", [BODY_LIMIT, BODY_LIMIT + 1, 1_000_000, 3_000_000])
@pytest.mark.parametrize("piece", [1447, 65536, 10_000_000])
def test_a_publish_of_megabytes_is_cut_and_what_follows_is_whole(size: int, piece: int) -> None:
    long = writing.publish("d/a/up", b"z" * (size - 10), qos=1, packet=7)
    stream = writing.PINGREQ + long + writing.publish("d/a/up", b"{}", qos=1, packet=8) + writing.PINGREQ
    found, reader = read([stream[at : at + piece] for at in range(0, len(stream), piece)])
    kinds = [first >> 4 for first, _body, _size in found]
    assert kinds == [Kind.PINGREQ, Kind.PUBLISH, Kind.PUBLISH, Kind.PINGREQ]
    topic, packet, payload = packets.publish_of(*found[1][:2])
    assert (topic, packet) == (b"d/a/up", 7)
    assert found[1][2] == size
    assert len(payload) == min(size, BODY_LIMIT) - 10
    assert packets.publish_of(*found[2][:2])[2] == b"{}"
    assert reader.between


def test_a_slow_sender_makes_nobody_copy_what_has_come_over_and_over() -> None:
    """64 KiB a byte at a time: looked at when it is all there, not 65,536 times."""
    reader = Reader()
    stream = writing.publish("d/a/up", b"z" * 60_000, qos=1, packet=7)
    looked = sum(bool(reader.feed(stream[at : at + 1])) for at in range(len(stream)))
    assert looked == 1


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        (b"\x32\x80\x80\x80\x80\x01", Wrong.LENGTH),
        (b"\x3f\x05\x00\x01a\x00\x01", Wrong.QOS),
        (b"\x32\x05\x00\x01a\x00\x00", Wrong.PACKET_ID),
        (b"\x32\x03\x00\x01a", Wrong.SHORT),
        (b"\x30\x02\x00\x09", Wrong.SHORT),
        (b"\x30\x01\x00", Wrong.SHORT),
        (b"\x80\x06\x00\x01\x00\x01a\x00", Wrong.RESERVED),
        (b"\x82\x02\x00\x01", Wrong.NOTHING),
        (b"\x82\x06\x00\x01\x00\x01a\x03", Wrong.QOS),
        (b"\xa2\x02\x00\x01", Wrong.NOTHING),
        (b"\xc0\x01a", Wrong.LONG),
        (b"\xc1\x00", Wrong.RESERVED),
        (b"\x10\x0c\x00\x04MQTT\x04\x01\x00\x00\x00\x00", Wrong.RESERVED),
        (b"\x10\x0c\x00\x04MQTT\x04\x40\x00\x00\x00\x00", Wrong.FLAGS),
        (b"\x10\x0c\x00\x04MQTT\x04\x1e\x00\x00\x00\x00", Wrong.FLAGS),
        (b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x00\x00\x01\x00", Wrong.TEXT),
        (b"\x10\x0e\x00\x04HTTP\x04\x02\x00\x00\x00\x00aa", Wrong.PROTOCOL),
        (b"\x10\x0d\x00\x04MQTT\x04\x02\x00\x00\x00\x00a", Wrong.LONG),
    ],
)
def test_every_fault_has_its_name(data: bytes, wrong: Wrong) -> None:
    found, reader = read([data])
    if reader.fault is not None:
        assert reader.fault.wrong is wrong
        return
    with pytest.raises(Fault) as raised:
        parse(*found[0][:2])
    assert raised.value.wrong is wrong


@pytest.mark.parametrize("topic", [b"", b"d/+/up", b"d/#", b"d/\xff", b"d/\x00", b"\xed\xa0\x80"])
def test_a_topic_is_text_without_wildcards(topic: bytes) -> None:
    with pytest.raises(Fault):
        packets.topic_of(topic)


def test_an_older_and_a_newer_mqtt_are_told_apart_and_not_read_on() -> None:
    assert packets.connect_of(0x10, b"\x00\x06MQIsdp\x03\x02\x00\x00\x00\x01a").level == 3
    assert packets.connect_of(0x10, b"\x00\x04MQTT\x05\x02\x00\x00\x00\x00\x01a").level == 5
