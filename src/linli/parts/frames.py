"""The frames of the screens. A screen puts its own up when it is installed; a scene's page is drawn in one without
knowing what stands around it."""

from __future__ import annotations

from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse

from .page import ScreenName


class Draw(Protocol):
    def __call__(
        self, request: HttpRequest, template: str, context: dict[str, Any], *, here: str = "", status: int = 200
    ) -> HttpResponse: ...


_frames: dict[ScreenName, Draw] = {}


def put_up(screen: ScreenName, draw: Draw) -> None:
    """How pages on this screen are drawn: called once, by the screen's own `AppConfig.ready`."""
    _frames[screen] = draw


def draw(
    screen: ScreenName,
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    here: str = "",
    status: int = 200,
) -> HttpResponse:
    """A full page of a scene in the frame of a screen. `here` names what is current in the screen's navigation: the
    `url` of a `Page` on the desk. The template extends the screen's own ("desk/office.html", "phone/shell.html").

    Raises KeyError in an installation without that screen.
    """
    return _frames[screen](request, template, context, here=here, status=status)
