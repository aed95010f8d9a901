"""What this room keeps about a person: which devices they installed or looked after, under their name.

Purpose: who knows this device, and whom to ask when it fails. Basis: the work itself. The name goes when its owner asks
to be forgotten; what was done to the device, and when, stays with the device.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from linli.kernel.people.keepers import Chapter, Keeper, Leaving
from linli.kernel.people.models import Person

from .models import Upkeep

_COLUMNS = (
    ("at", _("时间")),
    ("thing", _("设备")),
    ("what", _("做了什么")),
    ("note", _("备注")),
)


def chapters(person_id: UUID, _own: bool) -> Sequence[Chapter]:
    account = Person.objects.filter(pk=person_id).values_list("account_id", flat=True).first()
    if account is None:
        return []
    rows = Upkeep.objects.filter(by_account=account).select_related("thing").order_by("id")
    said = [
        {
            "at": row.lasts.lower,
            "thing": f"{row.thing.name} {row.thing.key}",
            "what": _t(Upkeep.What(row.what).label),
            "note": row.note,
        }
        for row in rows
    ]
    return [Chapter("upkeep", _("我安装和维护过的设备"), _COLUMNS, said)] if said else []


def forget(leaving: Leaving, _at: datetime) -> None:
    if leaving.account_id is not None:
        Upkeep.objects.filter(by_account=leaving.account_id).update(by_name="", by_account=None, note="")


KEEPER = Keeper(
    name="things",
    copy=chapters,
    forget=forget,
    goes=(_("您安装和维护设备时留下的姓名和备注"),),
    stays=(_("哪个设备在什么时候安装、维护过：属于设备的履历，不含您的姓名。"),),
)
