"""What the bench asks of somebody else's program: to be made ready, started, and to say aloud when its rule raises."""

from __future__ import annotations

import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import Popen, TimeoutExpired

from .talk import Talk


def _free_ports(many: int) -> list[int]:
    """Different ones: all are held until the last is found."""
    with ExitStack() as held:
        return [held.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1] for _ in range(many)]


BROKER, HOME_ASSISTANT = _free_ports(2)
"""Found when the bench begins: one that runs beside another, or a port somebody else has, stops neither."""
DEVICES = 400
READY = DEVICES - 1
"""The device that is asked whether the program works."""
PATIENCE = 120.0


class Peer(ABC):
    """Reads `r/310115/dev-000000` … from Mosquitto and publishes `raised/<number>` when its rule raises."""

    name: str
    folder: Path

    @abstractmethod
    def missing(self) -> str:
        """Why it cannot be measured; "" when it can."""

    @abstractmethod
    def prepare(self) -> None:
        """Write its settings."""

    @abstractmethod
    def start(self) -> Popen[bytes]: ...

    def kept(self, device: int) -> set[float] | None:
        """The values it has stored of a device; None when it stores nothing."""
        return None

    @contextmanager
    def running(self) -> Iterator[Popen[bytes]]:
        process = self.start()
        try:
            with Talk(BROKER) as talk:
                until_ready(talk)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(60)
            except TimeoutExpired:
                process.kill()
                process.wait(20)


def until_ready(talk: Talk) -> None:
    """Until the rule has raised for the device that is asked: an alarm is said anew every eight seconds."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        talk.say(READY, 20.0)
        time.sleep(0.5)
        talk.say(READY, 80.0)
        asked = time.monotonic()
        while time.monotonic() - asked < 8:
            if READY in talk.raised:
                talk.say(READY, 20.0)
                del talk.raised[READY]
                return
            time.sleep(0.1)
    raise SystemExit("it does not answer")
