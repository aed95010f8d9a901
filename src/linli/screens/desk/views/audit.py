"""What happened, for the audit administrator; and how the followers keep up, for the system administrator."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel.access import require
from linli.kernel.audit.models import Follower, Record
from linli.kernel.audit.queries import verify
from linli.parts.doors import for_staff
from linli.parts.office import in_our_time

from ..shell import draw

_PAGE = 50


@require_http_methods(["GET", "POST"])
@for_staff
def audit_page(request: HttpRequest) -> HttpResponse:
    """Records, the latest first, by day, verb, person and subject; the chains are walked when asked (POST)."""
    require(request.actor, "audit.read")
    asked = {name: request.GET.get(name, "").strip()[:120] for name in ("day", "verb", "who", "stream")}
    found = Record.objects.all()
    day = _day(asked["day"])
    if day:
        start = timezone.make_aware(datetime.combine(day, time.min))
        found = found.filter(recorded_at__gte=start, recorded_at__lt=start + timedelta(days=1))
    if asked["verb"]:
        found = found.filter(verb__startswith=asked["verb"])
    if asked["who"]:
        found = found.filter(actor_name=asked["who"])
    if asked["stream"]:
        found = found.filter(stream=asked["stream"])
    if before := _cursor(request.GET.get("before", "")):
        found = found.filter(Q(recorded_at__lt=before[0]) | Q(recorded_at=before[0], id__lt=before[1]))
    rows = list(found.order_by("-recorded_at", "-id")[: _PAGE + 1])
    query = {name: value for name, value in asked.items() if value}
    last = rows[_PAGE - 1] if len(rows) > _PAGE else None
    older = {**query, "before": f"{last.recorded_at.isoformat()}_{last.id}"} if last else {}
    context: dict[str, Any] = {
        "rows": rows[:_PAGE],
        "asked": asked,
        "wrong_day": bool(asked["day"]) and day is None,
        "next": f"{reverse('desk:audit')}?{urlencode(older)}" if older else "",
        "first": f"{reverse('desk:audit')}?{urlencode(query)}" if before else "",
        "checked": request.method == "POST",
        "breaks": list(verify()) if request.method == "POST" else [],
    }
    return draw(request, "desk/audit.html", context, here="desk:audit")


@require_GET
@for_staff
def health_page(request: HttpRequest) -> HttpResponse:
    """How far each follower has read, and what stopped it."""
    require(request.actor, "system.check")
    return draw(request, "desk/health.html", {"followers": Follower.objects.order_by("name")}, here="desk:health")


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return day if day and in_our_time(day) else None


def _cursor(text: str) -> tuple[datetime, UUID] | None:
    at, _line, record = text.partition("_")
    try:
        moment = datetime.fromisoformat(at)
        return (moment, UUID(record)) if moment.tzinfo else None
    except ValueError:
        return None
