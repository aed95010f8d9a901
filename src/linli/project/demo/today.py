"""What is open today, lived again act by act through the real verbs, with the clock ticking in between.

So warnings, reminders and orders stand where the clock would have put them, and everything a page can show is
there: paused, asked, extended, given back, merged, supervised and answered.
"""

from __future__ import annotations

import heapq
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from linli.kernel.access import Actor, Role
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.files import verbs as files
from linli.kernel.matters import clock, verbs
from linli.kernel.matters.models import Matter
from linli.kernel.people.models import Unit

from . import drawn, orders, past, voices
from .acts import Act, Life, at_work
from .past import Telling

# How many of the open matters tell each story; about as many as a district of this size has at a time.
STORIES = {
    "pause": 20, "ask": 14, "answered": 8, "extension": 12, "granted": 8, "write_off": 5, "supervise": 10,
    "replied": 6, "helped": 16, "comment": 30, "take": 90,
}  # fmt: skip
MERGED = 14
PICTURES = 70  # of the latest; each takes some 35 ms to be examined and kept


@dataclass(slots=True)
class Living:
    """One open matter while it is lived again."""

    life: Life
    lead: Unit
    matter_id: UUID | None = None
    helper: Unit | None = None


@dataclass(slots=True)
class Replay:
    telling: Telling
    until: datetime
    rng: random.Random
    todo: list[tuple[datetime, int, Living, Act]] = field(default_factory=list)
    count: int = 0
    pictured: set[str] = field(default_factory=set)  # the keys of lives that somebody took a picture of

    def add(self, living: Living, act: Act) -> None:
        if act.at <= self.until:
            heapq.heappush(self.todo, (act.at, self.count, living, act))
            self.count += 1

    def run(self) -> int:
        """Live everything again in order of time; returns how many acts."""
        while self.todo:
            at, _n, living, act = heapq.heappop(self.todo)
            self._tick(at)
            self._do(living, act)
        self._tick(self.until)
        return self.count

    def _tick(self, until: datetime) -> None:
        while (due := clock.next_due()) is not None and due <= until:
            clock.tick_due(at=due)

    def _do(self, living: Living, act: Act) -> None:
        by = self._actor(living, act)
        if act.verb == "open":
            living.matter_id = self._open(living.life, by).id
            return
        common: dict[str, Any] = {"matter_id": living.matter_id, "by": by, "at": act.at}
        says = dict(act.says)
        if act.verb == "assign":
            lead = self.telling.crew.lead(act.owner, living.life.place_code) if act.owner else living.lead
            says["unit_id"] = lead.id
            if living.helper is not None and not act.owner:
                says["helpers"] = [(living.helper.id, "请协助现场核实，并反馈情况。", None)]
        elif act.verb.endswith("_order"):
            order_id = orders.which(living.matter_id, below=says.pop("below", False))
            if order_id is None:
                return
            says["order_id"] = order_id
        elif act.verb == "supervise" and (unit := says.pop("to", "")):
            says["unit_ids"] = [self.telling.crew.units[unit].id]
        elif act.verb == "comment" and says.pop("with_picture", False):
            says["files"] = self._pictures(living.life, by, act.at)
        elif act.verb == "merge":
            says["into_id"] = says["into"].matter_id
            del says["into"]
        getattr(verbs, act.verb)(**common, **says)

    def _actor(self, living: Living, act: Act) -> Actor:
        telling, lead = self.telling, living.lead
        if act.owner:
            lead = telling.crew.lead(act.owner, living.life.place_code)
        return telling.crew.actor(telling.who(act, lead), living.life, lead, telling.people, telling.names)

    def _open(self, life: Life, by: Actor) -> Matter:
        if by.person_id in self.telling.accounts:
            by = replace(by, account_id=self.telling.accounts[by.person_id])
        return verbs.open_matter(
            by=by, at=life.opened, files=self._pictures(life, by, life.opened),
            kind=life.kind, title=life.title, body=life.body, source=life.source, source_key=life.source_key,
            place_code=life.place_code, lon=life.lon, lat=life.lat, address=life.address, urgency=life.urgency,
            contact={"name": "匿名来电", "phone": ""} if life.reporter is None else None,
        )  # fmt: skip

    def _pictures(self, life: Life, by: Actor, at: datetime) -> list[UUID]:
        """What somebody's phone would have sent, who has an account: a drawing, once for a life that is pictured."""
        by_phone = life.voice == "operator" and by.role != Role.GRID_WORKER
        if by.account_id is None or by_phone or life.source_key not in self.pictured:
            return []
        self.pictured.discard(life.source_key)
        upload = io.BytesIO(drawn.picture(life.kind, len(self.pictured)))
        stored = files.store(by=by, at=at, upload=upload, name="现场.jpg", purpose="report")
        return [stored.id]


def live_again(lives: list[Life], telling: Telling, *, until: datetime, seed: int) -> int:
    """Live open matters again through the verbs; returns how many acts that took."""
    rng = random.Random(f"today {seed}")
    replay = Replay(telling, until, rng)
    open_now = [
        Living(life, telling.crew.lead(catalogue().kind(life.kind).owner, life.place_code)) for life in lives
    ]
    for living in open_now:
        for act in living.life.acts:
            replay.add(living, act)
    drawable = sorted(
        (life for life in lives if drawn.shows(life.kind)), key=lambda life: life.opened, reverse=True
    )
    replay.pictured = {life.source_key for life in drawable[:PICTURES]}
    held = [living for living in open_now if past.state_after(past.done_by(living.life, until)) == "assigned"]
    _stories(held, replay)
    _mergers([living for living in open_now if living.life.topic], replay)
    new = [
        one
        for one in open_now
        if not one.life.topic and one not in held and past.state_after(past.done_by(one.life, until)) == "reported"
    ]
    orders.wrongly_merged(new, replay)
    _looks([living for living in open_now if living.life.voice != "patrol"], replay)
    return replay.run()


