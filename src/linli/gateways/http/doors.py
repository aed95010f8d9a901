"""Who calls the API: a partner by key, or a signed-in person's page by its session."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyHeader
from ninja.security.apikey import APIKeyCookie

from linli.kernel.access import Actor, Role, Via, look_as
from linli.kernel.clock.now import now
from linli.kernel.people.queries import actor_for_key, address_of

SAFE = ("GET", "HEAD", "OPTIONS")


class Key(APIKeyHeader):
    """`X-API-Key`, as the security administrator issued it."""

    param_name = "X-API-Key"

    def _get_key(self, request: HttpRequest) -> str | None:
        return request.META.get("HTTP_X_API_KEY")  # `request.headers` would read every other header first

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        actor = actor_for_key(key, at=now(), address=address_of(request)) if key else None
        if actor is not None:
            request.actor = actor
            look_as(actor)
        return actor


class Session(APIKeyCookie):
    """The session of somebody signed in; writing needs the CSRF token as on any page."""

    param_name = settings.SESSION_COOKIE_NAME

    def _get_key(self, request: HttpRequest) -> str | None:
        if request.method in SAFE:  # these the check lets pass whatever they bring
            return request.COOKIES.get(self.param_name)
        return super()._get_key(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        actor: Actor = request.actor
        if actor.role == Role.ANONYMOUS:
            return None
        request.actor = actor.through(Via.API)
        return actor
