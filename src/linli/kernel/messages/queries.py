"""One's own messages, in the language of whoever reads. Nobody else's can be asked for."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from linli.kernel.access import REPORTERS, Actor, NotFound, Role, as_system
from linli.kernel.sealed import unseal

from .content import content_of
from .kinds import kinds
from .models import Choice, Message

PAGE = 30
MOST_UNREAD = 99


@dataclass(frozen=True, slots=True)
class Told:
    """A message as it is read: what it is called, its sentence, and the name and arguments of the address it leads to ("" for
    none). `private` is not for a proxy."""

    id: UUID
    at: datetime
    read: bool
    kind: str
    words: str
    says: str
    leads: str
    to: tuple[str, ...]
    owed: bool
    private: bool


@dataclass(frozen=True, slots=True)
class Mine:
    """What is not read yet, and a page of what is, both the latest first. `before` asks for the next page, "" at the end."""

    unread: list[Told]
    read: list[Told]
    before: str


def mine(by: Actor, *, before: str = "") -> Mine:
    """Two queries; one for a later page, which has nothing unread. A place that is none begins at the first."""
    rows = own_rows(by)
    place = _place(before)
    unread = [] if place else _shown(rows.filter(read_at=None)[:MOST_UNREAD], by)
    past = rows.filter(read_at__isnull=False)
    if place:
        at, key = place
        past = past.filter(Q(at__lt=at) | Q(at=at, id__lt=key))
    found = list(past[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Mine(unread, _shown(found[:PAGE], by), f"{last.at.isoformat()}~{last.id}" if last else "")


def unread(by: Actor) -> int:
    """How many the reader has not opened, counted up to `MOST_UNREAD`. One query."""
    rows = own_rows(by).filter(read_at=None)[:MOST_UNREAD]
    return len(_shown(rows, by)) if by.role is Role.PROXY else rows.count()


def one(by: Actor, message_id: UUID) -> Told:
    """Raises NotFound: another's is told in the same words as one that is not there."""
    found = _shown(own_rows(by).filter(pk=message_id), by)
    if not found:
        raise NotFound(_("没有这条消息，或者它不是发给您的。"))
    return found[0]


def off_of(by: Actor) -> list[str]:
    """The kinds the person is not rung for."""
    with as_system():
        row = Choice.objects.filter(person=by.person_id).values_list("off_sealed", flat=True).first()
    return list(json.loads(unseal(row))) if row is not None else []


def told(row: Message) -> Told:
    """A row in the active language; one of a kind nobody declares any more says that."""
    content = content_of(row.said_sealed)
    kind = kinds.known.get(content.kind)
    says = _("这类消息已经不再使用。")
    if kind is not None:
        with suppress(
            LookupError, ValueError
        ):  # told in the words of an older version: the rest of the list is read all the same
            says = kind.say(content.fields)
    return Told(
        row.id, row.at, row.read_at is not None, content.kind, str(kind.words) if kind else _("消息"), says,
        kind.leads if kind else "", content.to, kind.owed if kind else False, kind.private if kind else True,
    )  # fmt: skip


def own_rows(by: Actor) -> QuerySet[Message]:
    """The reader's own, the latest first; staff in a post have none."""
    if by.person_id is None or by.role not in REPORTERS:
        return Message.objects.none()
    return Message.objects.filter(person=by.person_id).order_by("-at", "-id")


def _shown(rows: QuerySet[Message] | list[Message], by: Actor) -> list[Told]:
    said = [told(row) for row in rows]
    return [one for one in said if not one.private] if by.role is Role.PROXY else said


def _place(before: str) -> tuple[datetime, UUID] | None:
    at, _tilde, key = before.partition("~")
    try:
        return datetime.fromisoformat(at), UUID(key)
    except ValueError:
        return None
