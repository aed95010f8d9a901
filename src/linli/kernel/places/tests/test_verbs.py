from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Max, QuerySet
from django.utils import timezone

from linli.kernel.access import SYSTEM, Conflict, Invalid, NotAllowed, NotFound, Refused, Role, look_as
from linli.kernel.audit.models import Record
from linli.kernel.places import queries, verbs
from linli.kernel.places.models import Place, Succession
from linli.kernel.places.rows import Address

from .conftest import BEGIN, GRID, HOME, NOW, keeper, row, square

Town = Callable[[str], Any]
TODAY = timezone.localdate(NOW)
YESTERDAY = TODAY - timedelta(days=1)
STREET, OTHER = "310104001", "310104002"


_before = 0


def records() -> QuerySet[Record]:
    """What this test recorded: the table is append-only, so others' committed records stay in it."""
    return Record.objects.filter(seq__gt=_before)


def told() -> list[str]:
    return list(records().order_by("seq").values_list("verb", flat=True))


@pytest.fixture(autouse=True)
def all_seen(db: None) -> None:
    global _before
    look_as(SYSTEM)
    _before = Record.objects.aggregate(last=Max("seq"))["last"] or 0


def check_deferred() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_a_batch_leaves_one_record(town: Town) -> None:
    assert told() == ["places.bulk_add"]
    check_deferred()
    assert town(HOME).parent.name == "1单元"
    assert town(STREET).lon == pytest.approx(121.42), "the point is taken from inside the boundary"


def test_a_name_has_its_time(town: Town) -> None:
    place = verbs.rename_place(by=SYSTEM, at=NOW, code=STREET, name=" 滨江街道 ", on=date(2024, 5, 1))
    assert place.name == "滨江街道" and place.version == 2
    before, after = queries.at(STREET, date(2024, 4, 30)), queries.at(STREET, date(2024, 5, 1))
    assert before and after and (before.name, after.name) == ("临江街道", "滨江街道")
    assert queries.at(STREET, BEGIN - timedelta(days=1)) is None
    assert queries.path(STREET, date(2024, 4, 30))[-1] == "临江街道"
    assert queries.find("临江街道")[0].code == STREET, "the old name still finds it"
    assert town(STREET).pk == after.pk and town("310104001001").parent_id == after.pk
    told_of = Succession.objects.get()
    assert (told_of.predecessor, told_of.successor, told_of.kind) == (before, after, "rename")
    assert told() == ["places.bulk_add", "places.rename"]
    assert records().get(verb="places.rename").stream == f"place:{after.pk}"


def test_a_name_given_on_the_first_day_is_a_correction(town: Town) -> None:
    verbs.rename_place(by=SYSTEM, at=NOW, code=STREET, name="临江路街道", on=BEGIN)
    assert Place.objects.filter(code=STREET).count() == 1
    assert town(STREET).aliases == []


@pytest.mark.parametrize(
    ("changed", "refusal", "words"),
    [
        ({"name": "  "}, Invalid, "请填写地点名称"),
        ({"name": "街" * 65}, Invalid, "最多 64 个字"),
        ({"name": "临江街道"}, Invalid, "相同"),
        ({"on": TODAY + timedelta(days=1)}, Invalid, "还没有到"),
        ({"on": date(2019, 1, 1)}, Conflict, "生效日期要晚于"),
        ({"code": "310104009"}, NotFound, "没有代码为"),
        ({"code": "nonsense", "by": SYSTEM}, NotFound, "没有代码为"),
        ({"version": 7}, Conflict, "刚被别人改过"),
        ({"by": keeper(OTHER)}, NotAllowed, "管辖范围"),
        ({"by": replace(SYSTEM, role="resident", scope="31")}, NotAllowed, "权限"),
    ],
)
def test_a_rename_that_does_not_fit_is_refused_and_changes_nothing(
    town: Town, changed: dict[str, Any], refusal: type[Refused], words: str
) -> None:
    given: dict[str, Any] = {"by": keeper(), "at": NOW, "code": STREET, "name": "新街道"} | changed
    with pytest.raises(refusal, match=words):
        verbs.rename_place(**given)
    assert told() == ["places.bulk_add"]
    assert town(STREET).name == "临江街道"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (row("310104009", "", valid_from=None), "请填写地点名称"),
        (row("31010400", "某街道"), "有 8 位"),
        (row("310105001", "某街道"), "上级地点 310105 不存在"),
        (row(STREET, "某街道"), "已经有地点"),
        (row("310104009", "某街道", valid_to=BEGIN), "失效日期必须晚于"),
        (row("310104009", "某街道", lon=121.0), "要么都填"),
        (row("310104009", "某街道", lon=31.2, lat=121.4), "可能写反了"),
        (row("310104009", "某街道", lane="1" * 17), "太长"),
        (row("310104009", "某街道", boundary=square(121.43, 31.20, 121.45, 31.22)), "重叠 50%"),
        (row("310104001003", "某居委会", boundary=square(121.42, 31.22, 121.44, 31.24)), "100% 在上级“临江街道”"),
    ],
)
def test_a_place_that_cannot_be_is_refused(town: Town, given: Any, words: str) -> None:
    count = Place.objects.count()
    with pytest.raises(Invalid, match=words):
        verbs.add_place(by=keeper(), at=NOW, row=given)
    with pytest.raises(Invalid, match=words):
        verbs.bulk_add([row("310104008", "好街道"), given], by=keeper(), at=NOW)
    assert Place.objects.count() == count


