"""Many at once: from a table, by set, again, with faulty lines beside sound ones."""

from __future__ import annotations

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from linli.kernel.access import Invalid, NotAllowed, as_system
from linli.kernel.audit.models import Record
from linli.kernel.things import exchange, verbs
from linli.kernel.things.models import Claim, Credential, Stranger, Thing
from linli.kernel.things.queries.registry import Registry
from linli.kernel.things.verbs.common import shard_of

from .cast import AT, FAR_HOOD, GRID, HOOD, OTHER_HOOD, Cast

TABLE = """编号,型号,地点代码,名称,安装位置,经度,纬度,归属单位,上报间隔,待安装
sd-1,烟感,990101001001,一楼烟感,楼梯口,121.5,31.2,柳湾消防站,600,否
sd-2,smoke-detector,990101001002,,,,,,,是
wl-1,Water level gauge,990101001001,,,,,,,
"""


def take(text: str | bytes, cast: Cast, by: str = "keeper", **given) -> exchange.Report:
    content = text.encode() if isinstance(text, str) else text
    return exchange.take_in(content, by=cast.actors[by], at=AT, **given)


def sheet(text: str) -> bytes:
    book = Workbook()
    for line in text.splitlines():
        book.active.append(line.split(","))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def things() -> dict[str, Thing]:
    with as_system():
        return {thing.key: thing for thing in Thing.objects.all()}


@pytest.mark.parametrize("form", [str.encode, lambda text: text.encode("gb18030"), sheet])
def test_a_table_becomes_things_with_secrets_and_codes(cast: Cast, form):
    report = take(form(TABLE), cast)
    assert (report.lines, len(report.new), report.already, report.refused) == (3, 3, 0, [])
    found = things()
    one, two = found["sd-1"], found["sd-2"]
    assert (one.name, one.spot, one.lon, one.every, one.owner_id) == (
        "一楼烟感", "楼梯口", 121.5, 600, cast.units["team"].id,
    )  # fmt: skip
    assert (one.state, two.state, two.name, found["wl-1"].model) == ("working", "waiting", "烟感", "water-level")
    assert one.shard == shard_of(HOOD) and one.p12 == HOOD and one.installed_at == AT and two.installed_at is None
    registry = Registry()
    registry.load()
    for new in report.new:
        assert registry.proves(registry.find(new.key), new.secret.encode(), AT.timestamp())  # type: ignore[arg-type]
    [waiting] = [new for new in report.new if new.code]
    assert waiting.key == "sd-2"
    assert verbs.claim(by=cast.handler, at=AT, code=waiting.code, place_code=OTHER_HOOD).key == "sd-2"


def test_the_same_table_again_takes_in_nothing(cast: Cast):
    take(TABLE, cast)
    before = things()
    again = take(TABLE, cast)
    assert (again.lines, again.new, again.already, again.refused) == (3, [], 3, [])
    assert {k: (t.no, t.version) for k, t in things().items()} == {k: (t.no, t.version) for k, t in before.items()}
    with as_system():
        assert Credential.objects.count() == 3 and Claim.objects.count() == 1


def test_a_dry_run_says_the_same_and_writes_nothing(cast: Cast):
    with as_system():
        records = Record.objects.count()
    tried = take(TABLE, cast, dry_run=True)
    assert (tried.lines, len(tried.new), tried.already) == (3, 3, 0)
    assert not any(new.secret or new.code for new in tried.new)
    with as_system():
        assert not Thing.objects.exists() and Record.objects.count() == records


def test_each_thing_has_a_record_of_its_own(cast: Cast):
    take(TABLE, cast)
    with as_system():
        found = Record.objects.filter(verb="things.register")
        assert {r.stream for r in found} == {thing.stream for thing in things().values()}
        assert {(r.actor_name, r.place_code[:9]) for r in found} == {("钱数据", "990101001")}


