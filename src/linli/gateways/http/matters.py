"""Matters over HTTP: list, read, open, and every verb of the transition table."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from ninja.responses import Status

from linli.kernel.access import Invalid, NotFound
from linli.kernel.clock.now import now
from linli.kernel.matters import flow, verbs
from linli.kernel.matters.facts import facts_of
from linli.kernel.matters.models import Matter
from linli.kernel.matters.queries import detail as details
from linli.kernel.matters.queries import filters, queue
from linli.kernel.matters.queries.row import seen

from .shapes import Done, Opened, Report, Sentence, shape_of

router = Router(tags=["matters"])
REFUSED = dict.fromkeys((401, 403, 404, 409, 422), Sentence)


class Asked(Schema):
    """Which matters: each may be given several times; without a state every open one."""

    state: list[str] = []
    stage: list[str] = []
    kind: list[str] = []
    department: list[str] = []
    urgency: list[str] = []
    place: str = ""
    opened_from: str = ""
    opened_until: str = ""
    text: str = ""
    after: str = ""
    limit: int = 50


@router.get("", response={200: Any, **REFUSED}, summary="A page of matters, in the order of their dates")
def list_matters(request: HttpRequest, asked: Query[Asked]) -> HttpResponse:
    given = {name: request.GET.getlist(name) for name in request.GET if name not in ("after", "limit")}
    wanted, faults = filters.read(given)
    if faults:
        raise Invalid(_("查询条件不对，请看各项的说明。"), fields=faults)
    page = queue.queue(request.actor, wanted, after=asked.after or None, limit=asked.limit)
    body = b'{"rows":%s,"next":%s}' % (page.body, orjson.dumps(page.next_cursor))
    return HttpResponse(body, content_type="application/json")


@router.post(
    "", response={201: Opened, **REFUSED}, summary="Open a matter; the same source_key again is the same matter"
)
def open_matter(request: HttpRequest, report: Report) -> Status[Matter]:
    actor = request.actor
    given = report.dict()
    key = given.pop("source_key")
    # A caller's keys are its own: nobody can hit another's by guessing.
    source_key = f"{actor.account_id}:{key}" if key else ""
    return Status(201, verbs.open_matter(by=actor, at=now(), source="api", source_key=source_key, **given))


@router.get("/{matter_id}", response={200: Any, **REFUSED}, summary="One matter with everything that hangs on it")
def read_matter(request: HttpRequest, matter_id: UUID) -> HttpResponse:
    own, hanging = details.detail_json(request.actor, matter_id)
    return HttpResponse(b"%s,%s" % (own[:-1], hanging[1:]), content_type="application/json")


class May(Schema):
    verb: str
    word: str
    allowed: bool
    why: str


@router.get(
    "/{matter_id}/possible", response={200: list[May], **REFUSED}, summary="What can be done now, and why not"
)
def possible(request: HttpRequest, matter_id: UUID) -> list[dict[str, Any]]:
    matter = seen(matter_id)
    if matter is None:
        raise NotFound(_("没有找到这件事，或者您无权查看。"))
    return [
        {"verb": p.verb, "word": str(p.word), "allowed": p.allowed, "why": p.why}
        for p in flow.possible(matter, facts_of(matter), request.actor)
    ]


def _add(verb: str) -> None:
    """One address for a verb, its body shaped like the verb's own parameters."""
    function = getattr(verbs, verb)
    shape = shape_of(verb, function)

    def do(request: HttpRequest, matter_id: UUID, given: Any) -> Matter:
        return function(matter_id=matter_id, by=request.actor, at=now(), **given.dict())

    do.__annotations__["given"] = shape
    do.__name__ = do.__qualname__ = verb
    summary = (function.__doc__ or verb).partition("\n")[0]
    router.post("/{matter_id}/" + verb.replace("_", "-"), response={200: Done, **REFUSED}, summary=summary)(do)


for _verb in flow.VERBS:
    _add(_verb)