def test_a_place_is_added_and_its_neighbours_may_touch(town: Town) -> None:
    touching = row("310104003", "北岸街道", boundary=square(121.40, 31.22, 121.44, 31.24))
    place = verbs.add_place(by=keeper(), at=NOW, row=touching)
    assert (place.level, place.parent.code, place.version) == (4, "310104", 1)
    assert told()[-1] == "places.add"


def test_a_moved_boundary_keeps_the_old_one(town: Town) -> None:
    verbs.move_boundary(by=keeper(), at=NOW, code=GRID, boundary=square(121.40, 31.20, 121.415, 31.22))
    assert queries.locate(121.414, 31.21) == GRID
    old = queries.at(GRID, YESTERDAY)
    assert old and old.boundary["coordinates"][0][1] == [121.41, 31.2]
    assert told()[-1] == "places.move_boundary"


@pytest.mark.parametrize(
    ("code", "boundary", "words"),
    [
        (STREET, square(121.40, 31.20, 121.45, 31.22), "重叠"),
        (STREET, square(121.42, 31.20, 121.44, 31.22), "“临江居委会”的边界有 100% 在上级"),
        ("310104001002", square(121.42, 31.20, 121.44, 31.24), "在上级“临江街道”的边界之外"),
        (STREET, {"type": "Point", "coordinates": [1, 1]}, "必须是多边形"),
        (STREET, "", "读不出 JSON"),
    ],
)
def test_a_boundary_that_does_not_fit_is_refused(town: Town, code: str, boundary: Any, words: str) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        verbs.move_boundary(by=keeper(), at=NOW, code=code, boundary=boundary)
    assert "boundary" in refused.value.fields
    assert told() == ["places.bulk_add"]


def test_details_change_only_where_given(town: Town) -> None:
    code = GRID + "001"
    verbs.change_details(by=keeper(), at=NOW, code=code, aliases=("幸福里",))
    assert town(code).lane == "128" and queries.find("幸福里3-502")[0].code == HOME
    verbs.change_details(by=keeper(), at=NOW, code=code, aliases=("幸福里",))
    assert told() == ["places.bulk_add", "places.change_details"], "nothing new is no record"
    verbs.change_details(by=keeper(), at=NOW, code=code, address=Address(road="临江路", lane="130"))
    assert queries.find("临江路130弄3号楼502室")[0].code == HOME
    with pytest.raises(Invalid, match="不在地球上"):
        verbs.change_details(by=keeper(), at=NOW, code=code, point=(200, 0))
    with pytest.raises(Invalid, match="太长"):
        verbs.change_details(by=keeper(), at=NOW, code=code, address=Address(room="1" * 17))


def test_a_place_is_closed_only_when_nothing_stands_below(town: Town) -> None:
    with pytest.raises(Conflict, match="还有 1 个有效的地点"):
        verbs.close_place(by=keeper(), at=NOW, code=GRID + "00100301", note="拆除")
    verbs.close_place(by=keeper(), at=NOW, code=HOME, note="拆除")
    assert not queries.exists(HOME) and queries.at(HOME, YESTERDAY)
    assert records().get(verb="places.close").note == "拆除"
    again = verbs.add_place(by=keeper(), at=NOW, row=row(HOME, "502室", room="502", valid_from=TODAY))
    assert again.valid_from == TODAY


