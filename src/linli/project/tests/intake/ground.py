"""A real intake process over the tests' database, devices it knows, and a client that may send whatever it likes."""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.utils import timezone

from linli.gateways.devices.mqtt import packets, writing
from linli.gateways.devices.mqtt.packets import Kind, Packet, Reader
from linli.kernel.access import as_system
from linli.kernel.readings.models import Intake
from linli.kernel.readings.wire import Dead, Entry, unpack
from linli.kernel.things.models import Credential, State, Thing

from ..ports import free_port
from ..test_processes import until

TOY = "linli.kernel.things.tests.toy"
SECRET = "s3cret-of-a-detector-0123456789"
READING = b'{"smoke": 0.5, "battery": 90}'


def database_url() -> str:
    given = connection.settings_dict
    host = quote(given["HOST"], safe="")
    return os.environ.get("LINLI_DATABASE_URL") or (
        f"postgresql://{given['USER']}@/{given['NAME']}?host={host}&port={given['PORT']}"
    )


@dataclass
class Process:
    """`linli intake` on a port of its own; killed and started again on the same one."""

    port: int = field(default_factory=free_port)
    tls_port: int = field(default_factory=free_port)
    environment: dict[str, str] = field(default_factory=dict)
    files: int = 0
    """How many files it may have open; 0: as many as we."""
    _child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "linli.cli", "intake", "--bare"]
        self._child = subprocess.Popen(
            [*command, "--port", str(self.port), "--tls-port", str(self.tls_port)],
            env=os.environ
            | {
                "LINLI_DATABASE_URL": database_url(),
                "LINLI_SECRET_KEY": settings.SECRET_KEY,
                "LINLI_SCENES": TOY,
            }
            | self.environment,
            preexec_fn=self._bound if self.files else None,
        )
        until(self.answers, 40)

    def _bound(self) -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (self.files, self.files))

    def answers(self) -> bool:
        assert self._child is not None and self._child.poll() is None, "intake ended"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        self.end(signal.SIGKILL)

    def end(self, number: int = signal.SIGTERM) -> int:
        """Its exit code."""
        if self._child is None:
            return 0
        self._child.send_signal(number)
        code = self._child.wait(30)
        self._child = None
        return code

    def running(self) -> bool:
        return self._child is not None and self._child.poll() is None


@contextmanager
def intake(**environment: str) -> Iterator[Process]:
    process = Process(environment=environment)
    process.start()
    try:
        yield process
    finally:
        if process.running():
            process.end()


def device(key: str, *, state: str = State.WORKING, secret: str = SECRET) -> Thing:
    """A smoke detector that is registered, with one secret."""
    now = timezone.now()
    with as_system():
        thing = Thing.objects.create(
            key=key, model="smoke-detector", name="烟感", state=state, place_code="990101001001", shard=3,
            registered_at=now, retired_at=now if state == State.RETIRED else None,
        )  # fmt: skip
        Credential.objects.create(thing=thing, digest=hashlib.sha256(secret.encode()).digest(), issued_at=now)
        thing.refresh_from_db()
    return thing


def stored() -> tuple[list[Entry], list[Dead]]:
    """Everything that waits in readings_intake."""
    entries, dead = list[Entry](), list[Dead]()
    for row in Intake.objects.order_by("id"):
        batch = unpack(bytes(row.entries))
        entries += batch.entries
        dead += batch.dead
    return entries, dead


class Raw:
    """A client of bytes: what is said of MQTT below is said by whoever uses it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._reader = Reader()
        self._came: list[Packet] = []

    def __enter__(self) -> Raw:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.socket.close()

    def send(self, *data: bytes) -> None:
        self.socket.sendall(b"".join(data))

    def next(self, patience: float = 20.0) -> Packet:
        """The next packet; raises EOFError when the connection is closed, TimeoutError when nothing comes."""
        deadline = time.monotonic() + patience
        while not self._came:
            self.socket.settimeout(max(0.01, deadline - time.monotonic()))
            try:
                data = self.socket.recv(65536)
            except ConnectionResetError:
                data = b""
            if not data:
                raise EOFError
            self._came += self._reader.feed(data)
        return self._came.pop(0)

    def wait(self, kind: Kind, patience: float = 20.0) -> bytes:
        """The body of the next packet, which must be of this kind."""
        first, body, _size = self.next(patience)
        assert Kind(first >> 4) is kind, (Kind(first >> 4), body)
        return body

    def silent(self, seconds: float = 0.5) -> bool:
        """Whether nothing comes, and the connection stands."""
        try:
            self.next(seconds)
        except TimeoutError:
            return True
        return False

    def closed(self, patience: float = 20.0) -> bool:
        """Whether the connection is closed without another word."""
        try:
            found = self.next(patience)
        except EOFError:
            return True
        raise AssertionError(f"not closed, but {found}")

    def connect(
        self, key: str, *, secret: str = SECRET, client: str | None = None, clean: bool = True, keep_alive: int = 60
    ) -> tuple[bool, int]:
        """Whether a session was there, and the answer."""
        self.send(
            writing.connect(
                key if client is None else client, clean=clean, keep_alive=keep_alive, user=key, password=secret
            )
        )
        present, answer = self.wait(Kind.CONNACK)
        return bool(present), answer

    def subscribe(self, *filters: str, packet: int = 1, qos: int = 1) -> list[int]:
        self.send(writing.subscribe(packet, [(pattern, qos) for pattern in filters]))
        body = self.wait(Kind.SUBACK)
        assert int.from_bytes(body[:2], "big") == packet
        return list(body[2:])

    def acknowledged(self, patience: float = 20.0) -> int:
        """The packet identifier of the PUBACK that must come next."""
        return int.from_bytes(self.wait(Kind.PUBACK, patience), "big")

    def hear(self, patience: float = 20.0) -> Heard:
        """The publish that must come next."""
        first, body, _size = self.next(patience)
        assert first >> 4 == Kind.PUBLISH, (first, body)
        topic, packet, payload = packets.publish_of(first, body)
        return Heard(topic.decode(), payload, first >> 1 & 3, packet, bool(first & 8), bool(first & 1))


@dataclass(frozen=True)
class Heard:
    topic: str
    payload: bytes
    qos: int
    packet: int
    again: bool
    retain: bool


def with_will(key: str, topic: str, payload: bytes, *, retain: bool = False) -> bytes:
    """CONNECT with something to be said when it goes without a word, at QoS 1; keep-alive is a minute."""

    def text(raw: bytes) -> bytes:
        return len(raw).to_bytes(2, "big") + raw

    flags = bytes((0xCE | retain << 5,))
    said = text(topic.encode()) + text(payload)
    body = b"\x00\x04MQTT\x04" + flags + b"\x00\x3c" + text(key.encode()) + said + text(key.encode())
    body += text(SECRET.encode())
    assert len(body) < 16384
    size = bytes((len(body),)) if len(body) < 128 else bytes((len(body) & 127 | 128, len(body) >> 7))
    return b"\x10" + size + body


def joined(process: Process, key: str, **how: object) -> Raw:
    """A client that is in."""
    raw = Raw(process.port)
    assert raw.connect(key, **how)[1] == 0  # type: ignore[arg-type]
    return raw
