"""What the morning asks of matters: what falls due today, and what waits for a decision."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from linli.kernel.access import Actor, require

from ..models import FINAL, Matter, Request

MOST = 200


def due_between(by: Actor, since: datetime, until: datetime) -> list[Matter]:
    """Open matters whose next promised date lies in a span, the earliest first; those paused have none. One query, with
    the reader's eyes."""
    require(by, "matters.read")
    found = Matter.objects.select_related("lead_unit").filter(due_at__gte=since, due_at__lt=until, paused_at=None)
    return list(found.exclude(state__in=FINAL).order_by("due_at", "id")[:MOST])


def requests_waiting(by: Actor) -> list[Request]:
    """More time and writing off that were asked for and nobody decided yet, the first due first. One query."""
    require(by, "matters.read")
    seen = Matter.objects.exclude(state__in=FINAL)
    found = Request.objects.select_related("matter", "unit").filter(decided_at=None, matter__in=seen)
    return list(found.order_by(F("matter__due_at").asc(nulls_last=True), "asked_at", "id")[:MOST])
