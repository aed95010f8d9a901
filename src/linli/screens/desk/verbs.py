"""Keeping and removing saved filters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel import audit
from linli.kernel.access import Actor, Invalid, Moves, NotFound, require
from linli.kernel.matters.queries.filters import Filter

from .models import ColumnOrder, SavedFilter

MOST = 30


def save_filter(*, by: Actor, at: datetime, name: str, asked: Filter) -> SavedFilter:
    """Keep a question under a name; the same name again replaces it. Raises Invalid."""
    require(by, "matters.read")
    name = " ".join(name.split())
    if not name:
        raise Invalid(_("请给这个筛选取个名字。"), fields={"name": _("请填写名称。")})
    if len(name) > 40:
        raise Invalid(_("名称太长了。"), fields={"name": _("最多 40 个字。")})
    with transaction.atomic():
        mine = SavedFilter.objects.select_for_update().filter(account_id=by.account_id)
        if len(mine) >= MOST and not mine.filter(name=name).exists():
            raise Invalid(
                _("最多保存 %(n)d 个筛选，请先删掉不用的。") % {"n": MOST}, fields={"name": _("已经满了。")}
            )
        saved, _made = SavedFilter.objects.update_or_create(
            account_id=by.account_id, name=name, defaults={"params": asked.write(), "saved_at": at}
        )
        _record(by, at, "desk.save_filter", {"name": name, "filter": asked.write()})
    return saved


def remove_filter(*, by: Actor, at: datetime, filter_id: UUID) -> None:
    """Forget one of one's own questions. Raises NotFound."""
    with transaction.atomic():
        saved = SavedFilter.objects.filter(account_id=by.account_id, id=filter_id).first()
        if saved is None:
            raise NotFound(_("没有这个筛选。"))
        saved.delete()
        _record(by, at, "desk.remove_filter", {"name": saved.name})


def keep_order(*, by: Actor, at: datetime, table: str, columns: Sequence[str]) -> None:
    """The columns of a table in one's own order; kept only when it is another than before."""
    if by.account_id is None:
        return
    with transaction.atomic():
        kept = ColumnOrder.objects.select_for_update().filter(account_id=by.account_id, table=table[:80]).first()
        if kept is not None and kept.columns == list(columns):
            return
        before = kept.columns if kept else None
        ColumnOrder.objects.update_or_create(
            account_id=by.account_id, table=table[:80], defaults={"columns": list(columns)[:400]}
        )
        _record(by, at, "desk.keep_order", {"table": table[:80], "columns": list(columns)[:400], "before": before})


def order_of(by: Actor, table: str) -> list[str]:
    """The columns as somebody took them last; none at first."""
    found = ColumnOrder.objects.filter(account_id=by.account_id, table=table[:80]).values_list("columns", flat=True)
    return list(found.first() or [])


def carry_filters(*, by: Actor, at: datetime, moves: Moves, limit: int) -> int:
    """A place has another code: saved questions ask for it under the new one. Returns how many were changed."""
    require(by, "*")
    asking = list(SavedFilter.objects.filter(params__has_key="place").values_list("id", "params"))
    stale = [key for key, params in asking if any(moves.now(code) != code for code in params["place"])]
    with transaction.atomic():
        for saved in SavedFilter.objects.select_for_update().filter(id__in=stale[:limit]).order_by("id"):
            before = saved.params["place"]
            saved.params = saved.params | {"place": [moves.now(code) for code in before]}
            saved.save(update_fields=["params"])
            audit.append(
                by=by,
                at=at,
                verb="desk.recode_filter",
                stream=f"account:{saved.account_id}",
                before={"name": saved.name, "place": before},
                after={"name": saved.name, "place": saved.params["place"]},
            )
    return len(stale[:limit])


def _record(by: Actor, at: datetime, verb: str, after: dict[str, object]) -> None:
    audit.append(by=by, at=at, verb=verb, stream=f"account:{by.account_id}", after=after)
