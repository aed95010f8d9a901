"""What would have happened: a rule with other numbers over the readings of the last weeks, beside the present numbers and
beside what was really raised and found on the spot.

The machines are the evaluator's own. What rules find unusual is measured by the usual course as it is known today.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, NotFound, as_system, require, under
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Rule
from linli.kernel.things.models import Thing

from .backtesting.compared import Backtest, Figures, compare
from .backtesting.trial import Trial
from .queries.numbers import Numbers
from .where import Where, where

__all__ = ["Backtest", "Figures", "backtest"]

_OF_A_THING = "no", "model", "place_code", "every", "installed_at"


def backtest(
    *,
    by: Actor,
    at: datetime,
    rule: str,
    numbers: Mapping[str, float],
    place_code: str = "",
    thing: UUID | None = None,
    days: int = 28,
    most: int = 3_000_000,
    longest: float = 20.0,
) -> Backtest:
    """Play the rule over what the things of a place (or one thing) said in the last `days`, as if `numbers` were set there.

    Reads at most about `most` readings and goes on for at most about `longest` seconds. Changes nothing. Raises
    NotAllowed, NotFound, Invalid as `tune` does; LookupError for a number the rule does not have.
    """
    require(by, "rules.read")
    declared = catalogue().rules.get(rule)
    if declared is None:
        raise NotFound(_("没有这条规则。"))
    if declared.by_days:
        raise Invalid(_("这条规则看的是设备自己，按天看，没有读数可以回测。改了以后一小时内生效。"))
    declared.with_numbers(numbers)
    with transaction.atomic(), as_system():
        here = where(by, "rules.read", declared, place_code, thing)
        things = _things(declared, here)
        present = Numbers.load()
        tried = present.with_set(rule, str(thing) if thing else here.place_code, numbers)
        trial = Trial(declared, present, tried, at, days)
        trial.run(things, most, time.monotonic() + longest)
        return compare(trial, len(things))


def _things(rule: Rule, here: Where) -> list[Thing]:
    """In an order that is the same every time and has nothing to do with where they are: the first are a fair sample."""
    if here.thing:
        return [here.thing]
    found = Thing.objects.filter(under([here.place_code]), model__in=rule.of).exclude(state="waiting")

    def order(thing: Thing) -> tuple[bytes, int]:
        subject = thing.place_code[: rule.level] if rule.level else str(thing.no)
        return blake2b(subject.encode()).digest(), thing.no

    return sorted(found.only(*_OF_A_THING), key=order)