def _stories(held: list[Living], replay: Replay) -> None:
    """Give matters being handled now something that happened to them; no two stories to one matter."""
    rng, tones, until = replay.rng, voices.common(), replay.until

    def some(
        story: str,
        fits: Callable[[Living], bool] = lambda _living: True,
        rather: Callable[[Living], bool] = lambda _living: False,
    ) -> list[Living]:
        fitting = [living for living in waiting if fits(living)]
        chosen = sorted(fitting, key=rather, reverse=True)[: STORIES[story]]
        for living in chosen:
            waiting.remove(living)
        return chosen

    def at(living: Living, share: float) -> datetime:
        since = max(act.at for act in living.life.acts if act.verb == "assign" and act.at <= until)
        if since >= until:
            return until
        limit = min(until, living.life.finish_due)
        moment = since + (limit - since) * share
        # In office hours where there is time for that; what comes later in a story stays later.
        return min(at_work(moment), limit - (limit - since) * (1 - share) * 0.02)

    def told(living: Living) -> bool:
        return living.life.reporter is not None

    def visitors(living: Living) -> bool:
        """Of a resident of the start page: whoever looks around as one of them finds a question to answer."""
        reporter = living.life.reporter
        return reporter is not None and replay.telling.people[reporter] in replay.telling.accounts

    def with_the_wrong(living: Living) -> bool:
        """Who has it now is about to give it back."""
        return (
            next(act.owner for act in reversed(living.life.acts) if act.verb == "assign" and act.at <= until) != ""
        )

    def early(living: Living) -> bool:
        return at(living, 0.0) < living.life.finish_due

    # What came to its unit after its time was up (given back, given anew) has no time left for a story, and what has
    # a story of its own needs none.
    waiting = [
        living
        for living in held
        if early(living)
        and not with_the_wrong(living)
        and not any(act.verb in ("reopen", "ask_extension") for act in living.life.acts)
    ]
    rng.shuffle(waiting)

    def add(living: Living, share: float, verb: str, who: str, **says: Any) -> None:
        replay.add(living, Act(verb, at(living, share), who, says))

    for living in some("ask", told, rather=visitors):
        add(living, 0.5, "ask", "handler", text=living.life.scene.pick(tones["asks"]), pauses=rng.random() < 0.5)
    for living in some("pause"):
        reason, words = rng.choice(
            (("weather", tones["pauses"][0]), ("works", tones["pauses"][1]), ("third_party", tones["pauses"][4]))
        )
        add(living, 0.5, "pause", "handler", reason=reason, words=words)
    for living in some("answered", told):
        add(living, 0.3, "ask", "handler", text=living.life.scene.pick(tones["asks"]), pauses=True)
        add(living, 0.6, "answer", "reporter", text=living.life.scene.pick(tones["answers"]))
    for living in some("extension"):
        add(living, 0.7, "ask_extension", "handler", span="3 working_day", reason=rng.choice(tones["extensions"]))
    for living in some("granted"):
        add(living, 0.5, "ask_extension", "handler", span="2 working_day", reason=rng.choice(tones["extensions"]))
        add(living, 0.6, "decide_extension", "head", granted=True, decision="同意，请按期办结。")
    for living in some("write_off"):
        add(living, 0.8, "ask_write_off", "handler", reason="多次现场核查未发现所述情况，诉求人未留联系方式。")
    for living in some("supervise"):
        add(living, 0.6, "supervise", "above", text=rng.choice(tones["orders"]))
    for living in some("replied"):
        add(living, 0.5, "supervise", "above", text=rng.choice(tones["orders"]))
        add(living, 0.8, "reply_order", "handler", text=rng.choice(tones["order_replies"]))
    orders.tell(waiting, replay)
    for living in some("helped"):
        living.helper = replay.telling.crew.units[f"committee:{living.life.place_code[:12]}"]
    for living in some("take"):
        add(living, 0.2, "take", "handler")
    for living in some("comment"):
        add(living, 0.4, "comment", "handler", text="已电话联系，约定上门时间。", for_reporter=rng.random() < 0.5)


def _looks(reported: list[Living], replay: Replay) -> None:
    """Grid workers pass by, look, and take a picture of what was reported by telephone or from afar."""
    looks = voices.common()["looks"]
    for living in reported:
        if living.life.source_key in replay.pictured:
            at = living.life.opened + timedelta(minutes=replay.rng.randint(20, 400))
            says = {"text": living.life.scene.pick(looks), "for_reporter": True, "with_picture": True}
            replay.add(living, Act("comment", at, "grid", says))


def _mergers(of_topics: list[Living], replay: Replay) -> None:
    """Reports of one cause that came in lately are joined to the first that is still open."""
    first: dict[str, Living] = {}
    merged = 0
    for living in sorted(of_topics, key=lambda living: living.life.opened):
        primary = first.setdefault(living.life.topic + living.life.place_code[:9], living)
        assigned = next((act.at for act in living.life.acts if act.verb in ("assign", "accept")), None)
        if primary is living or merged >= MERGED or assigned is None:
            continue
        at = min(living.life.opened + timedelta(minutes=25), assigned)
        if at < replay.until and at < primary.life.ends:
            # It was not handled any more once it was joined.
            replay.todo = [item for item in replay.todo if item[2] is not living or item[0] < at]
            heapq.heapify(replay.todo)
            replay.add(living, Act("merge", at, "dispatcher", {"into": primary}))
            merged += 1
