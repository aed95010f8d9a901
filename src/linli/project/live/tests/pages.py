"""Pages as the live process knows them: a session, an open stream, and one that comes back as a browser does."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import httpx
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from linli.kernel.access import Actor, as_system
from linli.kernel.people.sessions import SessionStore
from linli.project.stream import token_for

Start = Callable[..., str]


def signed_in(actor: Actor) -> str:
    """A session of this account, as the door makes it; its key."""
    store = SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY], store[HASH_SESSION_KEY] = str(actor.account_id), "b", "h"
    with as_system():
        store.save()
    return str(store.session_key)


@dataclass
class Stream:
    """An open stream; `line` is the next that is said, "" when the server ended it."""

    response: httpx.Response

    def __post_init__(self) -> None:
        self._lines = self.response.iter_lines()

    def next(self, beginning: str) -> str:
        """The next line that begins so; "" at the end of the stream."""
        began = time.monotonic()
        for line in self._lines:  # one comes every 15 seconds at least, to keep it alive
            assert time.monotonic() - began < 40, f"waited in vain for {beginning}"
            if line.startswith(beginning):
                return line
        return ""

    def told(self) -> str:
        """The next that happened: what the stream says of itself has no data."""
        while (line := self.next("data:")) == "data: {}":
            pass
        return line

    def ends(self) -> bool:
        return self.next("no line begins like this") == ""


@contextmanager
def listening(address: str, actor: Actor, key: str, *, last: str = "") -> Iterator[Stream]:
    with httpx.stream(
        "GET", f"{address}/stream", params={"token": token_for(actor, key), "last": last}, timeout=30
    ) as response:
        assert response.status_code == 200
        stream = Stream(response)
        assert stream.next("retry:")
        yield stream


class Page(threading.Thread):
    """Listens until `stop`, comes back with the place of its last event whenever the stream ends or goes silent, and keeps
    what it was told, in order. `again`: how often it was to ask for everything."""

    def __init__(self, address: str, token: str, *, silence: float = 2.0, last: str = "") -> None:
        super().__init__(daemon=True)
        self._address, self.token, self._silence = urlsplit(address).netloc, token, silence
        self.last, self.told, self.again, self.opened = last, [], 0, 0
        self.states: list[str] = []
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.is_set():
            with suppress(OSError, http.client.HTTPException):
                self._listen()
            self._stopped.wait(0.1)

    def stop(self) -> None:
        self._stopped.set()
        self.join(20)

    def _listen(self) -> None:
        connection = http.client.HTTPConnection(self._address, timeout=self._silence)
        try:
            asked = urlencode({"token": self.token, "last": self.last})
            connection.request("GET", f"/stream?{asked}")
            answer = connection.getresponse()
            if answer.status != 200:
                return
            self.opened += 1
            fields: dict[str, str] = {}
            while not self._stopped.is_set() and (line := answer.readline().decode()):
                name, _, value = line.rstrip("\n").partition(": ")
                if name:
                    fields[name] = value
                elif line == "\n":
                    self._hear(fields)
                    fields = {}
        finally:
            connection.close()

    def _hear(self, fields: dict[str, str]) -> None:
        """An event counts when its empty line has come, as the standard has it."""
        self.last = fields.get("id", self.last)
        if "event" in fields:
            self.states.append(fields["event"])
            self.again += fields["event"] == "again"
        elif "data" in fields:
            self.told.append(json.loads(fields["data"])["id"])
