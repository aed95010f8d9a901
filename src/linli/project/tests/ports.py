"""Ports for the processes that tests start."""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack

# Below what Linux hands out by itself (32768 and up): from there any connection of a test beside us may take one between
# its being found free here and its being listened on, and the process it was meant for ends.
_FIRST, _LAST = 15000, 32000
_dice = random.SystemRandom()


def free_port(row: int = 1) -> int:
    """A port nobody listens on, the first of `row` of them."""
    for _ in range(200):
        port = _dice.randrange(_FIRST, _LAST - row)
        try:
            with ExitStack() as held:
                for one in range(port, port + row):
                    held.enter_context(socket.create_server(("127.0.0.1", one)))
        except OSError:
            continue
        return port
    raise RuntimeError("no port is free")
