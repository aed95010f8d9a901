"""What the verbs of this room share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, NotFound, require
from linli.kernel.access import act as act
from linli.kernel.people.models import Person
from linli.kernel.places.codes import Level

from ..models import Suggestion
from ..queries.eyes import near_enough

WORDS = 2000


def locked(suggestion_id: UUID, by: Actor, permission: str) -> Suggestion:
    """The suggestion, locked, for who may decide where it lies. Raises NotFound, NotAllowed."""
    found = Suggestion.objects.select_for_update(of=("self",)).filter(pk=suggestion_id).first()
    if found is None:
        raise NotFound(_("没有这条线索。"))
    require(by, permission, found.place_code)
    near_enough(by)
    return found


def must_be(suggestion: Suggestion, *states: str) -> None:
    """Raises Conflict with who decided, where somebody has."""
    if suggestion.state not in states:
        if suggestion.decided_name:
            raise Conflict(_("%(name)s已经处理过这条线索了。") % {"name": suggestion.decided_name})
        raise Conflict(_("这条线索已经消退，不用处理了。"))


def living_at(place_code: str) -> list[UUID]:
    """Who is registered at a home; nobody for a wider place: what is said of it is said of nobody's home."""
    if len(place_code) < Level.HOME.digits:
        return []
    return list(Person.objects.filter(place_code=place_code, erased_at=None).values_list("id", flat=True)[:50])


def record(
    by: Actor,
    at: datetime,
    verb: str,
    suggestion: Suggestion,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str | None = None,
    persons: Iterable[UUID] = (),
) -> None:
    """One record in the suggestion's own history."""
    audit.append(
        by=by,
        at=at,
        verb=f"signs.{verb}",
        stream=suggestion.stream,
        place_code=suggestion.place_code,
        person_ids=list(persons),
        before=before,
        after=after,
        note=note,
    )
