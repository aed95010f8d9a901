"""What makes the phone installable and lets it work without a network."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from ..door import print_of

_ROOM = Path(__file__).resolve().parents[1]
_PARTS = _ROOM.parents[1] / "parts"
_SHELL = (
    "parts/tokens.css",
    "parts/base.css",
    "parts/forms.css",
    "parts/show.css",
    "parts/tables.css",
    "parts/matter.css",
    "parts/map.css",
    "parts/pages.css",
    "parts/sensing.css",
    "parts/live.js",
    "parts/forms.js",
    "parts/keeps.js",
    "parts/map.js",
    "parts/maplibre.js",
    "parts/linli.svg",
    "phone/frame.css",
    "phone/drafts.css",
    "phone/report.css",
    "phone/matter.css",
    "phone/duty.css",
    "phone/duty.js",
    "phone/shifts.css",
    "phone/shifts.js",
    "phone/steps.js",
    "phone/visits.css",
    "phone/visits.js",
    "parts/asks.css",
    "parts/asks.js",
    "parts/scan-goes.js",
    "parts/scan.js",
    "phone/emergency.css",
    "phone/emergency.js",
    "parts/sound.js",
    "parts/notices.css",
    "parts/alarm.js",
    "phone/push.js",
    "phone/install.css",
    "phone/app.js",
    "phone/drafts.js",
    "phone/install.js",
    "phone/outbox.js",
    "phone/photos.js",
    "phone/report.js",
    "vendor/htmx.org/htmx.min.js",
    "vendor/idb/idb.js",
)
_FETCHED = ("vendor/maplibre-gl/maplibre-gl.js", "vendor/maplibre-gl/maplibre-gl.css")
"""What a script asks for by an address it makes itself, which is the plain name (parts/maplibre.js)."""


@cache
def _version() -> str:
    """Changes with any file of the shell or any template, so that a new release replaces the kept one."""
    digest = hashlib.sha256()
    for folder in (_ROOM, _PARTS):
        for file in sorted([*folder.glob("static/**/*.*"), *folder.glob("jinja2/**/*.html")]):
            digest.update(f"{file.name}:{file.stat().st_size}:{file.stat().st_mtime_ns}".encode())
    return digest.hexdigest()[:12]


@never_cache
def service_worker(_request: HttpRequest) -> HttpResponse:
    """The worker's own file, with what to keep: served from /phone/, so that /phone/ is its scope."""
    source = (_ROOM / "static/phone/worker.js").read_text(encoding="utf-8")
    kept = [static(name) for name in _SHELL] + [f"{settings.STATIC_URL}{name}" for name in _FETCHED]
    pages = [reverse("phone:offline")]
    head = (
        f"const VERSION = {_version()!r}\nconst SHELL = {[*kept, *pages]!r}\n"
        f"const HOME = {reverse('phone:home')!r}\nconst OFFLINE = {reverse('phone:offline')!r}\n"
    )
    imports = f"import {{ sendAll }} from {static('phone/outbox.js')!r}\n"
    return HttpResponse(imports + head + source, content_type="text/javascript; charset=utf-8")


def manifest(_request: HttpRequest) -> HttpResponse:
    """W3C Web Application Manifest."""
    icons = [
        {
            "src": static(f"phone/icon-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size, purpose in ((192, "any"), (512, "any"), (512, "maskable"))
    ]
    body = {
        "id": reverse("phone:home"),
        "name": _("邻里"),
        "short_name": _("邻里"),
        "description": _("反映社区里的问题，看办到哪一步了"),
        "start_url": reverse("phone:home"),
        "scope": reverse("phone:home"),
        "display": "standalone",
        "background_color": "#fbfaf7",
        "theme_color": "#1f6f5c",
        "icons": icons,
        "shortcuts": [{"name": _("反映问题"), "url": reverse("phone:report")}],
    }
    return JsonResponse(body, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "phone/offline.html")


@never_cache
def hello(request: HttpRequest) -> HttpResponse:
    """What the outbox asks before it sends: whose session this is, and the token a POST needs."""
    return JsonResponse({"who": print_of(request.actor), "token": get_token(request)})
