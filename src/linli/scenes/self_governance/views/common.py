"""What the pages share: words in templates, ids out of forms, a QR code as a picture."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from markupsafe import Markup

from linli.kernel.access import NotFound
from linli.parts import frames
from linli.parts.page import ScreenName

from .. import certificates, kinds, words

WORDS: dict[str, Any] = {
    "kind_word": kinds.kind_word,
    "skill_word": kinds.skill_word,
    "state_word": words.sign_up_word,
    "activity_word": words.activity_word,
    "minors_word": words.minors_word,
    "help_word": words.help_word,
    "charge_word": words.charge_word,
    "tone_of": lambda state: words.TONES.get(state, ""),
    "mark_of": lambda state: words.MARKS.get(state, "open"),
    "hours_word": certificates.hours_word,
}


def draw(
    screen: ScreenName,
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    here: str = "",
    status: int = 200,
) -> HttpResponse:
    told = list(messages.get_messages(request)) if screen == "phone" else []
    given = {**WORDS, "told": told, **context}
    return frames.draw(screen, request, f"self_governance/{template}", given, here=here, status=status)


def uuid_in(request: HttpRequest, name: str) -> UUID:
    """An id out of a form. Raises NotFound."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise NotFound(_("请从列表中重新选择。")) from None


def number_in(request: HttpRequest, name: str, least: float, most: float) -> float | None:
    """A number out of a form; None when there is none, or none that could be meant."""
    try:
        value = float(request.POST.get(name, ""))
    except ValueError:
        return None
    return value if least <= value <= most else None


def day_in(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2200 else None


def qr(text: str) -> Markup:
    """As SVG, to be drawn into a page: dark on white also where the page is dark, for cameras."""
    drawn = segno.make(text, error="m").svg_inline(border=2, omitsize=True, dark="#1c2430", light="#ffffff")
    return Markup(drawn)  # noqa: S704 - segno's own


def address(request: HttpRequest, path: str) -> str:
    """A whole address for a QR code: of the installation where it is set, else as it was asked."""
    return f"{settings.LINLI_URL.rstrip('/')}{path}" if settings.LINLI_URL else request.build_absolute_uri(path)