def test_another_code_takes_everything_below_along(town: Town) -> None:
    verbs.recode_place(by=keeper(), at=NOW, code="310104001001", new_code="310104002005")
    check_deferred()
    new_home = "310104002005" + HOME[12:]
    assert town(new_home).parent.parent.parent.code == "310104002005" + GRID[12:] + "001"
    assert town("310104002005").parent.code == OTHER
    assert not queries.exists(HOME) and queries.at(HOME, YESTERDAY)
    assert [p.code for p in queries.succeeded_by(HOME)] == [new_home]
    assert queries.find("临江路128弄3号楼502室")[0].code == new_home
    with pytest.raises(Conflict, match="不重复使用"):
        verbs.recode_place(by=keeper(), at=NOW, code="310104002005", new_code="310104001001", on=TODAY)
    assert told() == ["places.bulk_add", "places.recode"]


@pytest.mark.parametrize(
    ("new", "by", "refusal", "words"),
    [
        ("310104001001009", keeper(), Invalid, "不在同一级"),
        ("nonsense", keeper(), Invalid, "只能由数字"),
        ("310104001002", keeper(), Conflict, "不重复使用"),
        ("310104009001", keeper(), NotFound, "310104009"),
        ("310104002009", keeper(STREET), NotAllowed, "管辖范围"),
    ],
)
def test_a_code_that_does_not_fit_is_refused(
    town: Town, new: str, by: Any, refusal: type[Refused], words: str
) -> None:
    with pytest.raises(refusal, match=words):
        verbs.recode_place(by=by, at=NOW, code="310104001001", new_code=new)
    assert queries.exists(HOME)


def test_two_streets_become_one_that_stands(town: Town) -> None:
    verbs.merge_places(by=keeper(), at=NOW, codes_from=[OTHER, STREET], into=STREET)
    check_deferred()
    assert [p.name for p in queries.children(STREET)] == ["临江居委会", "滨江居委会", "花园居委会"]
    assert [p.code for p in queries.succeeded_by("310104002001")] == ["310104001003"], "001 was taken"
    assert [p.code for p in queries.succeeded_by(OTHER)] == [STREET]
    assert queries.at(OTHER, YESTERDAY) and not queries.exists(OTHER)
    assert queries.locate(121.45, 31.21) == "310104001003"
    assert queries.exists(HOME), "what lay below the one that stands keeps its codes"
    record = records().get(verb="places.merge")
    assert record.after and record.after["recoded"] == {"310104002001": "310104001003"}


def test_two_streets_become_a_new_one(town: Town) -> None:
    new = row("310104011", "两江街道")
    place = verbs.merge_places(by=keeper(), at=NOW, codes_from=[STREET, OTHER], into=new)
    check_deferred()
    assert place.valid_from == TODAY and place.boundary["type"] == "Polygon"
    assert [p.code for p in queries.children("310104")] == ["310104011"]
    assert [p.code for p in queries.children("310104011")] == ["310104011001", "310104011002", "310104011003"]
    assert [p.code for p in queries.succeeded_by(HOME)] == ["310104011" + HOME[9:]]
    later = NOW + timedelta(days=9)
    verbs.recode_place(by=keeper(), at=later, code="310104011", new_code="310104012")
    day = timezone.localdate(later)
    assert [p.code for p in queries.succeeded_by(HOME, day)] == ["310104012" + HOME[9:]]


@pytest.mark.parametrize(
    ("given", "refusal", "words"),
    [
        ({"codes_from": [STREET], "into": STREET}, Invalid, "至少选择一个"),
        ({"codes_from": ["310104001001"], "into": OTHER}, Invalid, "不在同一级"),
        ({"codes_from": [STREET, "310104009"], "into": OTHER}, NotFound, "310104009"),
        ({"codes_from": [STREET], "into": OTHER, "on": BEGIN}, Conflict, "生效日期要晚于"),
        ({"codes_from": [STREET], "into": row(OTHER, "新")}, Conflict, "不重复使用"),
        ({"codes_from": [STREET], "into": OTHER, "by": keeper(STREET)}, NotAllowed, "管辖范围"),
    ],
)
def test_a_merger_that_does_not_fit_is_refused(
    town: Town, given: dict[str, Any], refusal: type[Refused], words: str
) -> None:
    with pytest.raises(refusal, match=words):
        verbs.merge_places(**({"by": keeper(), "at": NOW} | given))
    assert queries.exists(HOME) and queries.exists(STREET)


