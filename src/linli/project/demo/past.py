"""What has ended or awaits its check, as rows for the bulk door, each act of its life a record of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from linli.kernel.access import SYSTEM, Actor, Level
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.matters.verbs.bulk import Incoming, Past
from linli.kernel.people.models import Unit

from .crew import Crew
from .lives import RECENT, Act, Life

FINAL = {"close": "closed", "decline": "declined", "withdraw": "withdrawn"}
_STATE_AFTER = {
    "open": "reported", "accept": "accepted", "assign": "assigned", "give_back": "accepted", "reopen": "assigned",
    "report_done": "done", "verify": "verified", **FINAL,
}  # fmt: skip


def done_by(life: Life, until: datetime) -> list[Act]:
    """The acts that have happened by now."""
    return [act for act in life.acts if act.at <= until]


def is_over(acts: list[Act]) -> bool:
    """Whether the last act that moves a matter ended it."""
    return next(act.verb for act in reversed(acts) if act.verb != "rate") in FINAL


def before_reopening(acts: list[Act]) -> list[Act]:
    """The acts up to the first end."""
    return acts[: next(n for n, act in enumerate(acts) if act.verb == "reopen")]


def state_after(acts: list[Act]) -> str:
    """The state the acts have led to."""
    return next(_STATE_AFTER[act.verb] for act in reversed(acts) if act.verb in _STATE_AFTER)


def rows(lives: Iterable[Life], telling: Telling, until: datetime, open_now: list[Life]) -> Iterator[Incoming]:
    """What has ended by now or awaits its check, in order; what is still open goes to `open_now`."""
    for life in lives:
        acts = done_by(life, until)
        if not is_over(acts) and any(act.verb == "reopen" for act in acts):
            acts = before_reopening(acts)
        if is_over(acts) or state_after(acts) in ("done", "verified"):
            yield telling.row(life, acts, recent=until - life.opened < RECENT)
        else:
            open_now.append(life)


@dataclass(slots=True)
class Telling:
    """Turns planned lives into rows; knows the crew and who the residents have become."""

    crew: Crew
    people: list[UUID]
    names: list[str]
    accounts: dict[UUID, UUID] = field(default_factory=dict)  # of the residents who have one, by person

    def row(self, life: Life, acts: list[Act], *, recent: bool = True) -> Incoming:
        """The row with its records: every act of a recent life, of an older one how it began and how it ended."""
        lead = self.crew.lead(catalogue().kind(life.kind).owner, life.place_code)
        last = {act.verb: act for act in acts}  # the last of each verb
        reopened = last.get("reopen")
        done = last.get("report_done")
        verified = last.get("verify")
        if verified and reopened and verified.at < reopened.at:
            verified = None
        ended = next((act for act in reversed(acts) if act.verb in FINAL), None) if is_over(acts) else None
        rated = last.get("rate")
        assigned = last.get("assign")
        accepted = next((act.at for act in acts if act.verb in ("accept", "assign")), None)
        said = (ended or done or acts[0]).says
        return Incoming(
            source=life.source, source_key=life.source_key, kind=life.kind, title=life.title, body=life.body,
            place_code=life.place_code, opened_at=life.opened, state=state_after(acts), urgency=life.urgency,
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
            given_back=sum(act.verb == "give_back" for act in acts),
            past=tuple(self._told(life, acts, lead, since=0 if recent else _end_of(acts))),
        )  # fmt: skip

    def _told(self, life: Life, acts: list[Act], lead: Unit, *, since: int) -> Iterator[Past]:
        """What is told of the acts: the first, and those `since` a position."""
        state, late_told = "", False
        for position, act in enumerate(acts):
            before, state = state, _STATE_AFTER.get(act.verb, state)
            if 0 < position < since:
                continue
            if act.verb == "report_done" and act.at > life.finish_due and not late_told and position > since:
                late_told = True
                yield _supervised(life)
            after, note = self._after(life, act, lead)
            by = self._by(act, life, lead)
            yield Past(
                verb=act.verb, by=by, at=act.at, before={"state": before} if before else None,
                after={"state": state, **after}, note=note,
            )  # fmt: skip

    def _by(self, act: Act, life: Life, lead: Unit) -> Actor:
        return self.crew.actor(self.who(act, lead), life, lead, self.people, self.names)

    @staticmethod
    def who(act: Act, lead: Unit) -> str:
        """A centre that did the work itself does not check it: the committee calls back."""
        own_work = act.verb == "verify" and act.who == "dispatcher" and lead.kind == Unit.Kind.CENTRE
        return "social" if own_work else act.who

    @staticmethod
    def _after(life: Life, act: Act, lead: Unit) -> tuple[dict[str, Any], str | None]:
        """What a verb writes down beside the state; the words `queries.sayings` reads."""
        match act.verb:
            case "open":
                return {
                    "kind": life.kind, "title": life.title, "urgency": life.urgency, "source": life.source,
                    "address": life.address, "answer_due": life.answer_due, "finish_due": life.finish_due,
                }, None  # fmt: skip
            case "assign":
                part = {"unit": str(lead.id), "part": "lead", "due": life.finish_due, "task": ""}
                return {"lead_unit_id": str(lead.id), "parts": [part]}, None
            case "verify":
                return {"check": act.says}, None
            case "rate":
                return {"rating": act.says["stars"], "rating_words": act.says["words"]}, None
            case "give_back" | "reopen" | "withdraw":
                return {}, act.says["reason"]
        return act.says, None


def _end_of(acts: list[Act]) -> int:
    """Where the last act stands that brought an end."""
    return max(n for n, act in enumerate(acts) if n == 0 or act.verb in (*FINAL, "report_done"))


def _supervised(life: Life) -> Past:
    after = {"scheduled": life.finish_due, "leg": "finish", "due_at": life.finish_due, "stage": 3}
    return Past(verb="supervised", by=SYSTEM, at=life.finish_due, after={**after, "level": int(Level.STREET)})
