"""Readings over HTTP: one or many in a request, answered when they are committed. Its OpenAPI is beside it.

The same rules as over MQTT, read by the same code. A batch is answered item by item: a bad one keeps no good one back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError

from linli.kernel.access import Invalid, Refused, TooMany, as_system
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.clock.now import now
from linli.kernel.readings import limits
from linli.kernel.readings.instants import ms
from linli.kernel.readings.models import DeadLetter
from linli.kernel.readings.queries import latest
from linli.kernel.readings.queries import slots as slots_of
from linli.kernel.readings.streams import Away
from linli.kernel.readings.streams.isolating import append_each_now, of_entry
from linli.kernel.readings.wire import Entry, Flag, pack
from linli.kernel.things.queries.registry import Known

from .clocks import Clocks, of_now
from .codecs import CODECS
from .http_doors import Basic, Bearer
from .paces import Paces, worth
from .payloads import Arrival, Model, Outcome, digest, letter, undeclared
from .sentences import sentence_of

VIA = "http"
JSON, SENML, BINARY = "application/json", "application/senml+json", "application/octet-stream"
_KEY = re.compile(r"[\x21-\x7e]{1,200}")

api = NinjaAPI(
    title="Linli 邻里 devices",
    version="1.0",
    description="设备经 HTTP 上报读数。Devices report their readings over HTTP; see docs/payloads.md.",
    auth=[Basic(), Bearer()],
    urls_namespace="devices",
    docs_url=None,
)


class TooLarge(Refused):
    status = 413


class Unsupported(Refused):
    status = 415


class NeedsLength(Refused):
    """Sent in chunks: WSGI gives nothing of a body whose length is not told."""

    status = 411


class Busy(Refused):
    """It cannot be stored now, or nobody knows whether it was."""

    status = 503


class Result(Schema):
    """What became of one reading: stored, partly (some values were set aside) or dead, and then why."""

    index: int
    status: str
    reason: str = ""
    sentence: str = ""


class Answer(Schema):
    stored: int
    dead: int
    results: list[Result]


class Problem(Schema):
    """A refusal, as the other API has it; with results where each reading was looked at."""

    code: str
    sentence: str
    fields: dict[str, str] = {}
    results: list[Result] = []


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    response = _problem(request, error.status, error.code, error.sentence, fields=error.fields)
    if isinstance(error, TooMany | Busy):
        response.headers["Retry-After"] = "1"
    return response


@api.exception_handler(AuthenticationError)
def unknown_caller(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    sentence = _("设备编号或密钥不对。请用 Basic（编号、密钥）或 Bearer 编号:密钥。")
    response = _problem(request, 401, "unauthenticated", sentence)
    response.headers["WWW-Authenticate"] = 'Basic realm="devices", charset="UTF-8"'
    return response


_ITEM: Mapping[str, Any] = {
    "type": "object",
    "description": "字段名是型号测的量；t 是毫秒、秒或带时区的 ISO 8601。其他写法见 docs/payloads.md。",
    "example": {"smoke": 0.2, "battery": 90, "t": 1764150000000},
}
_TOLD = {
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "schema": {"type": "string", "maxLength": 200},
            "description": "同一键、同一内容重发，只算一次。The same key with the same body again counts once.",
        }
    ],
    "requestBody": {
        "required": True,
        "content": {
            JSON: {"schema": {"oneOf": [_ITEM, {"type": "array", "items": _ITEM, "maxItems": limits.MOST_ITEMS}]}},
            SENML: {"schema": {"type": "array", "items": {"type": "object"}}},
            BINARY: {"schema": {"type": "string", "format": "binary"}},
        },
    },
}


@api.post(
    "/readings",
    response={200: Answer, **dict.fromkeys((401, 403, 411, 413, 415, 422, 429, 503), Problem)},
    summary="Store readings of the device that asks; answered when they are committed",
    openapi_extra=_TOLD,
)
def post_readings(request: HttpRequest) -> HttpResponse:
    device: Known = request.auth
    received = ms(now())
    key = _idempotency_key(request)
    # A letter of a request that is sent again is known by its key (`_new`), as a reading is.
    came = Arrival(VIA, f"Idempotency-Key: {key}" if key else "", received, again=bool(key), mark=key)
    _let_pass(device, came)
    payload = request.read(limits.LARGEST_BODY + 1)
    try:
        model = _model(request, device)
    except (Unsupported, NeedsLength) as error:
        said = ", ".join(f"{name}: {value}" for name, value in error.fields.items())
        _keep(device, came, [Outcome(None, [letter(device, came, "unreadable", said, payload)])])
        raise
    # Only a list may be larger than one message is: its items are small themselves.
    listed = payload.lstrip()[:1] == b"[" and not (model and model.codec and model.codec.binary)
    largest = limits.LARGEST_BODY if listed else limits.LARGEST
    outcomes = model.read(device, came, payload, largest) if model else [undeclared(device, came, payload)]
    _mend_clock(device, payload, outcomes)
    _keep(device, came, outcomes)
    return _answer(request, outcomes)


def _mend_clock(device: Known, payload: bytes, outcomes: list[Outcome]) -> None:
    """A reading of a clock that was set back is of now (`clocks`). What is known of the clock is asked of the database, for
    the last message may have gone to another process: not for each message, only for those that claim to be old."""
    for outcome in outcomes:
        entry = outcome.entry
        if entry is None:
            continue
        if len(outcomes) > 1:
            _clocks.listed(entry)
            continue
        if entry.flags & Flag.OWN_CLOCK and entry.received - entry.at > _OLD:
            _ask_clock(entry)
        # With a key nobody knows whether it is sent again; the same once more is dated as the first time either way.
        if _clocks.heard(entry) or (entry.flags & Flag.AGAIN and _clocks.heard(_first(entry))):
            outcome.entry = of_now(entry, digest(device, "", payload, 0))


def _first(entry: Entry) -> Entry:
    """As if it had not been sent before."""
    return Entry(entry.thing, entry.at, entry.received, entry.flags & ~Flag.AGAIN, entry.mid, entry.values)


def _ask_clock(entry: Entry) -> None:
    if entry.received - _asked.get(entry.thing, 0) < _ASKED:
        return
    _asked[entry.thing] = entry.received
    if known := latest.clock(entry.thing, datetime.fromtimestamp(entry.at / 1000, UTC)):
        _clocks.know(entry.thing, known.last, known.late)


def _keep(device: Known, came: Arrival, outcomes: list[Outcome]) -> None:
    """Store what came of a request, and count what it is worth beside the request itself, which was counted when it came.
    Raises Busy."""
    entries = sum(outcome.entry is not None for outcome in outcomes)
    sizes = [len(one.payload) for outcome in outcomes for one in outcome.dead]
    _paces.wait(device.no, came.received, worth(entries, sizes) - 1)
    _store(device, came, outcomes)


def _store(device: Known, came: Arrival, outcomes: list[Outcome]) -> None:
    """Returns when it is committed. Raises Busy when it cannot be."""
    entries = [outcome.entry for outcome in outcomes if outcome.entry is not None]
    refused: list[Entry] = []
    try:
        dead = [one for outcome in outcomes for one in outcome.dead]
        if dead and came.mark and _noted(device, came):
            dead = []
        if entries or dead:
            append_each_now([[(device.shard, pack(entries, dead))]], refused.append)
    except (Away, DatabaseError) as error:
        raise Busy(_("现在存不下来，请稍后原样重发。")) from error
    for n, outcome in enumerate(outcomes):
        if outcome.entry is not None and outcome.entry in refused:
            aside = of_entry(outcome.entry, "", b"")
            outcomes[n] = Outcome(None, [aside, *outcome.dead])


def _noted(device: Known, came: Arrival) -> bool:
    """Whether the dead letters of this very request are laid down already."""
    with as_system():
        return DeadLetter.objects.filter(thing=device.id, via=VIA, topic=came.topic).exists()


def _answer(request: HttpRequest, outcomes: list[Outcome]) -> HttpResponse:
    results = [_result(n, outcome) for n, outcome in enumerate(outcomes)]
    stored = sum(outcome.entry is not None for outcome in outcomes)
    if stored:
        body = {"stored": stored, "dead": len(outcomes) - stored, "results": results}
        return api.create_response(request, body, status=200)
    first = results[0]
    status = 413 if first["reason"] == "too_large" else 422
    return _problem(request, status, first["reason"], first["sentence"], results=results)


def _result(n: int, outcome: Outcome) -> dict[str, Any]:
    if not outcome.dead:
        return {"index": n, "status": "stored", "reason": "", "sentence": ""}
    return {
        "index": n,
        "status": "dead" if outcome.entry is None else "partly",
        "reason": outcome.dead[0].why,
        "sentence": " ".join(sentence_of(one.why, one.says) for one in outcome.dead),
    }


def _idempotency_key(request: HttpRequest) -> str:
    key = str(request.headers.get("Idempotency-Key", ""))
    if key and not _KEY.fullmatch(key):
        raise Invalid(_("Idempotency-Key 最多 200 个可见的 ASCII 字符。"), fields={"Idempotency-Key": key[:40]})
    return key


_paces = Paces()
_clocks = Clocks()
_asked: dict[int, int] = {}
"""Of a thing, when its clock was last asked for, ms."""
_OLD, _ASKED = 10_000, 60_000
"""Milliseconds: how much older than now a reading is before it may be of a clock that was set back; for how long an answer
will do."""


def _let_pass(device: Known, came: Arrival) -> None:
    """Raises TooMany for a device that floods; that it does is noted once a minute."""
    if _paces.admits(device.no, came.received):
        return
    if _paces.notes(device.no, came.received):
        noted = letter(device, came, "flood", f"> {_paces.rate:g}/s", b"")
        append_each_now([[(device.shard, pack((), [noted]))]])
    raise TooMany(sentence_of("flood", ""))


_models: dict[tuple[str, str], Model] = {}


def _model(request: HttpRequest, device: Known) -> Model | None:
    """The model ready to read what the request says it brings. Raises Unsupported for what nobody reads here,
    NeedsLength."""
    if "Transfer-Encoding" in request.headers and not request.headers.get("Content-Length"):
        said = _("请在 Content-Length 中写明长度，不要分块发送。")
        raise NeedsLength(said, fields={"Transfer-Encoding": request.headers["Transfer-Encoding"][:80]})
    declared = catalogue().devices.get(device.model)
    if declared is None:
        return None
    own = CODECS.get(declared.codec)
    binary = own is not None and own.binary
    kind = request.content_type
    if kind == SENML:
        codec = "senml"
    elif kind == JSON:
        codec = "plain" if binary else declared.codec
    elif kind == BINARY and binary:
        codec = declared.codec
    else:
        said = _("请用 application/json、application/senml+json，二进制型号用 application/octet-stream。")
        raise Unsupported(said, fields={"Content-Type": kind[:80]})
    model = _models.get((device.model, codec))
    # A quantity that was declared lately has its slot only now.
    if model is None or any(q.name not in model.slots for q in declared.measures):
        model = Model(declared, slots_of.of([device.model])[device.model], codec)
        _models[device.model, codec] = model
    return model


def _problem(
    request: HttpRequest,
    status: int,
    code: str,
    sentence: str,
    *,
    fields: Mapping[str, str] | None = None,
    results: list[dict[str, Any]] | None = None,
) -> HttpResponse:
    body = {"code": code, "sentence": sentence, "fields": dict(fields or {}), "results": results or []}
    return api.create_response(request, body, status=status)
