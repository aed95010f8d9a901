"""Shares as the two units concerned see them, with what was taken."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, require

from ..models import Share, Use

MOST = 100


def shares(by: Actor) -> tuple[list[Any], list[Any]]:
    """(asked by one's own unit, asked of it), the newest first; with `used` and `last_used`. Row level security keeps to
    the units concerned."""
    require(by, "datasets.read")
    found = (
        Share.objects.filter(Q(unit_id=by.unit_id) | Q(dataset__owner_id=by.unit_id))
        .select_related("dataset__owner", "unit")
        .annotate(used=Count("uses"), last_used=Max("uses__at"))
        .order_by("-asked_at")[:MOST]
    )
    every = list(found)
    return [s for s in every if s.unit_id == by.unit_id], [s for s in every if s.dataset.owner_id == by.unit_id]


def share(by: Actor, share_id: UUID) -> Share:
    require(by, "datasets.read")
    found = Share.objects.select_related("dataset__owner", "unit").filter(pk=share_id).first()
    if found is None or by.unit_id not in (found.unit_id, found.dataset.owner_id):
        raise NotFound(_("没有这个共享申请。"))
    return found


def uses(by: Actor, asked: Share) -> list[Use]:
    """What was taken of a share, the latest first: the owner sees every use."""
    require(by, "datasets.read")
    return list(asked.uses.order_by("-at")[:MOST])


def state_of(asked: Share, at: datetime) -> str:
    """asked, running, over (by itself), refused or ended."""
    if asked.state == Share.State.APPROVED:
        return "running" if asked.runs(at) else "over"
    return str(asked.state)
