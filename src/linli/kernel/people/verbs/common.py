"""What the verbs of this room share: finding what is meant, and checking what was typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Invalid, Level, NotFound, Role, covers, level_of_scope, require
from linli.kernel.access import act as act
from linli.kernel.places import queries as places

from ..models import Account, Person, Post, Session

NAME_LENGTH = 64
INVISIBLE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean_name(text: str, field: str = "name") -> str:
    """A name as it is kept: trimmed, no control characters, 1 to 64 characters. Raises Invalid."""
    name = " ".join(INVISIBLE.sub("", text).split())
    if not name:
        raise Invalid(_("请填写姓名或名称。"), fields={field: _("请填写姓名或名称。")})
    if len(name) > NAME_LENGTH:
        sentence = _("名称最多 %(n)s 个字。") % {"n": NAME_LENGTH}
        raise Invalid(sentence, fields={field: sentence})
    return name


def clean_reason(text: str, field: str = "reason") -> str:
    """Why, in at least two letters or characters: a full stop is no reason. Raises Invalid."""
    reason = " ".join(INVISIBLE.sub("", text).split())
    if sum(map(str.isalnum, reason)) < 2:
        raise Invalid(_("请写明原因。"), fields={field: _("请写明原因。")})
    return reason[:500]


def clean_scope(code: str, field: str = "place_code") -> str:
    """A place code that a post can stand on (2, 4, 6, 9, 12 or 15 digits). Raises Invalid."""
    if not (code.isascii() and code.isdigit()) or level_of_scope(code) is Level.NONE:
        raise Invalid(_("没有这样的地点代码。"), fields={field: _("没有这样的地点代码。")})
    return code


def known_place(code: str, field: str = "place_code") -> str:
    """A place as it is called today; an old code leads to what it became. Raises Invalid."""
    standing = places.now_called(code)
    if standing is None:
        raise Invalid(_("没有这个地点。"), fields={field: _("没有这个地点。")})
    return standing


def locked_account(account_id: UUID) -> Account:
    account = Account.objects.select_for_update().filter(pk=account_id).first()
    if account is None:
        raise NotFound(_("没有这个账号。"))
    return account


def meant(person_id: UUID) -> Q:
    """The condition that a person is meant by this id: their own, or one that leads to them."""
    return Q(pk=person_id) | Q(pk__in=Person.objects.filter(pk=person_id).values("leads_to"))


def locked_person(person_id: UUID, by: Actor) -> Person:
    """The person, when it lies where the actor works or is the actor. Otherwise there is none: NotFound.

    The id of a registration that was merged is the person it leads to.
    """
    person = Person.objects.select_for_update().filter(meant(person_id), erased_at=None).first()
    if person is None or not (person.id == by.person_id or covers(by, person.place_code)):
        raise NotFound(_("没有这个人，或者不在您的管辖范围内。"))
    return person


def require_over(by: Actor, permission: str, account: Account, at: datetime) -> None:
    """The permission, and over every place where the account holds a post.

    A district's administrator must not come by a city's post through its password.
    """
    require(by, permission)
    for code in Post.objects.filter(account=account, valid__contains=at).values_list("place_code", flat=True):
        require(by, permission, code)


def themselves(by: Actor, account: Account) -> Actor:
    """Who just proved to be this account, as the record shall name them."""
    role = Role.RESIDENT if account.kind == Account.Kind.RESIDENT else by.role
    person_id = Person.objects.filter(account=account).values_list("id", flat=True).first()
    return replace(by, role=role, account_id=account.id, name=account.name, person_id=person_id)


def stream_of(account_id: UUID) -> str:
    return f"account:{account_id}"


def stream_of_person(person_id: UUID) -> str:
    return f"person:{person_id}"


def record_person(
    by: Actor,
    at: datetime,
    verb: str,
    person: Person,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str | None = None,
    also: Iterable[UUID] = (),
) -> None:
    """One record in a person's own history. `also` are other persons it concerns, who may see it too."""
    audit.append(
        by=by,
        at=at,
        verb=f"people.{verb}",
        stream=stream_of_person(person.id),
        place_code=person.place_code,
        person_ids=[person.id, *also],
        before=before,
        after=after,
        note=note,
    )


def end_sessions(account_id: UUID, *, keep: str | None = None) -> int:
    """Sign the account out everywhere, but for the session it works in."""
    sessions = Session.objects.filter(account_id=account_id)
    if keep:
        sessions = sessions.exclude(session_key=keep)
    return sessions.delete()[0]
