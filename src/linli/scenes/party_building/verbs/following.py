"""A matter that stands for something the organisation owes: opened once, with its unit from the first moment; ended when it is
made good."""

from __future__ import annotations

from datetime import datetime

from linli.kernel.access import SYSTEM, Conflict
from linli.kernel.matters import verbs as matters
from linli.kernel.matters.models import OPEN, Matter, State
from linli.kernel.matters.verbs.sending import Sent

from ..models import Organisation


def open_for(
    organisation: Organisation, *, kind: str, key: str, place_code: str, title: str, body: str, at: datetime
) -> Matter:
    """The same `key` again is the same matter. Whoever calls looks with the system's eyes, and puts them on again after it."""
    unit = organisation.unit_id or (organisation.parent.unit_id if organisation.parent else None)
    return matters.open_matter(
        by=SYSTEM, at=at, kind=kind, source="party", source_key=key, place_code=place_code, title=title, body=body,
        sends=lambda _code: Sent(unit) if unit else None,
    )  # fmt: skip


def end(matter: Matter | None, *, outcome: str, said: str, at: datetime) -> None:
    """It is done, and ended where no order waits for an answer. In the transaction of the verb, with the system's eyes."""
    if matter is None or matter.state not in OPEN:
        return
    if matter.state == State.ASSIGNED:
        try:
            matters.report_done(matter_id=matter.id, by=SYSTEM, at=at, outcome=outcome, result=said)
        except Conflict:
            return  # paused, or a part is not finished: its people say when it is
    try:
        matters.close(matter_id=matter.id, by=SYSTEM, at=at, reply=said)
    except Conflict:
        return  # an order waits for its answer (反馈): whoever gave it ends it
