"""How many a notice is for, how many were told, how many opened it: counts, never who.

**Opened** is a person who opened the notice while signed in, once, whatever they do after that. **Shown** is the time a
screen in a hall or a home had it on: nobody signs in there, so it is no reach of persons. **Told** is a message the
outside took; who was only told is not counted as opened. Numbers of residents below five are not said (`None`): a
count of one or two in a stairwell would be a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Sum

from linli.kernel.access import Actor, as_system, holds, require, under
from linli.kernel.displays.models import Display

from .. import audience, flow
from ..audience import Aimed
from ..models import Audience, Delivery, Notice, Opening, Shown, Tally

SMALL = 5

_ROSTER = """
WITH x AS ({audience})
SELECT count(DISTINCT human), count(DISTINCT account),
  (SELECT count(DISTINCT r.household_id) FROM people_residence r
   WHERE r.person_id IN (SELECT person FROM x) AND r.valid @> %(at)s::timestamptz),
  count(DISTINCT account) FILTER (WHERE EXISTS (
    SELECT FROM notices_subscription s WHERE s.account_id = x.account) AND NOT %(kind)s = ANY (coalesce(c.off, '{{}}'))),
  count(DISTINCT account) FILTER (WHERE EXISTS (
    SELECT FROM people_account a WHERE a.id = x.account AND a.phone_sealed IS NOT NULL)
    AND coalesce(c.by_sms, true) AND NOT %(kind)s = ANY (coalesce(c.off, '{{}}')))
