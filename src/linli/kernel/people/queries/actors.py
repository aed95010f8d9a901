"""Who acts: an account in one of its posts, found once and remembered in the session for half a minute."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest

from linli.kernel.access import ANONYMOUS, Actor, Moves, Role, Via, also
from linli.kernel.access.door import as_system
from linli.kernel.clock.now import now
from linli.kernel.places import queries as places
from linli.kernel.sealed import fingerprint

from ..models import Account, ApiKey, Person, Post, Unit
from ..remembered import as_json, from_json
from ..verbs.keys import touch_key

REMEMBERED = 30.0
"""Seconds an actor is taken from the session. A post that ended acts at most so much longer."""

# Of several posts the chosen one, or the one that continues it under another code.
_WHO = """
SELECT a.id, a.kind, a.name, pe.id, po.id, po.role, po.unit_id, po.place_code, upper(po.valid),
       pr.person_id, principal.name, upper(pr.valid),
       (SELECT jsonb_agg(moves) FROM places_recoding WHERE finished_at IS NULL)
FROM people_account a
LEFT JOIN people_person pe ON pe.account_id = a.id
LEFT JOIN people_proxy pr ON pr.id = %(proxy)s::uuid AND pr.agent_id = pe.id AND pr.valid @> %(at)s::timestamptz
LEFT JOIN people_person principal ON principal.id = pr.person_id
LEFT JOIN people_post po ON po.account_id = a.id AND po.valid @> %(at)s::timestamptz
WHERE a.id = %(account)s AND a.is_active
ORDER BY coalesce(po.id = %(chosen)s::uuid OR po.continues_id = %(chosen)s::uuid, false) DESC, po.place_code, po.role, po.id LIMIT 1
"""


def posts_of(account: Account, at: datetime) -> QuerySet[Post]:
    """The posts an account holds at a time, widest scope first."""
    return (
        Post.objects.filter(account=account, valid__contains=at)
        .select_related("unit")
        .order_by("place_code", "role", "id")
    )


def actor_in(account: Account, post: Post | None, *, via: Via = Via.WEB, address: str = "") -> Actor:
    """The actor an account is in one of its posts; a resident has none and acts as the person."""
    person_id = Person.objects.filter(account=account).values_list("id", flat=True).first()
    plain = Role.RESIDENT if account.kind == Account.Kind.RESIDENT else Role.ANONYMOUS
    return Actor(
        role=Role(post.role) if post else plain,
        scope=post.place_code if post else "",
        also=also(post.place_code, places.open_moves()) if post else (),
        name=account.name,
        account_id=account.id,
        person_id=person_id,
        post_id=post.id if post else None,
        unit_id=post.unit_id if post else None,
        via=via,
        address=address,
    )


def unit_for(department: str, place_code: str, at: datetime) -> Unit | None:
    """The unit of a department nearest to a place in the tree: the longest scope that covers it."""
    covering = [place_code[:length] for length in range(2, len(place_code) + 1)]
    return (
        Unit.objects.filter(department=department, place_code__in=covering, valid__contains=at)
        .order_by("-place_code", "id")
        .first()
    )


def actor_of(account: Account, request: HttpRequest) -> Actor:
    """Who acts in a request: the account in the post its session chose, or in its first; or for the person whose
    proxy it chose to be. One query.

    What was found is remembered in the session for `REMEMBERED` seconds, but not beyond the end of post or proxy.
    """
    chosen, proxy = request.session.get("post"), request.session.get("proxy")
    at = now()
    with as_system(), connection.cursor() as cursor:
        cursor.execute(_WHO, {"at": at, "account": account.id, "chosen": chosen, "proxy": proxy})
        row = cursor.fetchone()
    if row is None:
        return replace(ANONYMOUS, address=address_of(request))
    remembered, ends = _actor(row), row[11] or row[8]
    until = min(at + timedelta(seconds=REMEMBERED), ends) if ends else at + timedelta(seconds=REMEMBERED)
    request.session["actor"] = {**as_json(remembered), "until": time.time() + (until - at).total_seconds()}
    return replace(remembered, address=address_of(request))


def actor_now(request: HttpRequest) -> Actor:
    """The actor of a request at the least cost: none without a session, the remembered one while it is fresh.

    The middleware asks this. `request.user` is not loaded on the way unless the memory is stale.
    """
    if SESSION_KEY not in request.session:
        return replace(ANONYMOUS, address=address_of(request))
    known = request.session.get("actor")
    if known and time.time() < known["until"] <= time.time() + REMEMBERED:
        return from_json(known, address=address_of(request))
    user: Any = request.user
    if not user.is_authenticated:
        return replace(ANONYMOUS, address=address_of(request))
    return actor_of(user, request)


def actor_for_key(plain: str, *, at: datetime, address: str = "") -> Actor | None:
    """The partner whose key this is, within the key's place; None for a key that does not work. Two queries."""
    key = (
        ApiKey.objects.select_related("account")
        .filter(key_print=fingerprint(f"key:{plain}"), revoked_at=None, account__is_active=True)
        .first()
    )
    if key is None or (key.expires_at and key.expires_at <= at):
        return None
    if key.last_used_at is None or at - key.last_used_at > timedelta(minutes=1):
        touch_key(key_id=key.id, at=at)
    return Actor(
        role=Role.PARTNER,
        scope=key.place_code,
        also=also(key.place_code, places.open_moves()),
        name=key.name,
        account_id=key.account_id,
        via=Via.API,
        address=address,
    )


def address_of(request: HttpRequest) -> str:
    """The address a request came from. `LINLI_PROXIES` says how many proxies of ours stand before us.

    Only as many entries of X-Forwarded-For are believed; whatever the caller wrote before them is not.
    """
    address: str = request.META.get("REMOTE_ADDR", "")
    proxies = settings.LINLI_PROXIES
    if proxies:
        line = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if len(line) >= proxies:
            address = line[-proxies]
    return address[:64]


def _actor(row: tuple[Any, ...]) -> Actor:
    account_id, kind, name, person_id, post_id, role, unit_id, place_code, _ends = row[:9]
    principal_id, principal, _until, moves = row[9:]
    if principal_id:
        return Actor(role=Role.PROXY, name=name, account_id=account_id, person_id=principal_id, on_behalf=principal)
    plain = Role.RESIDENT if kind == Account.Kind.RESIDENT else Role.ANONYMOUS
    return Actor(
        role=Role(role) if role else plain,
        scope=place_code or "",
        also=also(place_code or "", map(Moves.of_json, json.loads(moves))) if moves else (),
        name=name,
        account_id=account_id,
        person_id=person_id,
        post_id=post_id,
        unit_id=unit_id,
    )
