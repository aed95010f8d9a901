"""Dead letters: what came and could not be kept, with its reason. Whoever answers for a place sees those of its things.

What a personal model said is about one household: its payload and its values are shown to nobody (docs/rights.md).
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from django.conf import settings
from django.db.models import Count as Counted
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Length, TruncDate
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, NotFound, require, under
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.things.models import Thing

from ..models import DeadLetter

MOST = 200
SHOWN = 16 * 1024
"""Bytes of a payload that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which letters. "" and None narrow nothing; `settled` None means both. `place_code` is a prefix."""

    place_code: str = ""
    why: str = ""
    codec: str = ""
    thing_id: UUID | None = None
    begin: datetime | None = None
    end: datetime | None = None
    settled: bool | None = False


@dataclass(frozen=True, slots=True)
class Row:
    """`name` is the thing's, "" where it is none; `says` names field and value."""

    id: UUID
    at: datetime
    key: str
    thing_id: UUID | None
    name: str
    model: str
    place_code: str
    via: str
    topic: str
    codec: str
    why: str
    says: str
    size: int
    settled_at: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter whole. `text` is the payload where it is one, else `hex` has it in rows of sixteen bytes; both are "" for
    a personal model. `shortened`: more came than is shown."""

    row: Row
    text: str
    hex: str
    shortened: bool
    personal: bool
    replayable: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many letters of one reason came on one local day."""

    day: date
    why: str
    n: int


NEVER_REPLAYED = (
    DeadLetter.Why.FLOOD,
    DeadLetter.Why.TOPIC,
    DeadLetter.Why.UNKNOWN,
    DeadLetter.Why.TOO_LARGE,
)
"""Nothing was lost, or it was never the device's own word, or nobody can say where it was then, or not all of it is
there."""
OURS = (DeadLetter.Why.REFUSED, DeadLetter.Why.NOT_EVALUATED)
"""It was read, and it is we who failed with it. Of a reading the payload is the reading as it was packed (`STREAM`); what
was a letter already could not be read in the first place."""
STREAM = "stream"


def page(actor: Actor, asked: Asked, *, after: str | None = None, limit: int = 50) -> Page:
    """One page, the latest first: one query. `after` is the `next_cursor` of the page before.

    Raises NotAllowed, Invalid for a cursor we did not write.
    """
    require(actor, "letters.read")
    limit = max(1, min(limit, MOST))
    found = matching(actor, asked)
    if after:
        at, letter_id = _read_cursor(after)
        found = found.filter(Q(at__lt=at) | Q(at=at, id__lt=letter_id), at__lte=at)
    letters = list(found.select_related("thing").defer("payload").order_by("-at", "-id")[: limit + 1])
    more = len(letters) > limit
    del letters[limit:]
    return Page([_row(letter) for letter in letters], _write_cursor(letters[-1]) if more else None)


def counts(actor: Actor, asked: Asked) -> list[Count]:
    """How many by local day and reason, the latest day first. One query. Raises NotAllowed."""
    require(actor, "letters.read")
    day = TruncDate("at", tzinfo=ZoneInfo(settings.TIME_ZONE))
    rows = matching(actor, asked).values_list(day, "why").annotate(n=Counted("id")).order_by()
    return [Count(*row) for row in sorted(rows, key=lambda row: (-row[0].toordinal(), row[1]))]


def waiting(actor: Actor, place_code: str = "") -> int:
    """How many nobody has settled yet, counted up to a thousand. Raises NotAllowed."""
    require(actor, "letters.read")
    return matching(actor, Asked(place_code=place_code))[:1000].count()


def letter(actor: Actor, letter_id: UUID) -> Letter:
    """One letter with its payload. Raises NotAllowed, NotFound."""
    require(actor, "letters.read")
    found = DeadLetter.objects.select_related("thing").filter(pk=letter_id).first()
    if found is None:
        raise NotFound(_("没有找到这封死信，或者它不在您的管辖范围内。"))
    personal = is_personal(found.thing)
    text, dump = ("", "") if personal else shown(bytes(found.payload))
    return Letter(
        _row(found),
        text,
        dump,
        not personal and found.size > SHOWN,
        personal,
        found.settled_at is None and can_be_replayed(found),
    )


def matching(actor: Actor, asked: Asked) -> QuerySet[DeadLetter]:
    """The letters the actor may see and asks for, in no order; PostgreSQL asks again, row by row."""
    found = DeadLetter.objects.filter(_within(actor, asked.place_code))
    for name, value in (("why", asked.why), ("codec", asked.codec), ("thing", asked.thing_id)):
        if value:
            found = found.filter(**{name: value})
    if asked.begin:
        found = found.filter(at__gte=asked.begin)
    if asked.end:
        found = found.filter(at__lt=asked.end)
    if asked.settled is not None:
        found = found.filter(settled_at__isnull=not asked.settled)
    return found


def can_be_replayed(letter: DeadLetter) -> bool:
    """Whether it makes sense to read it again: it is a device's own word, and all of it is there."""
    if letter.thing_id is None or letter.size > len(letter.payload):
        return False
    return letter.via == STREAM if letter.why in OURS else letter.why not in NEVER_REPLAYED


def replayable(letters: QuerySet[DeadLetter]) -> QuerySet[DeadLetter]:
    """Those of many for which `can_be_replayed` says yes."""
    whole = letters.annotate(kept=Length("payload")).filter(thing__isnull=False, size__lte=F("kept"))
    return whole.exclude(why__in=NEVER_REPLAYED).exclude(Q(why__in=OURS) & ~Q(via=STREAM))


def is_personal(thing: Thing | None) -> bool:
    device = catalogue().devices.get(thing.model) if thing is not None else None
    return device is not None and device.personal


def shown(payload: bytes) -> tuple[str, str]:
    """(text, hex): the first where every character of it can be read, else the second."""
    part = payload[:SHOWN]
    try:
        text = part.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(part) - 4 or len(part) == len(payload):  # not only a character that was cut
            return "", _dumped(part)
        text = part[: error.start].decode("utf-8")
    if text and all(char.isprintable() or char in "\r\n\t" for char in text):
        return text, ""
    return "", _dumped(part)


def _dumped(payload: bytes) -> str:
    return "\n".join(f"{at:04x}  {payload[at : at + 16].hex(' ')}" for at in range(0, len(payload), 16))


def _row(letter: DeadLetter) -> Row:
    thing = letter.thing
    return Row(
        letter.id,
        letter.at,
        letter.key,
        letter.thing_id,
        thing.name if thing else "",
        thing.model if thing else "",
        letter.place_code,
        letter.via,
        letter.topic,
        letter.codec,
        letter.why,
        "" if is_personal(thing) else letter.says,
        letter.size,
        letter.settled_at,
        letter.outcome,
    )


def _within(actor: Actor, place_code: str) -> Q:
    if actor.scope == "*":
        return under([place_code]) if place_code else Q()
    narrowed = [
        place_code if place_code.startswith(scope) else scope
        for scope in actor.scopes
        if place_code.startswith(scope) or scope.startswith(place_code)
    ]
    return under(narrowed)


def _write_cursor(letter: DeadLetter) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([letter.at.isoformat(), str(letter.id)])).decode()


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    try:
        at, letter_id = orjson.loads(base64.urlsafe_b64decode(cursor.encode()))
        read = datetime.fromisoformat(at)
        if read.tzinfo is not None:
            return read, UUID(letter_id)
    except (ValueError, TypeError, UnicodeError, AttributeError, binascii.Error):
        pass
    raise Invalid(_("这个翻页位置无效，请从第一页重新开始。"), fields={"after": _("无效")})
