"""A device of our own beside the load: it raises an alarm and looks for the matter that opens."""

from __future__ import annotations

import json
import socket
import struct
import time
from typing import Any


class Probe:
    """Publishes as devices the load does not use, one alarm each; a thing alarms once, so each is used once."""

    def __init__(self, port: int, connection: Any, beyond: int) -> None:
        self.port, self.connection = port, connection
        ((last,),) = connection.execute(
            "SELECT coalesce(max(substr(t.key, 5)::int), -1) FROM readings_warning w JOIN things_thing t ON t.id = w.thing_id"
            " WHERE w.rule = 'bench-over' AND t.key ~ '^dev-[0-9]+$'"
        ).fetchall()
        self.next = max(beyond, last + 1)  # also where a run before this one used some

    @staticmethod
    def wait(port: int, patience: float = 60) -> None:
        """Until the intake answers."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the intake does not answer")

    def measure(self, seconds: float) -> list[float]:
        """Seconds from each publish to the matter that can be seen by another session."""
        until, delays = time.monotonic() + seconds, []
        time.sleep(5)
        while time.monotonic() < until:
            delays.append(self._once(f"dev-{self.next:06d}"))
            self.next += 1
            time.sleep(0.15)
        return delays

    def _once(self, key: str) -> float:
        link = socket.create_connection(("127.0.0.1", self.port), 30)
        try:
            link.sendall(connect(key, f"s3cret-{key[4:]}"))
            if link.recv(4)[3] != 0:
                raise SystemExit(f"{key} is not let in")
            body = json.dumps({"t": int(time.time() * 1000), "v": 300.0, "temp": 20, "bat": 80}).encode()
            begun = time.perf_counter()
            link.sendall(publish(f"d/{key}/up", body))
            query = (
                "SELECT 1 FROM readings_warning w JOIN things_thing t ON t.id = w.thing_id"
                " WHERE t.key = %s AND w.rule = 'bench-over' AND w.matter_id IS NOT NULL"
            )
            while not self.connection.execute(query, [key]).fetchone():
                if time.perf_counter() - begun > 30:
                    return 30.0
                time.sleep(0.005)
            return time.perf_counter() - begun
        finally:
            link.close()


def connect(key: str, secret: str) -> bytes:
    """CONNECT, clean session, with user name and password."""
    body = _text("MQTT") + b"\x04\xc2" + struct.pack(">H", 60) + _text(key) + _text(key) + _text(secret)
    return b"\x10" + _length(len(body)) + body


def publish(topic: str, payload: bytes, packet: int = 1) -> bytes:
    """PUBLISH, QoS 1."""
    body = _text(topic) + struct.pack(">H", packet) + payload
    return b"\x32" + _length(len(body)) + body


def _text(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack(">H", len(encoded)) + encoded


def _length(n: int) -> bytes:
    out = b""
    while True:
        n, digit = divmod(n, 128)
        out += bytes([digit | 128 if n else digit])
        if not n:
            return out
