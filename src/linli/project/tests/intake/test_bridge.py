"""A broker that stands already is bridged in, and loses nothing while we are down: a real Mosquitto."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction

from linli.kernel.access import as_system
from linli.kernel.readings import limits
from linli.kernel.things.models import Stranger, Thing

from ..ports import free_port
from ..test_processes import until
from .ground import device, intake, stored

pytestmark = pytest.mark.skipif(shutil.which("mosquitto") is None, reason="mosquitto is not installed")


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a Mosquitto that asks nobody who they are."""
    folder: Path = tmp_path_factory.mktemp("broker")
    port = free_port()
    (folder / "mosquitto.conf").write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n"
    )
    process = subprocess.Popen(["mosquitto", "-c", str(folder / "mosquitto.conf")], stderr=subprocess.DEVNULL)
    try:
        until(lambda: publish(port, "hello", "x"))
        yield port
    finally:
        process.terminate()
        process.wait(20)


def publish(port: int, topic: str, payload: str) -> bool:
    command = ["mosquitto_pub", "-h", "127.0.0.1", "-p", str(port), "-q", "1", "-t", topic, "-m", payload]
    return subprocess.run(command, capture_output=True, timeout=20, check=False).returncode == 0


def count() -> int:
    return len(stored()[0])


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


def test_what_the_broker_has_is_stored_once_and_what_comes_while_we_are_down_later(broker: int) -> None:
    thing = device("br-1")
    device("br-2")
    with intake(LINLI_BRIDGE_URL=f"mqtt://127.0.0.1:{broker}", LINLI_BRIDGE_TOPICS="sensors/+key/data") as process:

        def heard() -> bool:  # the subscription is there
            publish(broker, "sensors/br-1/data", '{"smoke": 9}')
            return count() > 0

        until(heard)
        publish(broker, "sensors/br-1/data", "{broken")
        publish(broker, "sensors/nobody/data", '{"smoke": 1}')
        until(lambda: len(stored()[1]) == 1)

        def noted() -> bool:
            with as_system():
                return Stranger.objects.filter(key="nobody", why="unknown").exists()

        until(noted)
        before = count()
        process.kill()
        for n in range(30):
            assert publish(broker, "sensors/br-2/data", f'{{"smoke": {n % 10}}}')
        assert count() == before
        process.start()
        until(lambda: count() == before + 30, 30)
        with transaction.atomic(), connection.cursor() as cursor:  # nothing can be stored: nothing is acknowledged
            cursor.execute("LOCK TABLE readings_intake IN SHARE ROW EXCLUSIVE MODE")
            publish(broker, "sensors/br-2/data", '{"smoke": 3}')
            until(somebody_waits)  # it came, and cannot be stored
            process.kill()
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted")
            until(lambda: not somebody_waits())
        assert count() == before + 30
        process.start()
        until(lambda: count() == before + 31, 30)
    assert {entry.thing for entry in stored()[0]} >= {thing.no}


def flood(port: int, topic: str, lines: str) -> None:
    """All of it over one connection, as fast as it goes."""
    command = ["mosquitto_pub", "-h", "127.0.0.1", "-p", str(port), "-q", "1", "-t", topic, "-l"]
    subprocess.run(command, input=lines.encode(), capture_output=True, timeout=60, check=True)


def test_one_that_floods_behind_the_broker_keeps_nobody_back_and_is_bounded(broker: int) -> None:
    flooder, other = device("br-3"), device("br-4")
    most = int(limits.FLOOD_BURST + limits.FLOOD_BEHIND * limits.FLOOD_RATE)
    with intake(LINLI_BRIDGE_URL=f"mqtt://127.0.0.1:{broker}", LINLI_BRIDGE_TOPICS="sensors/+key/data"):

        def came(thing: Thing) -> int:
            return sum(entry.thing == thing.no for entry in stored()[0])

        def heard() -> bool:
            publish(broker, "sensors/br-4/data", '{"smoke": 9}')
            return came(other) > 0

        until(heard)
        began = time.monotonic()
        flood(broker, "sensors/br-3/data", '{"smoke": 1}\n' * (most + 6000))
        before = came(other)
        publish(broker, "sensors/br-4/data", '{"smoke": 3}')
        until(lambda: came(other) == before + 1, 30)
        took = time.monotonic() - began
        until(lambda: any("set aside" in letter.says for letter in stored()[1]))
    # What it may say meanwhile is told by its pace.
    assert most <= came(flooder) <= most + took * limits.FLOOD_RATE + 50
    assert {letter.why for letter in stored()[1] if letter.thing == flooder.no} == {"flood"}


def test_what_cannot_be_a_bridge_is_a_sentence_and_no_process(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="intake ended"), intake(LINLI_BRIDGE_URL="http://x"):
        pass
