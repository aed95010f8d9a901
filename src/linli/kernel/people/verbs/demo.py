"""Staff for the demo, who sign in with a password alone. Outside a demo this refuses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import get_hasher, make_password

from linli.kernel import audit
from linli.kernel.access import SYSTEM, NotAllowed

from ..models import Account
from .accounts import clean_username
from .common import act, clean_name, stream_of
from .posts import appoint


@cache
def _hashed(password: str, hasher: str) -> str:
    """Everybody in a demo has the one password that its start page shows, so one salt serves all.

    What one hasher wrote another cannot read, so the hash is kept for the hasher that is set now.
    """
    return make_password(password, hasher=hasher)


def demo_account(
    username: str, name: str, password: str | None, posts: Iterable[dict[str, Any]], *, at: datetime
) -> Account:
    """A staff account with granted posts and without second factor. Raises NotAllowed outside a demo.

    Without a password nobody signs in: a colleague who only appears. A post is the keywords of `appoint`: role,
    place_code, and unit_id, title, starts_at, ends_at if wanted.
    """
    if not settings.DEMO:
        raise NotAllowed("demo accounts exist only in a demo")
    with act():
        account = Account(
            kind=Account.Kind.STAFF, username=clean_username(username), name=clean_name(name), factor_waived=True
        )
        if password is None:
            account.set_unusable_password()
        else:
            account.password = _hashed(password, get_hasher().algorithm)
        account.save()
        audit.append(
            by=SYSTEM,
            at=at,
            verb="people.create_account",
            stream=stream_of(account.id),
            after={"username": account.username, "name": account.name, "demo": True},
        )
        for post in posts:
            appoint(by=SYSTEM, at=at, account_id=account.id, **post)
    return account
