"""Matters by the dozen, straight into the table: what a queue is asked over."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from linli.kernel.access import as_system
from linli.kernel.audit.ids import uuid7
from linli.kernel.matters.models import FINAL, Assignment, Matter, State
from linli.kernel.matters.tests.cast import HOOD, MONDAY, OTHER_HOOD, OTHER_STREET, STREET, Cast

PLACES = (HOOD, HOOD + "001", OTHER_HOOD, OTHER_STREET + "001", STREET + "003", "990102001001", "980101001001")
TEXTS = (
    ("占道经营", "路口每天有人摆摊占道"),
    ("路灯不亮", "小区门口的路灯坏了三天"),
    ("噪声扰民", "夜里工地噪声太大，影响老人休息"),
    ("井盖破损", "人行道井盖破了，担心夜里有人摔倒"),
)


def make_many(cast: Cast, count: int = 120, seed: int = 7) -> list[Matter]:
    """A mixture over places, states, stages, kinds and units; the same for the same seed. Dates often coincide."""
    dice = random.Random(seed)
    states = [s for s in State if s not in (State.MERGED,)]
    made = [_one(cast, dice, dice.choice(states), n) for n in range(count)]
    with as_system():
        Matter.objects.bulk_create(made)
        Assignment.objects.bulk_create(
            Assignment(
                matter=m,
                unit=cast.units["sanitation"],
                part="help",
                due_at=m.order_at,
                assigned_at=m.opened_at,
                finished_at=dice.choice((None, m.opened_at)),
            )
            for m in made
            if cast.units["sanitation"].id in m.unit_ids and m.lead_unit_id != cast.units["sanitation"].id
        )
    return made


def _one(cast: Cast, dice: random.Random, state: State, n: int) -> Matter:
    opened = MONDAY - timedelta(days=dice.randrange(60), hours=dice.randrange(5))
    due = opened + timedelta(days=dice.randrange(5))
    ended = state in FINAL
    lead: Any = dice.choice([cast.units["enforcement"], cast.units["sanitation"]])
    has_lead = state in (State.ASSIGNED, State.DONE, State.VERIFIED, State.CLOSED)
    title, body = dice.choice(TEXTS)
    return Matter(
        id=uuid7(),
        number=f"T{n:05d}",
        kind=dice.choice(["unlicensed-stall", "noise"]),
        department=dice.choice(["city-enforcement", "sanitation"]),
        title=title,
        body=body,
        urgency=dice.choice(["normal", "urgent"]),
        source="test",
        place_code=dice.choice(PLACES),
        lon=121.5 + dice.random() / 200,
        lat=31.2 + dice.random() / 200,
        state=state,
        opened_at=opened,
        answer_due=due,
        finish_due=due,
        finish_span="3 working_day",
        leg="" if ended else "finish",
        due_at=None if ended else due,
        order_at=due,
        ended_at=due if ended else None,
        stage=0 if ended else dice.randrange(4),
        paused_at=opened if not ended and dice.random() < 0.2 else None,
        reopened=dice.randrange(2),
        lead_unit=lead if has_lead else None,
        lead_account_id=cast.handler.account_id if has_lead and dice.random() < 0.4 else None,
        unit_ids=[lead.id, *([cast.units["sanitation"].id] if dice.random() < 0.4 else [])] if has_lead else [],
    )
