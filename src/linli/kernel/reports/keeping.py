"""What this room keeps about a person: in which tables they were sent to whom, until the table's time is over."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.kernel.people.keepers import Chapter, Keeper, Leaving
from linli.kernel.places.queries import label
from linli.kernel.sealed import unseal

from .models import Line
from .verbs.handing import empty_lines


def chapters(person_id: UUID, _own: bool) -> Sequence[Chapter]:
    lines = (
        Line.objects.filter(subject=person_id, erased_at=None)
        .select_related("handing__sheet__report")
        .order_by("handing__signed_at", "id")
    )
    return [
        Chapter(
            "reports",
            _("报送过我的信息的报表"),
            (
                ("title", _("报表")),
                ("reason", _("用途")),
                ("asked_by", _("谁要的")),
                ("signed_at", _("签字时间")),
                ("sent_at", _("报送时间")),
                ("said", _("报送的内容")),
            ),
            [_row(line) for line in lines],
        )
    ]


def _row(line: Line) -> dict[str, object]:
    report = line.handing.sheet.report
    sealed = json.loads(unseal(line.sealed)) if line.sealed else [None] * len(line.cells)
    said = [
        f"{column.label}：{value if value is not None else hidden}"
        for column, value, hidden in zip(report.table.columns, line.cells, sealed, strict=False)
        if value is not None or hidden is not None
    ]
    return {
        "title": report.title,
        "reason": report.reason,
        "asked_by": label(report.place_code),
        "signed_at": line.handing.signed_at,
        "sent_at": line.handing.sent_at,
        "said": said,
    }


def forget(leaving: Leaving, at: datetime) -> None:
    empty_lines(Line.objects.filter(subject=leaving.person_id, erased_at=None), at)


KEEPER = Keeper(
    name="reports",
    copy=chapters,
    forget=forget,
    goes=(_("报表里您的那一行"),),
    stays=(_("报表里的人数：数过您，但不说是您。"),),
    sayings={
        "reports.read_line": _("在报表里看到了您的信息"),
        "reports.send_line": _("把您的信息报送给了上级"),
        "reports.unmask_cell": _("查看了报表里您的一项敏感信息"),
    },
)
