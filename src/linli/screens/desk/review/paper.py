"""复盘 as PDF, set by Typst with the fonts of the monthly report. All words and numbers are made here, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.kernel.emergencies.models import Emergency, Task
from linli.kernel.emergencies.queries.course import Line
from linli.kernel.emergencies.queries.review import Review
from linli.kernel.emergencies.words import grade_word, state_word
from linli.kernel.figures.report.paper import typeset
from linli.parts.times import local


def review_pdf(emergency: Emergency, review: Review, tasks: Iterable[Task], lines: Iterable[Line]) -> bytes:
    """The review on A4: facts, times between, tasks, what was learnt, the log. Raises NoFont."""
    return typeset(Path(__file__).with_name("review.typ"), _contents(emergency, review, tasks, lines))


def took(lasted: timedelta | None) -> str:
    """A span as people say it: seconds below two minutes, then minutes, then hours and minutes."""
    if lasted is None:
        return _("没有记录")
    seconds = int(lasted.total_seconds())
    if seconds < 120:
        return _("%(n)d 秒") % {"n": seconds}
    if seconds < 7200:
        return _("%(n)d 分钟") % {"n": seconds // 60}
    return _("%(hours)d 小时 %(minutes)d 分钟") % {"hours": seconds // 3600, "minutes": seconds % 3600 // 60}


def _contents(emergency: Emergency, review: Review, tasks: Iterable[Task], lines: Iterable[Line]) -> dict[str, Any]:
    begun = review.instants[0].at if review.instants else emergency.declared_at
    return {
        "language": "en" if (get_language() or "").startswith("en") else "zh",
        "title": _("%(event)s：复盘") % {"event": emergency.event},
        "lead": " · ".join(
            filter(
                None,
                (
                    _("演练") if emergency.drill else "", emergency.area, grade_word(emergency.grade),
                    state_word(emergency.state),
                ),
            )
        ),
        "heads": {
            "times": _("时间"), "spans": _("用了多久"), "tasks": _("任务"), "people": _("居民"), "lessons": _("经过评估和改进措施"),
            "log": _("经过"), "source": _("来源：审计记录，只能追加，不能改。"), "page": _("第 {page} 页，共 {pages} 页"),
        },
        "times": [
            [str(one.words), local(one.at), _("+%(took)s") % {"took": took(one.at - begun)}] for one in review.instants
        ],
        "spans": [[str(one.words), took(one.lasted)] for one in review.spans],
        "tasks": [
            [task.text, task.unit.name if task.unit else task.who, _became(task)]
            for task in tasks
        ],
        "task_words": task_words(review),
        "people": people_words(emergency, review),
        "lessons": emergency.lessons,
        "log": [[local(line.at), line.who, line.sentence, line.quote] for line in lines],
    }  # fmt: skip


def task_words(review: Review) -> str:
    values = {
        "n": review.tasks, "done": review.done, "late": review.late, "dropped": review.dropped, "open": review.open,
    }  # fmt: skip
    return _("%(n)d 项，完成 %(done)d 项，其中超时 %(late)d 项；撤销 %(dropped)d 项，没有完成 %(open)d 项") % values


def people_words(emergency: Emergency, review: Review) -> str:
    """What residents answered, and how long who called for help waited; "" while nothing is known."""
    parts = []
    if emergency.asked is not None:
        values = {"asked": emergency.asked, "safe": emergency.safe or 0, "help": emergency.helped or 0}
        parts.append(_("登记在范围内 %(asked)d 人，结束时报平安 %(safe)d 人，求助 %(help)d 人。") % values)
    if review.helps:
        parts.append(_("求助 %(n)d 起，有人到场 %(reached)d 起。") % {"n": review.helps, "reached": review.reached})
    if review.usual is not None:
        values_ = {"usual": took(review.usual), "slowest": took(review.slowest)}
        parts.append(_("从求助到有人到场，一般 %(usual)s，最慢 %(slowest)s。") % values_)
    return "".join(parts)


def _became(task: Task) -> str:
    if task.dropped_at:
        return _("任务已撤销")
    if not task.done_at:
        return _("没有完成")
    said = _("%(time)s 完成") % {"time": local(task.done_at)}
    return f"{said}：{task.result}" if task.done_at <= task.due_at else f"{said}（{_('超时')}）：{task.result}"
