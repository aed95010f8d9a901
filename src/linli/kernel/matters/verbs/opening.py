"""Opening a matter: the one verb every report, reading, call and row comes through."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.access import REPORTERS, SYSTEM, Actor, Invalid, look_as, require
from linli.kernel.access.prepared import ask
from linli.kernel.audit import append
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.queries import calendar_for
from linli.kernel.places import queries as places
from linli.kernel.sealed import seal

from .. import legs
from ..models import Leg, Matter, State
from ..numbers import numbers_for
from ..offering import must_be_offered
from ..timers import first_tick
from ..titles import title_of
from ..whereabouts import place_of
from .core import unnamed
from .sending import Sent, give, sent
from .showing import show
from .whom import whom

TITLE, BODY = 120, 4000


def open_matter(
    *,
    by: Actor,
    at: datetime,
    kind: str,
    title: str,
    body: str,
    source: str,
    source_key: str = "",
    place_code: str = "",
    lon: float | None = None,
    lat: float | None = None,
    address: str = "",
    urgency: str | None = None,
    reporter_id: UUID | None = None,
    contact: Mapping[str, str] | None = None,
    files: Iterable[UUID] = (),
    public: bool | None = None,
    anonymous: bool = False,
    part_of: Matter | None = None,
    sends: Callable[[str], Sent | None] | None = None,
    alarm: Mapping[str, Any] | None = None,
) -> Matter:
    """Open a matter and return it; the same (source, source_key) again returns the first, unchanged.

    The place is the code given, else where the position lies, else what the address names. For a resident the
    reporter is the resident; staff name one who stands at their counter, with `people.read` at that person's place.
    `contact` (name, phone) is sealed. With `anonymous` no record names the reporter,
    who still sees the matter; not every kind allows it. Raises Invalid with a sentence per field: to a resident
    also for a kind that is switched off at the place.

    `sends` says, for the code of the place, which unit is sent at once and who of it is called first: the matter is then accepted and assigned from
    the first moment, which two records tell. None of it for a matter that was there already. `alarm`: what a reading
    said that opens it, for the record.
    """
    require(by, "matters.open")
    if reporter_id and part_of is None and by.role not in REPORTERS:
        _known(reporter_id, by)
    with transaction.atomic():
        look_as(SYSTEM)
        if first := _already(source, source_key):
            look_as(by)
            return first
        title, body = _texts(title, body)
        if kind not in catalogue().kinds:
            raise Invalid(_("没有这种事项。"), fields={"kind": _("请从列表中选择。")})
        where = place_of(place_code=place_code, lon=lon, lat=lat, address=address)
        if by.role not in REPORTERS:
            places.require_at(by, "matters.open", where.code)
        else:
            reporter_id = by.person_id
        declared = catalogue().kind(kind)
        if anonymous and not declared.anonymous:
            raise Invalid(
                _("这类事项要留下姓名，才能联系您核实。"), fields={"anonymous": _("请不要选匿名，或换一类。")}
            )
        urgency = urgency or declared.urgency.value
        numbers = numbers_for(kind, where.code, urgency)
        must_be_offered(kind, off=numbers.off, by=by)
        calendar = calendar_for(where.code)
        answer, finish = calendar.due(at, numbers.answer), calendar.due(at, numbers.finish)
        matter = Matter(
            number=next_number(at),
            kind=kind,
            department=declared.owner,
            title=title,
            body=body,
            urgency=urgency,
            public=declared.public if public is None else public,
            source=source,
            source_key=source_key,
            reporter_id=reporter_id,
            contact_sealed=seal(json.dumps(dict(contact), ensure_ascii=False)) if contact else None,
            person_ids=[reporter_id] if reporter_id else [],
            anonymous=anonymous,
            place_code=where.code,
            lon=where.lon,
            lat=where.lat,
            address=(address or where.address)[:200],
            opened_at=at,
            answer_due=answer.due,
            finish_due=finish.due,
            finish_span=str(numbers.finish),
            part_of=part_of,
        )
        to = sends(where.code) if sends else None
        if to:
            sent(matter, to.unit_id, at)
            legs.start(matter, Leg.FINISH, since=at, span=numbers.finish, due=finish.due)
        else:
            legs.start(matter, Leg.ANSWER, since=at, span=numbers.answer, due=answer.due)
        matter.next_tick_at = first_tick(matter, numbers, calendar)
        try:
            # Only a report with a key can be there already; the others need no way back.
            with transaction.atomic() if source_key else nullcontext():
                _insert(matter)
        except IntegrityError:
            if first := _already(source, source_key):  # the same form arrived twice at once
                look_as(by)
                return first
            raise
        shown = show(files, matter, "report", by=by, at=at)
        append(
            by=unnamed(by, matter),
            at=at,
            verb="matters.open",
            stream=matter.stream,
            place_code=matter.place_code,
            person_ids=matter.person_ids,
            after={
                "number": matter.number,
                "kind": kind,
                "title": title,
                "state": State.REPORTED.value,
                "urgency": urgency,
                "source": source,
                "address": matter.address,
                "answer_due": answer.due,
                "finish_due": finish.due,
                "arithmetic": {"answer": answer.as_json(), "finish": finish.as_json()},
                "files": shown,
                **({"alarm": dict(alarm)} if alarm else {}),
            },
        )
        if to:
            give(matter, to, at)
        look_as(by)
    return matter


def _known(reporter_id: UUID, by: Actor) -> None:
    """Nobody is made the reporter of something by whoever may not know them. Seen with the actor's own eyes."""
    require(by, "people.read")
    look_as(by)
    whom(reporter_id, by, "people.read")


