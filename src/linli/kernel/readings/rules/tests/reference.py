"""What a rule means, written down a second time and without a thought of speed: second by second over the whole series,
each question answered by looking back. It shares nothing with the machine but the words of the rule.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from linli.kernel.declare import (
    Above,
    AllOf,
    AnyOf,
    Below,
    Changes,
    Condition,
    Hours,
    Is,
    Rule,
    Silent,
    Together,
    Unusual,
)

from .playing import DEVICE, SLOTS, ZONE, Known, Said, Series, Told


class Reference:
    """A rule read over a series: `run` says what is told."""

    def __init__(self, rule: Rule, series: Series, usual: Known | None = None, zone: ZoneInfo = ZONE) -> None:
        self.rule, self.series, self.usual, self.zone = rule, series, usual, zone
        self.heard: list[Said] = []
        self.now = 0
        self.clock = 0  # how late it is for silence
        self.inside = self._inside(0)
        self.so_since: int | None = None  # None while it is not so
        self.gone_since: int | None = None  # since when it is no longer so, while a warning stands
        self.met = False  # this time it was so for long enough, and often enough
        self.counted = False  # whether this time was counted
        self.counts: list[int] = []
        self.raises: list[int] = []
        self.told = 0
        self.lower_since: int | None = None
        self.out: list[Told] = []

    def run(self) -> list[Told]:
        said = {one.at: one for one in self.series.readings}
        for second in range(self.series.end + 1):
            self.now = second
            self._what_runs_out()
            self.inside = self._inside(second)
            self._look()  # the window opened or shut
            self.clock = second
            self._look()  # a silence began, one of several was forgotten, a maintenance ended
            if second in said:
                self.heard.append(said[second])
                self._look()
        return self.out

    # Is it so?

    def _so(self, condition: Condition, thing: int | None) -> bool:
        match condition:
            case AllOf():
                return all(self._so(part, thing) for part in condition.conditions)
            case AnyOf():
                return any(self._so(part, thing) for part in condition.conditions)
            case Together():
                return sum(self._counts(condition.condition, one) for one in {s.thing for s in self.heard}) >= (
                    condition.things
                )
            case Silent():
                after = DEVICE.silence if condition.after is None else condition.after
                return self.clock - max((s.at for s in self.heard), default=0) >= after
            case Is():
                values = self._values(condition.quantity, thing)
                return bool(values) and values[-1][1] == float(condition.on)
            case Above():
                clears = condition.limit if condition.clears is None else condition.clears
                told = [
                    v > condition.limit
                    for _t, v in self._values(condition.quantity, thing)
                    if v > condition.limit or v <= clears
                ]
                return bool(told) and told[-1]
            case Below():
                clears = condition.limit if condition.clears is None else condition.clears
                told = [
                    v < condition.limit
                    for _t, v in self._values(condition.quantity, thing)
                    if v < condition.limit or v >= clears
                ]
                return bool(told) and told[-1]
            case Changes():
                values = self._values(condition.quantity, thing)
                window = [v for t, v in values if t >= values[-1][0] - condition.within]
                if condition.by > 0:
                    return bool(window) and window[-1] - min(window) >= condition.by
                return bool(window) and max(window) - window[-1] >= -condition.by
            case Unusual():
                return self._unusual(condition, thing)
        raise AssertionError(condition)

    def _counts(self, condition: Condition, thing: int) -> bool:
        """Whether a thing is so and was heard of lately."""
        last = max(s.at for s in self.heard if s.thing == thing)
        return self.clock < last + DEVICE.silence and self._so(condition, thing)

    def _values(self, quantity: str, thing: int | None) -> list[tuple[int, float]]:
        slot = SLOTS[quantity]
        return [
            (s.at, value)
            for s in self._heard_of(thing)
            if slot < len(s.values) and (value := s.values[slot]) is not None
        ]

    def _heard_of(self, thing: int | None) -> list[Said]:
        """What a thing said; one among several is forgotten when it is silent, and while it is maintained."""
        if thing is None:
            return self.heard
        kept: list[Said] = []
        for s in self.heard:
            if s.thing == thing:
                if kept and s.at - kept[-1].at >= DEVICE.silence:
                    kept = []
                kept = [] if self.series.muted(s.at) else [*kept, s]
        return kept

    def _unusual(self, condition: Unusual, thing: int | None) -> bool:
        values = self._values(condition.quantity, thing)
        if not values or self.usual is None:
            return False
        at, value = values[-1]
        local = self._local(at)
        known = self.usual.course.get(local.weekday() * 24 + local.hour)
        if known is None:
            return False
        mean, deviation = known
        over = value - mean
        far = abs(over) > condition.times * deviation and abs(over) >= condition.least
        return far and ((over > 0 and condition.up) or (over < 0 and condition.down))

    def _inside(self, second: int) -> bool:
        hours: Hours | None = self.rule.between
        if hours is None:
            return True
        local = self._local(second)
        shown = local.strftime("%H:%M")
        today, yesterday = local.isoweekday(), (local - timedelta(hours=24)).isoweekday()
        if hours.begins < hours.ends:
            return today in hours.days and hours.begins <= shown < hours.ends
        return (shown >= hours.begins and today in hours.days) or (shown < hours.ends and yesterday in hours.days)

    def _local(self, second: int) -> datetime:
        return datetime.fromtimestamp(self.series.base / 1000 + second, self.zone)

    # What becomes of it?

    def _grade(self) -> int:
        return max(
            [int(self.rule.severity), *(int(s) for s, condition in self.rule.steps if self._so(condition, None))]
        )

    def _flaps(self) -> bool:
        return len(self.raises) >= 3

    def _what_runs_out(self) -> None:
        rule = self.rule
        if self.so_since is not None and not self.counted and self.now - self.so_since >= rule.lasts:
            self._lasted()
        if self.gone_since is not None:
            delay = max(rule.clear_after, rule.calms) if self._flaps() else rule.clear_after
            if self.now - self.gone_since >= delay:
                self._clear()
        if self.told and self.lower_since is not None and self.now - self.lower_since >= rule.clear_after:
            self._step()

    def _look(self) -> None:
        """See what is so now, and do what follows at once."""
        so = self.inside and self._so(self.rule.when, None)
        if so and self.so_since is None:
            self.so_since, self.gone_since, self.counted = self.now, None, bool(self.told)
            if not self.told and not self.rule.lasts:
                self._lasted()
        elif not so and self.so_since is not None:
            self.so_since, self.met = None, False
            if self.told:
                self.gone_since = self.now
                if not self.rule.clear_after and not self._flaps():
                    self._clear()
        if self.met and not self.told and not self._muted():
            self._raise()
        if self.told:
            grade = self._grade()
            if grade > self.told and not self._muted():
                self._step()
            if grade >= self.told:
                self.lower_since = None
            elif self.lower_since is None:
                self.lower_since = self.now
                if not self.rule.clear_after:
                    self._step()

    def _lasted(self) -> None:
        """This time it was so for long enough: often enough as well?"""
        self.counted = True
        self.counts = [t for t in self.counts if t >= self.now - self.rule.within] + [self.now]
        if len(self.counts) >= self.rule.repeats:
            self.counts, self.met = [], True
            if not self._muted():
                self._raise()

    def _raise(self) -> None:
        self.told, self.lower_since = self._grade(), None
        if self.rule.calms:
            self.raises = [t for t in self.raises if t >= self.now - self.rule.calms] + [self.now]
        self.out.append((self.now, "raise", self.told))

    def _step(self) -> None:
        self.told, self.lower_since = self._grade(), None
        self.out.append((self.now, "step", self.told))

    def _clear(self) -> None:
        self.out.append((self.now, "clear", self.told))
        if self._flaps():
            self.raises = []
        self.told, self.gone_since, self.lower_since = 0, None, None

    def _muted(self) -> bool:
        return not self.rule.level and self.series.muted(self.now)
