"""督办: an order from a higher level that needs a written answer by a date; passed down, urged, or withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, Invalid, NotAllowed, level_of_scope
from linli.kernel.audit.ids import uuid7
from linli.kernel.declare import Unit as TimeUnit
from linli.kernel.declare import working_days
from linli.kernel.people.models import Unit
from linli.kernel.places import queries as places

from ..models import Matter, Order
from .core import Doing, act, fitting, needed
from .orders import must_answer, on_its_level, order_of, said, to_come, waits

URGED_AGAIN = timedelta(hours=1)
"""Nobody is urged twice within so long: the second would only be noise."""
MOST_UNITS = 20


def supervise(
    *,
    matter_id: UUID,
    by: Actor,
    at: datetime,
    text: str,
    reply_due: datetime | None = None,
    unit_ids: Sequence[UUID] = (),
    batch: UUID | None = None,
    version: int | None = None,
) -> Matter:
    """Give an order; without a date the reply is due in one working day.

    To whoever leads the matter, or to units of levels below: each of several answers for itself. What was given at
    once, to several or about several matters, shares a `batch`. Raises Invalid, NotAllowed for a unit that is not below.
    """
    needed(text=text)
    to_come(reply_due, at)
    with act("supervise", matter_id, by=by, at=at, version=version) as doing:
        due = reply_due or doing.calendar.due_at(at, working_days(1))
        _give(doing, text, _to(unit_ids, doing), due, batch)
    return doing.matter


def pass_order(
    *,
    matter_id: UUID,
    by: Actor,
    at: datetime,
    order_id: UUID,
    text: str = "",
    reply_due: datetime | None = None,
    unit_ids: Sequence[UUID] = (),
    version: int | None = None,
) -> Matter:
    """转办: whoever must answer an order asks units of a level below, and answers by what they say.

    The order above still waits for its own answer. Without words it says what that says; the date lies before that
    date, so that there is time to answer. Raises Invalid, NotAllowed.
    """
    fitting(text=text)
    to_come(reply_due, at)
    with act("pass_order", matter_id, by=by, at=at, version=version) as doing:
        above = order_of(doing.matter, order_id)
        must_answer(above, doing, by)
        if reply_due is not None and at < above.reply_due < reply_due:
            raise Invalid(_("转办的期限不能晚于上级要求的期限。"), fields={"reply_due": _("请选择更早的时间。")})
        due = reply_due or _before(above, doing)
        _give(doing, text or above.text, _to(unit_ids, doing), due, above.batch, passed_from=above)
        doing.says["passed_from"] = {"id": str(above.id), "level": int(above.level)}
    return doing.matter


def urge_order(
    *, matter_id: UUID, by: Actor, at: datetime, order_id: UUID, text: str = "", version: int | None = None
) -> Matter:
    """催办: whoever gave an order, or stands above, reminds who owes the answer; no other date, no other order.

    Raises Conflict for one that was answered, or urged within the hour.
    """
    fitting(text=text)
    with act("urge_order", matter_id, by=by, at=at, version=version) as doing:
        order = order_of(doing.matter, order_id)
        if not order.waits:
            raise Conflict(_("这条督办已经回复过了。"), code="replied")
        on_its_level(order, by)
        if order.urged_at is not None and at < order.urged_at + URGED_AGAIN:
            raise Conflict(_("一小时内刚催办过，请稍后再催。"), code="urged")
        order.urged, order.urged_at = order.urged + 1, at
        order.save(update_fields=["urged", "urged_at"])
        doing.says["order"] = {
            "id": str(order.id), "level": int(order.level), "unit": order.unit_id, "reply_due": order.reply_due,
            "urged": order.urged, "words": text.strip(),
        }  # fmt: skip
    return doing.matter


def withdraw_order(
    *, matter_id: UUID, by: Actor, at: datetime, order_id: UUID, reason: str, version: int | None = None
) -> Matter:
    """撤销督办: no answer is asked for any more, and why. What was passed down stays the business of who passed it."""
    needed(reason=reason)
    with act("withdraw_order", matter_id, by=by, at=at, version=version) as doing:
        order = order_of(doing.matter, order_id)
        if order.settled_at is not None:
            raise Conflict(_("这条督办已经结束了。"), code="settled")
        on_its_level(order, by)
        order.settled_at, order.settled_by_id = at, by.account_id
        order.withdrawn, order.withdrawn_words, order.next_tick_at = True, reason.strip(), None
        order.save(update_fields=["settled_at", "settled_by", "withdrawn", "withdrawn_words", "next_tick_at"])
        doing.says["order"] = {"id": str(order.id), "level": int(order.level), "withdrawn": True}
        doing.note = reason.strip()
    return doing.matter


def orders_follow(matter: Matter) -> None:
    """Another unit leads, or none: what whoever leads must answer, that unit must answer now."""
    matter.orders.filter(addressed=False, settled_at=None, replied_at=None).update(unit_id=matter.lead_unit_id)


def _to(unit_ids: Sequence[UUID], doing: Doing) -> list[UUID | None]:
    """Whom an order is for: the units that were named, once each, or whoever leads."""
    wanted = list(dict.fromkeys(unit_ids))
    if len(wanted) > MOST_UNITS:
        sentence = _("一次最多发给 %(n)d 个单位。") % {"n": MOST_UNITS}
        raise Invalid(sentence, fields={"unit_ids": sentence})
    for unit_id in wanted:
        _check_unit(unit_id, doing)
    return [*wanted] or [None]


def _give(
    doing: Doing,
    text: str,
    to: Sequence[UUID | None],
    due: datetime,
    batch: UUID | None,
    passed_from: Order | None = None,
) -> None:
    """One order for each addressee, in one record."""
    given = [_given(doing, text, unit_id) for unit_id in to]
    for order in given:
        order.passed_from, order.batch = passed_from, batch or (uuid7() if len(given) > 1 else None)
        batch = order.batch
        waits(doing, order, due)
        order.save(force_insert=True)
    doing.says["order"] = said(given[0])
    if len(given) > 1:
        doing.says["orders"] = [said(order) for order in given]


def _given(doing: Doing, text: str, unit_id: UUID | None) -> Order:
    matter, by = doing.matter, doing.by
    if unit_id is not None:
        matter.unit_ids = sorted({*matter.unit_ids, unit_id}, key=str)
    return Order(
        matter=matter,
        place_code=matter.place_code,
        level=by.level,
        text=text.strip(),
        ordered_at=doing.at,
        ordered_by_id=by.account_id,
        by_unit_id=by.unit_id,
        unit_id=unit_id or matter.lead_unit_id,
        addressed=unit_id is not None,
    )


def _check_unit(unit_id: UUID, doing: Doing) -> None:
    unit = Unit.objects.filter(id=unit_id, valid__contains=doing.at).first()
    if unit is None:
        raise Invalid(_("没有这个单位，或者它已撤销。"), fields={"unit_ids": _("请重新选择单位。")})
    if not places.lies_in(doing.matter.place_code, unit.place_code):
        sentence = _("“%(unit)s”不管辖这个地点。") % {"unit": unit.name}
        raise Invalid(sentence, fields={"unit_ids": _("请选择管辖这里的单位。")})
    if level_of_scope(unit.place_code) >= doing.by.level:
        raise NotAllowed(_("督办只能发给比您低的层级，“%(unit)s”不比您低。") % {"unit": unit.name}, code="level")


def _before(above: Order, doing: Doing) -> datetime:
    """Four fifths of the time that is left to whoever passes it down; a working day when there is none left."""
    if above.reply_due <= doing.at:
        return doing.calendar.due_at(doing.at, working_days(1))
    due = doing.calendar.share(doing.at, above.reply_due, TimeUnit.WORKING_HOUR, 0.8)
    return due if due > doing.at else above.reply_due
