"""What the verbs of this room share: finding the operation, who leads it, who takes part, one record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Conflict, Invalid, NotAllowed, NotFound, allows, require
from linli.kernel.access import act as act
from linli.kernel.access.lines import text_of as text_of
from linli.kernel.people.models import Unit

from .. import flow
from ..models import Operation
from ..words import state_word

CHANGES, READS = "operations.change", "operations.read"


def leads(by: Actor, operation: Operation) -> bool:
    """Whether somebody runs it: the lead, or whoever may change operations at its place."""
    return (by.account_id is not None and by.account_id == operation.lead_id) or allows(
        by, CHANGES, operation.place_code
    )


def takes_part(by: Actor, operation: Operation) -> bool:
    return by.unit_id is not None and operation.parties.filter(unit=by.unit_id).exists()


def held(operation_id: UUID, by: Actor, verb: str, *, of: str = "lead") -> Operation:
    """The operation, held, where `verb` is possible now and theirs: the `lead`'s, or of everybody who takes part (`part`).

    Raises NotFound, NotAllowed, Conflict.
    """
    require(by, READS)
    operation = Operation.objects.select_for_update().filter(pk=operation_id).first()
    if operation is None or not (leads(by, operation) or takes_part(by, operation)):
        raise NotFound(_("没有这次行动，或者您没有参加。"))
    if of == "lead" and not leads(by, operation):
        raise NotAllowed(_("这一步由行动的负责人来做。"), code="lead")
    if not flow.possible(verb, operation.state):
        raise Conflict(
            _("行动现在是“%(state)s”，不能这样做。") % {"state": state_word(operation.state)}, code="state"
        )
    return operation


def units_at(ids: list[UUID], at: datetime, field: str) -> list[Unit]:
    """Units that are there, in the order given. Raises Invalid."""
    known = {unit.id: unit for unit in Unit.objects.filter(pk__in=ids, valid__contains=at)}
    if any(one not in known for one in ids):
        sentence = _("没有这个单位，或者它已经撤销。")
        raise Invalid(sentence, fields={field: sentence})
    return [known[one] for one in ids]


def record(
    by: Actor,
    at: datetime,
    verb: str,
    operation: Operation,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str | None = None,
) -> None:
    """One record in the operation's history; whoever has the place and every unit that takes part hear of it."""
    audit.append(
        by=by,
        at=at,
        verb=f"operations.{verb}",
        stream=operation.stream,
        place_code=operation.place_code,
        unit_ids=sorted(operation.parties.values_list("unit_id", flat=True), key=str),
        before=before,
        after=after,
        note=note,
    )
