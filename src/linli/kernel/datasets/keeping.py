"""What this room keeps about a person: rows of data sets that were matched with them by a number.

Purpose, basis and time are the data set's own and are told with each row. Erased with the person: a row about somebody
who asked to be forgotten goes, and does not come back with the next table, since nobody is matched by its number then.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.kernel.people.keepers import Chapter, Keeper, Leaving
from linli.kernel.places.queries import label
from linli.kernel.sealed import unseal

from .models import Doubt, Row

_COLUMNS = (
    ("title", _("数据集")),
    ("purpose", _("用途")),
    ("basis", _("依据")),
    ("owner", _("归属单位")),
    ("place", _("地点")),
    ("said", _("内容")),
    ("came_at", _("最近送来")),
)


def chapters(person_id: UUID, _own: bool) -> Sequence[Chapter]:
    found = (
        Row.objects.filter(person_id=person_id).select_related("dataset__owner").order_by("dataset__name", "key")
    )
    rows = [_told(row) for row in found]
    return [Chapter("datasets", _("其他单位共享来的、与我有关的数据"), _COLUMNS, rows)] if rows else []


def _told(row: Row) -> dict[str, object]:
    declared = row.dataset.declared
    hidden = json.loads(unseal(row.sealed)) if row.sealed else {}
    values = {**row.values, **hidden}
    return {
        "title": row.dataset.title,
        "purpose": declared.purpose,
        "basis": declared.basis,
        "owner": row.dataset.owner.name,
        "place": label(row.place_code),
        "said": [f"{c.label}：{values[c.name]}" for c in declared.columns if c.name in values],
        "came_at": row.came_at,
    }


def forget(leaving: Leaving, at: datetime) -> None:
    """Their rows go, and the questions in which they were one of those who may be meant."""
    Row.objects.filter(person_id=leaving.person_id).delete()
    Doubt.objects.filter(subject="person", chosen=str(leaving.person_id)).delete()
    asked = Doubt.objects.filter(subject="person", candidates__contains=[{"ref": str(leaving.person_id)}])
    for doubt in asked.select_for_update():
        doubt.candidates = [one for one in doubt.candidates if one["ref"] != str(leaving.person_id)]
        doubt.save(update_fields=["candidates"])


KEEPER = Keeper(
    name="datasets",
    copy=chapters,
    forget=forget,
    goes=(_("其他单位共享来的、与您对上的数据"),),
    sayings={
        "datasets.compare_person": _("核对共享来的数据时，比对了姓名和号码是否相同"),
        "datasets.decide_doubt": _("确认了共享来的数据说的是您"),
    },
)
