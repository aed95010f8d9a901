"""The start page, the small switches every page has, and what a load balancer asks."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.kernel.clock.now import now
from linli.kernel.people.verbs import set_ways

_SCREENS = (("phone", "phone:home"), ("desk", "desk:home"))
_YEAR = 365 * 24 * 3600


def start(request: HttpRequest) -> HttpResponse:
    """Which screens there are; in a demo also whom to sign in as."""
    context = {"screens": _screens(), "accounts": _demo_accounts()}
    return render(request, "parts/start.html", context)


def _demo_accounts() -> list[dict[str, str]]:
    """name, post, username, password ("" for who gets a code) and the address of the sign-in, of each; from the
    function that settings.LINLI_DEMO_ACCOUNTS names."""
    named = getattr(settings, "LINLI_DEMO_ACCOUNTS", "") if settings.DEMO else ""
    try:
        accounts = import_string(named)() if named else []
    except ImportError:  # a demo without its district: there is nobody to be
        return []
    for account in accounts:
        side = {"as": "staff", "username": account["username"]}
        query = side if account["password"] else {"phone": account["username"]}
        account["sign_in"] = f"{settings.LOGIN_URL}?{urlencode(query)}"
    return accounts


def _screens() -> list[tuple[str, str]]:
    return [(screen, reverse(name)) for screen, name in _SCREENS]


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Language, 大字, light or dark: kept in cookies, so that they hold before anybody signs in; language and 大字 also
    with the account of who is signed in, so that they hold on their next phone."""
    after = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(after, {request.get_host()}, request.is_secure())
    response = HttpResponseRedirect(after if safe else reverse("parts:start"))
    allowed = {"language": [c for c, _ in settings.LANGUAGES], "large": ["0", "1"], "theme": ["light", "dark"]}
    if request.POST.get("theme") == "auto":
        response.delete_cookie("theme", samesite="Lax")
    chosen = {name: value for name, values in allowed.items() if (value := request.POST.get(name)) in values}
    for name, value in chosen.items():
        response.set_cookie(name, value, max_age=_YEAR, samesite="Lax", secure=request.is_secure())
    large = chosen["large"] == "1" if "large" in chosen else None
    if large is not None or "language" in chosen:
        set_ways(by=request.actor, at=now(), language=chosen.get("language"), large_type=large)
    return response


@never_cache
def live_address(request: HttpRequest) -> HttpResponse:
    """A fresh address for the live stream, when the token in the page has grown old."""
    return JsonResponse({"url": str(getattr(request, "live_url", ""))})


@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
