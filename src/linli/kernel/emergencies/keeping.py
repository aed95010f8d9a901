"""What this room keeps about a person: how they said they are, while an emergency stands, and who read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.kernel.people.keepers import Chapter, Keeper, Leaving

from .models import Answer

_KINDS = {Answer.Kind.SAFE.value: _("我平安"), Answer.Kind.HELP.value: _("我需要帮助")}


def chapters(person_id: UUID, _own: bool) -> Sequence[Chapter]:
    rows = [
        {"event": one.emergency.event, "kind": str(_KINDS[one.kind]), "text": one.text, "at": one.at}
        for one in Answer.objects.filter(person_id=person_id).select_related("emergency").order_by("at")
    ]
    columns = (("event", _("应急")), ("kind", _("怎么说的")), ("text", _("说明")), ("at", _("时间")))
    note = _("应急结束时删除，只留下人数。")
    return [Chapter("emergency_answers", _("应急中我报的情况"), columns, rows, note)]


def forget(leaving: Leaving, _at: datetime) -> None:
    Answer.objects.filter(person_id=leaving.person_id).delete()
    Answer.objects.filter(said_by_id=leaving.person_id).update(said_by=None)


KEEPER = Keeper(
    name="emergencies",
    copy=chapters,
    forget=forget,
    goes=(_("您在应急中报的平安或求助"),),
    stays=(_("每次应急有多少人报了平安、多少人求助：只有数字。"),),
    sayings={
        "emergencies.read_roll": _("应急点名时看了您有没有报平安"),
        "emergencies.read_help": _("接了您的求助，看了您的门牌和说明"),
    },
)
