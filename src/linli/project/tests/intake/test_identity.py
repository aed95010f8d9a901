"""A device comes in with its own secret, speaks and listens as itself, and is refused everything else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from linli.gateways.devices.mqtt import writing
from linli.gateways.devices.mqtt.packets import Kind
from linli.kernel.access import as_system
from linli.kernel.things.models import Credential, Signature, State, Stranger, Thing
from linli.kernel.things.queries.registry import ensure_slots
from linli.kernel.things.tests.cast import make_cast
from linli.kernel.things.tests.homes import HOME, make_home
from linli.kernel.things.verbs import withdraw

from ..test_processes import until
from .ground import READING, Process, Raw, device, joined, stored, with_will


def knocks(key: str) -> list[str]:
    with as_system():
        return sorted(Stranger.objects.filter(key=key).values_list("why", flat=True))


def test_a_wrong_secret_and_an_unknown_key_are_refused_and_noted(running: Process) -> None:
    device("id-1")
    for key, secret, why in (("id-1", "wrong", "secret"), ("nobody-1", "x", "unknown")):
        with Raw(running.port) as raw:
            assert raw.connect(key, secret=secret) == (False, 5)
            assert raw.closed()
        until(lambda key=key, why=why: knocks(key) == [why])


def test_no_secret_no_name_and_a_retired_device_are_refused(running: Process) -> None:
    device("id-2", state=State.RETIRED)
    with Raw(running.port) as raw:
        assert raw.connect("id-2") == (False, 5)
    for connect in (writing.connect("id-2"), writing.connect("id-2", user="id-2")):
        with Raw(running.port) as raw:
            raw.send(connect)
            assert raw.wait(Kind.CONNACK) == b"\x00\x05"
            assert raw.closed()
    until(lambda: "retired" in knocks("id-2"))


def test_another_protocol_and_a_client_without_a_name_that_wants_a_session_are_refused(running: Process) -> None:
    device("id-3")
    for level in (b"\x00\x06MQIsdp\x03", b"\x00\x04MQTT\x05"):
        body = level + b"\x02\x00\x3c\x00\x01a"
        with Raw(running.port) as raw:
            raw.send(b"\x10", bytes((len(body),)), body)
            assert raw.wait(Kind.CONNACK) == b"\x00\x01"
            assert raw.closed()
    with Raw(running.port) as raw:
        assert raw.connect("id-3", client="", clean=False) == (False, 2)
        assert raw.closed()
    with Raw(running.port) as raw:
        assert raw.connect("id-3", client="c" * 129) == (False, 2)
    with Raw(running.port) as raw:
        assert raw.connect("id-3", client="") == (False, 0)


@pytest.mark.parametrize("qos", [0, 1, 2])
@pytest.mark.parametrize("topic", ["d/id-5/up", "r/310115/id-5", "d/id-4/down/siren", "x", "$SYS/a"])
def test_who_speaks_for_another_is_cut_off_unacknowledged_and_it_is_seen(
    running: Process, topic: str, qos: int
) -> None:
    device("id-4"), device("id-5")
    with joined(running, "id-4") as raw:
        raw.send(writing.publish(topic, READING, qos=qos, packet=1), writing.publish("d/id-4/up", READING))
        assert raw.closed()
    until(lambda: stored()[1] != [])
    entries, (dead,) = stored()
    assert entries == []  # nor what stood behind it in the same packet
    assert (dead.key, dead.why, dead.topic, dead.payload) == ("id-4", "topic", topic, READING)


def test_who_listens_to_another_hears_that_it_may_not(running: Process) -> None:
    device("id-6")
    with joined(running, "id-6") as raw:
        wanted = ("d/id-7/down/#", "d/id-6/down/#", "#", "d/+/down/#", "+/id-6/down/a", "$SYS/#", "d/id-6/down/a")
        assert raw.subscribe(*wanted) == [128, 1, 128, 128, 128, 128, 1]
        assert raw.subscribe("d/id-6/down/b", qos=2, packet=2) == [1]  # lowered, as 3.8.4 allows
        assert raw.silent(0.2)
    until(lambda: stored()[1] != [])
    (dead,) = stored()[1]
    assert (dead.key, dead.why) == ("id-6", "topic")
    assert dead.topic.startswith("d/id-7/down/#, #, ")


def test_a_will_for_another_is_refused_at_the_door(running: Process) -> None:
    device("id-8")
    with Raw(running.port) as raw:
        raw.send(with_will("id-8", "d/id-9/up", READING))
        assert raw.wait(Kind.CONNACK) == b"\x00\x05"
        assert raw.closed()
    until(lambda: [dead.why for dead in stored()[1]] == ["topic"])


def test_a_device_that_is_not_installed_may_show_that_it_lives_and_nothing_else(running: Process) -> None:
    thing = device("id-10", state=State.WAITING)
    with joined(running, "id-10") as raw:
        until(lambda: knocks("id-10") == ["waiting"])
        raw.send(writing.publish("d/id-10/up", READING, qos=1, packet=3))
        assert raw.acknowledged() == 3  # once the letter is stored
        entries, (dead,) = stored()
        assert entries == []
        assert (dead.why, dead.thing) == ("unknown", thing.no)
        with as_system():
            Thing.objects.filter(pk=thing.pk).update(state=State.WORKING)

        def counted() -> bool:
            raw.send(writing.publish("d/id-10/up", READING, qos=1, packet=4))
            return raw.acknowledged() == 4 and len(stored()[0]) > 0

        until(counted)  # on the same connection


def test_a_secret_that_is_revoked_and_a_device_that_is_retired_end_the_connection(running: Process) -> None:
    revoked, retired = device("id-11"), device("id-12")
    with joined(running, "id-11") as first, joined(running, "id-12") as second:
        with as_system():
            Credential.objects.filter(thing=revoked).update(revoked_at=timezone.now())
            Thing.objects.filter(pk=retired.pk).update(state=State.RETIRED, retired_at=timezone.now())
        assert first.closed()
        assert second.closed()


def test_a_device_nobody_agrees_to_is_refused_and_one_that_is_taken_back_is_cut_off(running: Process) -> None:
    ensure_slots()
    home = make_home(make_cast())
    at = timezone.now() - timedelta(minutes=1)
    made = home.cast.register("id-home", model="button", place_code=HOME, at=at)
    with Raw(running.port) as raw:
        assert raw.connect("id-home", secret=made.secret) == (False, 5)
        assert raw.closed()
    until(lambda: knocks("id-home") == ["agreement"])
    home.signed(made.thing, at=at)
    with as_system():
        assert not Stranger.objects.filter(key="id-home", settled_at=None).exists(), "it was let in"

    def comes_in() -> bool:
        with Raw(running.port) as probe:
            return probe.connect("id-home", secret=made.secret) == (False, 0)

    until(comes_in)
    with joined(running, "id-home", secret=made.secret) as raw:
        raw.send(writing.publish("d/id-home/up", b'{"pressed": 0}', qos=1, packet=1))
        assert raw.acknowledged() == 1
        with as_system():
            signature = Signature.objects.get()
        withdraw(by=home.granny, at=timezone.now(), signature_id=signature.id)
        assert raw.closed()
    with Raw(running.port) as raw:
        assert raw.connect("id-home", secret=made.secret) == (False, 5)
    with as_system():
        until(lambda: Stranger.objects.filter(key="id-home", settled_at=None, why="agreement", sample="").exists())
    _entries, dead = stored()
    assert dead == []
