"""A follower: which matters staff decided about, and what would have been suggested before they did.

Only which matter and which kind is noted. Words are read from the matters themselves when a model is learned.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from linli.kernel.access import REPORTERS, SYSTEM, Role, look_as
from linli.kernel.audit.models import Record
from linli.kernel.matters.models import Matter

from .models import Decision, ModelVersion
from .suggesting import in_force
from .text import Message

FOLLOWER = "triage.decisions"
DECIDES = frozenset({"matters.accept", "matters.assign", "matters.reclassify", "matters.close"})
MEASURED = 40
"""Of one batch of records at most so many new decisions are measured: a second's work. In daily life that is all of
them; when a year of history is read at once it is a sample."""
_NOBODY = REPORTERS | {Role.SYSTEM, Role.ANONYMOUS}


def note_decisions(records: Sequence[Record]) -> None:
    """Note the kind each decided matter has now; the same record twice changes nothing."""
    decided: dict[UUID, datetime] = {
        UUID(record.stream.partition(":")[2]): record.happened_at
        for record in records
        if record.actor_role not in _NOBODY
    }
    if not decided:
        return
    look_as(SYSTEM)
    matters = list(Matter.objects.filter(id__in=decided).order_by("id"))
    known = set(Decision.objects.filter(matter_id__in=decided).values_list("matter_id", flat=True))
    rows = [
        Decision(matter_id=m.id, kind=m.kind, place_code=m.place_code, decided_at=decided[m.id]) for m in matters
    ]
    new = [(row, matter) for row, matter in zip(rows, matters, strict=True) if row.matter_id not in known]
    _measure(new[:MEASURED])
    Decision.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["matter_id"],
        update_fields=["kind", "place_code", "decided_at"],  # the suggestion stays what it first was
    )


def _measure(new: list[tuple[Decision, Matter]]) -> None:
    """What the model in force says to texts it has not learned from: decided after it was trained."""
    trained = ModelVersion.objects.filter(in_force=True).values_list("trained_at", flat=True).first()
    unseen = [(row, matter) for row, matter in new if trained is None or row.decided_at > trained]
    model = in_force() if unseen else None
    if model is None:
        return
    chances = model.probabilities([Message(matter.title, matter.body) for _row, matter in unseen])
    for (row, _matter), line in zip(unseen, chances, strict=True):
        best = int(line.argmax())
        row.suggested, row.confidence = model.labels[best], float(line[best])
