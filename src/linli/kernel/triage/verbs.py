"""What can happen to triage: a model is learned, suggestions are switched off or on, topics are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.access import SYSTEM, Actor, Invalid, look_as, looking_as, require
from linli.kernel.audit import append
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.matters.models import Matter

from .evaluate import evaluate
from .measure import Figures
from .model import MOST_EXAMPLES, Model
from .model import learn as fit
from .models import Decision, ModelVersion, Switch
from .shingles import near_copies
from .store import to_bytes
from .suggesting import hints_of, in_force
from .text import Message

FEWEST, NEW = 40, 20
"""A model is learned from at least 40 decisions, of which 20 are newer than the model in force: on those both are
measured, because neither has seen them."""
SHARE = 5
"""One in five decisions, the newest, is kept back to measure."""


def switch(*, by: Actor, at: datetime, on: bool, place_code: str = "") -> Switch:
    """Show suggestions at a place and below, or do not. "" is everywhere, and for the operator alone."""
    require(by, "kinds.change", place_code)
    with transaction.atomic():
        look_as(SYSTEM)
        row, made = Switch.objects.select_for_update().get_or_create(place_code=place_code, defaults={"on": on})
        before = None if made else {"on": row.on}
        row.on = on
        row.save()
        append(
            by=by,
            at=at,
            verb="triage.switch",
            stream=f"triage:{place_code or 'everywhere'}",
            place_code=place_code,
            before=before,
            after={"on": on},
        )
        look_as(by)
    return row


@dataclass(frozen=True, slots=True)
class _Case:
    matter_id: UUID
    message: Message
    kind: str
    decided_at: datetime


def learn(*, by: Actor, at: datetime, most: int = 2000) -> ModelVersion:
    """Learn from the newest `most` decisions, measure on the newest fifth, and put the model in force unless it is
    worse there than the one it would replace. The same decisions give the same model.

    For the operator alone. Raises Invalid when there is too little to learn from or to measure on. Takes minutes
    for thousands of decisions, and holds no lock meanwhile.
    """
    require(by, "*")
    with looking_as(SYSTEM):
        old = ModelVersion.objects.filter(in_force=True).first()
        cases = _cases(min(most, MOST_EXAMPLES))
        kept, rest = _keep_back(cases, old.trained_at if old else None)
        replaced = in_force()
    hints = hints_of(catalogue())
    tried = fit([(case.message, case.kind) for case in rest], hints=hints)
    figures = _measured(tried, kept)
    before = _measured(replaced, kept).accuracy if replaced else 0.0
    better = figures.accuracy >= before
    whole = fit([(case.message, case.kind) for case in cases], hints=hints) if better else None
    return _keep(by, at, whole, len(cases), figures, before, old.id if old else None)


def _cases(most: int) -> list[_Case]:
    """Oldest first. Kinds declared no more, and matters whose words are gone, teach nothing."""
    rows = Decision.objects.filter(kind__in=catalogue().kinds).order_by("-decided_at", "matter_id")[:most]
    newest = list(rows)[::-1]
    texts = {
        row[0]: Message(row[1], row[2])
        for row in Matter.objects.filter(
            id__in=[row.matter_id for row in newest], words_erased_at=None
        ).values_list("id", "title", "body")
    }
    return [
        _Case(row.matter_id, texts[row.matter_id], row.kind, row.decided_at)
        for row in newest
        if row.matter_id in texts
    ]


def _keep_back(cases: list[_Case], trained_at: datetime | None) -> tuple[list[_Case], list[_Case]]:
    """(kept back, the rest). Near copies of what is kept back are in neither: they would be seen already."""
    new = [case for case in cases if trained_at is None or case.decided_at > trained_at]
    if len(cases) < FEWEST or len(new) < NEW:
        raise Invalid(
            _(
                "要学习，至少需要 %(fewest)d 件已决定的事项，其中 %(new)d 件是上次学习之后的；现有 %(have)d 件和 %(have_new)d 件。"
            )
            % {"fewest": FEWEST, "new": NEW, "have": len(cases), "have_new": len(new)},
            code="too_few",
        )
    kept = new[-max(NEW, len(cases) // SHARE) :]
    group = near_copies([case.message.title + case.message.body for case in cases])
    first = len(cases) - len(kept)
    seen = set(group[first:].tolist())
    return kept, [case for place, case in enumerate(cases[:first]) if group[place] not in seen]


def _measured(model: Model, cases: Sequence[_Case]) -> Figures:
    return evaluate(model, [case.message for case in cases], [case.kind for case in cases])


def _keep(
    by: Actor, at: datetime, model: Model | None, examples: int, figures: Figures, before: float, old: UUID | None
) -> ModelVersion:
    with transaction.atomic():
        look_as(SYSTEM)
        # Somebody else may have learned meanwhile: what was compared must be what is replaced.
        current = (
            ModelVersion.objects.select_for_update().filter(in_force=True).values_list("id", flat=True).first()
        )
        if model is not None and current == old:
            ModelVersion.objects.filter(in_force=True).update(in_force=False, content=b"")
        else:
            model = None
        row = ModelVersion.objects.create(
            trained_at=at,
            content=to_bytes(model) if model else b"",
            examples=examples,
            held_out=figures.count,
            accuracy=figures.accuracy,
            before=before,
            figures=figures.as_dict(),
            in_force=model is not None,
        )
        append(
            by=by,
            at=at,
            verb="triage.learn",
            stream="triage:model",
            after={
                "model": str(row.id),
                "examples": examples,
                "held_out": figures.count,
                "accuracy": round(figures.accuracy, 4),
                "before": round(before, 4),
                "in_force": row.in_force,
            },
        )
        look_as(by)
    return row
