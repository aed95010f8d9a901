"""Which monthly reports there are."""

from __future__ import annotations

from linli.kernel.access import Actor, require

from ..models import Report


def reports(by: Actor, place_code: str, *, limit: int = 50) -> list[Report]:
    """Those of one place, the latest month first. Needs `figures.read` there."""
    require(by, "figures.read", place_code)
    found = Report.objects.select_related("pdf", "xlsx").filter(place_code=place_code)
    return list(found.order_by("-month", "-asked_at")[:limit])
