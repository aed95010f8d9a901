"""The addresses of GeoReport v2. Reading needs no key and sees what is public; posting needs one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from linli.kernel.access import Actor, NotAllowed, NotFound, Refused, look_as
from linli.kernel.clock.now import now
from linli.kernel.people.queries import actor_for_key, address_of

from . import inbound, outbound, parameters, wire
from .jurisdictions import anybody, jurisdiction

CHANGED = "2026-11-23T00:00:00+08:00"
"""The changeset of the discovery document: when this description of the interface last changed."""
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"

View = Callable[..., Any]


def answers(name: str, *methods: str) -> Callable[[View], Callable[..., HttpResponse]]:
    """A view that returns a payload named `name` becomes JSON or XML; what it refuses, the standard's errors."""
    allowed = (*methods, "HEAD") if "GET" in methods else methods

    def decorate(view: View) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def handle(request: HttpRequest, form: str, **given: str) -> HttpResponse:
            with translation.override(_language(request)):
                if request.method in allowed:
                    root, status, payload = _call(name, view, request, given)
                else:
                    sentence = _("这个地址只接受 %(methods)s。") % {"methods": ", ".join(methods)}
                    root, status, payload = "errors", 405, wire.errors(405, [sentence])
                response = HttpResponse(
                    wire.encode(root, payload, form), status=status, content_type=wire.CONTENT_TYPES[form]
                )
                response["Content-Language"] = translation.get_language()
            if status == 405:
                response["Allow"] = ", ".join(allowed)
            response["Vary"] = "Accept-Language, Cookie"
            response["Access-Control-Allow-Origin"] = "*"  # nothing here depends on who is signed in
            return response

        return handle

    return decorate


def _call(name: str, view: View, request: HttpRequest, given: dict[str, str]) -> tuple[str, int, Any]:
    try:
        return name, 200, view(request, **given)
    except Refused as refused:
        return "errors", *wire.refusal(refused)
    except RequestDataTooBig:
        return "errors", 413, wire.errors(413, [_("内容太大了。")])
    except (SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        return "errors", 400, wire.errors(400, [_("请求的格式不对。")])


def _language(request: HttpRequest) -> str:
    """`locale` in the query, else what the header Accept-Language prefers, else Chinese."""
    try:
        return translation.get_supported_language_variant(request.GET.get("locale", ""))
    except LookupError:
        return translation.get_language_from_request(request)


def _look(request: HttpRequest) -> str:
    """Look with anybody's eyes from here on; returns the jurisdiction asked for."""
    scope = jurisdiction(wire.clean(request.GET.get("jurisdiction_id", "")).strip())
    request.actor = anybody(scope, address_of(request))
    look_as(request.actor)
    return scope


@answers("discovery", "GET")
def discovery(request: HttpRequest) -> dict[str, Any]:
    return {
        "changeset": CHANGED,
        "contact": _("请联系本平台的运行单位。"),
        "key_service": _("向本平台的安全管理员申请 api_key。"),
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": request.build_absolute_uri("/open311/v2"),
                "changeset": CHANGED,
                "type": "test" if settings.DEMO else "production",
                "formats": ["application/json", "text/xml"],
            }
        ],
    }


@answers("services", "GET")
def services(request: HttpRequest) -> list[dict[str, Any]]:
    return outbound.services(_look(request))


@answers("service_definition", "GET")
def service(request: HttpRequest, code: str) -> dict[str, Any]:
    return outbound.definition(code, _look(request))


@answers("service_requests", "GET", "POST")
def requests(request: HttpRequest) -> list[dict[str, Any]]:
    return _post(request) if request.method == "POST" else _list(request)


def _list(request: HttpRequest) -> list[dict[str, Any]]:
    asked = parameters.asked(dict(request.GET.lists()), at=now())
    return outbound.requests(_look(request), asked)


def _post(request: HttpRequest) -> list[dict[str, Any]]:
    by = _partner(request)
    sent = dict(request.POST.lists())
    named = (sent.get("jurisdiction_id") or request.GET.getlist("jurisdiction_id") or [""])[-1]
    named = wire.clean(named).strip()
    taken = inbound.receive(
        parameters.report(sent),
        by=by,
        at=now(),
        scope=jurisdiction(named) if named else "",
        attempt=request.headers.get("Idempotency-Key", "")[:200],
        files=len(request.FILES),
    )
    key = str(taken.id)
    return [{"service_request_id": key, "token": key, "service_notice": taken.notice, "account_id": None}]


def _partner(request: HttpRequest) -> Actor:
    """Whose key it is, from the form or the header X-API-Key. Not from the address: addresses end up in logs."""
    key = request.headers.get("X-API-Key") or request.POST.get("api_key", "")
    if not key:
        raise NotAllowed(_("缺少 api_key。"), code="api_key")
    actor = actor_for_key(key, at=now(), address=address_of(request))
    if actor is None:
        raise NotAllowed(_("api_key 无效、已停用或已过期。"), code="api_key")
    request.actor = actor
    look_as(actor)
    return actor


@answers("service_requests", "GET")
def one_request(request: HttpRequest, key: str) -> list[dict[str, Any]]:
    _look(request)
    return [outbound.request(parameters.an_id(key))]


@answers("service_requests", "GET")
def token(request: HttpRequest, key: str) -> list[dict[str, Any]]:
    """A token is the id itself: ids are given at once, and some clients ask all the same."""
    _look(request)
    found = outbound.request(parameters.an_id(key))["service_request_id"]
    return [{"service_request_id": found, "token": found}]


@answers("errors", "GET", "POST")
def nowhere(request: HttpRequest) -> None:
    raise NotFound(_("没有这个地址。格式只有 .json 和 .xml。"))
