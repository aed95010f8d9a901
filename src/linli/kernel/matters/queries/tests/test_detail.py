"""One matter with everything that hangs on it, what is near it, and a question as a workbook."""

from __future__ import annotations

from datetime import timedelta
from math import cos, radians, sqrt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from linli.kernel.access import NotAllowed, NotFound, as_system, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Matter, State
from linli.kernel.matters.queries.detail import detail
from linli.kernel.matters.queries.export import export, rows
from linli.kernel.matters.queries.filters import Filter
from linli.kernel.matters.queries.nearby import nearby
from linli.kernel.matters.tests.cast import HOOD, MONDAY, OTHER_STREET, STREET, Cast

from .many import make_many

LATER = MONDAY + timedelta(hours=1)


def test_everything_is_there_in_one_query(cast: Cast) -> None:
    matter, other, twin = cast.assigned(), cast.report(title="另一件"), cast.report(title="同一件")
    same = {"matter_id": matter.id, "at": LATER}
    verbs.take(by=cast.handler, **same)
    verbs.ask(by=cast.handler, text="具体在哪个路口？", **same)
    verbs.answer(by=cast.granny, text="临江路口", **same)
    verbs.pause(by=cast.handler, reason="weather", words="暴雨", **same)
    verbs.resume(by=cast.handler, matter_id=matter.id, at=LATER + timedelta(hours=1))
    verbs.ask_extension(by=cast.handler, span="2 working_day", reason="人手不足", **same)
    verbs.supervise(by=cast.district_duty, text="请尽快", **same)
    verbs.link(by=cast.dispatcher, other_id=other.id, words="同一路口", **same)
    verbs.merge(by=cast.dispatcher, matter_id=twin.id, at=LATER, into_id=matter.id)
    with looking_as(cast.dispatcher):
        with CaptureQueriesContext(connection) as seen:
            found = detail(cast.dispatcher, matter.id)
        assert len(seen) == 1
        assert detail(cast.dispatcher, other.id)["links"][0]["id"] == str(matter.id)
        assert detail(cast.dispatcher, twin.id)["merged_into"]["id"] == str(matter.id)
    assert found["unit"] == "柳湾街道综合执法队"
    assert found["account"] == "李强"
    assert [a["part"] for a in found["assignments"]] == ["lead"]
    assert found["questions"][0]["answer"] == "临江路口"
    assert found["pauses"][0]["until_at"]
    assert found["requests"][0]["span"] == "2 working_day"
    assert found["orders"][0]["text"] == "请尽快"
    assert found["links"][0]["id"] == str(other.id)
    assert [d["id"] for d in found["duplicates"]] == [str(twin.id)]
    assert found["merged_into"] is None
    assert not {"contact_sealed", "source_key", "p9"} & set(found)


def test_who_does_not_see_it_is_told_there_is_none(cast: Cast) -> None:
    matter = cast.report()
    for actor in (cast.stranger, cast.sweeper, cast.chen):
        with looking_as(actor), pytest.raises(NotFound):
            detail(actor, matter.id)
    with pytest.raises(NotAllowed):
        detail(cast.keeper, matter.id)


def test_what_is_linked_but_out_of_sight_is_left_out(cast: Cast) -> None:
    here, there = cast.report(), cast.report(place_code=OTHER_STREET + "001")
    verbs.link(by=cast.district_duty, matter_id=here.id, at=LATER, other_id=there.id)
    with looking_as(cast.district_duty):
        assert len(detail(cast.district_duty, here.id)["links"]) == 1
    with looking_as(cast.dispatcher):
        assert detail(cast.dispatcher, here.id)["links"] == []


def test_nearby_is_what_a_plain_reading_finds(cast: Cast) -> None:
    make_many(cast, 200)
    lon, lat = 121.5025, 31.2025
    with as_system():
        wanted = []
        for m in Matter.objects.filter(place_code__startswith=STREET, opened_at__gt=MONDAY - timedelta(days=28)):
            east = (m.lon - lon) * 111_320 * cos(radians(lat))
            metres = sqrt(east**2 + ((m.lat - lat) * 111_320) ** 2)
            if metres <= 300 and m.state not in ("merged", "withdrawn"):
                wanted.append((metres, str(m.id)))
    with looking_as(cast.dispatcher):
        found = nearby(cast.dispatcher, place_code=HOOD, lon=lon, lat=lat, at=MONDAY)
        assert [row["id"] for row in found] == [matter for _metres, matter in sorted(wanted)]
        assert len(found) > 5
        kinds = nearby(cast.dispatcher, place_code=HOOD, lon=lon, lat=lat, at=MONDAY, kind="noise")
        assert {row["kind"] for row in kinds} == {"noise"}
    with looking_as(cast.stranger):
        assert nearby(cast.stranger, place_code=HOOD, lon=lon, lat=lat, at=MONDAY) == []


def test_without_a_position_the_same_place_counts(cast: Cast) -> None:
    first, second = cast.report(), cast.report(title="第二件")
    cast.report(place_code=HOOD[:9] + "002")
    with looking_as(cast.dispatcher):
        found = nearby(cast.dispatcher, place_code=HOOD, lon=None, lat=None, at=MONDAY, but=first.id)
    assert [row["id"] for row in found] == [str(second.id)]


def test_export_takes_the_question_up_to_its_cap(cast: Cast) -> None:
    make_many(cast)
    asked = Filter(state=tuple(s.value for s in State))
    with looking_as(cast.dispatcher):
        listed = list(rows(cast.dispatcher, asked))
        path, count = export(cast.dispatcher, asked, at=MONDAY, word=lambda noun, name: f"{noun}:{name}", cap=9)
    sheet = load_workbook(path).active
    path.unlink()
    assert count == 9
    assert sheet.max_row == 10
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == [r["number"] for r in listed[:9]]
    assert sheet["C2"].value == f"matter:{listed[0]['kind']}"
    with as_system():
        assert Record.objects.get(verb="matters.exported").after["rows"] == 9
    with looking_as(cast.handler), pytest.raises(NotAllowed):
        export(cast.handler, asked, at=MONDAY, word=lambda noun, name: name)
