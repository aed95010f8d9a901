"""What the pages of supervision share: their three tabs, and words for what they list."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.kernel.access import Actor, Level, Sees, holds
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.matters.holding import Hands
from linli.kernel.matters.models import Pause, Phase
from linli.kernel.matters.queries import orders
from linli.kernel.matters.queries.chain import Held
from linli.kernel.matters.queries.lists import PAUSED_LONG
from linli.kernel.matters.queries.units import units_in
from linli.kernel.places import queries as places
from linli.parts.jinja import address
from linli.parts.times import local, promise_words
from linli.parts.words import word

from .words import level_word

Option = tuple[str, str]

SIDES: dict[str, str | Promise] = {
    "owed": gettext_lazy("我单位要回复的"),
    "given": gettext_lazy("本级发出的"),
    "received": gettext_lazy("上级发来的"),
    "below": gettext_lazy("下级发出的"),
    "all": gettext_lazy("全部督办单"),
}
LISTS: dict[str, str | Promise] = {
    "overdue": gettext_lazy("超期未结"),
    "returned": gettext_lazy("退回两次以上"),
    "reopened": gettext_lazy("重新打开过"),
    "extended": gettext_lazy("延期"),
    "extended_again": gettext_lazy("多次延期"),
    "paused": gettext_lazy("长期挂起"),
    "unmerged": gettext_lazy("误并撤销"),
}
PHASE_TONES = {Phase.WAITING: "warned", Phase.ANSWERED: "accent", Phase.SETTLED: "done", Phase.WITHDRAWN: ""}
_LEVELS = (Level.STREET, Level.DISTRICT, Level.CITY, Level.PROVINCE, Level.SYSTEM)


def phase_word(phase: int) -> str:
    return _(Phase(phase).label)


def sides_of(actor: Actor) -> list[str]:
    """A unit's own people answer and pass on; a level gives and receives. The city has nobody above."""
    if actor.sees is Sees.UNIT:
        return ["owed", "given"]
    sides = ["owed", "given", "received", "below"] if actor.level in _LEVELS else ["owed", "received"]
    return [*[side for side in sides if not (side == "received" and actor.level >= Level.CITY)], "all"]


def orders_address(asked: orders.Asked, after: str | None = None) -> str:
    """The page of orders that answers a question."""
    return address("desk:orders") + "?" + urlencode({**asked.write(), **({"after": after} if after else {})})


def tabs(here: str, actor: Actor) -> list[tuple[str, str, bool]]:
    """The pages of this reader: (address, words, whether it is this one)."""
    pages = (
        *([("deciding", address("desk:deciding"), _("要我定的"))] if decides(actor) else []),
        ("orders", address("desk:orders"), _("督办单")),
        ("lists", address("desk:lists", "overdue"), _("监督清单")),
        ("through", address("desk:through"), _("穿透")),
    )
    return [(href, words, name == here) for name, href, words in pages]


def decides(actor: Actor) -> bool:
    """Whether a post has decisions of others to make."""
    return holds(actor, "matters.decide_extension") or holds(actor, "matters.settle_order")


def kinds() -> list[Option]:
    return sorted(((kind, word("matter", kind)) for kind in catalogue().kinds), key=lambda pair: pair[1])


def units(actor: Actor) -> list[Option]:
    """Units of the reader's own place and those below: whom a list may be narrowed to."""
    return [(str(key), name) for key, name in units_in(actor)]


def places_below(actor: Actor) -> list[Option]:
    below = places.children(actor.scope) if actor.scope.isdigit() else ()
    return [(place.code, place.name) for place in below]


def timely_word(order: dict[str, Any], at: datetime) -> str:
    """ "按时回复", "逾期才回复", "逾期仍未回复", "未到期"; nothing for what was withdrawn before."""
    if order["replied_at"]:
        return _("按时回复") if order["replied_at"] <= order["reply_due"] else _("逾期才回复")
    if order["phase"] == Phase.WITHDRAWN:
        return ""
    return _("逾期仍未回复") if order["reply_due"] < at else _("未到期")


WORDS: dict[str, Any] = {"phase_word": phase_word, "phase_tones": PHASE_TONES, "timely_word": timely_word}


def says(name: str, days: int) -> str:
    """What belongs to a list, in a sentence."""
    words = {
        "overdue": _("已过期限还没有办完的事项，不含挂起的。"),
        "returned": _("最近 %(n)d 天上报、被退回或核查不通过两次以上的事项。"),
        "reopened": _("最近 %(n)d 天上报、办结或不予受理后又重新打开的事项。"),
        "extended": _("最近 %(n)d 天上报、批准过延期的事项。"),
        "extended_again": _("最近 %(n)d 天上报、批准过两次以上延期的事项。"),
        "paused": _("挂起已超过 %(n)d 天的事项。"),
        "unmerged": _("最近 %(n)d 天上报、并案以后又撤销的事项：并错了。"),
    }
    return words[name] % {"n": PAUSED_LONG if name == "paused" else days}


def again_words(row: dict[str, Any]) -> str:
    """What has happened to an overdue matter before: "退 2 · 重开 1"; "—" when nothing has."""
    said = (
        (row["given_back"], _("退回 %(n)d")),
        (row["reopened"], _("重开 %(n)d")),
        (row["extended"], _("延期 %(n)d")),
    )
    return " · ".join(words % {"n": n} for n, words in said if n) or "—"


def reason_words(name: str, reason: dict[str, Any]) -> str:
    """One reason of a list in a line: when, who, what they said."""
    words, what = reason["words"], reason["what"]
    if name in ("extended", "extended_again"):
        words = _("延期 %(span)s：%(words)s") % {"span": promise_words(what), "words": words}
    elif name == "paused":
        said = _(Pause.Reason(what).label)
        words = _("%(what)s：%(words)s") % {"what": said, "words": words} if words else said
    elif name == "overdue":
        words = _("回复%(level)s督办：%(words)s") % {"level": level_word(int(what)), "words": words}
    elif what == "matters.verify":
        words = _("核查不通过：%(words)s") % {"words": words}
    return " ".join(filter(None, (local(reason["at"]), reason["unit"], words)))


def holder_word(held: Held) -> str:
    """In whose hands: "待受理、派遣", a unit and who of it, "核查结案", "挂起"."""
    holder = held.stretch.holder
    if holder.hands is Hands.UNIT:
        return " ".join(filter(None, (held.unit or _("承办单位"), holder.account)))
    return {Hands.DESK: _("受理、派遣"), Hands.CHECK: _("核查、结案"), Hands.STILL: _("挂起")}[holder.hands]


def held_word(spent: timedelta) -> str:
    """ "3 小时 20 分", "2 天 3 小时"; to the minute, as a clock runs."""
    minutes = round(spent / timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    if hours and rest:
        return _("%(hours)d 小时 %(minutes)d 分") % {"hours": hours, "minutes": rest}
    return _("%(hours)d 小时") % {"hours": hours} if hours else _("%(minutes)d 分") % {"minutes": rest}
