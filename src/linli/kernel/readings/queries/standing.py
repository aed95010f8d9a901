"""Whether the warnings of matters have cleared: asked by the room that ends matters."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.utils.translation import gettext as _

from linli.kernel.access import as_system
from linli.kernel.access.prepared import read
from linli.kernel.things.queries.cut_off import CUT_OFF
from linli.kernel.things.queries.resting import RESTING

from .sentences import moment, say, since

# What stands: not cleared, not found to be the device's own fault, and its thing is at work and can
# be heard. `now` is what the thing said last of the quantity that the warning is about.
_STANDING = f"""
SELECT w.id, w.rule, w.says, w.raised_at, coalesce(t.name, ''), count(*) OVER (),
  (SELECT l."values"[s.slot + 1] FROM readings_latest l
    JOIN things_slot s ON s.model = t.model AND s.quantity = w.says ->> 'quantity' WHERE l.thing = t.no)
FROM readings_warning w LEFT JOIN things_thing t ON t.id = w.thing_id
WHERE w.matter_id = %s AND w.closed_at IS NULL AND w.state IN ('raised', 'acknowledged') AND w.cause <> 'fault'
  AND (t.id IS NULL OR t.state <> 'retired'
       AND NOT {RESTING} AND NOT {CUT_OFF})
ORDER BY w.severity DESC, w.raised_at, w.id LIMIT 1
"""  # noqa: S608 - made of our own condition


_COURSE = ("seconds", "repeats", "flapping")
_CHANGE = ("how", "before", "within", "limit")


@dataclass(frozen=True, slots=True)
class Standing:
    """The gravest warning that has not cleared, and how many there are."""

    rule: str
    says: dict[str, Any] = field(default_factory=dict)
    raised_at: datetime | None = None
    name: str = ""
    count: int = 1
    now: float | None = None

    @property
    def present(self) -> str:
        """What is so at this moment, beside what it is measured by; not for how long, nor how it came to be so."""
        past = _CHANGE if self.says.get("how") in ("rises", "falls") and self.now is not None else ()
        says = {key: value for key, value in self.says.items() if key not in (*_COURSE, *past)}
        if self.now is not None and says.get("quantity"):
            says["value"] = self.now
        return say(self.rule, says)

    @property
    def sentence(self) -> str:
        """Why it cannot be reported done or closed: what, how much, since when."""
        values = {
            "name": self.name,
            "what": self.present,
            "since": moment(since(self.says, self.raised_at)) if self.raised_at else "",
            "n": self.count,
        }
        if self.count > 1:
            return (
                _("读数还没有恢复正常：%(name)s %(what)s，自 %(since)s 起；一共还有 %(n)d 条预警没有恢复。")
                % values
            )
        return _("读数还没有恢复正常：%(name)s %(what)s，自 %(since)s 起。") % values


def standing(matter_id: UUID, at: datetime) -> Standing | None:
    """The gravest warning of a matter that still stands; None when all have cleared.

    Seen with the system's eyes: a matter may not be ended because whoever ends it sees only part of its place.
    """
    with as_system():
        rows = read(_STANDING, [matter_id, at, at, at])
    if not rows:
        return None
    _id, rule, says, raised_at, name, count, now = rows[0]
    return Standing(rule, orjson.loads(says), raised_at, name, count, now)