@pytest.mark.parametrize(
    ("line", "column", "says"),
    [
        ("sd-9,烤箱,990101001001,,,,,,,", "model", "没有“烤箱”这种型号。"),
        ("sd-9,,990101001001,,,,,,,", "model", "没有“—”这种型号。"),
        ("，,烟感,990101001001,,,,,,,", "key", "设备编号用字母"),
        (",烟感,990101001001,,,,,,,", "key", "设备编号用字母"),
        ("sd-9,烟感,990199,,,,,,,", "place", "没有找到地点"),
        ("sd-9,烟感,,,,,,,,", "place", "没有找到地点"),
        ("sd-9,烟感,990101002001,,,,,,,", "place", "不在您的管辖范围内"),
        ("sd-9,烟感,990101001001,,,东经,31.2,,,", "lon", "“东经”不是数字。"),
        ("sd-9,烟感,990101001001,,,nan,31.2,,,", "lon", "“nan”不是数字。"),
        ("sd-9,烟感,990101001001,,,121.5,,,,", "lon", "经度和纬度要一起填写。"),
        ("sd-9,烟感,990101001001,,,121.5,91,,,", "lon", "经度在"),
        ("sd-9,烟感,990101001001,,,,,无此单位,,", "owner", "没有找到单位“无此单位”。"),
        ("sd-9,烟感,990101001001,,,,,,1.5,", "every", "“1.5”不是整数。"),
        ("sd-9,烟感,990101001001,,,,,,0,", "every", "上报间隔在"),
        ("sd-9,烟感,990101001001,,,,,,,也许", "waits", "这里只能填"),
        ("sd-1,烟感,990101001001,,,,,,,", "key", "不止一次"),
        ("sd-9,烟感,990101001001," + "名" * 65 + ",,,,,,", "name", "最多 64 个字。"),
    ],
)
def test_a_faulty_line_says_why_and_holds_up_no_other(cast: Cast, line: str, column: str, says: str):
    for dry_run in (True, False):
        report = take(TABLE + line + "\nsd-10,烟感,990101001001,,,,,,,\n", cast, dry_run=dry_run)
        assert [(r.line, r.column) for r in report.refused] == [(5, column)]
        assert says in report.refused[0].sentence
        assert len(report.new) == 4
    assert set(things()) == {"sd-1", "sd-2", "wl-1", "sd-10"}


def test_a_key_that_is_taken_elsewhere_is_refused_not_passed_over(cast: Cast):
    cast.register("sd-1", by="far_keeper", place_code=FAR_HOOD)
    report = take(TABLE, cast)
    assert [(r.key, r.sentence) for r in report.refused] == [("sd-1", "已经有这个编号的设备。")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "空的"),
        (b"<html><table></table>", "网页"),
        ("名称,地点\n烟感,1".encode(), "缺少"),
        (b"\x00\x01\x02\xff", "编码"),
        (b"PK\x03\x04junk", "打不开"),
    ],
)
def test_what_is_no_such_table_is_refused_whole(cast: Cast, content: bytes, says: str):
    with pytest.raises(Invalid) as refused:
        take(content, cast)
    assert says in refused.value.sentence


def test_an_address_names_a_place(cast: Cast):
    report = take("编号,型号,地址\nsd-1,烟感,柳湾一居\n", cast)
    assert len(report.new) == 1 and things()["sd-1"].place_code == HOOD


def test_only_who_may_change_things_brings_a_table(cast: Cast):
    for who in ("grid", "handler", "dispatcher", "leader", "admin"):
        with pytest.raises(NotAllowed):
            take(TABLE, cast, by=who)


def test_thousands_are_written_by_set(cast: Cast):
    """As many statements for two thousand as for two hundred."""
    counts = []
    for batch, number in enumerate((200, 2000)):
        rows = [
            verbs.NewThing(key=f"b{batch}-{n}", model="smoke-detector", place_code=GRID, waits=n % 2 == 0)
            for n in range(number)
        ]
        with CaptureQueriesContext(connection) as asked:
            taken = verbs.register_many(rows, by=cast.keeper, at=AT)
        assert (len(taken.new), taken.already, taken.refused) == (number, set(), {})
        counts.append(len(asked))
    assert counts[1] <= counts[0], "the first reads the names of places as well"
    with as_system():
        assert Thing.objects.count() == Credential.objects.count() == 2200 and Claim.objects.count() == 1100
        assert Thing.objects.values("no").distinct().count() == 2200


def test_strangers_that_a_table_names_are_strangers_no_more(cast: Cast):
    with as_system():
        Stranger.objects.create(key="sd-1", why="unknown", first_at=AT, last_at=AT)
    take(TABLE, cast)
    with as_system():
        assert Stranger.objects.get().settled_at == AT
