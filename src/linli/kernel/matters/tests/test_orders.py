"""督办: who may order whom, who answers, what is sent back, passed down, withdrawn; and its clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from linli.kernel.access import Conflict, Invalid, NotAllowed, Role, as_system, looking_as
from linli.kernel.audit.queries import story
from linli.kernel.matters import flow, ordering, verbs
from linli.kernel.matters.clock import next_due, tick_due
from linli.kernel.matters.facts import Facts
from linli.kernel.matters.models import Matter, Order, Phase
from linli.kernel.matters.queries import orders
from linli.kernel.matters.queries import story as stories
from linli.kernel.matters.queries.orders import Asked

from .cast import CITY, DISTRICT, HOOD, OTHER_STREET, STREET, Cast, fresh

SHANGHAI = ZoneInfo("Asia/Shanghai")


def sh(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


NOON = sh(1, 12)


def ordered(cast: Cast, who: str = "district_duty", *, due: datetime | None = None, **more) -> tuple[Matter, Order]:
    m = cast.assigned(at=sh(1, 9))
    verbs.supervise(
        matter_id=m.id, by=cast.actors[who], at=sh(1, 10), text="查明原因", reply_due=due or sh(1, 17), **more
    )
    return m, one(m)


def one(m: Matter, **which) -> Order:
    with as_system():
        return Order.objects.filter(matter=m, **which).latest("ordered_at", "id")


def act(verb: str, m: Matter, order: Order, by, at: datetime = NOON, **given) -> Matter:
    return getattr(verbs, verb)(matter_id=m.id, by=by, at=at, order_id=order.id, **given)


def records(m: Matter, verb: str) -> list:
    with as_system():
        return [r for r in story(m.stream) if r.verb == f"matters.{verb}"]


def tick(at: datetime) -> None:
    while tick_due(at=at):
        pass


def test_an_answer_is_sent_back_with_a_reason_and_a_new_date_and_stays_in_the_record(cast: Cast):
    m, order = ordered(cast)
    file = cast.photo()
    act("reply_order", m, order, cast.handler, text="在办", files=[file])
    assert (one(m).phase, one(m).reply_files, one(m).next_tick_at) == (Phase.ANSWERED, [file], None)
    with pytest.raises(Invalid):
        act("return_order", m, order, cast.district_duty, reason=" ")
    with pytest.raises(Invalid):
        act("return_order", m, order, cast.district_duty, reason="太简单", reply_due=NOON)
    act("return_order", m, order, cast.district_duty, sh(1, 14), reason="没有写明时间", reply_due=sh(2, 12))
    again = one(m)
    assert (again.phase, again.reply, again.reply_due, again.returned) == (Phase.WAITING, "", sh(2, 12), 1)
    with as_system():
        sent = again.sent_back.get()
    assert (sent.reply, sent.reason, sent.due_before, sent.due_after) == (
        "在办",
        "没有写明时间",
        sh(1, 17),
        sh(2, 12),
    )
    act("reply_order", m, order, cast.handler, sh(2, 13), text="明天 10 点前完成")
    assert records(m, "reply_order")[-1].after["order"]["late"]
    act("settle_order", m, order, cast.district_duty, sh(2, 14))
    assert one(m).phase == Phase.SETTLED and one(m).settled_by_id == cast.district_duty.account_id
    for verb, more in (
        ("return_order", {"reason": "x"}),
        ("settle_order", {}),
        ("withdraw_order", {"reason": "x"}),
    ):
        with pytest.raises(Conflict):
            act(verb, m, order, cast.district_duty, sh(2, 15), **more)


def test_only_the_level_that_gave_it_or_above_judges_and_withdraws(cast: Cast):
    m, order = ordered(cast, "city_duty")
    for verb, more in (("withdraw_order", {"reason": "x"}),):
        with pytest.raises(NotAllowed):
            act(verb, m, order, cast.district_duty, **more)
    act("reply_order", m, order, cast.handler, text="在办")
    for verb, more in (("settle_order", {}), ("return_order", {"reason": "x"})):
        with pytest.raises(NotAllowed):
            act(verb, m, order, cast.district_duty, **more)
    act("settle_order", m, order, cast.city_duty)


def test_a_lower_order_is_judged_by_a_higher_level_beside_one_of_its_own(cast: Cast):
    """Two orders, one of each level: the table lets the district near, the verb says which of them is its own."""
    m, low = ordered(cast)
    verbs.supervise(matter_id=m.id, by=cast.city_duty, at=NOON, text="市里也要", reply_due=sh(1, 17))
    high = one(m, level=5)
    for order in (low, high):
        act("reply_order", m, order, cast.handler, sh(1, 13), text="在办")
    with pytest.raises(NotAllowed):
        act("settle_order", m, high, cast.district_duty, sh(1, 14))
    act("settle_order", m, low, cast.district_duty, sh(1, 14))


def test_to_a_unit_by_name_that_unit_answers_and_nobody_else(cast: Cast):
    m, order = ordered(cast, unit_ids=[cast.units["sanitation"].id])
    assert order.addressed and cast.units["sanitation"].id in fresh(m).unit_ids
    with looking_as(cast.sweeper):
        assert Matter.objects.filter(id=m.id).exists()
    with pytest.raises(NotAllowed):
        act("reply_order", m, order, cast.handler, text="不是我们")
    act("reply_order", m, order, cast.sweeper, text="已清扫")


def test_of_two_orders_each_is_answered_by_whom_it_is_for(cast: Cast):
    """The table lets near who owes one of them; the verb says whether it is this one."""
    m, for_lead = ordered(cast)
    verbs.supervise(
        matter_id=m.id, by=cast.district_duty, at=NOON, text="清扫情况", unit_ids=[cast.units["sanitation"].id]
    )
    for_sweepers = one(m, addressed=True)
    for order, other, right in ((for_sweepers, cast.handler, cast.sweeper), (for_lead, cast.sweeper, cast.handler)):
        with pytest.raises(NotAllowed):
            act("reply_order", m, order, other, sh(1, 13), text="不是我的")
        act("reply_order", m, order, right, sh(1, 13), text="已办")


@pytest.mark.parametrize(
    ("who", "unit", "refused"),
    [
        ("district_duty", "district_enforcement", NotAllowed),  # no unit of one's own level
        ("street_duty", "sanitation", NotAllowed),
        ("city_duty", "district_enforcement", None),
        ("city_duty", "committee", None),
        ("district_duty", "enforcement", None),
    ],
)
def test_orders_go_down_and_never_across_or_up(cast: Cast, who: str, unit: str, refused: type[Exception] | None):
    m = cast.assigned(at=sh(1, 9))
    given = {
        "matter_id": m.id,
        "by": cast.actors[who],
        "at": sh(1, 10),
        "text": "查",
        "unit_ids": [cast.units[unit].id],
    }
    if refused:
        with pytest.raises(refused):
            verbs.supervise(**given)
    else:
        verbs.supervise(**given)


def test_a_unit_of_another_place_is_ordered_nothing(cast: Cast):
    with as_system():
        other = type(cast.units["street"]).objects.create(
            kind="centre", name="桥头城运中心", place_code=OTHER_STREET, valid=cast.units["street"].valid
        )
    m = cast.assigned(at=sh(1, 9))
    with pytest.raises(Invalid):
        verbs.supervise(matter_id=m.id, by=cast.district_duty, at=sh(1, 10), text="查", unit_ids=[other.id])


def test_an_order_is_passed_down_and_the_chain_is_kept(cast: Cast):
    m, above = ordered(cast, "city_duty", due=sh(3, 12), unit_ids=[cast.units["district"].id])
    with pytest.raises(Invalid):  # later than the level above asked for
        act("pass_order", m, above, cast.district_duty, reply_due=sh(4, 12))
    with pytest.raises(NotAllowed):  # not theirs to pass
        act("pass_order", m, above, cast.street_duty)
    act("pass_order", m, above, cast.district_duty)
    below = one(m, passed_from=above)
    assert (below.level, below.unit_id, below.text) == (4, cast.units["enforcement"].id, above.text)
    assert NOON < below.reply_due < above.reply_due
    act("reply_order", m, below, cast.handler, sh(1, 15), text="已整改")
    act("settle_order", m, below, cast.district_duty, sh(1, 16))
    assert one(m, id=above.id).phase == Phase.WAITING, "what is passed down is not answered by that"
    act("reply_order", m, above, cast.district_duty, sh(1, 16), text="已督促整改")
    with looking_as(cast.city_duty):
        chain = orders.whole(cast.city_duty, below.id).chain
    assert [(c["level"], c["phase"]) for c in chain] == [(5, Phase.ANSWERED), (4, Phase.SETTLED)]


def test_one_order_to_several_units_is_one_each_and_one_record(cast: Cast):
    """Each answers for itself and is settled for itself; a unit that is named twice is asked once."""
    m = cast.assigned(at=sh(1, 9))
    units = [cast.units["enforcement"].id, cast.units["sanitation"].id, cast.units["enforcement"].id]
    verbs.supervise(matter_id=m.id, by=cast.district_duty, at=sh(1, 10), text="分别说明", unit_ids=units)
    with as_system():
        given = {o.unit_id: o for o in Order.objects.filter(matter=m)}
    first, second = given[units[0]], given[units[1]]
    assert len(given) == 2 and first.batch == second.batch is not None and first.addressed
    (record,) = records(m, "supervise")
    assert {o["unit"] for o in record.after["orders"]} == {str(first.unit_id), str(second.unit_id)}
    act("reply_order", m, first, cast.handler, text="已整改")
    with pytest.raises(NotAllowed):
        act("reply_order", m, second, cast.handler, text="也是我们")
    with looking_as(cast.district_duty):
        assert [
            row["id"] for row in orders.beside(cast.district_duty, orders.whole(cast.district_duty, first.id).order)
        ] == [str(second.id)]


def test_of_several_units_one_that_is_not_below_gives_no_order_at_all(cast: Cast):
    m = cast.assigned(at=sh(1, 9))
    units = [cast.units["enforcement"].id, cast.units["district_enforcement"].id]
    with pytest.raises(NotAllowed):
        verbs.supervise(matter_id=m.id, by=cast.district_duty, at=sh(1, 10), text="查", unit_ids=units)
    with as_system():
        assert not Order.objects.filter(matter=m).exists()


def test_passed_down_to_several_each_link_of_the_chain_is_there(cast: Cast):
    m, above = ordered(cast, "city_duty", due=sh(3, 12), unit_ids=[cast.units["district"].id])
    act(
        "pass_order",
        m,
        above,
        cast.district_duty,
        unit_ids=[cast.units[u].id for u in ("enforcement", "sanitation")],
    )
    with looking_as(cast.city_duty):
        chain = orders.whole(cast.city_duty, above.id).chain
    assert [c["depth"] for c in chain] == [0, 1, 1]


def test_whoever_gave_it_urges_an_order_that_waits_and_the_date_stays(cast: Cast):
    m, order = ordered(cast)
    for who in (cast.street_duty, cast.handler):
        with pytest.raises(NotAllowed):
            act("urge_order", m, order, who, sh(1, 11))
    act("urge_order", m, order, cast.district_duty, sh(1, 11), text="下午要向市里汇报")
    with pytest.raises(Conflict):
        act("urge_order", m, order, cast.city_duty, sh(1, 11, 30))
    act("urge_order", m, order, cast.city_duty, sh(1, 13))
    now = one(m)
    assert (now.urged, now.urged_at, now.reply_due) == (2, sh(1, 13), order.reply_due)
    assert [r.after["order"]["words"] for r in records(m, "urge_order")] == ["下午要向市里汇报", ""]
    act("reply_order", m, order, cast.handler, sh(1, 14), text="已办")
    with pytest.raises(Conflict):
        act("urge_order", m, order, cast.district_duty, sh(1, 16))
    with looking_as(cast.district_duty):
        row = orders.whole(cast.district_duty, order.id).order
        steps = [step.verb for step in orders.course(cast.district_duty, row)]
    assert steps == ["supervise", "urge_order", "urge_order", "reply_order"]
    with looking_as(cast.granny):
        told = {step.verb for step in stories.story(m.id, cast.granny)}
    assert "supervise" in told and "urge_order" not in told, "how colleagues hurry each other is not the reporter's"


def test_an_order_follows_whoever_leads(cast: Cast):
    m, order = ordered(cast)
    verbs.give_back(matter_id=m.id, by=cast.handler, at=NOON, reason="不归我们")
    assert one(m).unit_id is None
    verbs.assign(matter_id=m.id, by=cast.dispatcher, at=NOON, unit_id=cast.units["sanitation"].id)
    assert one(m).unit_id == cast.units["sanitation"].id
    with pytest.raises(NotAllowed):
        act("reply_order", m, order, replace(cast.handler, scope=STREET, role=Role.GRID_WORKER), text="x")
    act("reply_order", m, order, cast.sweeper, text="已接手")


def test_what_the_table_offers_is_what_the_verb_does(cast: Cast):
    """The page must not show a button that the verb refuses: who stands where the order came from answers it not."""
    m = fresh(cast.report(at=sh(1, 9)))
    waits = Facts(order_open=True, order_lead=True, order_level=4, given_level=4)
    assert flow.refusal("reply_order", m, waits, cast.district_duty) is not None
    assert flow.refusal("reply_order", m, waits, cast.street_duty) is None
    named = Facts(order_open=True, order_units=frozenset({cast.units["sanitation"].id}), given_level=4)
    assert flow.refusal("reply_order", m, named, cast.street_duty) is not None
    assert flow.refusal("reply_order", m, named, cast.sweeper) is None
    answered = Facts(order_replied=True, replied_level=4, given_level=4)
    for verb in ("settle_order", "return_order", "withdraw_order"):
        assert flow.refusal(verb, m, answered, cast.street_duty) is not None
        assert flow.refusal(verb, m, answered, cast.district_duty) is None


def test_while_nobody_leads_somebody_below_answers(cast: Cast):
    m = cast.report(at=sh(1, 9))
    verbs.supervise(matter_id=m.id, by=cast.district_duty, at=sh(1, 10), text="为什么没有受理", reply_due=sh(1, 17))
    with pytest.raises(NotAllowed):
        act("reply_order", m, one(m), cast.district_duty, text="自己答自己")
    act("reply_order", m, one(m), cast.street_duty, text="马上受理")


@pytest.mark.parametrize("ends", ["merged", "withdrawn", "declined"])
def test_an_answer_is_owed_whatever_became_of_the_matter(cast: Cast, ends: str):
    m = cast.report(at=sh(1, 9))
    verbs.supervise(matter_id=m.id, by=cast.district_duty, at=sh(1, 10), text="查", reply_due=sh(1, 17))
    if ends == "merged":
        verbs.merge(matter_id=m.id, by=cast.dispatcher, at=NOON, into_id=cast.report("chen", at=sh(1, 9)).id)
    elif ends == "withdrawn":
        verbs.withdraw(matter_id=m.id, by=cast.granny, at=NOON)
    else:
        verbs.decline(matter_id=m.id, by=cast.dispatcher, at=NOON, outcome="not-ours", reply="不归本街道")
    tick(sh(1, 18))
    assert len(records(m, "order_missed")) == 1
    with looking_as(cast.district_duty):
        late = orders.orders(cast.district_duty, Asked(side="given", late=True), at=sh(1, 18)).rows
    assert str(m.id) in [row["matter_id"] for row in late]
    act("reply_order", m, one(m), cast.social, sh(1, 19), text="说明情况")


def test_the_clock_reminds_and_then_tells_who_gave_it_each_once(cast: Cast):
    m, order = ordered(cast)  # from 10:00 to 17:00 with an hour and a half at noon: four fifths are gone at 15:54
    assert order.next_tick_at == sh(1, 15, 54)
    tick(sh(1, 15, 53))
    assert not records(m, "order_reminded")
    for _ in range(3):
        tick(sh(1, 15, 54))
    assert next_due() == sh(1, 17) or fresh(m).next_tick_at < sh(1, 17)
    for _ in range(3):
        tick(sh(1, 17))
    (reminded,), (missed,) = records(m, "order_reminded"), records(m, "order_missed")
    assert datetime.fromisoformat(reminded.after["scheduled"]) == sh(1, 15, 54)
    assert cast.units["district"].id in missed.unit_ids, "whoever gave it is told"
    assert one(m).missed_at and one(m).next_tick_at is None


def test_sent_back_it_is_watched_anew(cast: Cast):
    m, order = ordered(cast)
    act("reply_order", m, order, cast.handler, text="在办")
    tick(sh(1, 18))
    assert not records(m, "order_missed")
    act("return_order", m, order, cast.district_duty, sh(1, 18), reason="太简单", reply_due=sh(2, 12))
    tick(sh(2, 12))
    assert len(records(m, "order_reminded")) == len(records(m, "order_missed")) == 1


def test_a_pause_does_not_stop_the_time_to_answer(cast: Cast):
    m, _order = ordered(cast)
    verbs.pause(matter_id=m.id, by=cast.handler, at=NOON, reason="weather")
    tick(sh(1, 17))
    assert len(records(m, "order_missed")) == 1


def test_an_order_that_cannot_be_ticked_holds_up_no_other(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    bad, _o = ordered(cast)
    good, _o = ordered(cast)
    real = ordering._record

    def fails(order: Order, *given) -> None:
        if order.matter_id == bad.id:
            raise ValueError("broken")
        real(order, *given)

    monkeypatch.setattr(ordering, "_record", fails)
    ordering.tick_due(at=sh(1, 16), limit=10)
    assert not records(bad, "order_reminded") and len(records(good, "order_reminded")) == 1
    assert one(bad).next_tick_at == sh(1, 16, 5) and one(bad).reminded_at is None
    monkeypatch.setattr(ordering, "_record", real)
    ordering.tick_due(at=sh(1, 16, 5), limit=10)
    assert len(records(bad, "order_reminded")) == 1


def test_a_worker_that_dies_before_its_commit_loses_nothing_and_doubles_nothing(cast: Cast):
    m, _order = ordered(cast)
    for at, verb in ((sh(1, 16), "order_reminded"), (sh(1, 17), "order_missed")):
        with pytest.raises(ConnectionError), transaction.atomic():
            assert ordering.tick_due(at=at, limit=10) == 1
            raise ConnectionError("killed")
        assert not records(m, verb), "what was not committed did not happen"
        assert ordering.tick_due(at=at, limit=10) == 1 and ordering.tick_due(at=at, limit=10) == 0
        assert len(records(m, verb)) == 1


def test_withdrawn_it_is_over_and_says_why(cast: Cast):
    m, order = ordered(cast)
    with pytest.raises(Invalid):
        act("withdraw_order", m, order, cast.district_duty, reason="")
    act("withdraw_order", m, order, cast.district_duty, reason="重复发出")
    assert (one(m).phase, one(m).withdrawn_words) == (Phase.WITHDRAWN, "重复发出")
    tick(sh(3, 12))
    assert not records(m, "order_missed")
    with pytest.raises(Conflict):
        act("reply_order", m, order, cast.handler, text="x")


def test_an_order_lies_where_its_matter_lies(cast: Cast):
    m, _order = ordered(cast)
    verbs.move(matter_id=m.id, by=cast.dispatcher, at=NOON, place_code=OTHER_STREET + "001")
    assert one(m).p9 == OTHER_STREET


def test_what_is_given_at_once_is_one_order_about_several_matters(cast: Cast):
    batch = uuid4()
    matters = [cast.assigned(at=sh(1, 9)) for _ in range(3)]
    for m in matters:
        verbs.supervise(
            matter_id=m.id, by=cast.district_duty, at=sh(1, 10), text="一并说明", reply_due=sh(1, 17), batch=batch
        )
    with looking_as(cast.district_duty):
        rows = orders.orders(cast.district_duty, Asked(side="given"), at=NOON).rows
    assert [row["together"] for row in rows] == [3, 3, 3]


def test_each_level_has_its_own_lists(cast: Cast):
    m, order = ordered(cast, "city_duty", due=sh(3, 12), unit_ids=[cast.units["district"].id])
    act("pass_order", m, order, cast.district_duty)

    def sides(who: str) -> dict[str, int]:
        actor = cast.actors[who]
        with looking_as(actor):
            return orders.tallies(actor, {side: Asked(side=side) for side in orders.SIDES}, at=NOON)

    assert sides("city_duty") == {"owed": 0, "given": 1, "received": 0, "below": 1, "all": 2}
    assert sides("district_duty") == {"owed": 1, "given": 1, "received": 1, "below": 0, "all": 2}
    assert sides("street_duty") == {"owed": 0, "given": 0, "received": 2, "below": 0, "all": 2}
    assert sides("handler") == {"owed": 1, "given": 0, "received": 1, "below": 1, "all": 1}
    assert set(sides("sweeper").values()) == {0}
    assert set(sides("granny").values()) == {0}


def test_nothing_of_another_street_is_listed_or_opened(cast: Cast):
    _m, order = ordered(cast)
    for role in (Role.DUTY_OFFICER, Role.LEADER, Role.DISPATCHER, Role.UNIT_HEAD, Role.HANDLER, Role.SOCIAL_WORKER):
        other = replace(cast.street_duty, role=role, scope=OTHER_STREET, unit_id=uuid4())
        with looking_as(other):
            for side in orders.SIDES:
                for place in ("", DISTRICT, HOOD, CITY, order.place_code):
                    asked = Asked(side=side, place=place)
                    assert orders.orders(other, asked, at=NOON).rows == [], (role, side, place)
            with pytest.raises(Exception, match="督办"):
                orders.whole(other, order.id)


def test_pages_go_on_where_the_last_ended(cast: Cast):
    made = []
    for n in range(7):
        m = cast.assigned(at=sh(1, 9))
        verbs.supervise(
            matter_id=m.id,
            by=cast.district_duty,
            at=sh(1, 10),
            text="x",
            reply_due=sh(2, 9) - timedelta(hours=n % 3),
        )
        made.append(one(m))
    wanted = [str(o.id) for o in sorted(made, key=lambda o: (o.reply_due, o.id))]
    got, after = [], None
    with looking_as(cast.district_duty):
        while True:
            page = orders.orders(cast.district_duty, Asked(side="given"), at=NOON, after=after, limit=2)
            got += [row["id"] for row in page.rows]
            after = page.next_cursor
            if not after:
                break
    assert got == wanted


def test_a_question_is_written_into_an_address_and_read_again():
    asked = Asked(side="given", phase=1, place=STREET, unit=uuid4(), by="clock", late=True, returned=True)
    assert orders.read(asked.write()) == asked
    assert orders.read({"side": "x", "phase": "9", "place": "abc", "unit": "no", "kind": "no"}) == Asked()
