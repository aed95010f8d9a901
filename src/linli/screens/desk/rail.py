"""The queues of the left rail: their words, which of them a role sees, and where its day begins."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.kernel.access import Actor, Role, Sees
from linli.kernel.matters.queries.counts import BOUND, QUEUES
from linli.kernel.matters.queries.filters import Filter

ALL = "all"
WORDS = {
    "mine": _("我的"),
    "reported": _("待受理"),
    "accepted": _("待派遣"),
    "assigned": _("处置中"),
    "done": _("待核查"),
    "verified": _("待结案"),
    "soon": _("即将到期"),
    "supervised": _("督办"),
    "helping": _("协办"),
    "ended": _("已办结"),
    ALL: _("全部事项"),
}
_FIRST = {
    Role.DISPATCHER: "reported",
    Role.DUTY_OFFICER: "supervised",
    Role.LEADER: "supervised",
    Role.SOCIAL_WORKER: "done",
    Role.GRID_WORKER: "assigned",
    Role.HANDLER: "assigned",
    Role.UNIT_HEAD: "assigned",
}
_NOT_FOR_UNITS = {"reported", "accepted"}
_NOT_FOR_PLACES = {"helping"}


def queues_of(actor: Actor) -> list[str]:
    """The names of the queues this actor works with, in their order."""
    hidden = _NOT_FOR_UNITS if actor.sees is Sees.UNIT else _NOT_FOR_PLACES
    if actor.role in (Role.DISPATCHER, Role.LEADER):
        hidden = hidden | {"mine"}
    return [name for name in QUEUES if name not in hidden] + [ALL]


def first_of(actor: Actor) -> str:
    return _FIRST.get(actor.role, ALL)


def question(name: str, asked: Filter) -> Filter:
    """What a queue asks, narrowed by what the reader asked beside it."""
    base = QUEUES.get(name)
    if base is None:
        return asked
    plain = Filter()
    fixed = {f: getattr(base, f) for f in base.__dataclass_fields__ if getattr(base, f) != getattr(plain, f)}
    return asked.but(**fixed)


def shown(number: int | None) -> str:
    """ "12", "999+", or nothing while it is not known."""
    if number is None:
        return ""
    return f"{BOUND - 1}+" if number >= BOUND else str(number)
