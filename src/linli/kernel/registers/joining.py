"""Two registrations of a person turn out to be one, or two after all: what was said of one is said of the other, and which
fact is in force is reckoned anew by the rule. Since it is a rule over facts that never change, parting gives back what was.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from .models import Conflict, Decision, Entry, Fact, State, Visit
from .subjects import found
from .verbs.common import put_in_force

_MOVED = (Fact, Entry, Conflict, Visit)


def joined(alias: UUID, standing: UUID, at: datetime) -> dict[str, Any]:
    """In the transaction of the merging. Returns what followed, with the place it was at."""
    target = found("person", standing, at, held=True)
    elements = set(Fact.objects.filter(subject=alias).values_list("element", flat=True))
    settled = _settle(alias, at)
    dropped = _drop_doubled(alias, standing, at)
    Fact.objects.filter(subject=alias, state=State.IN_FORCE).update(state=State.BESIDE)
    told: dict[str, Any] = {"settled": settled, "dropped": dropped}
    for table in _MOVED:
        rows = table.objects.filter(subject=alias)
        told[table.__name__] = {str(key): code for key, code in rows.values_list("pk", "place_code")}
        rows.update(subject=standing, place_code=target.place_code)
    decisions = Decision.objects.filter(subject=alias)
    told["Decision"] = [str(key) for key in decisions.values_list("pk", flat=True)]
    decisions.update(subject=standing)
    put_in_force(target, sorted(elements), at)
    return told if any(told.values()) else {}


def parted(alias: UUID, standing: UUID, told: Mapping[str, Any] | None, at: datetime) -> None:
    """What followed and is still there goes back; what was said since stays with the one who stands."""
    if not told:
        return
    mine, other = found("person", alias, at, held=True), found("person", standing, at, held=True)
    facts = Fact.objects.filter(pk__in=list(told["Fact"]), subject=standing)
    elements = sorted(set(facts.values_list("element", flat=True)))
    Conflict.objects.filter(subject=standing, element__in=elements, end="").update(
        end=Conflict.End.SETTLED, ended_at=at
    )
    facts.filter(state=State.IN_FORCE).update(state=State.BESIDE)
    for table in _MOVED:
        for key, code in told[table.__name__].items():
            table.objects.filter(pk=key, subject=standing).update(subject=alias, place_code=code)
    Decision.objects.filter(pk__in=told["Decision"], subject=standing).update(subject=alias)
    Conflict.objects.filter(pk__in=told["settled"]).update(end="", ended_at=None)
    Visit.objects.filter(pk__in=told["dropped"], outcome=Visit.Outcome.DROPPED).update(
        outcome="", ended_at=None, note=""
    )
    put_in_force(mine, elements, at)
    put_in_force(other, elements, at)


def _settle(alias: UUID, at: datetime) -> list[str]:
    """What was open about the alias is reckoned anew about the one who stands."""
    rows = Conflict.objects.filter(subject=alias, end="")
    keys = [str(key) for key in rows.values_list("pk", flat=True)]
    rows.update(end=Conflict.End.SETTLED, ended_at=at)
    return keys


def _drop_doubled(alias: UUID, standing: UUID, at: datetime) -> list[str]:
    """Nobody is visited twice for the same: of two visits due on one form the alias's is dropped."""
    due = Visit.objects.filter(subject=standing, outcome="").values_list("form", flat=True)
    rows = Visit.objects.filter(subject=alias, outcome="", form__in=list(due))
    keys = [str(key) for key in rows.values_list("pk", flat=True)]
    rows.update(outcome=Visit.Outcome.DROPPED, ended_at=at, note=_("登记合并，只走访一次"))
    return keys
