"""What every verb on an emergency does around its own change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, Conflict, Invalid, NotFound, look_as, require
from linli.kernel.audit import append
from linli.kernel.audit.verbs import Entry, append_each
from linli.kernel.places.codes import Level

from ..flow import STEPS
from ..models import Emergency
from ..queries.homes import called
from ..words import state_word

LONGEST = 2000
_LONG = {"event": 80, "text": 500, "who": 64, "area": 200, "gather": 120}


@dataclass(slots=True)
class Doing:
    """A verb under way: the emergency, locked, and what its record will say."""

    emergency: Emergency
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    note: str | None = None
    same: bool = False
    """What was asked for is so already: nothing is written."""
    calls: bool = False
    """Whether the neighbourhoods and the residents inside are told."""
    was_inside: list[str] = field(default_factory=list)
    were_called: dict[str, list[UUID]] = field(default_factory=dict)
    """Residents who were inside before the zone moved: they are told that they are no more."""

    def put(self, **values: Any) -> None:
        """Change fields; the record holds what was and what is."""
        for name, value in values.items():
            was = getattr(self.emergency, name)
            if was != value:
                self.before[name], self.after[name] = was, value
                setattr(self.emergency, name, value)


@contextmanager
def act(verb: str, emergency_id: UUID, *, by: Actor, at: datetime, version: int | None = None) -> Iterator[Doing]:
    """Run one verb on an emergency the actor sees. Raises NotFound, NotAllowed, Conflict (state, version)."""
    step = STEPS[verb]
    with transaction.atomic():
        look_as(by)
        emergency = Emergency.objects.select_for_update().filter(id=emergency_id).first()
        if emergency is None:
            raise NotFound(_("没有找到这次应急，或者您无权查看。"))
        require(by, step.needs, emergency.place_code if step.needs == "emergencies.command" else None)
        if emergency.state not in step.since:
            values = {"state": state_word(emergency.state), "verb": step.word}
            raise Conflict(_("这次应急“%(state)s”，现在不能“%(verb)s”。") % values, code="state")
        if version is not None and version != emergency.version:
            raise Conflict(_("这次应急刚刚有了变化，请看最新情况后再处理。"), code="stale")
        look_as(SYSTEM)
        doing = Doing(emergency, was_inside=list(emergency.inside))
        if step.to is not None:
            doing.calls = True
            doing.put(state=step.to.value)
        yield doing
        if doing.same:
            look_as(by)
            return
        emergency.version += 1
        emergency.save()
        tell(verb, doing, by=by, at=at)
        look_as(by)


def tell(verb: str, doing: Doing, *, by: Actor, at: datetime) -> None:
    """The record of what was done; and for who works beneath the place that commands, that something was."""
    emergency = doing.emergency
    append(
        by=by, at=at, verb=f"emergencies.{verb}", stream=emergency.stream, place_code=emergency.place_code,
        unit_ids=emergency.unit_ids, before=doing.before or None, after=doing.after, note=doing.note,
    )  # fmt: skip
    if doing.calls:
        _call(doing, by=by, at=at)


def _call(doing: Doing, *, by: Actor, at: datetime) -> None:
    """A neighbourhood's staff hear of what a street commands by its place, who lives inside by their own id."""
    emergency = doing.emergency
    persons = {code: set(ids) for code, ids in called(emergency).items()}
    for code, ids in doing.were_called.items():
        persons.setdefault(code, set()).update(ids)
    wide = len(emergency.place_code) < Level.NEIGHBOURHOOD.digits
    places = {*persons, *(doing.was_inside if wide else ()), *(emergency.inside if wide else ())}
    said = {"event": emergency.event, "state": emergency.state}
    append_each(
        (
            Entry(f"{emergency.stream}:{code}", code, person_ids=tuple(sorted(persons.get(code, ()))), after=said)
            for code in sorted(places)
        ),
        by=by, at=at, verb="emergencies.call",
    )  # fmt: skip


def needed(**texts: str) -> None:
    """Raise Invalid, naming every text that was left empty, or is too long."""
    fields = {name: _("请填写这一项。") for name, text in texts.items() if not text.strip()}
    for name, text in texts.items():
        most = _LONG.get(name, LONGEST)
        if len(text) > most:
            fields[name] = _("请不超过 %(n)d 字。") % {"n": most}
    if fields:
        raise Invalid(_("请检查填写的内容。"), fields=fields)


def chosen(choices: Any, field_name: str, value: object) -> Any:
    """One of a room's choices. Raises Invalid for anything else."""
    try:
        return choices(value)
    except ValueError:
        raise Invalid(_("请检查填写的内容。"), fields={field_name: _("请从列表中选择。")}) from None


def later(given: datetime | str | None, at: datetime) -> datetime | None:
    """An instant to come, or none. Raises Invalid for one that is past."""
    if not given or isinstance(given, str):
        return None
    if given <= at:
        sentence = _("预计到的时间要晚于现在。")
        raise Invalid(sentence, fields={"until": sentence})
    return given
