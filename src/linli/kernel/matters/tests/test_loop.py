"""The closed loop, verb by verb, on a real database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, as_system
from linli.kernel.audit.queries import story, verify
from linli.kernel.matters import verbs
from linli.kernel.matters.endings import TELLS, tell_duplicates
from linli.kernel.matters.models import Matter
from linli.kernel.matters.verbs.core import locked

from .cast import MONDAY, OTHER_STREET, Cast, fresh

HOUR = timedelta(hours=1)


def test_the_whole_loop_leaves_one_record_a_verb_and_an_unbroken_chain(cast: Cast):
    m = cast.report()
    ids = {"matter_id": m.id}
    verbs.accept(**ids, by=cast.dispatcher, at=MONDAY + HOUR)
    verbs.assign(**ids, by=cast.dispatcher, at=MONDAY + HOUR, unit_id=cast.units["enforcement"].id)
    verbs.take(**ids, by=cast.handler, at=MONDAY + 2 * HOUR)
    verbs.ask(**ids, by=cast.handler, at=MONDAY + 2 * HOUR, text="一般几点出摊？", pauses=True)
    assert fresh(m).paused_at is not None
    m = verbs.answer(**ids, by=cast.granny, at=MONDAY + 26 * HOUR, text="下午五点以后。")
    assert m.paused_at is None
    verbs.report_done(
        **ids, by=cast.handler, at=MONDAY + 30 * HOUR, outcome="solved", result="已清理", files=[cast.photo()]
    )
    m = verbs.close(**ids, by=cast.dispatcher, at=MONDAY + 31 * HOUR, reply="摊位已劝离，谢谢您。")
    assert (m.state, m.leg, m.next_tick_at, m.due_at) == ("closed", "", None, None)
    verbs.rate(**ids, by=cast.granny, at=MONDAY + 32 * HOUR, stars=2, words="第二天又来了")
    m = verbs.reopen(**ids, by=cast.granny, at=MONDAY + 50 * HOUR, reason="摊位又回来了")
    assert (m.state, m.lead_unit_id, m.reopened) == ("assigned", cast.units["enforcement"].id, 1)
    with as_system():
        told = [r.verb.partition(".")[2] for r in story(m.stream)]
    assert told == ["open", "accept", "assign", "take", "ask", "answer", "report_done", "close", "rate", "reopen"]
    assert list(verify()) == []


def test_a_verb_finds_the_row_as_it_is_value_for_value(cast: Cast):
    m = cast.assigned()
    with as_system():
        Matter.objects.filter(id=m.id).update(
            lon=121, lat=31.25, rating=3, rated_at=MONDAY + timedelta(microseconds=120), body='"\\u0041\n\t张"',
            contact_sealed=b"\x00\xff", person_ids=[cast.granny.person_id, m.id], published_at=MONDAY,
        )  # fmt: skip
        with transaction.atomic():
            found, own = locked(m.id), Matter.objects.get(id=m.id)
    assert not found._state.adding
    for field in Matter._meta.concrete_fields:
        value, as_it_is = getattr(found, field.attname), getattr(own, field.attname)
        assert (type(value), value) == (type(as_it_is), as_it_is), field.attname


def test_a_pause_moves_the_promised_date_and_shows_the_arithmetic(cast: Cast):
    m = cast.assigned()
    before = m.finish_due
    verbs.pause(matter_id=m.id, by=cast.handler, at=MONDAY + HOUR, reason="weather")
    m = verbs.resume(matter_id=m.id, by=cast.handler, at=MONDAY + timedelta(days=2, hours=1))
    # promised for Thursday; two working days stood still; the weekend lies between
    assert m.finish_due - before == timedelta(days=4)
    with as_system():
        assert m.pauses.get().arithmetic


def test_an_extension_is_decided_by_somebody_else(cast: Cast):
    m = cast.assigned()
    verbs.ask_extension(matter_id=m.id, by=cast.handler, at=MONDAY, span="2 working_day", reason="要等联合执法")
    with pytest.raises(NotAllowed):
        verbs.decide_extension(matter_id=m.id, by=cast.handler, at=MONDAY, granted=True)
    due = fresh(m).finish_due
    m = verbs.decide_extension(matter_id=m.id, by=cast.street_duty, at=MONDAY, granted=True)
    assert m.finish_due > due and m.extended == 1
    with pytest.raises(Conflict):
        verbs.decide_extension(matter_id=m.id, by=cast.street_duty, at=MONDAY, granted=True)


def test_the_second_of_two_people_gets_a_sentence_and_nothing_is_overwritten(cast: Cast):
    m = cast.report()
    verbs.accept(matter_id=m.id, by=cast.social, at=MONDAY, version=m.version)
    with pytest.raises(Conflict) as refused:
        verbs.decline(
            matter_id=m.id, by=cast.dispatcher, at=MONDAY, outcome="not-ours", reply="…", version=m.version
        )
    assert "王芳" in refused.value.sentence and "受理" in refused.value.sentence
    assert fresh(m).state == "accepted"


def test_the_same_form_twice_is_one_matter(cast: Cast):
    assert cast.report(source_key="k1").id == cast.report(source_key="k1", title="别的").id
    assert cast.report(source_key="k2").id != cast.report(source_key="k1").id


@pytest.mark.parametrize(
    "given",
    [
        {"body": "", "title": ""},
        {"kind": "no-such"},
        {"place_code": "880101"},
        {"place_code": "9901"},
        {"lon": 999.0, "lat": 1.0},
    ],
)
def test_what_does_not_fit_is_refused_with_the_field_named(cast: Cast, given: dict):
    with pytest.raises(Invalid) as refused:
        cast.report(**given)
    assert refused.value.fields


def test_proof_is_asked_for_and_the_own_work_is_not_checked(cast: Cast):
    m = cast.assigned()
    with pytest.raises(Invalid):
        verbs.report_done(matter_id=m.id, by=cast.handler, at=MONDAY, outcome="solved", result="好了")
    m = cast.done()
    with pytest.raises(NotAllowed):
        verbs.verify(matter_id=m.id, by=cast.handler, at=MONDAY, passed=True)


def test_a_failed_check_sends_it_back_with_its_old_date(cast: Cast):
    m = cast.done()
    due = m.finish_due
    m = verbs.verify(matter_id=m.id, by=cast.social, at=MONDAY + HOUR, passed=False, words="还有两个摊")
    assert (m.state, m.finish_due, m.due_at, m.given_back) == ("assigned", due, due, 1)


def test_helpers_finish_before_the_lead_does(cast: Cast):
    m = cast.report()
    m = verbs.assign(
        matter_id=m.id,
        by=cast.dispatcher,
        at=MONDAY,
        unit_id=cast.units["enforcement"].id,
        helpers=[(cast.units["sanitation"].id, "清扫", MONDAY + 5 * HOUR)],
    )
    with pytest.raises(Conflict, match="协办"):
        verbs.report_done(
            matter_id=m.id, by=cast.handler, at=MONDAY, outcome="solved", result="好", files=[cast.photo()]
        )
    verbs.finish_part(matter_id=m.id, by=cast.sweeper, at=MONDAY, result="扫好了")
    m = verbs.report_done(
        matter_id=m.id, by=cast.handler, at=MONDAY, outcome="solved", result="好", files=[cast.photo()]
    )
    assert m.state == "done"


def test_a_merger_ends_with_its_primary_and_can_be_undone(cast: Cast):
    first, second, third = cast.assigned(), cast.report("chen"), cast.report("chen")
    for m in (second, third):
        verbs.merge(matter_id=m.id, by=cast.dispatcher, at=MONDAY, into_id=first.id)
    third = verbs.unmerge(matter_id=third.id, by=cast.dispatcher, at=MONDAY)
    assert (third.state, third.leg) == ("reported", "answer")
    verbs.report_done(
        matter_id=first.id, by=cast.handler, at=MONDAY, outcome="solved", result="好", files=[cast.photo()]
    )
    closed = verbs.close(matter_id=first.id, by=cast.dispatcher, at=MONDAY, reply="已解决")
    with as_system():
        records = [r for r in story(closed.stream) if r.verb in TELLS]
    for _ in range(2):  # a follower may see a record again after a crash
        tell_duplicates(records)
    assert fresh(second).reply == "已解决"
    with as_system():
        assert [r.verb for r in story(second.stream)].count("matters.ended_with") == 1


def test_a_year_of_endings_asks_once_for_its_duplicates(cast: Cast, django_assert_num_queries: Any):
    ended = []
    for _ in range(5):
        m = cast.assigned()
        verbs.report_done(
            matter_id=m.id, by=cast.handler, at=MONDAY, outcome="solved", result="好", files=[cast.photo()]
        )
        ended.append(verbs.close(matter_id=m.id, by=cast.dispatcher, at=MONDAY, reply="已解决"))
    with as_system():
        records = [r for m in ended for r in story(m.stream) if r.verb in TELLS]
    with django_assert_num_queries(2):  # the eyes, and the question
        tell_duplicates(records)


def test_an_order_needs_a_written_reply_before_closing(cast: Cast):
    m = cast.assigned()
    with pytest.raises(NotAllowed, match="层级"):
        verbs.supervise(matter_id=m.id, by=cast.street_duty, at=MONDAY, text="请抓紧")
    verbs.supervise(matter_id=m.id, by=cast.district_duty, at=MONDAY, text="请抓紧")
    verbs.report_done(
        matter_id=m.id, by=cast.handler, at=MONDAY, outcome="solved", result="好", files=[cast.photo()]
    )
    with pytest.raises(Conflict, match="督办"):
        verbs.close(matter_id=m.id, by=cast.dispatcher, at=MONDAY, reply="好了")
    with as_system():
        order = m.orders.get()
    verbs.reply_order(matter_id=m.id, by=cast.handler, at=MONDAY, order_id=order.id, text="今天完成")
    verbs.settle_order(matter_id=m.id, by=cast.district_duty, at=MONDAY, order_id=order.id)
    assert verbs.close(matter_id=m.id, by=cast.dispatcher, at=MONDAY, reply="好了").state == "closed"


def test_write_off_needs_two_people(cast: Cast):
    m = cast.assigned()
    verbs.ask_write_off(matter_id=m.id, by=cast.handler, at=MONDAY, reason="产权不明，无法处置")
    m = verbs.decide_write_off(matter_id=m.id, by=cast.street_leader, at=MONDAY, granted=True, decision="同意")
    assert m.state == "written_off"


def test_others_matters_are_not_there(cast: Cast):
    m = cast.report()
    for who in (cast.chen, cast.stranger):
        with pytest.raises(NotFound):
            verbs.comment(matter_id=m.id, by=who, at=MONDAY, text="看看")
    with pytest.raises(NotFound):  # the handler sees only what his unit has
        verbs.take(matter_id=m.id, by=cast.handler, at=MONDAY)


def test_moving_out_of_scope_hands_it_over(cast: Cast):
    m = cast.report()
    m = verbs.move(matter_id=m.id, by=cast.dispatcher, at=MONDAY, place_code=OTHER_STREET + "001")
    with pytest.raises(NotFound):
        verbs.accept(matter_id=m.id, by=cast.dispatcher, at=MONDAY)
    assert verbs.accept(matter_id=m.id, by=cast.stranger, at=MONDAY).state == "accepted"


def test_split_links_and_parts(cast: Cast):
    m = cast.report()
    verbs.split(matter_id=m.id, by=cast.dispatcher, at=MONDAY, parts=[("unlicensed-stall", "垃圾", "摊位旁有垃圾")])
    with as_system():
        part = fresh(m).parts.get()
    assert part.reporter_id == m.reporter_id
    verbs.link(matter_id=m.id, by=cast.dispatcher, at=MONDAY, other_id=part.id, words="同一路口")


def test_nobody_shows_a_file_that_is_not_theirs(cast: Cast):
    photo = cast.photo("handler")
    for by, files in (("granny", [photo]), ("granny", ["01a209d3-0000-7000-8000-000000000000"])):
        with pytest.raises(Invalid) as refused:
            cast.report(by, files=files)
        assert "files" in refused.value.fields
    with as_system():
        assert not Matter.objects.exists()


def test_half_a_position_is_no_position(cast: Cast):
    m = cast.report()
    with as_system(), pytest.raises(IntegrityError, match="position"), transaction.atomic():
        Matter.objects.filter(id=m.id).update(lon=121.5)


def test_a_new_class_keeps_what_was_granted(cast: Cast):
    m = cast.assigned()
    verbs.ask_extension(matter_id=m.id, by=cast.handler, at=MONDAY, span="2 working_day", reason="下雨")
    verbs.decide_extension(matter_id=m.id, by=cast.street_duty, at=MONDAY, granted=True)
    m = verbs.reclassify(matter_id=m.id, by=cast.dispatcher, at=MONDAY, kind="illegal-building")
    assert m.finish_due == datetime(2026, 9, 22, 9, 30, tzinfo=UTC)  # 10 + 2 working days; Sunday the 20th works
