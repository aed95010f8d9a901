"""A table comes in: whole or not at all, the same however often, every refused line with its reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from linli.kernel.access import Conflict, Invalid, NotAllowed, as_system, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.datasets.models import Job, Line, Row
from linli.kernel.datasets.saying import told
from linli.kernel.datasets.verbs import fail, queue, run, take, tidy, withdraw
from linli.kernel.datasets.verbs.running import LEASE, Lost
from linli.kernel.matters.tests.cast import MONDAY, OTHER_HOOD, STREET, Cast
from linli.kernel.places.sentences import Sentence

from .addresses import HAPPY, Given, Town, row, take_in, water


def rows() -> list[Row]:
    with as_system():
        return list(Row.objects.order_by("key"))


def test_a_row_knows_where_it_came_from_and_what_it_means(cast: Cast, town: Town) -> None:
    dataset = water(cast)
    counts = take_in(cast, dataset, [row(), row("A2", 用水地址="临江路128弄4号")])
    assert (counts.added, counts.refused, counts.lines) == (2, 0, 2)
    first, second = rows()
    assert first.place_code == HAPPY + "003010101" and second.place_code == HAPPY + "004"
    assert first.key == "A1|2026-08" and (first.line, second.line) == (2, 3)
    assert first.values["used"] == 12.5 and first.values["kind"] == "居民"
    assert first.found["place"]["how"] == "sure"
    with as_system():
        job = Job.objects.get(pk=first.job_id)
        dataset.refresh_from_db()
    assert job.state == "done" and job.content is None and dataset.arrived_at == MONDAY
    with as_system():
        assert Line.objects.count() == 0
        verbs = list(
            Record.objects.filter(stream=f"dataset:{dataset.id}")
            .order_by("stream_seq")
            .values_list("verb", flat=True)
        )
    assert verbs == ["datasets.declare_set", "datasets.queue", "datasets.take_in"]


def test_every_refused_line_says_why_in_words(cast: Cast, town: Town) -> None:
    dataset = water(cast)
    counts = take_in(
        cast, dataset,
        [row(用户编号=""), row("A2", 用水量="十二"), row("A3", 月份="2026年13月"), row("A4", 性质="09"), row("A5", 用水量="1，234.5 m³")],
    )  # fmt: skip
    assert (counts.refused, counts.added) == (4, 1) and rows()[0].values["used"] == 1234.5
    with as_system():
        said = {line.number: told(line.faults) for line in Line.objects.order_by("number")}
    assert said[2] == ["缺少“户号”。"]
    assert said[3] == ["“用水量”：“十二”不是数字。"]
    assert said[4] == ["“月份”：“2026年13月”不是月份。"]
    assert said[5] == ["“用水性质”：代码“09”不在代码表里。"]


def test_the_same_table_again_changes_nothing(cast: Cast, town: Town) -> None:
    dataset = water(cast)
    table = [row(f"A{n}") for n in range(5)]
    take_in(cast, dataset, table)
    before = [(r.id, r.changed_at, r.place_code) for r in rows()]
    counts = take_in(cast, dataset, table, MONDAY + timedelta(days=1))
    assert (counts.added, counts.changed, counts.same) == (0, 0, 5)
    assert [(r.id, r.changed_at, r.place_code) for r in rows()] == before
    counts = take_in(cast, dataset, [row("A0", 用水量="99")], MONDAY + timedelta(days=2))
    assert (counts.added, counts.changed, counts.same) == (0, 1, 0)


def test_a_row_twice_in_a_table_is_a_double_or_nobody_knows_which(cast: Cast, town: Town) -> None:
    counts = take_in(cast, water(cast), [row(), row(), row(用水量="13")])
    assert (counts.added, counts.doubled, counts.refused) == (1, 1, 1)
    with as_system():
        faults = [told(line.faults) for line in Line.objects.order_by("number")]
    assert faults == [["与第 2 行完全相同。"], ["与第 2 行主键相同，内容不同。"]]


class Killed(Exception):
    pass


def test_whoever_is_killed_leaves_nothing_half_and_the_next_goes_on(cast: Cast, town: Town, monkeypatch) -> None:
    from linli.kernel.datasets.verbs import running

    monkeypatch.setattr(running, "BATCH", 2)
    dataset = water(cast)
    given = [Given(n, row(f"A{n}")) for n in range(2, 9)]

    def dying():
        yield from given[:5]
        raise Killed

    queue(by=cast.keeper, at=MONDAY, dataset_id=dataset.id, content=b"x", file_name="t.csv")
    job = take(at=MONDAY)
    with pytest.raises(Killed):
        run(job=job, rows=dying(), about=7, at=MONDAY)
    assert rows() == []
    with as_system():
        kept = Job.objects.get()
        assert (kept.state, kept.position, Line.objects.count()) == ("running", 5, 4)
    assert take(at=MONDAY + timedelta(minutes=1)) is None
    later = MONDAY + LEASE + timedelta(seconds=1)
    again = take(at=later)
    counts = run(job=again, rows=given, about=7, at=later)
    assert counts.lines == 7 and len(rows()) == 7
    with pytest.raises(Lost):
        run(job=job, rows=given, about=7, at=later)
    assert len(rows()) == 7


def test_a_long_table_keeps_its_worker(cast: Cast, town: Town, monkeypatch) -> None:
    from linli.kernel.datasets.verbs import running

    monkeypatch.setattr(running, "BATCH", 1)
    dataset = water(cast)
    queue(by=cast.keeper, at=MONDAY, dataset_id=dataset.id, content=b"x", file_name="t.csv")
    job = take(at=MONDAY)
    minutes = iter(range(0, 60, 4))
    others: list[object] = []

    def slow():
        for n in range(2, 8):
            others.append(take(at=MONDAY + timedelta(minutes=(n - 2) * 4)))
            yield Given(n, row(f"A{n}"))

    run(job=job, rows=slow(), about=6, at=MONDAY, clock=lambda: MONDAY + timedelta(minutes=next(minutes)))
    assert others == [None] * 6 and len(rows()) == 6


def test_a_table_that_cannot_be_read_leaves_its_reason_only(cast: Cast, town: Town) -> None:
    dataset = water(cast)
    queue(by=cast.keeper, at=MONDAY, dataset_id=dataset.id, content=b"x", file_name="t.csv")
    job = take(at=MONDAY)
    fail(job=job, at=MONDAY, why=Sentence("文件是空的。"))
    with as_system():
        kept = Job.objects.get()
        assert kept.state == "failed" and told([kept.fault]) == ["文件是空的。"] and kept.content is None
        with pytest.raises(IntegrityError), transaction.atomic():
            Job.objects.update(content=b"again")


def test_a_job_is_taken_back_before_it_begins_and_not_after(cast: Cast, town: Town) -> None:
    dataset = water(cast)
    job = queue(by=cast.keeper, at=MONDAY, dataset_id=dataset.id, content=b"x", file_name="t.csv")
    with pytest.raises(Conflict):
        queue(by=cast.keeper, at=MONDAY, dataset_id=dataset.id, content=b"x", file_name="t.csv")
    withdraw(by=cast.keeper, at=MONDAY, job_id=job.id)
    assert take(at=MONDAY) is None
    queue(by=cast.keeper, at=MONDAY, dataset_id=dataset.id, content=b"x", file_name="t.csv")
    taken = take(at=MONDAY)
    with pytest.raises(Conflict):
        withdraw(by=cast.keeper, at=MONDAY, job_id=taken.id)


def test_what_is_sensitive_lies_sealed_and_nowhere_else(cast: Cast, town: Town) -> None:
    take_in(
        cast, water(cast), [row(联系电话="19912345678", 户名="林秀珍"), row("A2", 联系电话="199", 户名="x" * 600)]
    )
    (kept,) = rows()
    assert set(kept.values) == {"account", "month", "used", "kind", "address"} and kept.sealed
    with as_system():
        text = repr(list(Line.objects.values())) + repr(list(Record.objects.values("after", "note")))
    assert "19912345678" not in text and "林秀珍" not in text


def test_only_who_keeps_data_there_may_send_and_only_who_works_there_sees(cast: Cast, town: Town) -> None:
    dataset = water(cast)
    with pytest.raises(NotAllowed):
        queue(by=cast.street_leader, at=MONDAY, dataset_id=dataset.id, content=b"x", file_name="t.csv")
    with pytest.raises(Invalid):
        queue(by=cast.keeper, at=MONDAY, dataset_id=dataset.id, content=b" ", file_name="t.csv")
    take_in(cast, dataset, [row(), row("A2", 用水地址="花园路128弄1号")])
    with looking_as(cast.street_leader):
        assert Row.objects.count() == 2
    with looking_as(cast.social):
        assert [r.place_code[:12] for r in Row.objects.all()] == [HAPPY[:12]]
    for nobody in (cast.granny, cast.handler, cast.stranger):
        with looking_as(nobody):
            assert Row.objects.count() == 0 and Job.objects.count() == 0
    assert OTHER_HOOD.startswith(STREET)


def test_rows_past_their_time_go_and_a_record_stays(cast: Cast, town: Town) -> None:
    dataset = water(cast)
    take_in(cast, dataset, [row(), row("A2")])
    take_in(cast, dataset, [row()], MONDAY + timedelta(days=100))
    assert tidy(at=MONDAY + timedelta(days=729)) == 0
    assert tidy(at=MONDAY + timedelta(days=731)) == 1
    assert [r.key for r in rows()] == ["A1|2026-08"]
    with as_system():
        assert Record.objects.filter(verb="datasets.tidy").get().after["rows"] == 1
