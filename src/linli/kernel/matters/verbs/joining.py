"""并案、拆分、关联: two reports of one thing, one report of two things, things that belong together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, Conflict, Invalid, NotFound, look_as
from linli.kernel.readings.verbs import warnings

from .. import legs
from ..facts import READING
from ..models import Leg, Link, Matter, State
from .core import act, fitting
from .opening import TITLE, open_matter

Part = tuple[str, str, str]
WORDS = 200  # characters of how two matters belong together


def merge(*, matter_id: UUID, by: Actor, at: datetime, into_id: UUID, version: int | None = None) -> Matter:
    """并案: this matter is the same as another, which goes on. Its reporter is told how that one ends."""
    if into_id == matter_id:
        raise Invalid(_("一件事不能并入它自己。"), fields={"into_id": _("请选择另一件。")})
    primary = _seen(into_id, by)
    if not primary.is_open:
        sentence = _("要并入的那件事已经办结，不能并入。")
        raise Conflict(sentence, code="ended", fields={"into_id": sentence})
    with warnings.held(matter_id), act("merge", matter_id, by=by, at=at, version=version) as doing:
        matter = doing.matter
        # Locked after this one and looked at again: two people merging A into B and B into A must not both win.
        current = Matter.objects.select_for_update().get(id=into_id)
        if not current.is_open or current.merged_into_id:
            raise Conflict(_("要并入的那件事刚刚有了变化，请重新选择。"), code="ended")
        matter.state_before, matter.state = matter.state, State.MERGED
        matter.merged_into_id = into_id
        legs.stop(matter, at=at)
        warnings.move(matter_id, into_id)
        doing.says["into"] = {"id": str(primary.id), "number": primary.number}
    return doing.matter


def unmerge(*, matter_id: UUID, by: Actor, at: datetime, version: int | None = None) -> Matter:
    """撤销并案: it is a matter of its own again, with the dates it was promised."""
    with act("unmerge", matter_id, by=by, at=at, version=version) as doing:
        matter, numbers, calendar = doing.matter, doing.numbers, doing.calendar
        doing.says["from"] = str(matter.merged_into_id)
        matter.unmerged += 1
        if matter.source == READING and matter.merged_into_id:
            warnings.move(matter.merged_into_id, matter.id, opened_by=UUID(matter.source_key))
        matter.state, matter.state_before = matter.state_before or State.REPORTED, ""
        matter.merged_into_id = matter.ended_at = None
        if matter.answered_at is None:
            legs.start(matter, Leg.ANSWER, since=matter.opened_at, span=numbers.answer, due=matter.answer_due)
        else:
            legs.start(matter, Leg.FINISH, since=matter.opened_at, span=numbers.finish, due=matter.finish_due)
        legs.move_due(matter, matter.due_at or matter.finish_due, at=at, numbers=numbers, calendar=calendar)
    return doing.matter


def split(*, matter_id: UUID, by: Actor, at: datetime, parts: Sequence[Part], version: int | None = None) -> Matter:
    """拆分: each part (kind, title, body) becomes a matter of its own at the same place."""
    if not parts:
        raise Invalid(_("请写明要拆出哪些事。"), fields={"parts": _("请至少写一件。")})
    for n, (_kind, title, body) in enumerate(parts, 1):
        try:
            fitting(TITLE, title=title)
            fitting(body=body)
        except Invalid as long:
            (why,) = long.fields.values()
            raise Invalid(long.sentence, fields={"parts": _("第 %(n)d 件%(why)s") % {"n": n, "why": why}}) from long
    with act("split", matter_id, by=by, at=at, version=version) as doing:
        whole = doing.matter
        opened = [
            open_matter(
                by=by,
                at=at,
                kind=kind,
                title=title,
                body=body,
                source="split",
                place_code=whole.place_code,
                lon=whole.lon,
                lat=whole.lat,
                address=whole.address,
                reporter_id=whole.reporter_id,
                public=whole.public,
                anonymous=whole.anonymous,
                part_of=whole,
            )
            for kind, title, body in parts
        ]
        look_as(SYSTEM)
        doing.says["parts"] = [{"id": str(m.id), "number": m.number, "title": m.title} for m in opened]
    return doing.matter


def link(
    *, matter_id: UUID, by: Actor, at: datetime, other_id: UUID, words: str = "", version: int | None = None
) -> Matter:
    """关联: two matters that belong together and stay two."""
    if other_id == matter_id:
        raise Invalid(_("一件事不能与它自己关联。"), fields={"other_id": _("请选择另一件。")})
    fitting(WORDS, words=words)
    other = _seen(other_id, by)
    with act("link", matter_id, by=by, at=at, version=version) as doing:
        Link.objects.get_or_create(
            matter=doing.matter, other=other, defaults={"words": words.strip(), "linked_at": at}
        )
        doing.says["other"] = {"id": str(other.id), "number": other.number}
    return doing.matter


def _seen(matter_id: UUID, by: Actor) -> Matter:
    look_as(by)
    matter = Matter.objects.filter(id=matter_id).first()
    if matter is None:
        raise NotFound(_("没有找到另一件事，或者您无权查看。"))
    return matter
