"""Random people do random things, orders above all: no order is ever lost, and each step of its clock is taken once."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from linli.kernel.access import Refused, as_system, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Order, Phase
from linli.kernel.matters.queries import orders
from linli.kernel.matters.queries.orders import Asked

from .cast import fresh
from .test_machine import Loop

UNITS = ("enforcement", "sanitation", "committee", "district", "district_enforcement", "street")
ABOVE = ("street_duty", "street_leader", "district_duty", "city_duty")
BELOW = ("handler", "head", "sweeper", "social", "grid", "street_duty", "district_duty")
ENDS = ("merge", "unmerge", "withdraw", "decline", "reopen", "give_back", "assign", "move", "close")


class Orders(Loop):
    """The loop, in which every second thing is about an order."""

    def __init__(self) -> None:
        super().__init__()
        self.given: set[str] = set()

    @rule(
        which=st.integers(0, 1),
        who=st.sampled_from(ABOVE),
        unit=st.sampled_from(("", *UNITS)),
        hours=st.integers(1, 60),
    )
    def somebody_orders(self, which: int, who: str, unit: str, hours: int) -> None:
        self.attempt(
            "supervise",
            which,
            who,
            text="查明原因",
            reply_due=self.at + timedelta(hours=hours),
            unit_ids=[self.cast.units[unit].id] if unit else (),
        )

    @rule(
        which=st.integers(0, 1),
        who=st.sampled_from((*ABOVE, *BELOW)),
        lot=st.integers(0, 50),
        verb=st.sampled_from(
            (
                "reply_order",
                "reply_order",
                "return_order",
                "settle_order",
                "withdraw_order",
                "pass_order",
                "urge_order",
            )
        ),
    )
    def somebody_does_with_an_order(self, which: int, who: str, lot: int, verb: str) -> None:
        with as_system():
            there = list(Order.objects.filter(matter_id=self.matters[which]).order_by("id"))
        order = there[lot % len(there)].id if there else uuid4()
        more = {
            "reply_order": {"text": "已经安排"},
            "return_order": {"reason": "没有写明时间"},
            "withdraw_order": {"reason": "重复发出"},
        }.get(verb, {})
        self.attempt(verb, which, who, order_id=order, **more)

    @rule(
        which=st.integers(0, 1),
        verb=st.sampled_from(ENDS),
        who=st.sampled_from(("dispatcher", "granny", "handler", "social")),
    )
    def something_ends_or_changes_hands(self, which: int, verb: str, who: str) -> None:
        self.do(which, who, verb)

    def attempt(self, verb: str, which: int, who: str, **given: object) -> None:
        before = self.every()
        matter = fresh(self.matters[which])
        try:
            getattr(verbs, verb)(matter_id=matter.id, by=self.cast.actors[who], at=self.at, **given)
        except Refused as refused:
            assert refused.sentence
            assert self.every() == before, f"{verb} was refused and yet changed an order"
        self.records = self.count()

    @staticmethod
    def every() -> dict[str, tuple[int, datetime, str]]:
        with as_system():
            return {str(o.id): (o.phase, o.reply_due, o.reply) for o in Order.objects.all()}

    @invariant()
    def no_order_is_lost(self) -> None:
        now = self.every()
        assert self.given <= set(now), "an order is gone"
        self.given = set(now)

    @invariant()
    def each_is_over_for_a_reason_or_is_listed(self) -> None:
        city = self.cast.city_duty
        with looking_as(city):
            listed = {
                row["id"]
                for phase in (Phase.WAITING, Phase.ANSWERED)
                for row in orders.orders(city, Asked(phase=phase.value), at=self.at, limit=1000).rows
            }
        with as_system():
            for order in Order.objects.all():
                if order.phase == Phase.SETTLED:
                    assert order.reply and order.replied_at and order.settled_by_id
                elif order.phase == Phase.WITHDRAWN:
                    assert order.withdrawn_words
                else:
                    assert str(order.id) in listed

    @invariant()
    def each_lies_where_its_matter_lies_and_is_watched(self) -> None:
        with as_system():
            for order in Order.objects.select_related("matter"):
                assert order.place_code == order.matter.place_code
                if order.phase != Phase.WAITING:
                    assert order.next_tick_at is None
                elif order.missed_at is None:
                    assert order.next_tick_at is not None and order.next_tick_at <= order.reply_due

    @rule(hours=st.integers(1, 40))
    def the_clock_is_through(self, hours: int) -> None:
        """After it has ticked, nothing that waits is past its date unseen; and no step was taken twice in one waiting."""
        self.time_passes(hours)
        with as_system():
            assert not Order.objects.filter(phase=Phase.WAITING, missed_at=None, reply_due__lte=self.at).exists()
            told = Counter(
                (r.verb, r.after["order"]["id"])
                for r in Record.objects.filter(verb__in=("matters.order_reminded", "matters.order_missed"))
            )
            returned = {str(o.id): o.returned for o in Order.objects.all()}
        for (verb, order), times in told.items():
            assert times <= returned[order] + 1, (verb, order)


@pytest.mark.django_db
def test_no_order_is_lost() -> None:
    run_state_machine_as_test(
        Orders,
        settings=settings(
            max_examples=12,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
