"""What this room keeps about a person: which televisions show their matters.

Purpose: to show them what they asked to see at home; basis: their own asking, or at the counter. It ends with the
binding; what stays is the record that there was one, in the history that the person can read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.kernel.access import SYSTEM
from linli.kernel.people.keepers import Chapter, Keeper, Leaving
from linli.kernel.places.queries import label

from .models import Display, State
from .verbs.revoking import let_go

_COLUMNS = (
    ("name", _("电视")),
    ("place", _("地点")),
    ("since", _("绑定时间")),
    ("seen_at", _("最后一次开机")),
)


def chapters(person_id: UUID, _own: bool) -> Sequence[Chapter]:
    rows = [
        {"name": tv.name, "place": label(tv.place_code), "since": tv.enrolled_at, "seen_at": tv.seen_at}
        for tv in Display.objects.filter(person_id=person_id, state=State.ENROLLED).order_by("enrolled_at", "id")
    ]
    return [Chapter("displays", _("我绑定的电视"), _COLUMNS, rows)] if rows else []


def forget(leaving: Leaving, at: datetime) -> None:
    for tv in Display.objects.select_for_update().filter(person_id=leaving.person_id):
        let_go(tv, SYSTEM, at, why="erased")
    if leaving.account_id is not None:
        Display.objects.filter(enrolled_by=leaving.account_id).update(enrolled_by=None)


KEEPER = Keeper(
    name="displays",
    copy=chapters,
    forget=forget,
    goes=(_("您绑定的电视：马上解绑，电视上不再显示您的事"),),
    sayings={
        "displays.bind_tv": _("绑定了家里的电视"),
        "displays.rename": _("给电视改了名"),
        "displays.move": _("电视换了地点"),
        "displays.revoke": _("解绑了电视"),
    },
)
