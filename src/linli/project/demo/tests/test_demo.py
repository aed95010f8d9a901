"""The demo district: the same from the same seed, believable, nobody's real home, and whole in the database."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import shapely
from django.test import override_settings
from PIL import Image
from shapely.geometry import shape

from linli.kernel.access import as_system
from linli.kernel.audit.models import Record
from linli.kernel.audit.queries import verify
from linli.kernel.matters.models import OPEN, Attachment, Matter
from linli.kernel.people.models import Person
from linli.kernel.places.codes import level_of
from linli.kernel.places.models import Place
from linli.project.demo import drawn, filling, geography, lives, names, rates, residents, voices
from linli.scenes.city_management.matters import checked, monitored
from linli.scenes.city_management.scene import scene

UNTIL = datetime(2026, 11, 20, 8, tzinfo=UTC)
FIRST = date(2026, 10, 1)


def world(seed: int = 1) -> lives.World:
    district = geography.build(seed)
    return lives.World(district, residents.settle(district, seed, 2026), seed)


@pytest.fixture(scope="module")
def town() -> lives.World:
    return world()


@pytest.fixture(scope="module")
def history(town: lives.World) -> list[lives.Life]:
    return list(lives.plan(town, first=FIRST, until=UNTIL, daily=100))


def digest(seed: int) -> str:
    made = world(seed)
    parts = [repr(made.district.spots), repr(made.residents)]
    parts += [
        repr((life.kind, life.title, life.body, life.place_code, life.opened, life.acts))
        for life in lives.plan(made, first=date(2026, 11, 10), until=UNTIL, daily=60)
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def test_one_seed_one_district() -> None:
    assert digest(7) == digest(7)
    assert digest(7) != digest(8)


def test_the_end_of_a_history_is_the_same_without_its_beginning(
    town: lives.World, history: list[lives.Life]
) -> None:
    late = list(lives.plan(town, first=FIRST, until=UNTIL, daily=100, since=date(2026, 11, 18)))
    assert len(late) > 100
    assert [life.source_key for life in late] == [life.source_key for life in history[-len(late) :]]


def test_areas_tile_exactly_on_every_level(town: lives.World) -> None:
    areas = {spot.code: shape(spot.boundary) for spot in town.district.spots if spot.boundary is not None}
    for length in (9, 12, 15):
        of_level = {code: area for code, area in areas.items() if len(code) == length}
        assert all(area.is_valid for area in of_level.values())
        for code in {code[: {9: 6, 12: 9, 15: 12}[length]] for code in of_level}:
            inside = [area for own, area in of_level.items() if own.startswith(code)]
            whole = shapely.unary_union(inside)
            assert whole.symmetric_difference(areas[code]).area < 1e-14
            assert sum(area.area for area in inside) == pytest.approx(areas[code].area, rel=1e-9)


def test_codes_are_valid_and_each_has_its_parent(town: lives.World) -> None:
    codes = [spot.code for spot in town.district.spots]
    assert len(set(codes)) == len(codes)
    known = set(codes)
    for code in codes:
        level = level_of(code)
        assert len(code) == 2 or code[: -level.own_digits] in known


def test_no_real_name_and_no_real_code() -> None:
    root = Path(__file__).resolve().parents[5]
    shared = Path(os.environ.get("LINLI_SHARED_DATA", root.parent / "shared" / "data")) / "divisions"
    if not shared.exists():
        shared = root.parents[1] / "shared" / "data" / "divisions"
    if not shared.exists():
        pytest.skip("the register of divisions is not here (../shared/data/divisions)")
    ours = [names.PROVINCE, names.CITY, names.DISTRICT, *((code, name) for code, name, _s, _h in names.STREETS)]
    for file in ("provinces", "cities", "areas", "streets"):
        with (shared / f"{file}.csv").open(encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines))
        assert not {name for _code, name in ours} & {row["name"] for row in rows}
        assert not any(row["code"].startswith("99") for row in rows)


def test_every_kind_has_texts_and_a_rate() -> None:
    # What only instruments report, or somebody decides to look into, has no voice.
    voiceless = {kind.name for kind in (*monitored.MATTERS, *checked.MATTERS)}
    kinds = {kind.name for kind in scene.matters} - voiceless
    assert set(voices.texts()) - set(lives.topics()) == kinds
    assert set(rates.RATES) == kinds


def test_texts_vary(history: list[lives.Life]) -> None:
    bodies = Counter(life.body for life in history)
    assert len(bodies) > 0.95 * len(history)
    assert len({life.title for life in history}) > 0.5 * len(history)
    assert not any("{" in life.title + life.body for life in history)


def test_acts_run_forward_and_most_end_in_time(history: list[lives.Life]) -> None:
    for life in history:
        times = [act.at for act in life.acts]
        assert times == sorted(times)
        assert life.acts[0].at == life.opened <= UNTIL
    done = [next((act.at for act in life.acts if act.verb == "report_done"), None) for life in history]
    late = [at > life.finish_due for at, life in zip(done, history, strict=True) if at is not None]
    assert 0.03 < sum(late) / len(late) < 0.25


def test_summer_is_louder_and_winter_freezes() -> None:
    assert rates.SEASONS["summer"][6] > rates.SEASONS["summer"][0]
    skies = [rates.weather(date(2026, 1, 1) + timedelta(days=n), 1) for n in range(365)]
    assert {"storm", "frost", "downpour"} <= {sky.name for sky in skies if sky}


def test_topics_gather_in_one_place(history: list[lives.Life]) -> None:
    for name, topic in lives.topics().items():
        found = [life for life in history if life.topic == name]
        assert len(found) >= 30
        assert {life.place_code[:12] for life in found} == {topic["grid"][:12]}


def test_every_drawing_is_of_a_declared_kind_the_same_each_time_and_small() -> None:
    kinds = {kind.name for kind in scene.matters}
    assert set(drawn.MOTIFS) <= kinds and not drawn.shows("inquiry")
    for kind in drawn.MOTIFS:
        content = drawn.picture(kind, 0)
        with Image.open(io.BytesIO(content)) as image:
            assert (image.format, image.size) == ("JPEG", (640, 480)) and len(content) < 150_000
    first = drawn.picture("damaged-manhole", 0)
    drawn._drawn.cache_clear()
    assert drawn.picture("damaged-manhole", 0) == first != drawn.picture("damaged-manhole", 1)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@override_settings(DEMO=True)
def test_filled_once_and_whole() -> None:
    started = time.monotonic()
    assert filling.fill(days=40, daily=25)
    print(f"filled in {time.monotonic() - started:.0f} s")  # noqa: T201 - a budget to look at, not a promise of this machine
    assert not filling.fill(days=40, daily=25)
    with as_system():
        assert 700 < Matter.objects.count() < 2000
        assert 28_000 < Person.objects.count() < 34_000
        assert Place.objects.filter(level=10).count() > 12_000
        for visitor in Person.objects.exclude(account=None):
            assert visitor.reported.exists(), "a visitor of the demo finds nothing of theirs"
        shown = Attachment.objects.filter(purpose="report")
        assert shown.exists() and shown.count() == Matter.objects.filter(attachments__in=shown).distinct().count()
        states = set(Matter.objects.values_list("state", flat=True))
        assert {"reported", "assigned", "done", "closed", "declined", "merged"} <= states
        assert Matter.objects.filter(state__in=OPEN, next_tick_at=None, paused_at=None, stage=0).count() == 0
        assert Matter.objects.filter(stage__gt=0).exists()
        opened = set(Record.objects.filter(verb="matters.open").values_list("stream", flat=True))
        ended = set(
            Record.objects.filter(
                verb__in=["matters.close", "matters.decline", "matters.withdraw", "matters.merge"]
            ).values_list("stream", flat=True)
        )
        for matter in Matter.objects.only("id", "state"):
            assert matter.stream in opened
            assert matter.is_open or matter.stream in ended
        assert list(verify()) == []
