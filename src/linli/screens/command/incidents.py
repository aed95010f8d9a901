"""What a wall shows of emergencies: the one it gives itself up to, and the others in a line."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson

from linli.kernel.access import Actor, allows, holds
from linli.kernel.emergencies.queries import course, looking, roll
from linli.kernel.emergencies.queries.within import within
from linli.kernel.emergencies.words import grade_word, state_word

from .where import Where


def incidents_of(actor: Actor, where: Where, at: datetime) -> dict[str, Any]:
    """`takes` (None while nothing does) with all it shows, and `others`."""
    shown: dict[str, Any] = {"takes": None, "others": (), "grade_word": grade_word, "emergency_state": state_word}
    shown["may_declare"] = allows(actor, "emergencies.command", where.code)
    if not holds(actor, "emergencies.read"):
        return shown
    found = looking.for_wall(actor, where.code)
    shown |= {"takes": found.takes, "others": found.others, "at": at}
    if found.takes is not None:
        shown |= {
            "inside": within(found.takes, actor, at=at),
            "counts": roll.counts(found.takes, actor, at=at),
            "tasks": looking.tasks(found.takes),
            "course": course.course(found.takes),
            "zone_json": orjson.dumps(found.takes.zone).decode(),
        }
    return shown
