"""What every request passes through: headers, language, who acts, and refusals as sentences."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.messages.middleware import MessageMiddleware
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxMiddleware

from linli.kernel.access import Invalid, Refused, look_as
from linli.kernel.access.door import eyes_of
from linli.kernel.people.queries import actor_now

from .stream import address_for

Handler = Callable[[HttpRequest], HttpResponse]


def security_headers(get_response: Handler) -> Handler:
    """A strict content policy: scripts and styles only from our own files, streams from the live process."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "Content-Security-Policy" not in response.headers:
            host = request.get_host().rsplit(":", 1)[0]
            live = settings.LINLI_LIVE_URL or f"http://{host}:* https://{host}:*"
            response.headers["Content-Security-Policy"] = (
                "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; "
                f"connect-src 'self' {live}; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; "
                "base-uri 'none'; form-action 'self'; object-src 'none'"
            )
        return response

    return handle


def language(get_response: Handler) -> Handler:
    """Chinese unless the person chose otherwise: the cookie `language`, set by the switch on every screen."""
    known = {code for code, _ in settings.LANGUAGES}

    def handle(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get("language", settings.LANGUAGE_CODE)
        with translation.override(chosen if chosen in known else settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            response = get_response(request)
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response

    return handle


def pages(get_response: Handler) -> Handler:
    """Messages and htmx, which a page has and a program has not."""
    page = MessageMiddleware(HtmxMiddleware(get_response))

    def handle(request: HttpRequest) -> HttpResponse:
        return get_response(request) if for_programs(request) else page(request)

    return handle


class csrf(CsrfViewMiddleware):  # noqa: N801 - named like the middleware functions beside it
    """Django's, for pages. The API asks for the token itself, and only from who comes by a session (`http.doors`)."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request) if for_programs(request) else super().__call__(request)


def for_programs(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def actor(get_response: Handler) -> Handler:
    """`request.actor`: the account in its active post; the connection looks with its eyes from here on.

    `request.began`: what happens later than this the page may not know, so its live stream tells it.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        request.began = time.time()
        request.session.load_and_look()
        request.actor = actor_now(request)
        if request.session.eyes != eyes_of(request.actor):  # nobody's session, or its memory of the actor was old
            look_as(request.actor)
        request.live_url = SimpleLazyObject(lambda: address_for(request))  # signed only for pages that show it
        return get_response(request)

    return handle


class refusals:  # noqa: N801 - named like the middleware functions beside it
    """A refused verb becomes its sentence with its status: a page for a person, JSON for a program."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and "text/html" in request.headers.get("Accept", ""):
            # A form's address, opened again from the history: a browser shows an empty answer as its own fault.
            return _with_a_page(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: object, _given: object
    ) -> HttpResponse | None:
        """NUL, which no keyboard types and no database keeps, is refused before it reaches either."""
        # Who takes programs' requests reads them by itself, and refuses in the form its standard wants.
        sent = [] if getattr(view, "csrf_exempt", False) else [request.GET, request.POST]
        if "\0" in request.path or any(
            "\0" in value for data in sent for _name, many in data.lists() for value in many
        ):
            return self.process_exception(request, Invalid(_("内容里有无法保存的字符。")))
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused):
            return None
        if wants_json(request):
            body = {"code": error.code, "sentence": error.sentence, "fields": error.fields}
            return JsonResponse(body, status=error.status)
        template = "parts/refused_fragment.html" if getattr(request, "htmx", False) else "parts/refused.html"
        return render(request, template, {"refusal": error}, status=error.status)


def _with_a_page(request: HttpRequest, refused: HttpResponse) -> HttpResponse:
    page = render(request, "405.html", status=refused.status_code)
    page.headers["Allow"] = refused.headers["Allow"]
    return page


def wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "") or for_programs(request)
