"""A joint operation: drafted, announced, run, reported; who does what, and what the report says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, Refused, as_system, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.matters.tests.cast import HOOD, MONDAY, OTHER_HOOD, STREET, Cast
from linli.kernel.operations import flow, verbs
from linli.kernel.operations.models import Operation, State, Step
from linli.kernel.operations.queries import looking

HOUR = timedelta(hours=1)


def drafted(cast: Cast, **changes: Any) -> Operation:
    given: dict[str, Any] = {
        "by": cast.street_duty,
        "at": MONDAY,
        "title": "夜间占道经营联合整治",
        "purpose": "临江路两侧人行道恢复通行",
        "place_code": STREET,
        "spots": [HOOD],
        "starts_at": MONDAY + 8 * HOUR,
        "ends_at": MONDAY + 11 * HOUR,
        "lead_id": cast.head.account_id,
        "unit_ids": [cast.units["sanitation"].id, cast.units["committee"].id],
    }
    return verbs.draft_operation(**{**given, **changes})


def step(cast: Cast, operation: Operation, unit: str = "enforcement", **given: Any) -> Step:
    return verbs.add_step(
        by=cast.head, at=MONDAY, operation_id=operation.id, title="清点摊位", unit_id=cast.units[unit].id, **given
    )


def running(cast: Cast) -> tuple[Operation, Step, Step]:
    operation = drafted(cast)
    steps = step(cast, operation), step(cast, operation, "sanitation", photo=True)
    verbs.announce(by=cast.head, at=MONDAY, operation_id=operation.id)
    verbs.begin(by=cast.head, at=MONDAY + 8 * HOUR, operation_id=operation.id)
    return operation, *steps


def seen(cast: Cast, who: str, operation: Operation) -> looking.Whole:
    with looking_as(cast.actors[who]):
        return looking.whole(cast.actors[who], operation.id)


def test_from_draft_to_report(cast: Cast) -> None:
    operation, first, second = running(cast)
    verbs.tick(by=cast.handler, at=MONDAY + 9 * HOUR, step_id=first.id, note="共 12 处")
    with pytest.raises(Invalid, match="照片"):
        verbs.tick(by=cast.sweeper, at=MONDAY + 9 * HOUR, step_id=second.id)
    with pytest.raises(Conflict, match="清点摊位"):
        verbs.end(by=cast.head, at=MONDAY + 10 * HOUR, operation_id=operation.id)
    verbs.excuse(by=cast.sweeper, at=MONDAY + 10 * HOUR, step_id=second.id, reason="清运车故障")
    matter = cast.report()
    verbs.link_matter(
        by=cast.head,
        at=MONDAY + 10 * HOUR,
        operation_id=operation.id,
        matter_id=cast.assigned().id,
        came_of_it=True,
    )
    verbs.write_line(by=cast.grid, at=MONDAY + 10 * HOUR, operation_id=operation.id, text="南侧已清完")
    verbs.end(by=cast.head, at=MONDAY + 11 * HOUR, operation_id=operation.id)
    verbs.report(by=cast.head, at=MONDAY + 12 * HOUR, operation_id=operation.id, summary="恢复通行，留一处待清运。")
    found = seen(cast, "street_duty", operation)
    assert found.operation.state == State.REPORTED
    assert [s.note for s in found.done] == ["共 12 处"] and [s.undone for s in found.undone] == ["清运车故障"]
    assert len(found.came_of_it) == 1 and matter.id not in [m.id for m in found.came_of_it]
    assert [line.text for line in found.lines] == ["南侧已清完"]
    with as_system():
        heard = Record.objects.filter(stream=operation.stream).last()
    assert heard and cast.units["committee"].id in heard.unit_ids and heard.place_code == STREET


def test_a_photo_where_one_is_asked(cast: Cast) -> None:
    _operation, _first, second = running(cast)
    photo = cast.photo("sweeper", MONDAY + 9 * HOUR)
    done = verbs.tick(by=cast.sweeper, at=MONDAY + 9 * HOUR, step_id=second.id, file_ids=[photo])
    assert done.files == [photo]
    again = verbs.tick(by=cast.sweeper, at=MONDAY + 10 * HOUR, step_id=second.id)  # the phone sent it again
    assert again.done_at == MONDAY + 9 * HOUR


def test_who_may_do_what(cast: Cast) -> None:
    operation, first, _second = running(cast)
    with pytest.raises(NotAllowed, match="别的单位"):
        verbs.tick(by=cast.sweeper, at=MONDAY + 9 * HOUR, step_id=first.id)
    with pytest.raises(NotAllowed, match="负责人"):
        verbs.end(by=cast.sweeper, at=MONDAY + 9 * HOUR, operation_id=operation.id)
    with pytest.raises(NotFound):
        verbs.write_line(by=cast.stranger, at=MONDAY, operation_id=operation.id, text="我也来")
    with pytest.raises(NotAllowed):
        drafted(cast, by=cast.handler)
    with pytest.raises(NotAllowed):
        drafted(cast, place_code="990101002")
    verbs.tick(by=cast.head, at=MONDAY + 9 * HOUR, step_id=first.id)  # the lead ticks for others


def test_units_that_take_part_see_it_and_others_do_not(cast: Cast) -> None:
    operation, *_steps = running(cast)
    for who in ("grid", "sweeper", "handler", "street_duty", "district_duty"):
        assert seen(cast, who, operation).operation.id == operation.id
    with pytest.raises(NotFound):
        seen(cast, "stranger", operation)
    with looking_as(cast.grid):
        assert [row.operation.id for row in looking.mine(cast.grid, MONDAY + 9 * HOUR)] == [operation.id]


def test_linked_matters_are_seen_only_by_who_sees_the_matter(cast: Cast) -> None:
    operation, *_steps = running(cast)
    matter = cast.report(place_code=OTHER_HOOD)
    verbs.link_matter(by=cast.street_duty, at=MONDAY, operation_id=operation.id, matter_id=matter.id)
    assert [m.id for m in seen(cast, "street_duty", operation).about] == [matter.id]
    mine = seen(cast, "grid", operation)  # of the other neighbourhood
    assert mine.about == [] and mine.hidden == 1
    with pytest.raises(NotFound):
        verbs.link_matter(by=cast.grid, at=MONDAY, operation_id=operation.id, matter_id=matter.id)


def test_what_a_draft_must_say(cast: Cast) -> None:
    for changes, field in (
        ({"title": " "}, "title"),
        ({"unit_ids": []}, "unit_ids"),
        ({"ends_at": MONDAY + 8 * HOUR}, "ends_at"),
        ({"spots": ["990101002001"]}, "spots"),
        ({"lead_id": cast.granny.account_id}, "lead_id"),
    ):
        with pytest.raises(Invalid) as refused:
            drafted(cast, **changes)
        assert field in refused.value.fields
    operation = drafted(cast)
    with pytest.raises(Conflict, match="空的"):
        verbs.announce(by=cast.street_duty, at=MONDAY, operation_id=operation.id)
    with pytest.raises(Invalid, match="没有参加"):
        step(cast, operation, "district")


def test_cancelled_for_a_reason(cast: Cast) -> None:
    operation, *_steps = running(cast)
    with pytest.raises(Invalid):
        verbs.cancel(by=cast.head, at=MONDAY + 9 * HOUR, operation_id=operation.id, reason="")
    verbs.cancel(by=cast.head, at=MONDAY + 9 * HOUR, operation_id=operation.id, reason="暴雨橙色预警")
    with pytest.raises(Conflict, match="已取消"):
        verbs.end(by=cast.head, at=MONDAY + 9 * HOUR, operation_id=operation.id)
    assert seen(cast, "grid", operation).verbs == frozenset()


_ACTS = ("announce", "begin", "tick", "excuse", "end", "report", "cancel", "note", "add")


@given(st.lists(st.sampled_from(_ACTS), max_size=12))
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_tried_the_table_holds(cast: Cast, acts: list[str]) -> None:
    operation = drafted(cast)
    only = step(cast, operation)
    given = {"by": cast.head, "at": MONDAY + 9 * HOUR}
    tries = {
        "tick": lambda: verbs.tick(step_id=only.id, **given),
        "excuse": lambda: verbs.excuse(step_id=only.id, reason="雨", **given),
        "report": lambda: verbs.report(operation_id=operation.id, summary="完成。", **given),
        "cancel": lambda: verbs.cancel(operation_id=operation.id, reason="雨", **given),
        "note": lambda: verbs.write_line(operation_id=operation.id, text="到了", **given),
        "add": lambda: step(cast, operation),
        **{name: lambda n=name: getattr(verbs, n)(operation_id=operation.id, **given) for name in ("announce", "begin", "end")},
    }  # fmt: skip
    state = State.DRAFT
    for act in acts:
        row = {"add": "plan"}.get(act, act)
        try:
            tries[act]()
            moved = True
        except Refused:
            moved = False
        with as_system():
            after = State(Operation.objects.get(pk=operation.pk).state)
        if moved:
            assert flow.possible(row, state)
            assert after == (flow.FLOW[row][1] or state)
        else:
            assert after == state
        state = after
    with as_system():
        stands = Operation.objects.get(pk=operation.pk)
        if stands.state in (State.ENDED, State.REPORTED):
            assert not stands.steps.filter(done_at=None, undone="").exists()
