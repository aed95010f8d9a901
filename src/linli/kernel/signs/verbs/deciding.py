"""A person decides about a suggestion: somebody goes and looks, or it is dismissed and why."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, looking_as
from linli.kernel.access.lines import clean_line
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.matters.models import Matter
from linli.kernel.matters.verbs import open_matter

from ..evidence import read
from ..gathering.matters import SOURCE
from ..models import State, Suggestion
from ..sentences import address, kind_word, sentence
from .common import act, living_at, locked, must_be, record

PERMISSION = "signs.decide"
UNDECLARED_RESTS = 90


def open_suggestion(*, by: Actor, at: datetime, suggestion_id: UUID) -> Suggestion:
    """The suggestion, for who may see it. That somebody looked at a home stands in the list of those who live there
    (docs/rights.md, 5). Raises NotFound."""
    with act():
        found = locked(suggestion_id, by, "signs.read")
        if persons := living_at(found.place_code):
            record(by, at, "read", found, after={"sign": found.sign}, persons=persons)
    return found


def accept(*, by: Actor, at: datetime, suggestion_id: UUID, note: str = "") -> Matter:
    """Somebody goes and looks: opens a matter of the kind the sign declares, in the same transaction, and returns it.

    Needs `signs.decide` and `matters.open` at the place. Raises Conflict (decided already).
    """
    note = clean_line(note, "note") if note.strip() else ""
    with act():
        found = locked(suggestion_id, by, PERMISSION)
        must_be(found, State.OPEN)
        with looking_as(by):
            matter = open_matter(
                by=by,
                at=at,
                kind=catalogue().signs[found.sign].opens,
                title=_title(found),
                body=_body(found, by, note),
                source=SOURCE,
                source_key=str(found.id),
                place_code=found.place_code,
                address=address(found.place_code),
                public=False,
            )
        found.state, found.matter, found.reason = State.INSPECTING, matter, note
        _decided(found, by, at)
        found.save()
        after = {"state": found.state, "matter": str(matter.id), "number": matter.number}
        record(by, at, "accept", found, after=after, note=note or None, persons=living_at(found.place_code))
    return matter


def dismiss(*, by: Actor, at: datetime, suggestion_id: UUID, reason: str) -> Suggestion:
    """Nobody goes, and why. The place rests for the days its sign declares, unless the evidence grows."""
    reason = clean_line(reason, "reason")
    with act():
        found = locked(suggestion_id, by, PERMISSION)
        must_be(found, State.OPEN)
        found.state, found.reason = State.DISMISSED, reason
        _decided(found, by, at)
        found.ended_at, found.rests_until = at, at + rest_of(found)
        found.save()
        record(
            by, at, "dismiss", found, after={"state": found.state}, note=reason, persons=living_at(found.place_code)
        )
    return found


def rest_of(suggestion: Suggestion) -> timedelta:
    declared = catalogue().signs.get(suggestion.sign)
    return timedelta(days=declared.rests if declared else UNDECLARED_RESTS)


def _decided(found: Suggestion, by: Actor, at: datetime) -> None:
    found.decided_at, found.decided_by, found.decided_name = at, by.account_id, by.name
    found.version += 1


def _title(found: Suggestion) -> str:
    kind = kind_word(catalogue().signs[found.sign].opens)
    return _("%(kind)s：%(place)s") % {"kind": kind, "place": address(found.place_code)}


def _body(found: Suggestion, by: Actor, note: str) -> str:
    """Why somebody goes: every number that spoke, so that whoever stands at the door knows it and can say it."""
    lines = [_("系统根据以下迹象建议核查这个地点，是否属实以现场为准：")]
    lines += [f"· {sentence(found.sign, one)}" for one in read(found.evidence) if one.speaks]
    if note:
        lines.append(_("%(name)s：%(note)s") % {"name": by.name or _("值班人员"), "note": note})
    return "\n".join(lines)