def next_number(at: datetime) -> str:
    """The number people quote: the local day and a running number, 20261123-000042."""
    ((number,),) = ask("SELECT nextval('matters_number')")
    return f"{timezone.localtime(at):%Y%m%d}-{int(number or 0):06d}"


_GENERATED = [field.attname for field in Matter._meta.concrete_fields if field.generated]
_GIVEN = [field.attname for field in Matter._meta.concrete_fields if not field.generated]
_COLUMNS = [str(field.column) for field in Matter._meta.concrete_fields if not field.generated]
_INSERT = (
    f"INSERT INTO matters_matter ({', '.join(_COLUMNS)}) VALUES ({', '.join(['%s'] * len(_COLUMNS))})"  # noqa: S608
    f" RETURNING {', '.join(_GENERATED)}"
)
_TAKEN = "SELECT id FROM matters_matter WHERE source = %s AND source_key = %s AND source_key <> ''"


def _insert(matter: Matter) -> None:
    """As `save(force_insert=True)`, by a statement that is planned once."""
    ((*generated,),) = ask(_INSERT, [getattr(matter, name) for name in _GIVEN])
    for name, value in zip(_GENERATED, generated, strict=True):
        setattr(matter, name, (value or b"").decode())
    matter._state.adding, matter._state.db = False, DEFAULT_DB_ALIAS


def _already(source: str, source_key: str) -> Matter | None:
    if not source_key or not ask(_TAKEN, [source, source_key]):
        return None
    return Matter.objects.filter(source=source, source_key=source_key).first()


def _texts(title: str, body: str) -> tuple[str, str]:
    title, body = " ".join(title.split()), body.strip()
    fields = {}
    if not body and not title:
        fields["body"] = _("请说明是什么事。")
    if len(body) > BODY:
        fields["body"] = _("说明太长了，请不超过 %(n)d 字。") % {"n": BODY}
    if "\x00" in title + body:
        fields["body"] = _("内容里有无法保存的字符。")
    if fields:
        raise Invalid(_("请检查填写的内容。"), fields=fields)
    body = body or title
    return title[:TITLE] or title_of(body), body
