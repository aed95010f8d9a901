"""The one transition table: which verb is possible from which state, for whom, and why not.

Nothing else in the house decides this. Verbs ask `require`, screens draw `possible`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from linli.kernel.access import Actor, Conflict, NotAllowed, Refused, covers, holds

from . import conditions as c
from .facts import READING, Facts
from .models import OPEN, Matter, State

Condition = Callable[[Matter, Facts, Actor], str | None]
Word = str | Promise


@dataclass(frozen=True, slots=True)
class Rule:
    """One verb: its word, the states it starts from, where it leads (None: stays), and the conditions.

    A condition returns a sentence that says why not, or None. `who` conditions refuse with 403, the `when`
    conditions with 409. With a `source` the verb is only of matters that came from there: of others it is not even
    shown.
    """

    word: Word
    states: tuple[State, ...]
    to: State | None = None
    who: tuple[Condition, ...] = ()
    when: tuple[Condition, ...] = ()
    source: str = ""


_WORKING = (State.REPORTED, State.ACCEPTED, State.ASSIGNED)

VERBS: dict[str, Rule] = {
    "accept": Rule(pgettext_lazy("verb", "受理"), (State.REPORTED,), State.ACCEPTED),
    "decline": Rule(pgettext_lazy("verb", "不予受理"), (State.REPORTED,), State.DECLINED),
    "reclassify": Rule(pgettext_lazy("verb", "改类"), _WORKING),
    "move": Rule(pgettext_lazy("verb", "改地点"), _WORKING),
    "assign": Rule(pgettext_lazy("verb", "派遣"), _WORKING, State.ASSIGNED, when=(c.not_paused,)),
    "go": Rule(
        pgettext_lazy("verb", "我去"),
        (State.ASSIGNED,),
        who=(c.leads,),
        when=(c.not_paused, c.nobody_goes),
        source=READING,
    ),
    "arrive": Rule(
        pgettext_lazy("verb", "我到了"),
        (State.ASSIGNED,),
        who=(c.leads,),
        when=(c.i_go, c.not_here_yet),
        source=READING,
    ),
    "found": Rule(
        pgettext_lazy("verb", "现场情况"), (State.ASSIGNED,), who=(c.leads,), when=(c.i_go,), source=READING
    ),
    "take": Rule(pgettext_lazy("verb", "接办"), (State.ASSIGNED,), who=(c.leads,), when=(c.not_mine_already,)),
    "hand_over": Rule(pgettext_lazy("verb", "转交"), (State.ASSIGNED,), who=(c.leads,)),
    "give_back": Rule(
        pgettext_lazy("verb", "退回"), (State.ASSIGNED,), State.ACCEPTED, who=(c.leads,), when=(c.not_paused,)
    ),
    "finish_part": Rule(pgettext_lazy("verb", "完成协办"), (State.ASSIGNED,), who=(c.helps,)),
    "ask": Rule(
        pgettext_lazy("verb", "询问上报人"),
        _WORKING,
        who=(c.leads_or_dispatches,),
        when=(c.has_reporter, c.nothing_asked),
    ),
    "answer": Rule(pgettext_lazy("verb", "补充说明"), OPEN, who=(c.is_reporter,), when=(c.something_asked,)),
    "pause": Rule(pgettext_lazy("verb", "挂起"), _WORKING, who=(c.leads_or_decides,), when=(c.not_paused,)),
    "resume": Rule(pgettext_lazy("verb", "恢复"), _WORKING, who=(c.leads_or_decides,), when=(c.is_paused,)),
    "ask_extension": Rule(
        pgettext_lazy("verb", "申请延期"),
        (State.ASSIGNED,),
        who=(c.leads,),
        when=(c.not_paused, c.no_extension_asked),
    ),
    "decide_extension": Rule(
        pgettext_lazy("verb", "审批延期"), (State.ASSIGNED,), who=(c.not_asker,), when=(c.extension_asked,)
    ),
    "ask_write_off": Rule(
        pgettext_lazy("verb", "申请核销"), (State.ASSIGNED,), who=(c.leads,), when=(c.no_write_off_asked,)
    ),
    "decide_write_off": Rule(
        pgettext_lazy("verb", "审批核销"),
        (State.ASSIGNED,),
        State.WRITTEN_OFF,
        who=(c.not_asker,),
        when=(c.write_off_asked,),
    ),
    "report_done": Rule(
        pgettext_lazy("verb", "报结"),
        (State.ASSIGNED,),
        State.DONE,
        who=(c.leads,),
        when=(c.not_paused, c.parts_finished, c.cause_found, c.readings_normal),
    ),
    "verify": Rule(pgettext_lazy("verb", "核查"), (State.DONE,), State.VERIFIED, who=(c.not_own_work,)),
    "close": Rule(
        pgettext_lazy("verb", "结案"),
        (State.DONE, State.VERIFIED),
        State.CLOSED,
        when=(c.checked, c.orders_answered, c.readings_normal),
    ),
    "rate": Rule(pgettext_lazy("verb", "评价"), (State.CLOSED,), who=(c.is_reporter,), when=(c.not_rated,)),
    "reopen": Rule(
        pgettext_lazy("verb", "重新打开"),
        (State.CLOSED, State.DECLINED),
        State.ACCEPTED,
        who=(c.reporter_or_staff,),
    ),
    "withdraw": Rule(
        pgettext_lazy("verb", "撤回"), (State.REPORTED, State.ACCEPTED), State.WITHDRAWN, who=(c.is_reporter,)
    ),
    "merge": Rule(
        pgettext_lazy("verb", "并案"), _WORKING, State.MERGED, when=(c.not_paused, c.nothing_merged_into_it)
    ),
    "unmerge": Rule(pgettext_lazy("verb", "撤销并案"), (State.MERGED,)),
    "split": Rule(pgettext_lazy("verb", "拆分"), _WORKING),
    "link": Rule(pgettext_lazy("verb", "关联"), tuple(State)),
    "publish": Rule(
        pgettext_lazy("verb", "公开"),
        tuple(state for state in State if state is not State.WITHDRAWN),
        when=(c.is_public, c.has_words),
    ),
    "comment": Rule(pgettext_lazy("verb", "备注"), tuple(State)),
    "supervise": Rule(pgettext_lazy("verb", "督办"), OPEN, who=(c.above,)),
    # An answer is owed until it is given or no longer asked for, whatever became of the matter meanwhile.
    "reply_order": Rule(
        pgettext_lazy("verb", "回复督办"), tuple(State), who=(c.answers_orders,), when=(c.order_open,)
    ),
    "pass_order": Rule(pgettext_lazy("verb", "转办"), OPEN, who=(c.answers_orders, c.above), when=(c.order_open,)),
    "return_order": Rule(
        pgettext_lazy("verb", "退回重报"), tuple(State), who=(c.judges_orders,), when=(c.order_replied,)
    ),
    "settle_order": Rule(
        pgettext_lazy("verb", "督办销号"), tuple(State), who=(c.judges_orders,), when=(c.order_replied,)
    ),
    "urge_order": Rule(pgettext_lazy("verb", "催办"), tuple(State), who=(c.gave_orders,), when=(c.order_open,)),
    "withdraw_order": Rule(
        pgettext_lazy("verb", "撤销督办"), tuple(State), who=(c.gave_orders,), when=(c.order_stands,)
    ),
}


@dataclass(frozen=True, slots=True)
class Possible:
    """A verb, whether this actor may do it to this matter now, and if not, why not, as a sentence."""

    verb: str
    word: Word
    allowed: bool
    why: str = ""


def refusal(verb: str, matter: Matter, facts: Facts, by: Actor) -> Refused | None:
    """What stands against the verb: NotAllowed for who, Conflict for the state; None when nothing does."""
    rule, permission = VERBS[verb], f"matters.{verb}"
    if not holds(by, permission):
        return NotAllowed(_("您现在的岗位没有“%(verb)s”的权限。") % {"verb": rule.word}, code="role")
    if by.scope and not covers(by, matter.place_code):
        return NotAllowed(_("这件事不在您的管辖范围内。"), code="scope")
    if rule.source not in ("", matter.source):
        return Conflict(_("只有感知预警引发的事才能这样做。"), code="source")
    if matter.state not in rule.states:
        return Conflict(
            _("这件事现在是“%(state)s”，不能%(verb)s。") % {"state": State(matter.state).label, "verb": rule.word},
            code="state",
        )
    for condition in rule.who:
        if why := condition(matter, facts, by):
            return NotAllowed(why, code="who")
    for condition in rule.when:
        if why := condition(matter, facts, by):
            return Conflict(why, code="when")
    return None


def require(verb: str, matter: Matter, facts: Facts, by: Actor) -> None:
    if refused := refusal(verb, matter, facts, by):
        raise refused


def possible(matter: Matter, facts: Facts, by: Actor) -> list[Possible]:
    """Every verb the actor's role has at all, first the possible ones, each of the others with its reason."""
    found = []
    for verb, rule in VERBS.items():
        if holds(by, f"matters.{verb}") and rule.source in ("", matter.source):
            refused = refusal(verb, matter, facts, by)
            found.append(Possible(verb, rule.word, refused is None, refused.sentence if refused else ""))
    return sorted(found, key=lambda p: not p.allowed)
