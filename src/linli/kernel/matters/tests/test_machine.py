"""Random people do random things to a few matters: whatever happens, the loop's promises hold."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, Refused, as_system
from linli.kernel.audit.models import Record
from linli.kernel.audit.queries import verify
from linli.kernel.matters import flow, verbs
from linli.kernel.matters.clock import tick_due
from linli.kernel.matters.facts import facts_of
from linli.kernel.matters.models import FINAL, Matter

from .cast import MONDAY, fresh, make_cast

WHO = [
    "granny",
    "chen",
    "grid",
    "social",
    "dispatcher",
    "handler",
    "handler2",
    "sweeper",
    "head",
    "street_duty",
    "street_leader",
    "district_duty",
    "city_duty",
    "keeper",
    "stranger",
]
# Possible nearly always and leading nowhere: left to the rule of pure chance, or no story would get far.
FIELD = {"handler", "handler2", "head"}
ASIDE = {"comment", "publish", "link", "withdraw", "decline", "split", "reclassify", "move", "merge"}


def arguments(machine: Loop, verb: str, matter: Matter) -> dict:
    """Believable arguments for a verb: the state machine is about order, not about forms."""
    cast, at = machine.cast, machine.at
    order = matter.orders.filter(settled_at=None).first()
    other = next((m for m in machine.matters if m != matter.id), matter.id)
    return {
        "accept": {},
        "decline": {"outcome": "not-ours", "reply": "不归本街道"},
        "reclassify": {"kind": "illegal-building"},
        "move": {"place_code": matter.place_code},
        "assign": {
            "unit_id": cast.units["enforcement"].id,
            "helpers": [(cast.units["sanitation"].id, "清扫", at + timedelta(days=1))],
        },
        "go": {},
        "arrive": {},
        "found": {"cause": "real"},
        "take": {},
        "hand_over": {"account_id": cast.actors["handler2"].account_id},
        "give_back": {"reason": "不是我们管"},
        "finish_part": {"result": "好了"},
        "ask": {"text": "在哪里？", "pauses": True},
        "answer": {"text": "路口"},
        "pause": {"reason": "weather"},
        "resume": {},
        "ask_extension": {"span": "2 working_day", "reason": "下雨"},
        "decide_extension": {"granted": True},
        "ask_write_off": {"reason": "无法处置"},
        "decide_write_off": {"granted": False, "decision": "继续办"},
        "report_done": {"outcome": "solved", "result": "好了", "files": []},
        "verify": {"passed": True, "how": "visit"},
        "close": {"reply": "好了", "outcome": "solved"},
        "rate": {"stars": 4},
        "reopen": {"reason": "又来了"},
        "withdraw": {},
        "merge": {"into_id": other},
        "unmerge": {},
        "split": {"parts": [("inquiry", "问一下", "什么时候修")]},
        "link": {"other_id": other},
        "comment": {"text": "备注"},
        "publish": {"address": "临江路", "reply": "已处理"},
        "supervise": {"text": "抓紧"},
        "reply_order": {"order_id": order.id if order else uuid4(), "text": "马上"},
        "settle_order": {"order_id": order.id if order else uuid4()},
        "pass_order": {"order_id": order.id if order else uuid4()},
        "return_order": {"order_id": order.id if order else uuid4(), "reason": "没有写明时间"},
        "urge_order": {"order_id": order.id if order else uuid4()},
        "withdraw_order": {"order_id": order.id if order else uuid4(), "reason": "重复发出"},
    }[verb]


class Loop(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()  # each story begins on an empty database
        self.undo.__enter__()
        self.cast = make_cast()
        self.at = MONDAY
        self.matters = [self.cast.report(at=self.at).id, self.cast.report("chen", at=self.at).id]
        self.records = self.count()

    def count(self) -> int:
        with as_system():
            return Record.objects.count()

    @rule(hours=st.integers(1, 40))
    def time_passes(self, hours: int) -> None:
        self.at += timedelta(hours=hours)
        while tick_due(at=self.at):
            pass
        self.records = self.count()

    @rule(which=st.integers(0, 1), who=st.sampled_from(WHO), verb=st.sampled_from(sorted(flow.VERBS)))
    def somebody_does_something(self, which: int, who: str, verb: str) -> None:
        self.do(which, who, verb)

    @rule(which=st.integers(0, 1), lot=st.integers(0, 10_000))
    def somebody_does_what_is_possible(self, which: int, lot: int) -> None:
        """Most of what people try is possible; this rule takes the story forward."""
        matter = fresh(self.matters[which])
        with as_system():
            facts = facts_of(matter)
        may = [
            (who, verb)
            for verb in sorted(flow.VERBS)
            for who in WHO
            if verb not in ASIDE and flow.refusal(verb, matter, facts, self.cast.actors[who]) is None
        ]
        if not may:
            return
        verb = sorted({verb for _who, verb in may})[lot % len({verb for _who, verb in may})]
        self.do(which, next(who for who, v in may if v == verb), verb)

    def do(self, which: int, who: str, verb: str) -> None:
        matter, by = fresh(self.matters[which]), self.cast.actors[who]
        with as_system():
            given = arguments(self, verb, matter)
            if verb == "report_done":
                given["files"] = [self.cast.photo(who) if who in FIELD else uuid4()]
            self.records = self.count()
            expected = flow.refusal(verb, matter, facts_of(matter), by)
        try:
            after = getattr(verbs, verb)(matter_id=matter.id, by=by, at=self.at, version=matter.version, **given)
        except Refused as refused:
            assert isinstance(refused, NotAllowed | Conflict | Invalid | NotFound)
            assert refused.sentence
            assert self.unchanged(matter), f"{verb} was refused and yet changed the matter"
            assert self.count() == self.records, f"{verb} was refused and yet recorded"
        else:
            assert expected is None, f"{verb} ran although the table says: {expected}"
            assert after.version == matter.version + 1
            others = len(given.get("parts", ())) + len(given.get("files", ()))  # matters split off, files shown
            assert self.count() == self.records + 1 + others, f"{verb} did not leave exactly one record"
        self.records = self.count()

    @staticmethod
    def unchanged(before: Matter) -> bool:
        now = fresh(before)
        return all(getattr(before, f.attname) == getattr(now, f.attname) for f in Matter._meta.concrete_fields)

    @invariant()
    def every_open_matter_is_watched_by_the_clock_and_no_ended_one_is(self) -> None:
        for matter_id in self.matters:
            m = fresh(matter_id)
            if m.state in FINAL:
                assert m.next_tick_at is None and m.due_at is None and m.ended_at is not None
            else:
                assert m.due_at is not None and m.ended_at is None
                assert m.next_tick_at or m.paused_at or m.climbed == 5 or m.leg == "settle", m.state
            if m.state == "assigned":
                assert m.lead_unit_id in m.unit_ids

    def teardown(self) -> None:
        try:
            assert list(verify()) == []
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)


@pytest.mark.django_db
def test_the_loop_holds() -> None:
    run_state_machine_as_test(
        Loop,
        settings=settings(
            max_examples=12,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
