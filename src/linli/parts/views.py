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

from .jinja import address_if

_SCREENS = ("command", "desk", "board", "tv", "phone")
_YEAR = 365 * 24 * 3600


def start(request: HttpRequest) -> HttpResponse:
    """Which screens there are; in a demo also whom to sign in as, and who to be on each screen."""
    accounts, screens = _of_demo("LINLI_DEMO_ACCOUNTS"), _screens()
    for account in accounts:
        account["sign_in"] = _sign_in(account)
    identities = {one["screen"]: one for one in _of_demo("LINLI_DEMO_SCREENS")}
    known = {account["username"]: account for account in accounts}
    for screen in screens:
        one = identities.get(screen["name"], {})
        if one.get("username") in known:
            account = known[one["username"]]
            screen |= {"as_whom": account["name"], "as_href": _sign_in(account, screen["href"])}
        elif one.get("href"):
            screen |= {"as_whom": one["name"], "as_href": one["href"]}
    return render(request, "parts/start.html", {"screens": screens, "accounts": accounts})


def _of_demo(setting: str) -> list[dict[str, str]]:
    """What the function lists that a setting names: accounts (name, post, username, password, which is "" for who gets a
    code) or screens (screen, and the username of an account or a name and an address). Nothing outside a demo."""
    named = getattr(settings, setting, "") if settings.DEMO else ""
    try:
        return import_string(named)() if named else []
    except ImportError:  # a demo without its district: there is nobody to be
        return []


def _sign_in(account: dict[str, str], after: str = "") -> str:
    side = {"as": "staff", "username": account["username"]}
    query = side if account["password"] else {"phone": account["username"]}
    return f"{settings.LOGIN_URL}?{urlencode(query | ({'next': after} if after else {}))}"


def _screens() -> list[dict[str, str]]:
    """Those that are installed: name and href of each."""
    return [{"name": name, "href": href} for name in _SCREENS if (href := address_if(f"{name}:home"))]


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
