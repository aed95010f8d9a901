"""From a rule's change to a person on the spot: the readings say what was found, the matters who goes.

Readings know nothing of matters, which stand above them; here the one is given to the other, within the transaction of
the evaluator's round.
"""

from __future__ import annotations

from datetime import datetime

from linli.kernel.matters.verbs import alarming
from linli.kernel.places import queries as places
from linli.kernel.readings.evaluating import course
from linli.kernel.readings.raised import Raised
from linli.kernel.readings.verbs import opening, raising


def warn(changes: list[course.Raised], at: datetime) -> None:
    """Write down what the rules of one round found, open matters for it and tell those that are open."""
    outcome = raising.apply([_raised(change) for change in changes], at=at, open_matter=alarming.open_for)
    if outcome.told:
        alarming.tell(outcome.told, at=at)


def try_again(at: datetime) -> int:
    """Open what could not be opened when it was found; the worker calls it every minute. Returns how many were."""
    return opening.open_owed(at=at, open_matter=alarming.open_for)


def _raised(found: course.Raised) -> Raised:
    thing, change = found.thing, found.change
    return Raised(
        rule=found.rule,
        subject=found.subject,
        thing_no=thing.no if thing else None,
        thing_id=thing.id if thing else None,
        place_code=found.place_code,
        lon=thing.lon if thing else None,
        lat=thing.lat if thing else None,
        name=thing.name if thing else places.label(found.place_code),
        what=change.what,
        severity=change.severity,
        at_ms=change.at,
        says=change.says,
    )
