"""The HTTP API: what the screens can ask and do, for programs. Its OpenAPI is at /api/v1/openapi.json.

Every answer to a refusal is {"code", "sentence", "fields"}: the sentence is for the person at the other end.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError

from linli.kernel.access import Refused

from .doors import Key, Session
from .kinds import router as kinds
from .matters import router as matters
from .places import router as places
from .shares import router as shares
from .things import router as things

api = NinjaAPI(
    title="Linli 邻里",
    version="1.0",
    description="人、地、物、事：一个内核。People, places, things and matters on one kernel.",
    auth=[Key(), Session()],
    urls_namespace="api",
    docs_url=None,
)
api.add_router("/matters", matters)
api.add_router("/kinds", kinds)
api.add_router("/places", places)
api.add_router("/things", things)
api.add_router("/shared", shares)


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    body = {"code": error.code, "sentence": error.sentence, "fields": error.fields}
    return api.create_response(request, body, status=error.status)


@api.exception_handler(AuthenticationError)
def unknown_caller(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    body = {"code": "unauthenticated", "sentence": _("请先登录，或提供有效的接口密钥。"), "fields": {}}
    return api.create_response(request, body, status=401)


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = {".".join(str(part) for part in e["loc"]): e["msg"] for e in error.errors}
    body = {"code": "malformed", "sentence": _("请求的格式不对，请看各项的说明。"), "fields": fields}
    return api.create_response(request, body, status=422)
