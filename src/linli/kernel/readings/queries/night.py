"""The warnings of a span of time, the gravest first: what the morning asks of the night."""

from __future__ import annotations

from datetime import datetime

from linli.kernel.access import Actor, require
from linli.kernel.declare.rules import Severity

from ..models import Warning

MOST = 200


def raised_between(by: Actor, since: datetime, until: datetime, *, least: int = Severity.YELLOW) -> list[Warning]:
    """Warnings raised in a span, at least so grave; one query, with the reader's eyes."""
    require(by, "warnings.read")
    found = Warning.objects.select_related("thing").filter(
        raised_at__gte=since, raised_at__lt=until, severity__gte=least
    )
    return list(found.order_by("-severity", "raised_at", "id")[:MOST])
