"""A follower: what came of an inspection is what its matter ended with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from linli.kernel.access import SYSTEM
from linli.kernel.audit.models import Record
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.matters.models import Matter

from ..models import State, Suggestion
from .common import act, record
from .deciding import rest_of

FOLLOWS = frozenset(
    f"matters.{verb}"
    for verb in ("close", "decline", "withdraw", "decide_write_off", "reopen", "merge", "unmerge", "ended_with")
)
"""What ends a matter, or begins it again."""


def follow(records: Sequence[Record]) -> None:
    """Told twice, it finds nothing the second time: what holds is read from the matter as it is."""
    ids = {UUID(record.stream.partition(":")[2]) for record in records if record.stream.startswith("matter:")}
    with act():
        # One that was merged into another follows that one.
        mine = Suggestion.objects.filter(matter__merged_into__in=ids).values_list("matter_id", flat=True)
        theirs = ids | set(mine)
        for found in (
            Suggestion.objects.select_for_update(of=("self",))
            .filter(matter_id__in=theirs)
            .select_related("matter__merged_into")
            .order_by("id")
        ):
            _follow(found, max(record.happened_at for record in records))


def _follow(found: Suggestion, at: datetime) -> None:
    matter = found.matter
    assert matter is not None
    matter = matter.merged_into or matter
    state = outcome_of(found.sign, matter)
    if state == found.state or (state == State.INSPECTING and _another_is_open(found)):
        return
    before, found.state = found.state, state
    ended = None if state == State.INSPECTING else matter.ended_at or at
    found.ended_at, found.rests_until = ended, ended + rest_of(found) if ended else None
    found.version += 1
    found.save()
    after = {"state": state, "outcome": matter.outcome}
    record(SYSTEM, at, "settle", found, before={"state": before}, after=after)


def _another_is_open(found: Suggestion) -> bool:
    """A matter was opened again after its place had been suggested anew: that one goes on."""
    return (
        Suggestion.objects.filter(sign=found.sign, place_code=found.place_code, ended_at=None)
        .exclude(pk=found.pk)
        .exists()
    )


def outcome_of(sign: str, matter: Matter) -> str:
    """What the end of a matter says of the suggestion that opened it."""
    if matter.ended_at is None:
        return State.INSPECTING
    declared = catalogue().signs.get(sign)
    if declared and matter.state == "closed" and matter.outcome in declared.found:
        return State.CONFIRMED
    if declared and matter.state == "closed" and matter.outcome in declared.unfounded:
        return State.NOT_FOUND
    return State.UNSETTLED