FROM x LEFT JOIN notices_preference c ON c.account_id = x.account
"""
_ROSTER_URGENT_KIND = ""  # an emergency heeds no topic that was switched off


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """To how many it may come. None: fewer than five, and not said. `people` are registered there (staff: hold a
    post), `accounts` of them can sign in, `push` and `sms` can be told that way now; `boards` and `tvs` hang there."""

    people: int | None
    households: int | None
    accounts: int | None
    push: int | None
    sms: int | None
    boards: int = 0
    tvs: int | None = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One channel that reaches persons: messages to send, and how many opened the notice through it."""

    channel: str
    told: int | None
    waiting: int | None
    failed: int | None
    dropped: int | None
    opened: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One kind of screen without a person: how many of them had it on, how often, for how many seconds together."""

    screen: str
    displays: int
    times: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """`opened` of `roster.accounts`; `share` in percent of those who could have opened it, None where a number is too
    small to be said. `frozen`: rows of persons are erased, these are the counts that were kept."""

    roster: Roster
    opened: int | None
    confirmed: int | None
    share: int | None
    doors: list[Door]
    screens: list[Screen]
    frozen: bool


def preview(aimed: Aimed, *, kind: str, urgent: bool, by: Actor, at: datetime) -> Roster:
    """How many would be reached, before it is published. Needs `notices.write` (or `notices.approve`) at the place."""
    require(by, flow.WRITE if holds(by, flow.WRITE) else flow.APPROVE, aimed.place_code)
    with as_system():
        return _roster(aimed, kind, urgent, at)


def reach(notice_id: UUID, *, by: Actor, at: datetime) -> Reach:
    """The reach of one notice, for staff who see it. Needs `notices.read`."""
    require(by, flow.READ)
    notice = Notice.objects.get(pk=notice_id)
    with as_system():
        counts = _kept(notice) if notice.counted_at else count(notice, at)
        screens = [
            Screen(screen=row["screen"], displays=row["displays"], times=row["times"], seconds=row["seconds"])
            for row in Shown.objects.filter(notice=notice)
            .values("screen")
            .annotate(displays=Count("display", distinct=True), times=Sum("times"), seconds=Sum("seconds"))
            .order_by("screen")
        ]
    return _said(notice, counts, screens)


Counts = Mapping[tuple[str, str], int]
"""(channel, what) → how many; the channel is "" for what belongs to none."""


def count(notice: Notice, at: datetime) -> Counts:
    """All the counts of a notice from the rows that are there. Needs the system's eyes."""
    people, accounts, households, push, sms = _numbers(notice, notice.kind, False, at)
    found: dict[tuple[str, str], int] = {
        ("", "people"): people,
        ("", "accounts"): accounts,
        ("", "households"): households,
        ("push", "able"): push,
        ("sms", "able"): sms,
        ("", "opened"): Opening.objects.filter(notice=notice).count(),
        ("", "confirmed"): Opening.objects.filter(notice=notice, confirmed_at__isnull=False).count(),
    }
    # Persons, not browsers: whoever has two phones was told once.
    for channel, state, n in (
        Delivery.objects.filter(notice=notice, mailing__event="published")
        .values_list("channel", "state")
        .annotate(n=Count("account", distinct=True))
    ):
        found[channel, state] = n
    for channel, n in (
        Opening.objects.filter(notice=notice).values_list("channel").annotate(n=Count("account", distinct=True))
    ):
        found[channel, "opened"] = n
    return found


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody of the staff who has not confirmed: their name and unit."""

    name: str
    unit: str


def unconfirmed(notice_id: UUID, *, by: Actor, at: datetime, limit: int = 200) -> list[Missing]:
    """Which staff have not confirmed a notice that asks for it; nothing for any other notice. Needs `notices.read`, and
    the notice within what the actor sees."""
    require(by, flow.READ)
    notice = Notice.objects.filter(pk=notice_id, confirm=True, audience=Audience.STAFF).first()
    if notice is None or notice.counted_at is not None or not notice.standing:
        return []
    text, values = audience.sql(notice, at)
    query = f"""
    SELECT DISTINCT ON (a.name, a.id) a.name, coalesce(u.name, '') FROM ({text}) x
    JOIN people_account a ON a.id = x.account
    LEFT JOIN people_post p ON p.account_id = a.id AND p.valid @> %(at)s::timestamptz
    LEFT JOIN people_unit u ON u.id = p.unit_id
    WHERE NOT EXISTS (SELECT FROM notices_opening o
      WHERE o.notice_id = %(notice)s AND o.account_id = a.id AND o.confirmed_at IS NOT NULL)
    ORDER BY a.name, a.id LIMIT %(limit)s
    """  # noqa: S608 - made of our own query
    with as_system(), connection.cursor() as cursor:
        cursor.execute(query, {**values, "notice": notice_id, "limit": limit})
        return [Missing(*row) for row in cursor.fetchall()]


def few(n: int, *, staff: bool = False) -> int | None:
    """A number as it may be said: None from one to four residents."""
    return None if 0 < n < SMALL and not staff else n


def _roster(aimed: Aimed, kind: str, urgent: bool, at: datetime) -> Roster:
    people, accounts, households, push, sms = _numbers(aimed, kind, urgent, at)
    staff = aimed.audience == Audience.STAFF
    return Roster(
        people=few(people, staff=staff),
        accounts=few(accounts, staff=staff),
        households=few(households, staff=staff),
        push=few(push, staff=staff),
        sms=few(sms, staff=staff),
        **_screens(aimed.place_code),
    )


def _screens(place_code: str) -> dict[str, Any]:
    """The screens that are enrolled there: boards are public, a few televisions would be homes."""
    there = dict(
        Display.objects.filter(under([place_code]), state="enrolled").values_list("kind").annotate(n=Count("pk"))
    )
    return {"boards": there.get("board", 0), "tvs": few(there.get("tv", 0))}


def _numbers(aimed: Aimed, kind: str, urgent: bool, at: datetime) -> tuple[int, int, int, int, int]:
    text, values = audience.sql(aimed, at)
    with connection.cursor() as cursor:
        given = {**values, "kind": _ROSTER_URGENT_KIND if urgent else kind}
        cursor.execute(_ROSTER.format(audience=text), given)
        row: Any = cursor.fetchone()
    return row[0], row[1], row[2], row[3], row[4]


def _kept(notice: Notice) -> Counts:
    rows = Tally.objects.filter(notice=notice).values_list("channel", "what", "count")
    return {(channel, what): n for channel, what, n in rows}


def _said(notice: Notice, counts: Counts, screens: list[Screen]) -> Reach:
    staff = notice.audience == Audience.STAFF

    def of(what: str, channel: str = "") -> int | None:
        return few(counts.get((channel, what), 0), staff=staff)

    opened, accounts = of("opened"), of("accounts")
    share = round(100 * opened / accounts) if opened is not None and accounts else None
    doors = [
        Door(
            channel=channel,
            told=of("sent", channel),
            waiting=of("waiting", channel),
            failed=of("failed", channel),
            dropped=of("dropped", channel),
            opened=of("opened", channel),
        )
        for channel in ("phone", "desk", "tv", "push", "sms")
        if channel in notice.channels or counts.get((channel, "opened"))
    ]
    return Reach(
        roster=Roster(
            people=of("people"),
            households=of("households"),
            accounts=accounts,
            push=of("able", "push"),
            sms=of("able", "sms"),
        ),
        opened=opened,
        confirmed=of("confirmed") if notice.confirm else None,
        share=share,
        doors=doors,
        screens=screens,
        frozen=notice.counted_at is not None,
    )
