"""A live stream says that something happened, to whom it concerns, and ends with what it stands on.

A real live process over the tests' database; streams are read as a browser reads them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from django.utils import timezone

from linli.kernel.access import Actor, Role, as_system
from linli.kernel.matters.tests.cast import OTHER_STREET, Cast
from linli.kernel.people import verbs
from linli.kernel.people.models import Account, Post, Session
from linli.kernel.people.sessions import SessionStore
from linli.project.stream import token_for

from .pages import listening, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "岗位调整"


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
            assert str(matter.id) in stream.told()
        elsewhere = cast.report("stranger", place_code=OTHER_STREET)
        assert str(elsewhere.id) in far.told(), "the first it hears is its own street's"
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
        assert str(matter.id) in beside.told(), "a colleague's stream goes on"


def test_a_forged_or_foreign_token_opens_nothing(address: str, cast: Cast):
    key = signed_in(cast.handler)
    assert not opens(address, cast.handler2, key), "somebody else's session"
    for token in ("", "x", token_for(cast.handler, key)[:-2] + "xx"):
        assert httpx.get(f"{address}/stream", params={"token": token}).status_code == 204
    assert opens(address, cast.handler, key)
