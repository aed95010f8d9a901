"""What became of a report, planned: taken on, sent to a unit, done, checked and closed; and what goes wrong on the way.

Pure, with the dice of its day. Sent to the wrong unit it is given back; what takes longer asks for more time, and is
granted it or not; what is late is late; a check fails; somebody finds that it was not so, and it begins again. How
often, by department: `HABITS`, about as often as a hotline of a city of this size says of itself; each unit has better
months and worse ones (`strain`).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Check, Matter, Span, Unit, Urgency

from . import voices
from .acts import ZONE, Act, Life, after, done_at, due_at, promised


@dataclass(frozen=True, slots=True)
class Habits:
    """Of a department: how many of its matters are late, are given back before they come to it, take longer."""

    late: float = 0.035
    wrongly_sent: float = 0.045
    longer: float = 0.04


HABITS = {
    "housing": Habits(late=0.08, wrongly_sent=0.07, longer=0.10),
    "roads": Habits(late=0.06, wrongly_sent=0.07, longer=0.12),
    "water": Habits(late=0.05, wrongly_sent=0.06, longer=0.09),
    "environment": Habits(late=0.06, wrongly_sent=0.07),
    "traffic-police": Habits(late=0.07),
    "greening": Habits(wrongly_sent=0.06, longer=0.08),
    "community": Habits(late=0.02),
    "operations-centre": Habits(late=0.02, wrongly_sent=0.08),
}
_USUAL = Habits()
_MISTAKEN = {
    "sanitation": ("city-enforcement", "greening", "housing"),
    "city-enforcement": ("housing", "market-regulation", "police"),
    "housing": ("community", "city-enforcement", "water"),
    "market-regulation": ("city-enforcement", "environment"),
    "police": ("city-enforcement", "community"),
    "community": ("housing", "civil-affairs"),
    "roads": ("water", "city-enforcement", "greening"),
    "water": ("roads", "housing"),
    "greening": ("sanitation", "roads", "housing"),
    "traffic-police": ("city-enforcement", "roads"),
    "environment": ("city-enforcement", "market-regulation"),
    "fire-service": ("police", "housing"),
    "civil-affairs": ("community",),
    "operations-centre": ("community", "city-enforcement"),
}
"""Whom a dispatcher takes for the one to send, and who gives it back."""
_OFFICES = {
    "sanitation": "环卫", "city-enforcement": "城管执法", "housing": "房管", "market-regulation": "市场监管",
    "police": "公安", "community": "社区服务", "roads": "市政", "water": "水务", "greening": "绿化",
    "traffic-police": "交警", "environment": "生态环境", "fire-service": "消防", "civil-affairs": "民政",
    "operations-centre": "城运中心",
}  # fmt: skip
AGAIN_WRONG = 0.15
"""Of those given back once, sent to the wrong unit again."""
FAILED = 0.02
REFUSED = 0.25
"""Of the extensions that are asked for."""


def live(life: Life, rng: random.Random, *, recent: bool) -> None:
    """Plan the acts that follow the report, up to the end it will have had."""
    kind = catalogue().kind(life.kind)
    acts, urgent = life.acts, life.urgency != "normal"
    acts.append(Act("open", life.opened, _OPENER[life.voice]))
    answered = _answered(life, kind, rng)
    if rng.random() < 0.02 and life.reporter is not None and not urgent:
        acts.append(
            Act("withdraw", after(life.opened, 20, rng, urgent=True), "reporter", {"reason": "已经自己解决了。"})
        )
        return
    if rng.random() < 0.035 and life.voice != "patrol":
        outcome = rng.choice(("too-vague", "not-ours", "in-procedure"))
        acts.append(Act("decline", answered, "dispatcher", {"outcome": outcome, "reply": _DECLINED[outcome]}))
        return
    if recent and rng.random() < 0.4:
        acts.append(Act("accept", answered, "dispatcher"))
        answered = after(answered, rng.expovariate(1 / 25), rng, urgent=urgent)
    pressed = strain(kind.owner, life.place_code[:9], life.opened)
    sent = _sent(life, kind, answered, pressed, rng)
    _finish(life, kind, sent, life.finish_due, pressed, rng, recent=recent)
    _afterwards(life, kind, pressed, rng, recent=recent)


_OPENER = {"resident": "reporter", "patrol": "grid", "operator": "operator"}
_DECLINED = {
    "too-vague": "您好，反映的内容缺少具体地点和情况，暂无法办理，请补充后再次反映。",
    "not-ours": "您好，该事项不属于本平台受理范围，建议向相关主管单位反映。",
    "in-procedure": "您好，该事项已进入司法或信访程序，请按相应程序办理。",
}


def _answered(life: Life, kind: Matter, rng: random.Random) -> datetime:
    """When somebody first looks at it: at any hour where an answer is promised by the clock, else at work."""
    answer, _finish_span = kind.spans(Urgency(life.urgency))
    by_clock = answer.unit in (Unit.MINUTE, Unit.HOUR)
    minutes = answer.amount * (60 if answer.unit is Unit.HOUR else 1) / 4.2 if by_clock else 32
    return after(life.opened, rng.expovariate(1 / min(45, minutes)), rng, urgent=by_clock)


def habits(department: str) -> Habits:
    return HABITS.get(department, _USUAL)


@cache
def _strain(department: str, street: str, year: int, month: int) -> float:
    usual = random.Random(f"unit {department} {street}").lognormvariate(-0.03, 0.25)
    return usual * random.Random(f"strain {department} {street} {year} {month}").lognormvariate(-0.06, 0.35)


def strain(department: str, street: str, at: datetime) -> float:
    """How hard pressed a unit is in a month, about 1: staff leave, a storm passed, a head took things in hand."""
    here = at.astimezone(ZONE)
    return _strain(department, street, here.year, here.month)


def _sent(life: Life, kind: Matter, at: datetime, pressed: float, rng: random.Random) -> datetime:
    """Assigned to whom it is for; before that perhaps to who gives it back. Returns when."""
    times = 0
    if rng.random() < min(0.2, habits(kind.owner).wrongly_sent * pressed):
        times = 2 if rng.random() < AGAIN_WRONG else 1
    wrong = list(_MISTAKEN[kind.owner])
    rng.shuffle(wrong)
    for owner in wrong[:times]:
        life.acts.append(Act("assign", at, "dispatcher", owner=owner))
        back = after(at, rng.uniform(40, 420), rng)
        reason = rng.choice(voices.common()["returns_to"]).format(right=_OFFICES[kind.owner], mine=_OFFICES[owner])
        life.acts.append(Act("give_back", back, "handler", {"reason": reason}, owner=owner))
        at = after(back, rng.uniform(15, 150), rng)
    life.acts.append(Act("assign", at, "dispatcher"))
    return at


def _finish(
    life: Life, kind: Matter, since: datetime, due: datetime, pressed: float, rng: random.Random, *, recent: bool
) -> None:
    """Done, checked and closed; some are late, most take less than half of their time."""
    # What is promised by the clock is worked at by the clock: burst pipes wait for no office hours.
    urgent = life.urgency != "normal" or kind.spans(Urgency(life.urgency))[1].unit in (Unit.MINUTE, Unit.HOUR)
    usual = habits(kind.owner)
    late = rng.random() < min(0.35, usual.late * pressed)
    asked = _more_time(life, kind, since, due, usual.longer * pressed, rng)
    if asked is not None:
        since, due, granted = asked
        late = rng.random() < (0.12 if granted else 0.45)
        share = rng.uniform(1.05, 1.6) if late else rng.uniform(0.3, 0.95)
    else:
        share = rng.uniform(1.05, 2.0) if late else min(2.0, rng.lognormvariate(-1.05, 0.5))
    minutes = max(6.0, (due - since).total_seconds() / 60 * share)
    done = _done(life, kind, after(since, minutes, rng, urgent=urgent), rng)
    if kind.check is not Check.NONE and rng.random() < FAILED * pressed:
        checked = after(done, rng.expovariate(1 / 200), rng)
        words = rng.choice(voices.common()["failed_checks"])
        life.acts.append(_verified(kind, checked, words, passed=False))
        done = _done(life, kind, after(checked, rng.uniform(90, 700), rng, urgent=urgent), rng)
    checked = after(done, rng.expovariate(1 / 240), rng)
    if kind.check is not Check.NONE and recent:
        words = rng.choice(voices.common()["visits" if kind.check is Check.VISIT else "call_backs"])
        life.acts.append(_verified(kind, checked, words, passed=True))
    closed = after(checked, rng.expovariate(1 / 150), rng)
    said = life.acts[-1 if life.acts[-1].verb == "report_done" else -2].says
    reply = f"您好，您反映的“{life.title[:40]}”已办理：{said['result']}感谢您的监督。"
    life.acts.append(Act("close", closed, "dispatcher", {"reply": reply, "outcome": said["outcome"]}))


def _done(life: Life, kind: Matter, at: datetime, rng: random.Random) -> datetime:
    result = voices.result(life.scene, life.kind)
    outcome = rng.choice(kind.reasons[:2]) if rng.random() < 0.9 else rng.choice(kind.reasons)
    life.acts.append(Act("report_done", at, "handler", {"outcome": outcome, "result": result}))
    return at


def _verified(kind: Matter, at: datetime, words: str, *, passed: bool) -> Act:
    who = "grid" if kind.check is Check.VISIT else "dispatcher"
    return Act("verify", at, who, {"passed": passed, "how": kind.check.value, "words": words})


def _more_time(
    life: Life, kind: Matter, since: datetime, due: datetime, share: float, rng: random.Random
) -> tuple[datetime, datetime, bool] | None:
    """An extension that is asked for and decided while there is time: since when, until when, and whether granted."""
    _answer, finish = kind.spans(Urgency(life.urgency))
    if finish.unit is not Unit.WORKING_DAY or finish.amount < 2 or rng.random() >= min(0.2, share):
        return None
    asked = after(since, (due - since).total_seconds() / 60 * rng.uniform(0.45, 0.8), rng)
    decided = after(asked, rng.uniform(15, 200), rng)
    if decided >= due:
        return None
    tones = voices.common()
    span = Span(rng.choice((2, 3, 3, 5)), Unit.WORKING_DAY)
    says = {"span": str(span), "reason": rng.choice(tones["extensions"])}
    life.acts.append(Act("ask_extension", asked, "handler", says))
    granted = rng.random() >= REFUSED
    decision = {"granted": granted, "decision": rng.choice(tones["granted" if granted else "refused"])}
    moved = due_at(due, span) if granted else None
    life.acts.append(Act("decide_extension", decided, "head", decision, due=moved))
    return decided, moved or due, granted


def _afterwards(life: Life, kind: Matter, pressed: float, rng: random.Random, *, recent: bool) -> None:
    """Some reporters rate; a few find that it was not so, and it begins again; for some of them twice."""
    for chance in (0.035, 0.08):
        closed, late = life.ends, done_at(life.acts) > promised(life, life.acts)
        by_telephone = life.reporter is None and life.source == "import:12345"
        if life.reporter is None and not by_telephone:
            return
        again = rng.random() < chance * pressed * (1.8 if late else 1) * (0.35 if by_telephone else 1)
        if life.reporter is not None:
            _rated(life, closed, rng, late=late, again=again)
        if not again:
            return
        tones = voices.common()
        at = after(life.ends, rng.uniform(300, 8000), rng, urgent=not by_telephone)
        due = due_at(at, kind.spans(Urgency(life.urgency))[1])
        reason = rng.choice(tones["reopen_by_telephone" if by_telephone else "reopen"])
        who = "dispatcher" if by_telephone else "reporter"
        life.acts.append(Act("reopen", at, who, {"reason": reason}, due=due))
        _finish(life, kind, at, due, pressed, rng, recent=recent)


def _rated(life: Life, closed: datetime, rng: random.Random, *, late: bool, again: bool) -> None:
    """One in six says what they think; who will have it opened again is not content."""
    if rng.random() >= (0.3 if again else 0.17):
        return
    tones = voices.common()
    weights = (45, 40, 15, 0, 0) if again else (12, 13, 20, 28, 27) if late else (3, 4, 8, 30, 55)
    stars = rng.choices((1, 2, 3, 4, 5), weights)[0]
    words = rng.choice(tones["thanks"] if stars > 3 else tones["grumbles"])
    at = after(closed, rng.uniform(20, 280 if again else 4000), rng, urgent=True)
    life.acts.append(Act("rate", at, "reporter", {"stars": stars, "words": words}))
