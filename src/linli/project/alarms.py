"""From a rule's change to a person on the spot: the readings say what was found, the matters who goes.

Readings know nothing of matters, which stand above them; here the one is given to the other, within the transaction of
the evaluator's round.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from django.db import transaction

from linli.kernel.access import as_system
from linli.kernel.audit.models import Record
from linli.kernel.clock.now import now
from linli.kernel.declare import Rule
from linli.kernel.matters.verbs import alarming
from linli.kernel.places import queries as places
from linli.kernel.readings import unwell
from linli.kernel.readings.evaluating.round import Found
from linli.kernel.readings.raised import Outcome, Raised, Told
from linli.kernel.readings.verbs import ending, opening, raising


def warn(changes: list[Found], at: datetime) -> None:
    """Write down what the rules of one round found, open matters for it and tell those that are open."""
    outcome = raising.apply([_raised(change) for change in changes], at=at, open_matter=alarming.open_for)
    if outcome.told:
        alarming.tell(outcome.told, at=at)


def try_again(at: datetime) -> int:
    """Open what could not be opened when it was found; the worker calls it every minute. Returns how many were."""
    return opening.open_owed(at=at, open_matter=alarming.open_for)


def look_at_devices(at: datetime) -> int:
    """Find devices that are themselves not well, and those that are well again; of each rule about once an hour, by one
    worker. Returns how many changed."""
    return sum(_look_by(rule, at) for rule in unwell.rules())


def _look_by(rule: Rule, at: datetime) -> int:
    with transaction.atomic(), as_system():
        changes = unwell.look(rule, at)
        outcome = raising.apply(changes, at=at, open_matter=alarming.open_for) if changes else Outcome()
        if outcome.told:
            alarming.tell(outcome.told, at=at)
    return len(changes)


def end_unheard(at: datetime) -> int:
    """Clear or close warnings that no reading can end any more, and tell their matters why. Returns how many matters
    were told; what the worker's look each minute finds came between a retirement and the evaluator's next look."""
    with transaction.atomic():
        told = sorted(ending.end_unheard(at=at), key=_why)
        for _reason, group in groupby(told, key=_why):
            alarming.tell(list(group), at=at)
    return len(told)


def end_retired(_records: Sequence[Record]) -> None:
    """A thing was retired: its warnings are over. A follower; the same record twice changes nothing."""
    end_unheard(now())


def _why(told: Told) -> str:
    return str(told.says["why"])


def _raised(found: Found) -> Raised:
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
