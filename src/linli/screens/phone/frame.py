"""What every page of the phone has in its frame: whose drafts these are, and which bar stands beneath."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .door import goes, print_of


def draw(
    request: HttpRequest, template: str, context: dict[str, Any], *, here: str = "", status: int = 200
) -> HttpResponse:
    """A full page in the phone's frame. `here` names what is current in its bar."""
    actor = request.actor
    shell = "phone/duty_shell.html" if goes(actor) else "phone/shell.html"
    frame = {"who": print_of(actor), "goes": goes(actor), "frame": shell, **({"here": here} if here else {})}
    return render(request, template, {**frame, **context}, status=status)
