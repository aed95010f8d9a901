"""Reading: what Open311 tells about services and service requests."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from linli.kernel.access import NotFound
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Matter as Kind
from linli.kernel.declare import Urgency
from linli.kernel.matters import public
from linli.kernel.matters.models import FINAL, OPEN, State
from linli.kernel.matters.offering import switched_off
from linli.kernel.places import codes
from linli.kernel.places import queries as places
from linli.parts.words import state_word, urgency_word, word

from .parameters import Asked
from .wire import moment

SOURCE = "open311"
_COLUMNS = {4: "p4", 6: "p6", 9: "p9", 12: "p12"}
_TOLD = [s.value for s in FINAL if s != State.WITHDRAWN]

# The page is cut inside, over the index of public matters, so that names are joined for its rows only. That
# a row is public is asked here for the index's sake; PostgreSQL's policy asks it again, whatever stands here.
_PAGE = """
SELECT m.id, m.kind, m.department, u.name, m.public_words, m.public_reply, m.state, m.outcome,
       m.paused_at IS NOT NULL, m.place_code, m.public_address, m.lon, m.lat, m.opened_at, m.finish_due,
       coalesce(m.ended_at, greatest(m.opened_at, m.accepted_at, m.answered_at, m.assigned_at, m.done_at,
                                     m.verified_at, m.reopened_at, m.paused_at))
FROM (SELECT * FROM matters_matter m WHERE m.public AND m.state <> 'withdrawn' AND {where}
      ORDER BY m.opened_at DESC, m.id DESC LIMIT %s OFFSET %s) m
LEFT JOIN people_unit u ON u.id = m.lead_unit_id
ORDER BY m.opened_at DESC, m.id DESC
"""


def services(scope: str) -> list[dict[str, Any]]:
    """The kinds that anybody may report and read about, without those a place has switched off. One query."""
    off = switched_off(scope)
    return [_service(kind) for kind in catalogue().kinds.values() if kind.public and kind.name not in off]


def offered(code: str) -> Kind:
    """The public kind with this code; raises NotFound, in the same words, for an unknown one and a closed one."""
    kind = catalogue().kinds.get(code)
    if kind is None or not kind.public:
        raise _no_service(code)
    return kind


def _no_service(code: str) -> NotFound:
    return NotFound(_("没有 service_code 为 %(code)s 的服务。") % {"code": code[:64]})


def definition(code: str, scope: str) -> dict[str, Any]:
    """The attributes a service takes beside what every service takes: how urgent it is, where that matters."""
    kind = offered(code)
    if kind.name in switched_off(scope):
        raise _no_service(code)
    return {"service_code": kind.name, "attributes": [_urgency(kind)] if kind.faster else []}


def requests(scope: str, asked: Asked) -> list[dict[str, Any]]:
    """One page of what may be shown to anybody, the latest first; one query for rows and two for places' names.

    The connection must look with the eyes of `jurisdictions.anybody`: row level security is the lock.
    """
    conditions: list[str] = ["m.p4 = %s"]
    values: list[Any] = [scope[:4]]
    if (column := _COLUMNS[len(scope)]) != "p4":
        conditions.append(f"m.{column} = %s")
        values.append(scope)
    if asked.ids is not None:
        conditions.append("m.id = ANY(%s)")
        values.append(list(asked.ids))
    else:
        conditions.append("m.opened_at BETWEEN %s AND %s")
        values += [asked.start, asked.end]
        if asked.codes:
            conditions.append("m.kind = ANY(%s)")
            values.append(list(asked.codes))
        if asked.status:
            conditions.append("m.state = ANY(%s)")
            values.append([s.value for s in OPEN] if asked.status == "open" else _TOLD)
    return _read(conditions, [*values, asked.page_size, (asked.page - 1) * asked.page_size])


def request(request_id: UUID | None) -> dict[str, Any]:
    """One service request. Raises NotFound in the same words whether there is none or it is not public."""
    found = _read(["m.id = %s"], [request_id, 1, 0]) if request_id else []
    if not found:
        raise NotFound(_("没有这个 service_request_id，或者它不公开。"))
    return found[0]


def _read(conditions: list[str], values: list[Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(_PAGE.format(where=" AND ".join(conditions)), values)
        rows = cursor.fetchall()
    lines = {code: (*codes.ancestors(code), code) for code in {public.place(row[9]) for row in rows}}
    names = places.names(step for line in lines.values() for step in line) if lines else {}
    return [_request(row, lines, names) for row in rows]


def _request(row: tuple[Any, ...], lines: dict[str, tuple[str, ...]], names: dict[str, str]) -> dict[str, Any]:
    (key, kind, department, unit, words, reply, state, outcome, paused) = row[:9]
    (place_code, address, lon, lat, opened_at, finish_due, updated_at) = row[9:]
    place = public.place(place_code)
    lon, lat = public.position(place_code, lon, lat)
    line = [names[step] for step in lines[place][1:] if step in names]
    name = word("matter", kind)
    return {
        "service_request_id": str(key),
        "status": "open" if state in OPEN else "closed",
        "status_notes": _notes(state, outcome, paused, public.words(reply)),
        "service_name": name,
        "service_code": kind,
        "description": public.words(words) or _("%(kind)s，%(place)s") % {"kind": name, "place": "".join(line)},
        "agency_responsible": unit or word("department", department),
        "service_notice": None,
        "requested_datetime": moment(opened_at),
        "updated_datetime": moment(updated_at),
        "expected_datetime": moment(finish_due),
        "address": public.address(address) or "".join(line),
        "address_id": place,
        "zipcode": None,
        "lat": lat,
        "long": lon,
        "media_url": None,
    }


def _notes(state: str, outcome: str, paused: bool, reply: str) -> str:
    """How far it is, why it ended, and the answer where it was approved for everybody: the reporter's own is not told."""
    notes = _("%(state)s（暂停计时）") % {"state": state_word(state)} if paused else state_word(state)
    if outcome and state not in OPEN:
        notes = _("%(state)s：%(reason)s") % {"state": notes, "reason": word("reason", outcome)}
    return _("%(notes)s。答复：%(reply)s") % {"notes": notes, "reply": reply} if reply else notes


def _service(kind: Kind) -> dict[str, Any]:
    return {
        "service_code": kind.name,
        "service_name": word("matter", kind.name),
        "description": word("matter", kind.name, "about"),
        "metadata": bool(kind.faster),
        "type": "realtime",
        "keywords": ", ".join(kind.hints),
        "group": word("department", kind.owner),
    }


def urgencies(kind: Kind) -> list[str]:
    """The grades that make a difference for a kind: its own, and those it declares to be faster."""
    faster = {grade for grade, _answer, _finish in kind.faster}
    return [grade.value for grade in Urgency if grade in faster or grade == kind.urgency]


def _urgency(kind: Kind) -> dict[str, Any]:
    return {
        "variable": True,
        "code": "urgency",
        "datatype": "singlevaluelist",
        "required": False,
        "datatype_description": _("不选就是“%(usual)s”。") % {"usual": urgency_word(kind.urgency)},
        "order": 1,
        "description": _("有多紧急"),
        "values": [{"key": grade, "name": urgency_word(grade)} for grade in urgencies(kind)],
    }
