"""Today's figures beside those of yesterday and of a week ago: what a wall says of each, and what it leads to."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.kernel.clock.now import now
from linli.kernel.figures.queries.periods import today_of
from linli.kernel.figures.queries.today import FIGURES, Moment, Today
from linli.parts.jinja import address

WORDS: dict[str, str | Promise] = {
    "reported": _("新上报"),
    "closed": _("已办结"),
    "open": _("在办"),
    "overdue": _("超期"),
    "reopened": _("再次打开"),
}
_BAD_WHEN_MORE = {"overdue", "reopened"}


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: now, and what it was yesterday and a week ago at the same time of day. `tone`: of
    the number itself, red where it is something that should be none."""

    name: str
    words: str | Promise
    value: int
    yesterday: int
    week_ago: int
    tone: str
    href: str


def rows_of(found: Today, code: str) -> list[Row]:
    return [
        Row(
            name=name,
            words=WORDS[name],
            value=_value(found.now, name),
            yesterday=_value(found.yesterday, name),
            week_ago=_value(found.week_ago, name),
            tone="supervised" if name in _BAD_WHEN_MORE and _value(found.now, name) else "",
            href=_matters(name, code),
        )
        for name in FIGURES
    ]


def _value(moment: Moment, name: str) -> int:
    return int(getattr(moment, name))


def _matters(name: str, code: str) -> str:
    """The queue of the desk that holds what a figure counts."""
    day = today_of(now()).isoformat()
    asked = {
        "reported": f"&opened_from={day}{_EVERY}",
        "closed": "",
        "open": "",
        "overdue": "&supervised=1",
        "reopened": "&reopened=1",
    }[name]
    queue = "ended" if name == "closed" else "all"
    return f"{address('desk:queue', queue)}?place={code}{asked}"


_EVERY = "".join(
    f"&state={state}"
    for state in (
        "reported", "accepted", "assigned", "done", "verified", "closed", "declined", "written_off", "merged", "withdrawn",
    )
)  # fmt: skip
