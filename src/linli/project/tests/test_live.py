"""A live stream says that something happened, to whom it concerns, and ends with what it stands on.

A real live process over the tests' database; streams are read as a browser reads them.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

import httpx
import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.utils import timezone

from linli.kernel.access import Actor, Role, as_system
from linli.kernel.matters.tests.cast import OTHER_STREET, Cast, make_cast
from linli.kernel.people import verbs
from linli.kernel.people.models import Account, Post, Session
from linli.kernel.people.sessions import SessionStore
from linli.project.processes import live
from linli.project.stream import token_for

from .test_processes import until

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "岗位调整"


@pytest.fixture(scope="module")
def address(django_db_setup: None) -> Iterator[str]:
    """Where a live process over this database answers."""
    port, given = free_port(), connection.settings_dict
    url = f"postgresql://{given['USER']}@/{given['NAME']}?host={quote(given['HOST'], safe='')}&port={given['PORT']}"
    environment = os.environ | {
        "LINLI_SECRET_KEY": settings.SECRET_KEY,
        "LINLI_DATABASE_URL": os.environ.get("LINLI_DATABASE_URL") or url,
    }
    process = subprocess.Popen(live("127.0.0.1", port).command, env=environment)
    base = f"http://127.0.0.1:{port}"
    try:
        until(lambda: answers(f"{base}/healthz"))
        yield base
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


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


def opens(address: str, actor: Actor, key: str) -> bool:
    with httpx.stream("GET", f"{address}/stream", params={"token": token_for(actor, key)}, timeout=30) as response:
        return response.status_code == 200


def test_it_tells_that_something_happened_to_whom_it_concerns(address: str, cast: Cast):
    here, there = cast.dispatcher, cast.stranger
    assert there.scope == OTHER_STREET
    with (
        listening(address, here, signed_in(here)) as near,
        listening(address, there, signed_in(there)) as far,
        listening(address, cast.granny, signed_in(cast.granny)) as own,
    ):
        matter = cast.report()
        for stream in (near, own):
            assert str(matter.id) in stream.next("data:")
        elsewhere = cast.report("stranger", place_code=OTHER_STREET)
        assert str(elsewhere.id) in far.next("data:"), "the first it hears is its own street's"
    with listening(address, here, signed_in(here), last="0-0-0") as late:
        assert late.next("id: ").count("-") == 2


def sign_out_everywhere(cast: Cast, key: str) -> None:
    verbs.end_other_sessions(by=cast.handler, at=timezone.now(), session="")


def end_session(cast: Cast, key: str) -> None:
    verbs.end_session(by=cast.handler, at=timezone.now(), session=key)


def sign_out(cast: Cast, key: str) -> None:
    SessionStore(key).flush()


def disable(cast: Cast, key: str) -> None:
    security = Actor(role=Role.SECURITY_ADMIN, scope="*", account_id=cast.city_duty.account_id)
    verbs.disable_account(by=security, at=timezone.now(), account_id=cast.handler.account_id, reason=REASON)


def end_post(cast: Cast, key: str) -> None:
    security = Actor(role=Role.SECURITY_ADMIN, scope="*", account_id=cast.city_duty.account_id)
    verbs.end_post(by=security, at=timezone.now(), post_id=cast.handler.post_id, reason=REASON)


def time_runs_out(cast: Cast, key: str) -> None:
    """No verb and no record: a post granted until a day ends with it."""
    post = Post.objects.get(id=cast.handler.post_id)
    Post.objects.filter(id=post.id).update(valid=(post.valid.lower, timezone.now() + timedelta(seconds=1)))


def idle_too_long(cast: Cast, key: str) -> None:
    Session.objects.filter(session_key=key).update(expire_date=timezone.now())


def behind_our_back(cast: Cast, key: str) -> None:
    Account.objects.filter(id=cast.handler.account_id).update(is_active=False)


ENDS: list[Callable[[Cast, str], None]] = [
    sign_out_everywhere, end_session, sign_out, disable, end_post, time_runs_out, idle_too_long, behind_our_back,
]  # fmt: skip


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_an_open_stream_ends_with_its_session_its_account_or_its_post(
    address: str, cast: Cast, end: Callable[[Cast, str], None]
):
    handler, colleague = cast.handler, cast.handler2
    key, others = signed_in(handler), signed_in(colleague)
    with listening(address, handler, key) as stream, listening(address, colleague, others) as beside:
        with as_system():
            end(cast, key)
        began = time.monotonic()
        assert stream.ends()
        assert time.monotonic() - began < 15, "within seconds, not when the token grows old"
        assert not opens(address, handler, key), "and the same token opens no other"
        matter = cast.assigned()
        assert str(matter.id) in beside.next("data:"), "a colleague's stream goes on"


def test_a_forged_or_foreign_token_opens_nothing(address: str, cast: Cast):
    key = signed_in(cast.handler)
    assert not opens(address, cast.handler2, key), "somebody else's session"
    for token in ("", "x", token_for(cast.handler, key)[:-2] + "xx"):
        assert httpx.get(f"{address}/stream", params={"token": token}).status_code == 204
    assert opens(address, cast.handler, key)
