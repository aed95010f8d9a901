"""What has ended, awaits its check or was opened again, as rows for the bulk door, each act of its life a record of its own.

Beside the acts stands what the clock did meanwhile and what supervisors asked (`ordered`): a life that went straight
tells how it began and how it ended once it is old, one with a story tells all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from linli.kernel.access import Actor
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Span
from linli.kernel.matters.verbs.bringing import GivenBack, MoreTime, OnTheWay
from linli.kernel.matters.verbs.bulk import Incoming, Past
from linli.kernel.people.models import Unit

from . import ordered
from .acts import CALENDAR, FINAL, RECENT, Act, Life, promised
from .crew import Crew

_HERE = frozenset(("report_done", "reopen"))
"""Acts after which a life is told as a row: to live them again would take pictures and minutes."""
_STORIED = frozenset(("give_back", "ask_extension", "reopen"))


def done_by(life: Life, until: datetime) -> list[Act]:
    """The acts that have happened by now."""
    return [act for act in life.acts if act.at <= until]


def is_over(acts: list[Act]) -> bool:
    """Whether the last act that moves a matter ended it."""
    return next(act.verb for act in reversed(acts) if act.verb != "rate") in FINAL


def state_after(acts: list[Act]) -> str:
    """The state the acts have led to."""
    return next(state for act in reversed(acts) if (state := act.leads_to))


def rows(lives: Iterable[Life], telling: Telling, until: datetime, open_now: list[Life]) -> Iterator[Incoming]:
    """What has been reported done by now or was, in order; what was never so far goes to `open_now`."""
    for life in lives:
        acts = done_by(life, until)
        if is_over(acts) or any(act.verb in _HERE for act in acts):
            yield telling.row(life, acts, until, recent=until - life.opened < RECENT)
        else:
            open_now.append(life)


@dataclass(slots=True)
class Telling:
    """Turns planned lives into rows; knows the crew and who the residents have become."""

    crew: Crew
    people: list[UUID]
    names: list[str]
    accounts: dict[UUID, UUID] = field(default_factory=dict)  # of the residents who have one, by person

    def row(self, life: Life, acts: list[Act], until: datetime, *, recent: bool = True) -> Incoming:
        """The row with its records: every act of a recent life and of one with a story, of another how it began and ended."""
        lead = self.crew.lead(catalogue().kind(life.kind).owner, life.place_code)
        last = {act.verb: act for act in acts}  # the last of each verb
        state, over = state_after(acts), is_over(acts)
        reopened, assigned = last.get("reopen"), last.get("assign")
        done = last.get("report_done") if state != "assigned" else None
        verified = last.get("verify")
        if verified and not (done and verified.says["passed"] and verified.at >= done.at):
            verified = None
        ended = next((act for act in reversed(acts) if act.verb in FINAL), None) if over else None
        rated = last.get("rate")
        if rated and reopened and rated.at < reopened.at:
            rated = None
        accepted = next((act.at for act in acts if act.verb in ("accept", "assign")), None)
        said = (ended or done or acts[0]).says
        failed = [act for act in acts if act.verb == "verify" and not act.says["passed"]]
        due = promised(life, acts)
        orders, told_of_orders = ordered.orders(self, life, acts, lead, until)
        way = OnTheWay(
            given_back=tuple(self._given_back(life, acts)),
            more_time=tuple(self._more_time(life, acts, lead)),
            orders=orders,
        )
        storied = bool(orders or failed or _STORIED.intersection(last))
        past = list(self._told(life, acts, lead, since=0 if recent or storied else _end_of(acts)))
        if told_of_orders:
            past = sorted([*past, *told_of_orders], key=lambda one: one.at)
        return Incoming(
            source=life.source, source_key=life.source_key, kind=life.kind, title=life.title, body=life.body,
            place_code=life.place_code, opened_at=life.opened, state=state, urgency=life.urgency,
            reporter_id=None if life.reporter is None else self.people[life.reporter],
            lon=life.lon, lat=life.lat, address=life.address,
            accepted_at=accepted, assigned_at=assigned.at if assigned else None,
            done_at=done.at if done else None, verified_at=verified.at if verified else None,
            ended_at=ended.at if ended else None,
            lead_unit_id=lead.id if assigned else None,
            lead_account_id=self.crew.handler(lead).account_id if assigned else None,
            outcome=said.get("outcome", ""), result=done.says["result"] if done else "",
            reply=ended.says.get("reply", "") if ended else "",
            rating=rated.says["stars"] if rated else None, rating_words=rated.says["words"] if rated else "",
            rated_at=rated.at if rated else None, reopened=sum(act.verb == "reopen" for act in acts),
            given_back=sum(act.verb == "give_back" for act in acts) + len(failed),
            extended=sum(act.verb == "decide_extension" and act.due is not None for act in acts),
            reopened_at=reopened.at if reopened else None, finish_due=due if due != life.finish_due else None,
            ever_late=any(order.automatic for order in orders),
            past=tuple(past), way=way if storied else None,
        )  # fmt: skip

    def by(self, act: Act, life: Life, lead: Unit) -> Actor:
        """Who does an act: of the unit it names, else of the one that leads."""
        unit = self.unit(act, life, lead)
        return self.crew.actor(self.who(act, unit), life, unit, self.people, self.names)

    def unit(self, act: Act, life: Life, lead: Unit) -> Unit:
        return self.crew.lead(act.owner, life.place_code) if act.owner else lead

    @staticmethod
    def who(act: Act, lead: Unit) -> str:
        """A centre that did the work itself does not check it: the committee calls back."""
        own_work = act.verb == "verify" and act.who == "dispatcher" and lead.kind == Unit.Kind.CENTRE
        return "social" if own_work else act.who

    def _given_back(self, life: Life, acts: list[Act]) -> Iterator[GivenBack]:
        sent: Act | None = None
        for act in acts:
            if act.verb == "assign":
                sent = act
            elif act.verb == "give_back" and sent is not None:
                unit = self.crew.lead(act.owner, life.place_code)
                yield GivenBack(
                    unit_id=unit.id, due_at=life.finish_due, assigned_at=sent.at, given_back_at=act.at,
                    assigned_by_id=self.by(sent, life, unit).account_id, result=act.says["reason"],
                )  # fmt: skip

    def _more_time(self, life: Life, acts: list[Act], lead: Unit) -> Iterator[MoreTime]:
        decisions = iter([act for act in acts if act.verb == "decide_extension"])
        for asked in (act for act in acts if act.verb == "ask_extension"):
            decided = next(decisions, None)
            yield MoreTime(
                span=asked.says["span"], reason=asked.says["reason"], asked_at=asked.at, unit_id=lead.id,
                asked_by_id=self.by(asked, life, lead).account_id,
                granted=decided.says["granted"] if decided else None, decided_at=decided.at if decided else None,
                decided_by_id=self.by(decided, life, lead).account_id if decided else None,
                decision=decided.says["decision"] if decided else "",
            )  # fmt: skip

    def _told(self, life: Life, acts: list[Act], lead: Unit, *, since: int) -> Iterator[Past]:
        """What is told of the acts: the first, and those `since` a position."""
        state, stands = "", _Stands(life)
        for position, act in enumerate(acts):
            was, state = state, act.leads_to or state
            before, after, note = self._said(life, act, lead, stands)
            stands.take(act)
            if 0 < position < since:
                continue
            yield Past(
                verb=act.verb, by=self.by(act, life, lead), at=act.at,
                before={"state": was, **before} if was else None, after={"state": state, **after}, note=note,
            )  # fmt: skip

    def _said(
        self, life: Life, act: Act, lead: Unit, stands: _Stands
    ) -> tuple[dict[str, Any], dict[str, Any], str | None]:
        """What a verb writes down beside the state, before and after; the words `queries.sayings` reads."""
        match act.verb:
            case "open":
                return {}, {
                    "kind": life.kind, "title": life.title, "urgency": life.urgency, "source": life.source,
                    "address": life.address, "answer_due": life.answer_due, "finish_due": life.finish_due,
                }, None  # fmt: skip
            case "assign":
                unit = str(self.unit(act, life, lead).id)
                part = {"unit": unit, "part": "lead", "due": stands.due, "task": ""}
                return {}, {"lead_unit_id": unit, "parts": [part]}, None
            case "verify":
                return {}, {"check": act.says}, None
            case "rate":
                return {}, {"rating": act.says["stars"], "rating_words": act.says["words"]}, None
            case "reopen":
                return stands.as_ended(), {"finish_due": act.due, "reopened_at": act.at}, act.says["reason"]
            case "ask_extension":
                return {}, {"request": act.says}, None
            case "decide_extension":
                request = {"request": {"span": stands.span, **act.says}}
                if act.due is None:
                    return {}, request, None
                reckoned = CALENDAR.due(stands.due, Span.parse(stands.span)).as_json()
                moved = {"finish_due": act.due, "due_at": act.due, "arithmetic": {"extension": reckoned}}
                return {"finish_due": stands.due, "due_at": stands.due}, {**moved, **request}, None
            case "give_back" | "withdraw":
                return {}, {}, act.says["reason"]
        return {}, act.says, None


@dataclass(slots=True)
class _Stands:
    """How a matter stood before an act, as the record of a reopening or an extension tells it."""

    life: Life
    due: datetime = field(init=False)
    span: str = ""
    done: datetime | None = None
    ended: datetime | None = None
    stars: int | None = None

    def __post_init__(self) -> None:
        self.due = self.life.finish_due

    def take(self, act: Act) -> None:
        self.due = act.due or self.due
        if act.verb == "ask_extension":
            self.span = act.says["span"]
        elif act.verb == "report_done":
            self.done = act.at
        elif act.verb == "close":
            self.ended = act.at
        elif act.verb == "rate":
            self.stars = act.says["stars"]
        elif act.verb == "reopen":
            self.done = self.ended = self.stars = None

    def as_ended(self) -> dict[str, Any]:
        told: dict[str, Any] = {"ended_at": self.ended, "done_at": self.done, "finish_due": self.due}
        return told if self.stars is None else {**told, "rating": self.stars}


def _end_of(acts: list[Act]) -> int:
    """Where the last act stands that brought an end."""
    return max(n for n, act in enumerate(acts) if n == 0 or act.verb in (*FINAL, "report_done"))
