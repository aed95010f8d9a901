"""What is done to a thing where it hangs, and times of maintenance in which nobody is warned of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Conflict, Invalid, NotAllowed, NotFound, allows

from ..models import Thing, Upkeep
from . import common

LONGEST = timedelta(days=90)
ON_THE_SPOT = timedelta(hours=4)
"""So long, from now on, whoever stands before a device may silence it alone; longer is for who answers for it."""
AHEAD = timedelta(days=365)
_NOTED = (Upkeep.What.BATTERY, Upkeep.What.REPAIR, Upkeep.What.CHECK)


def note_upkeep(*, by: Actor, at: datetime, thing_id: UUID, what: str, note: str = "") -> Upkeep:
    """Somebody changed its battery, repaired it or looked after it. Needs `things.install`. Raises Invalid."""
    if what not in _NOTED:
        sentence = _("请选择做了什么。")
        raise Invalid(sentence, fields={"what": sentence})
    words = common.one_line(note, common.NOTE_LENGTH, "note")
    with common.act():
        thing = common.locked(thing_id, by, "things.install")
        common.must_be_in_use(thing)
        row = jot(thing, what, by, at, words)
        common.record(by, at, "note_upkeep", thing, after={"what": what}, note=words or None)
    return row


def maintain(
    *, by: Actor, at: datetime, thing_id: UUID, ends: datetime, begins: datetime | None = None, note: str = ""
) -> Upkeep:
    """A time of maintenance: readings are kept, no warning is raised from them. It ends by itself.

    `things.install` may do it on the spot (from now, at most four hours); `things.change` for up to ninety days,
    beginning within a year. Raises NotAllowed, Invalid (by field), Conflict (there is one at that time already).
    """
    begins = begins or at
    check_span(at, begins, ends)
    words = common.one_line(note, common.NOTE_LENGTH, "note")
    with _one_at_a_time(), common.act():
        thing = common.locked(thing_id, by, "things.install")
        common.must_be_in_use(thing)
        on_the_spot = begins <= at and ends - at <= ON_THE_SPOT
        if not on_the_spot and not allows(by, "things.change", thing.place_code):
            raise NotAllowed(_("现场最多维护 4 小时，从现在算起。更长的请数据管理员或值班长设置。"), code="long")
        row = jot(thing, Upkeep.What.MAINTENANCE, by, begins, words, ends=ends)
        after = {"begins": begins.isoformat(), "ends": ends.isoformat()}
        common.record(by, at, "maintain", thing, after=after, note=words or None)
    return row


def end_maintenance(*, by: Actor, at: datetime, upkeep_id: UUID) -> Thing:
    """It is over earlier than was said, or does not take place. Needs `things.install`; what is over by itself is not
    ended again (Conflict)."""
    with common.act():
        found = Upkeep.objects.filter(pk=upkeep_id, what=Upkeep.What.MAINTENANCE).first()
        if found is None:
            raise NotFound(_("没有这次维护。"))
        thing = common.locked(found.thing_id, by, "things.install")
        row = Upkeep.objects.select_for_update().get(pk=upkeep_id)
        if row.lasts.isempty or (row.lasts.upper and row.lasts.upper <= at):
            raise Conflict(_("这次维护已经结束。"), code="over")
        # One that had not begun never was: an empty range.
        row.lasts = DateTimeTZRange(row.lasts.lower, max(at, row.lasts.lower))
        row.save(update_fields=["lasts"])
        common.record(by, at, "end_maintenance", thing, after={"upkeep": str(row.id)})
    return thing


def jot(
    thing: Thing, what: str, by: Actor, at: datetime, words: str = "", *, ends: datetime | None = None
) -> Upkeep:
    """Within a verb: what was done, when, and by whom."""
    lasts = DateTimeTZRange(at, ends) if ends else DateTimeTZRange(at, at, "[]")
    return Upkeep.objects.create(
        thing=thing, what=what, lasts=lasts, by_name=by.name[:64], by_account=by.account_id, note=words
    )


def cut_short(thing: Thing, at: datetime) -> None:
    """Within a verb: no maintenance goes on, and none is to come."""
    for row in Upkeep.objects.filter(thing=thing, what=Upkeep.What.MAINTENANCE, lasts__endswith__gt=at):
        row.lasts = DateTimeTZRange(row.lasts.lower, max(at, row.lasts.lower))
        row.save(update_fields=["lasts"])


def check_span(at: datetime, begins: datetime, ends: datetime) -> None:
    """Raises Invalid, by field, for a time no maintenance may have."""
    if ends <= begins or ends <= at:
        sentence = _("结束时间要在开始之后，并且在将来。")
    elif ends - begins > LONGEST:
        sentence = _("一次维护最长 90 天。")
    elif begins > at + AHEAD:
        sentence = _("开始时间要在一年之内。")
    elif begins < at - timedelta(minutes=5):
        sentence = _("维护不能从过去开始。")
    else:
        return
    raise Invalid(sentence, fields={"ends": sentence})


class _one_at_a_time:  # noqa: N801 - reads as a clause of `with`
    """The exclusion constraint speaks, as a sentence."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, IntegrityError) and "one_maintenance_at_a_time" in str(error):
            sentence = _("这段时间里已经有一次维护。")
            raise Conflict(sentence, code="overlap", fields={"ends": sentence}) from None
