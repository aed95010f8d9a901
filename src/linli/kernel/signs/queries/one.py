"""One suggestion with what it rests on, and what became of the place before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, require
from linli.kernel.audit.models import Record
from linli.kernel.audit.queries import story
from linli.kernel.matters.models import Matter
from linli.kernel.things.models import Thing

from ..evidence import Said, read
from ..models import Suggestion
from .eyes import near_enough


@dataclass(frozen=True, slots=True)
class Course:
    """An indication with what was looked at, as far as the reader may see it: matters, devices, data sets."""

    said: Said
    matters: list[Matter]
    things: list[Thing]
    sets: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class One:
    suggestion: Suggestion
    courses: list[Course]
    before: list[Suggestion]
    """Earlier suggestions of this sign at this place, the latest first."""
    history: list[Record]


def one(by: Actor, suggestion_id: UUID) -> One:
    """Raises NotFound. Six queries, whatever the evidence."""
    require(by, "signs.read")
    near_enough(by)
    found = Suggestion.objects.select_related("matter").filter(pk=suggestion_id).first()
    if found is None:
        raise NotFound(_("没有这条线索，或者它不在您的辖区内。"))
    said = read(found.evidence)
    matters = Matter.objects.in_bulk([id_ for one in said for id_ in one.source.get("matters", ())])
    things = Thing.objects.in_bulk([id_ for one in said for id_ in one.source.get("things", ())])
    courses = [
        Course(
            one,
            [m for id_ in one.source.get("matters", ()) if (m := matters.get(UUID(id_)))],
            [t for id_ in one.source.get("things", ()) if (t := things.get(UUID(id_)))],
            list(one.source.get("sets", ())),
        )
        for one in said
    ]
    earlier = Suggestion.objects.filter(sign=found.sign, place_code=found.place_code, made_at__lt=found.made_at)
    return One(found, courses, list(earlier.order_by("-made_at")[:5]), list(story(found.stream)))
