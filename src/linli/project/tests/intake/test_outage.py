"""The database goes and comes again: nobody is cut off, nothing is lost, everything goes on."""

from __future__ import annotations

import pytest
from django.db import connection

from linli.gateways.devices.down import send_down
from linli.gateways.devices.mqtt import writing
from linli.kernel.access import SYSTEM
from linli.kernel.clock.now import now

from ..test_processes import until
from .ground import READING, Process, device, joined, stored

_CUT = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'linli intake' AND pid <> pg_backend_pid()
"""


def cut() -> int:
    """End every connection intake has to the database, as its restart does."""
    with connection.cursor() as cursor:
        cursor.execute(_CUT)
        return int(cursor.fetchone()[0])


@pytest.mark.slow
def test_every_line_to_the_database_is_cut_again_and_again(running: Process) -> None:
    device("out-1")
    with joined(running, "out-1") as raw:
        assert raw.subscribe("d/out-1/down/#") == [1]
        for n in range(1, 4):
            until(lambda: cut() >= 3)  # the receiver's, the store's, the ear's
            raw.send(writing.publish("d/out-1/up", READING, qos=1, packet=n))
            assert raw.acknowledged() == n
            send_down(by=SYSTEM, at=now(), key="out-1", to="x", payload=b"%d" % n)
            heard = raw.hear()
            assert heard.payload == b"%d" % n
            raw.send(writing.puback(heard.packet))
        assert len(stored()[0]) == 3
        device("out-2")  # and who is new is known
        with joined(running, "out-2", clean=False) as other:
            other.send(writing.publish("d/out-2/up", READING, qos=1, packet=1))
            assert other.acknowledged() == 1
