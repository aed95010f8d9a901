"""What every page of the wall draws with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.kernel.clock.now import now

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def draw(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    words = {"zone": settings.TIME_ZONE, "clock": clock, "waited": waited}
    return render(request, template, {**words, **context}, status=status)


def clock(at: datetime) -> str:
    """ "14:32" in the place's time."""
    return f"{timezone.localtime(at):%H:%M}"


def waited(since: datetime) -> str:
    """How long something has waited, as one reads it from afar: "3 天", "5 小时", "12 分钟"."""
    seconds = max(0, int((now() - since).total_seconds()))
    if seconds >= _DAY:
        return _("%(n)d 天") % {"n": seconds // _DAY}
    if seconds >= _HOUR:
        return _("%(n)d 小时") % {"n": seconds // _HOUR}
    return _("%(n)d 分钟") % {"n": seconds // _MINUTE}
