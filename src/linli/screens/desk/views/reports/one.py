"""One report for who asked: each neighbourhood's part, who is late, what was given back; to take away as a table."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from linli.kernel.access import Actor
from linli.kernel.clock.now import now
from linli.kernel.places import queries as places
from linli.kernel.reports import verbs, words
from linli.kernel.reports.models import Report, Sheet
from linli.kernel.reports.queries import looking
from linli.parts.doors import for_staff
from linli.parts.office import Act, Field, Kind, serve

from ...exporting import table_file
from ...ordering import places as places_of
from ...ordering import taken
from ...shell import draw

HERE = "desk:reports"


@require_http_methods(["GET", "POST"])
@for_staff
def report_page(request: HttpRequest, report_id: UUID) -> HttpResponse:
    actor: Actor = request.actor
    whole = looking.whole(actor, report_id, now())
    response, forms, status = serve(request, _acts(whole))
    if response:
        return response
    context: dict[str, Any] = {
        "w": whole,
        "report": whole.report,
        "place": places.label(whole.report.place_code),
        "conds": words.conds_words(whole.table.conds, dict(whole.defined)),
        "sent": sum(part.sheet.state in looking.DONE for part in whole.parts),
        "late": sum(part.late for part in whole.parts),
        "sheet_words": words.SHEET_STATES,
        "report_words": words.REPORT_STATES,
        "tones": words.TONES,
        "forms": forms,
        "shown": shown,
        "order": places_of(actor, "report", [column.label for column in whole.table.columns]),
    }
    return draw(request, "desk/reports/one.html", context, here=HERE, status=status)


@require_http_methods(["GET", "POST"])
@for_staff
def report_file(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """The counts of a report, one line for each neighbourhood, columns in the reader's own order; small sensitive ones as 少于5."""
    whole = looking.whole(request.actor, report_id, now())
    labels = [column.label for column in whole.table.columns]
    chosen = taken(request, "report", labels)
    heads = [_t("居村"), _t("状态"), *(labels[n - 1] for n in chosen)]
    rows = [
        [
            part.place,
            str(words.SHEET_STATES[part.sheet.state]),
            *(
                _t("少于%(n)d") % {"n": looking.LEAST}
                if (part.sheet.place_code, n) in whole.hidden
                else shown(part.cells[n - 1])
                for n in chosen
                if n <= len(part.cells)
            ),
        ]
        for part in whole.parts
    ]
    name = f"report-{timezone.localtime():%Y%m%d-%H%M}.xlsx"
    return table_file("xlsx", name, whole.report.title[:30], heads, rows)


def shown(value: Any) -> Any:
    """A cell as people read it; a number stays one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _t("是") if value else _t("否")
    return _t("、").join(map(str, value)) if isinstance(value, list) else value


def _acts(whole: looking.Whole) -> tuple[Act, ...]:
    report = whole.report
    if report.state != Report.State.OPEN:
        return ()
    one = {"report_id": report.id}
    acts = [
        Act(
            key="give_back", words=_("退回"), tone="small", done=_("已退回，居村能看到原因。"),
            fields=(
                Field(name="sheet_id", label="", kind=Kind.HIDDEN_ID),
                Field(name="reason", label=_("哪里不对")),
            ),
            verb=verbs.give_back,
        ),
        Act(
            key="postpone", words=_("延后期限"), tone="", done=_("期限已延后。"),
            fields=(Field(name="due_at", label=_("新的期限"), kind=Kind.MOMENT),), verb=partial(verbs.postpone, **one),
        ),
        Act(
            key="close", words=_("收齐"), tone="", done=_("已收齐。"),
            fields=(Field(name="reason", label=_("还有没接收的，为什么不等了"), optional=True),),
            verb=partial(verbs.close_report, **one),
        ),
        Act(
            key="withdraw", words=_("撤回"), tone="danger", done=_("已撤回，居村不用再填。"),
            fields=(Field(name="reason", label=_("为什么撤回")),), verb=partial(verbs.withdraw_report, **one),
        ),
    ]  # fmt: skip
    if any(part.sheet.state == Sheet.State.SENT for part in whole.parts):
        acts.insert(
            0,
            Act(
                key="accept", words=_("全部接收"), fields=(), verb=partial(verbs.accept_all, **one),
                tells=lambda n: _t("接收了 %(n)d 张。") % {"n": n},
            ),
        )  # fmt: skip
    return tuple(acts)
