"""What is on its way to a client: in order, a window at a time, each until it is acknowledged, none twice."""

from __future__ import annotations

from linli.gateways.devices.mqtt import packets
from linli.gateways.devices.mqtt.packets import Reader
from linli.gateways.devices.mqtt.session import WINDOW, Down, Session

TOPIC = "d/dev-1/down/a"


def down(stored: int, *, qos: int = 1, topic: str = TOPIC, tried: bool = False) -> Down:
    return Down(stored, 1, None, topic, str(stored).encode(), qos, tried)


def listening(qos: int = 1) -> Session:
    return Session(1, "dev-1", filters={"d/dev-1/down/#": qos})


def sent(session: Session) -> list[tuple[bytes, int, int]]:
    """Payload, packet identifier and first byte of all that can go out now."""
    found = []
    for data, _stored, _order in session.next():
        ((first, body, _size),) = Reader().feed(data)
        _topic, packet, payload = packets.publish_of(first, body)
        found.append((payload, packet, first))
    return found


def test_what_nobody_listens_to_is_not_taken() -> None:
    assert not listening().offer(down(1, topic="d/dev-1/own/a"))


def test_a_window_goes_out_and_the_rest_follows_as_it_is_acknowledged() -> None:
    session = listening()
    for stored in range(1, WINDOW + 3):
        assert session.offer(down(stored))
    first = sent(session)
    assert [payload for payload, _packet, _first in first] == [str(n).encode() for n in range(1, WINDOW + 1)]
    assert session.acknowledged(first[0][1]) == 1
    assert [payload for payload, _p, _f in sent(session)] == [str(WINDOW + 1).encode()]


def test_the_same_message_is_sent_once() -> None:
    session = listening()
    session.offer(down(1))
    session.offer(down(1))
    assert len(sent(session)) == 1
    session.offer(down(1))
    assert not sent(session)


def test_one_that_was_sent_before_keeps_its_number_and_says_so() -> None:
    before, after = listening(), listening()
    before.offer(down(70_000))
    ((_payload, packet, first),) = sent(before)
    assert not first & 8
    assert list(before.unanswered()) == [70_000]
    after.offer(down(70_000, tried=True))
    ((_payload, again, first),) = sent(after)
    assert again == packet
    assert first & 8


def test_quality_is_lowered_to_what_was_asked_for() -> None:
    session = listening(qos=0)
    session.offer(down(5))
    ((data, stored, _order),) = list(session.next())
    assert data[0] >> 1 & 3 == 0
    assert stored == 5  # done with it: there will be no acknowledgement


def test_an_acknowledgement_of_nothing_is_nothing() -> None:
    assert listening().acknowledged(9) == 0


def test_numbers_in_flight_are_not_given_twice() -> None:
    session = listening()
    for stored in (1, 65_536, 131_071):  # the same number, by the rule
        session.offer(down(stored))
    assert len({packet for _payload, packet, _first in sent(session)}) == 3
