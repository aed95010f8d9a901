"""A network between a page and the live process: it can be cut, and it can go silent without a word to either side."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
import time
from urllib.parse import urlsplit

_RESET = struct.pack("ii", 1, 0)


class Wire:
    """`cut`: every connection is reset and new ones are refused; `hang`: connections stay and nothing passes, new ones
    are taken and hear nothing; `mend`: whatever comes now passes. `port`: where it listens; 0 is any."""

    def __init__(self, address: str, port: int = 0) -> None:
        there = urlsplit(address)
        self._there = (there.hostname or "", there.port or 0)
        self._server = socket.create_server(("127.0.0.1", port), backlog=512)
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._state = "through"
        self._ended = False
        self.passed = 0
        """Connections that reached the other side."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.getsockname()[1]}"

    def cut(self) -> None:
        self._state = "cut"
        pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                    end.close()

    def hang(self) -> None:
        self._state = "hang"

    def mend(self) -> None:
        """What hung goes on hanging: the other side of it believes in a connection that leads nowhere."""
        self._hung = self._pairs
        self._pairs = []
        self._state = "through"

    def __enter__(self) -> Wire:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._ended = True
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.cut()

    def _accept(self) -> None:
        while not self._ended:
            try:
                here, _ = self._server.accept()
            except OSError:
                return
            if self._state == "cut":
                here.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                here.close()
            else:
                threading.Thread(target=self._carry, args=(here,), daemon=True).start()

    def _carry(self, here: socket.socket) -> None:
        try:
            there = socket.create_connection(self._there, 5)
        except OSError:
            here.close()
            return
        pair = (here, there)
        self._pairs.append(pair)
        try:
            while not self._ended:
                if self._state == "hang" or pair not in self._pairs:
                    time.sleep(0.05)
                    if here.fileno() < 0:
                        return
                    continue
                ready, _, _ = select.select(pair, [], [], 0.05)
                if self._state != "through":
                    continue
                for end in ready:
                    data = end.recv(65536)
                    if not data:
                        return
                    (there if end is here else here).sendall(data)
        except (OSError, ValueError):
            return
        finally:
            if self._state == "through" and pair in self._pairs:
                self._pairs.remove(pair)
                here.close()
                there.close()