def test_one_street_becomes_two(town: Town) -> None:
    into = [
        row("310104021", "西街道", boundary=square(121.40, 31.20, 121.42, 31.22)),
        row("310104022", "东街道", boundary=square(121.42, 31.20, 121.44, 31.22)),
    ]
    placed = {"310104001001": "310104021", "310104001002": "310104022"}
    with pytest.raises(Invalid, match="请说明“滨江居委会”归到"):
        verbs.split_place(by=keeper(), at=NOW, code=STREET, into=into, children={"310104001001": "310104021"})
    verbs.split_place(by=keeper(), at=NOW, code=STREET, into=into, children=placed)
    check_deferred()
    assert [p.code for p in queries.succeeded_by(STREET)] == ["310104021", "310104022"]
    assert queries.locate(121.43, 31.21) == "310104022002"
    assert queries.exists("310104021" + HOME[9:])
    assert told()[-1] == "places.split"


def test_a_part_without_a_boundary_gets_that_of_what_lies_below_it(town: Town) -> None:
    into = [row("310104021", "西街道"), row("310104022", "东街道")]
    placed = {"310104001001": "310104021", "310104001002": "310104022"}
    west, east = verbs.split_place(by=keeper(), at=NOW, code=STREET, into=into, children=placed)
    check_deferred()
    bounds = {child.code[:9]: child.boundary for part in into for child in queries.children(part.code)}
    assert all(bounds.values()) and west.boundary and east.boundary
    assert queries.locate(121.43, 31.21) == "310104022002"


def test_a_batch_outside_the_scope_is_not_allowed(town: Town) -> None:
    with pytest.raises(NotAllowed):
        verbs.bulk_add([row("310104001009", "一"), row("310104002009", "二")], by=keeper(STREET), at=NOW)
    assert verbs.bulk_add([], by=keeper(), at=NOW) == 0


def test_thousands_at_once_are_quick(town: Town) -> None:
    rows = [row(f"{GRID}001003{unit:02}", f"{unit}单元", unit=str(unit)) for unit in range(2, 100)]
    rows += [
        row(f"{GRID}001003{unit:02}{room:04}", f"{room}室", room=str(room))
        for unit in range(2, 100)
        for room in range(101, 201)
    ]
    assert verbs.bulk_add(rows, by=SYSTEM, at=NOW) == 98 + 9800
    check_deferred()


ACTS: dict[str, Callable[..., object]] = {
    "add": lambda by: verbs.add_place(by=by, at=NOW, row=row("310104001009", "新居委会")),
    "bulk_add": lambda by: verbs.bulk_add([row("310104001009", "新居委会")], by=by, at=NOW),
    "rename": lambda by: verbs.rename_place(by=by, at=NOW, code=STREET, name="新街道"),
    "move_boundary": lambda by: verbs.move_boundary(
        by=by, at=NOW, code=STREET, boundary=square(121.39, 31.20, 121.44, 31.22)
    ),
    "change_details": lambda by: verbs.change_details(by=by, at=NOW, code=STREET, aliases=("临街",)),
    "close": lambda by: verbs.close_place(by=by, at=NOW, code=HOME, note="拆除"),
    "recode": lambda by: verbs.recode_place(by=by, at=NOW, code="310104001001", new_code="310104001009"),
    "merge": lambda by: verbs.merge_places(by=by, at=NOW, codes_from=["310104001002"], into="310104001001"),
    "split": lambda by: verbs.split_place(
        by=by,
        at=NOW,
        code="310104001002",
        into=[row("310104001008", "甲居委会"), row("310104001009", "乙居委会")],
        children={},
    ),
}


@pytest.mark.parametrize("verb", ACTS)
def test_each_verb_asks_for_the_permission_at_the_place(town: Town, verb: str) -> None:
    resident = replace(keeper(STREET), role=Role.RESIDENT)
    for stranger in (keeper(OTHER), keeper(""), resident):
        with pytest.raises(NotAllowed):
            ACTS[verb](stranger)
    assert told() == ["places.bulk_add"]
    ACTS[verb](keeper(STREET))
    assert told() == ["places.bulk_add", f"places.{verb}"], "one act, one record"
    check_deferred()


def test_a_place_below_that_began_too_late_stops_the_move_with_a_sentence(town: Town) -> None:
    verbs.add_place(by=keeper(), at=NOW, row=row(GRID + "009", "新小区", valid_from=TODAY))
    with pytest.raises(Conflict, match="“新小区”自"):
        verbs.recode_place(by=keeper(), at=NOW, code="310104001001", new_code="310104001009")
