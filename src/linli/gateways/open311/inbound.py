"""Taking a service request in: it becomes a matter through the one verb every report comes through.

Sent twice is one matter. A caller that names its attempt (header Idempotency-Key) gets the same matter for the
same name at any time; without it the same words by the same partner within ten minutes are the same request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, as_system
from linli.kernel.declare import Matter as Kind
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Matter
from linli.kernel.matters.whereabouts import place_of
from linli.kernel.places.codes import Level
from linli.kernel.sealed import fingerprint
from linli.parts.times import local
from linli.parts.words import word

from .outbound import SOURCE, offered, urgencies
from .parameters import Report

AGAIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The id of the matter and what its reporter is promised, as a sentence."""

    id: UUID
    notice: str


def receive(
    report: Report, *, by: Actor, at: datetime, scope: str = "", attempt: str = "", files: int = 0
) -> Receipt:
    """Open a matter from a report. `scope` is the jurisdiction named, "" for none; `files` were sent beside it.

    Raises NotFound for a service that is not offered to anybody, Invalid for what cannot be taken, NotAllowed
    outside the key's place.
    """
    kind = offered(report.service_code)
    urgency = _urgency(report, kind)
    key = source_key(report, by, at, attempt)
    matter = _lately(report, by, at) if not attempt else None
    if matter is None:
        where = place_of(
            place_code=report.address_id, lon=report.long, lat=report.lat, address=report.address_string
        )
        _check_place(where.code, scope)
        matter = verbs.open_matter(
            by=by,
            at=at,
            kind=kind.name,
            title="",
            body=_body(report, kind),
            place_code=where.code,
            lon=where.lon,
            lat=where.lat,
            address=report.address_string,
            urgency=urgency,
            contact=report.contact or None,
            source=SOURCE,
            source_key=key,
        )
    return Receipt(matter.id, _notice(matter, files))


def source_key(report: Report, by: Actor, at: datetime, attempt: str = "") -> str:
    """What makes two posts one, as a keyed fingerprint: a telephone number in it must not be guessable."""
    if attempt:
        return fingerprint(f"open311:{by.account_id}:attempt:{attempt}").hex()
    window = int(at.timestamp() // AGAIN.total_seconds())
    return fingerprint(f"open311:{by.account_id}:{window}:{_canonical(report)}").hex()


def _canonical(report: Report) -> str:
    parts = [getattr(report, name) for name in report.__slots__]
    return repr([sorted(part.items()) if isinstance(part, Mapping) else part for part in parts])


def _lately(report: Report, by: Actor, at: datetime) -> Matter | None:
    """The same report in the window of ten minutes before this one, when that was less than ten minutes ago."""
    before = source_key(report, by, at - AGAIN)
    with as_system():
        return Matter.objects.filter(source=SOURCE, source_key=before, opened_at__gt=at - AGAIN).first()


def _urgency(report: Report, kind: Kind) -> str | None:
    """Raises Invalid for attributes the service does not define: words must not be lost silently."""
    given = dict(report.attributes)
    chosen = given.pop("urgency", ()) if kind.faster else ()
    faults = {f"attribute[{code}]": _("这项服务没有这个属性。") for code in given}
    if len(chosen) > 1 or (chosen and chosen[0] not in urgencies(kind)):
        faults["attribute[urgency]"] = _("请从列表中选择。")
    if faults:
        raise Invalid(_("有的参数不对。"), fields=faults)
    return chosen[0] if chosen else None


def _check_place(code: str, scope: str) -> None:
    if len(code) < Level.DISTRICT.digits:
        raise Invalid(_("地点太大了，请说明在哪个区、哪条路。"))
    if not code.startswith(scope):
        raise Invalid(_("这个地点不在 jurisdiction_id 所指的辖区内。"))


def _body(report: Report, kind: Kind) -> str:
    """The standard lets a request say nothing but its service. A link is kept as words and never opened."""
    body = report.description or word("matter", kind.name)
    link = _("图片链接：%(link)s") % {"link": report.media_url}
    return f"{body}\n\n{link}" if report.media_url else body


def _notice(matter: Matter, files: int) -> str:
    notice = _("我们会在 %(answer)s 前答复，%(finish)s 前办结。") % {
        "answer": local(matter.answer_due),
        "finish": local(matter.finish_due),
    }
    return " ".join([notice, _("随附的文件没有收下，本接口不收文件。")]) if files else notice
