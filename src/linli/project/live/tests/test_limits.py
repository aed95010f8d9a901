"""Who is refused, who is ended, and what that costs the others."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack
from urllib.parse import urlsplit

import httpx
import pytest
from django.db import connection, transaction
from django.utils import timezone

from linli.kernel.access import SYSTEM
from linli.kernel.audit.ids import uuid7
from linli.kernel.audit.verbs import Entry, append_each
from linli.kernel.matters.tests.cast import HOOD, Cast
from linli.project import stream
from linli.project.stream import token_for
from linli.project.tests.test_processes import until

from .pages import Page, Start, listening, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


def asked(address: str, token: str) -> httpx.Response:
    """The answer to a request for a stream, which is not read."""
    with httpx.stream("GET", f"{address}/stream", params={"token": token}, timeout=10) as answer:
        if answer.status_code != 200:
            answer.read()
        return answer


def test_an_account_holds_so_many_streams_and_the_next_is_refused_in_words(start: Start, cast: Cast) -> None:
    address = start(LINLI_LIVE_PER_ACCOUNT="2")
    key, others = signed_in(cast.handler), signed_in(cast.dispatcher)
    with ExitStack() as open_pages:
        for _ in range(2):
            open_pages.enter_context(listening(address, cast.handler, key))
        refused = asked(address, token_for(cast.handler, key))
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
        assert "account" in refused.text
        assert asked(address, token_for(cast.dispatcher, others)).status_code == 200, "another's is open"
    until(lambda: asked(address, token_for(cast.handler, key)).status_code == 200)


def test_a_process_holds_so_many_streams_and_goes_on_with_those(start: Start, cast: Cast) -> None:
    address = start(LINLI_LIVE_MOST="2")
    actors = (cast.handler, cast.dispatcher, cast.granny)
    keys = [signed_in(actor) for actor in actors]
    with listening(address, actors[0], keys[0]), listening(address, actors[1], keys[1]) as street:
        refused = asked(address, token_for(actors[2], keys[2]))
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "30")
        matter = cast.report()
        assert str(matter.id) in street.told()


def test_an_address_is_good_for_a_quarter_of_an_hour(
    address: str, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, now = signed_in(cast.handler), time.time()
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: now - stream.LASTS - 1)
        old = token_for(cast.handler, key)
        patch.setattr(time, "time", lambda: now - stream.LASTS + 60)
        young = token_for(cast.handler, key)
    assert asked(address, old).status_code == 204, "which tells an EventSource to stop asking"
    assert asked(address, young).status_code == 200


def test_who_does_not_read_is_ended_and_the_others_hear_everything(address: str, cast: Cast) -> None:
    """It comes back with its place when it reads again; until then nothing is kept for it."""
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    deaf.connect(("127.0.0.1", urlsplit(address).port))
    token = token_for(cast.dispatcher, signed_in(cast.dispatcher))
    deaf.sendall(f"GET /stream?token={token} HTTP/1.1\r\nHost: live\r\n\r\n".encode())
    assert deaf.recv(4).startswith(b"HTTP")
    page = Page(address, token, silence=20)
    page.start()
    until(lambda: bool(page.last))
    subjects: list[str] = []
    for _ in range(8):
        fresh = [str(uuid7()) for _ in range(900)]
        with transaction.atomic():
            append_each(
                [Entry(f"matter:{subject}", place_code=HOOD) for subject in fresh],
                by=SYSTEM,
                at=timezone.now(),
                verb="x.y",
            )
        subjects.extend(fresh)
        until(lambda: len(page.told) >= len(subjects), 30)
    page.stop()
    assert page.told == subjects and page.opened == 1
    deaf.settimeout(30)
    read = 0
    with pytest.raises(ConnectionResetError):
        while part := deaf.recv(65536):
            read += len(part)
            time.sleep(0.01)
        raise ConnectionResetError  # an orderly end is one as well
    assert read < sum(len(subject) for subject in subjects) * 3


def test_when_the_database_leaves_the_pages_are_told_and_then_told_what_happened(address: str, cast: Cast) -> None:
    page = Page(address, token_for(cast.dispatcher, signed_in(cast.dispatcher)), silence=20)
    page.start()
    until(lambda: page.states == ["here"])
    for _ in range(3):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%audit_record%'"
            )
        matter = cast.report()
        until(lambda: str(matter.id) in page.told)  # noqa: B023 - asked at once
    page.stop()
    assert "behind" in page.states and page.opened == 1
    assert page.states[-1] == "here"
    assert len(page.told) == 3


def test_a_process_that_starts_after_it_happened_tells_it_all_the_same(
    start: Start, address: str, cast: Cast
) -> None:
    token = token_for(cast.dispatcher, signed_in(cast.dispatcher))
    before = Page(address, token)
    before.start()
    until(lambda: bool(before.last))
    before.stop()
    matters = [str(cast.report().id) for _ in range(5)]
    after = Page(start(), token, last=before.last)
    after.start()
    until(lambda: len(after.told) >= 5)
    after.stop()
    assert (after.told, after.again) == (matters, 0)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"200"),
        (b"POST /stream HTTP/1.1\r\nHost: x\r\n\r\n", b"405"),
        (b"GET /other HTTP/1.1\r\nHost: x\r\n\r\n", b"404"),
        (b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n", b"204"),
        (b"GET /stream?" + b"a=1&" * 40 + b" HTTP/1.1\r\n\r\n", b"400"),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n bad: header\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n" + b"x: " + b"y" * 20_000, b"431"),
    ],
)
def test_what_is_no_request_for_a_stream_is_answered_and_closed(address: str, sent: bytes, status: bytes) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(address).port or 0), 5) as one:
        one.settimeout(5)
        one.sendall(sent)
        answer = b""
        while part := one.recv(4096):
            answer += part
    assert answer.split(b" ")[1] == status
