"""What the pages of data sets share: their tabs, and words for how a match went."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.kernel.access import Actor, Invalid
from linli.kernel.datasets import queries
from linli.kernel.datasets.models import Job
from linli.parts.office.uploads import table

from ...shell import draw

HERE = "desk:datasets"
PAGES = (
    ("desk:datasets", _("目录")),
    ("desk:datasets_jobs", _("汇聚作业")),
    ("desk:datasets_review", _("核对队列")),
    ("desk:datasets_shares", _("共享")),
    ("desk:datasets_forecasts", _("预测")),
    ("desk:datasets_published", _("公开统计")),
)
HOW = {
    "sure": _("自动对上"),
    "decided": _("人工确认"),
    "doubtful": _("待核对"),
    "none": _("没有对上"),
}
SUBJECTS = {
    "place": pgettext_lazy("matched", "地点"),
    "person": pgettext_lazy("matched", "人"),
    "thing": pgettext_lazy("matched", "设备"),
}
STATES = {
    Job.State.WAITING: _("排队中"),
    Job.State.RUNNING: _("进行中"),
    Job.State.DONE: _("已完成"),
    Job.State.FAILED: _("没有完成"),
}
TYPES = {
    "text": _("文字"),
    "number": _("数字"),
    "date": _("日期"),
    "month": _("月份"),
    "moment": _("时间"),
    "code": _("代码"),
    "yes": _("是否"),
}


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, tab: str, status: int = 200
) -> HttpResponse:
    """A page of data sets, under its tab."""
    actor: Actor = request.actor
    waiting = sum(queries.open_count(actor).values())
    tabs = [
        (reverse(name), words, name == tab, waiting if name == "desk:datasets_review" else None)
        for name, words in PAGES
    ]
    shared = {"tabs": tabs, "how_words": HOW, "subject_words": SUBJECTS, "job_states": STATES, "type_words": TYPES}
    return draw(request, f"desk/datasets/{template}", {**shared, **context}, here=HERE, status=status)


def sent_table(request: HttpRequest) -> tuple[bytes, str]:
    """The file of rows that was sent, with its name. Raises Invalid."""
    content = table(request)
    upload = request.FILES.get("file")
    if upload is None:
        raise Invalid("")
    return content, upload.name or ""
