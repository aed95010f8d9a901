"""Each constraint is broken by raw SQL, past every verb."""

import pytest
from django.db import IntegrityError, connection, transaction

from linli.kernel.places import codes
from linli.kernel.places.codes import Level
from linli.kernel.places.models import Place, Stamp

pytestmark = pytest.mark.django_db(transaction=True)

_ADD = """
INSERT INTO places_place (id, code, parent_id, name, aliases, valid_from, valid_to, lon, lat, boundary,
  road, lane, number, building, unit, room, source, version)
VALUES (uuidv7(), %(code)s, (SELECT id FROM places_place WHERE code = %(parent)s AND valid_to IS NULL),
  %(name)s, '{}', %(valid_from)s, %(valid_to)s, %(lon)s, %(lat)s, %(boundary)s, '', '', '', '', '', '', '', 1)
"""


def add(code: str, **changed: object) -> None:
    row: dict[str, object] = {"parent": None, "name": "某地", "valid_from": "2020-01-01", "valid_to": None}
    row |= {"lon": None, "lat": None, "boundary": None, "code": code} | changed
    with connection.cursor() as cursor:
        cursor.execute(_ADD, row)


def broken_by(constraint: str, code: str, **changed: object) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        add(code, **changed)


@pytest.mark.parametrize("code", ["3a", "03", "３１", " 1"])
def test_a_code_is_digits(code: str) -> None:
    broken_by("a_code_is_digits", code)


@pytest.mark.parametrize("code", ["310", "31010", "3" * 26])
def test_a_code_has_the_length_of_a_level(code: str) -> None:
    broken_by("a_code_has_the_length_of_a_level", code)


@pytest.mark.parametrize("name", ["", "  "])
def test_a_place_has_a_name(name: str) -> None:
    broken_by("a_place_has_a_name", "31", name=name)


@pytest.mark.parametrize("end", ["2020-01-01", "2019-12-31"])
def test_a_place_ends_after_it_begins(end: str) -> None:
    broken_by("a_place_ends_after_it_begins", "31", valid_to=end)


@pytest.mark.parametrize(
    "point",
    [{"lon": 181, "lat": 31}, {"lon": 121, "lat": -91}, {"lon": 121}, {"lat": 31}, {"lon": "NaN", "lat": 31}],
)
def test_a_point_is_whole_and_on_the_globe(point: dict[str, object]) -> None:
    broken_by("a_point_is_whole_and_on_the_globe", "31", **point)


@pytest.mark.parametrize(
    "boundary", ["{}", "[]", '{"type": "Point", "coordinates": [1, 2]}', '{"type": "Polygon"}']
)
def test_a_boundary_is_a_polygon(boundary: str) -> None:
    broken_by("a_boundary_is_a_polygon", "31", boundary=boundary)


def test_one_place_of_a_code_at_a_time_and_any_number_one_after_the_other() -> None:
    add("31", valid_to="2021-01-01")
    broken_by("one_place_of_a_code_at_a_time", "31", valid_from="2020-12-31", valid_to="2022-01-01")
    add("31", valid_from="2021-01-01")
    broken_by("one_place_of_a_code", "31", valid_from="2025-01-01")
    assert Place.objects.filter(code="31").count() == 2


def test_a_place_hangs_below_the_row_with_its_parents_code() -> None:
    add("31")
    add("32")
    broken_by("a_place_hangs_below_its_parents_code", "3101", parent="32")
    broken_by("a_place_hangs_below_its_parents_code", "3101", parent=None)
    broken_by("a_place_hangs_below_its_parents_code", "33", parent="31")
    add("3101", parent="31")
    assert Place.objects.get(code="3101").parent_code == "31"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE places_place SET name = '别名' WHERE valid_to IS NOT NULL",
        "UPDATE places_place SET code = '32' WHERE valid_to IS NULL",
        "DELETE FROM places_place",
    ],
)
def test_history_is_neither_written_over_nor_deleted(statement: str) -> None:
    add("31", valid_to="2021-01-01")
    add("31", valid_from="2021-01-01")
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(statement)


def test_successions_are_told_once_and_never_of_oneself() -> None:
    add("31")
    add("32")
    add("33")
    tell = (
        "INSERT INTO places_succession (id, predecessor_id, successor_id, kind, at, heir) SELECT uuidv7(), a.id, b.id,"
        " %s, '2024-01-01', %s FROM places_place a, places_place b WHERE a.code = %s AND b.code = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(tell, ["merge", True, "31", "32"])
        for name, given in (
            ("a_succession_is_told_once", ["merge", False, "31", "32"]),
            ("a_place_has_one_heir", ["split", True, "31", "33"]),
            ("no_place_succeeds_itself", ["merge", False, "31", "31"]),
            ("a_succession_has_a_known_kind", ["eaten", True, "32", "31"]),
        ):
            with pytest.raises(IntegrityError, match=name):
                cursor.execute(tell, given)


def test_the_stamp_changes_with_any_place_and_never_comes_back() -> None:
    def stamp() -> str:
        return str(Stamp.objects.first())

    seen = [stamp()]
    with transaction.atomic():
        add("31")
        seen.append(stamp())
        transaction.set_rollback(True)
    add("32")
    seen.append(stamp())
    Place.objects.filter(code="32").update(name="别名")
    seen.append(stamp())
    assert len(set(seen)) == 4
    with pytest.raises(IntegrityError, match="there_is_one_stamp"):
        Stamp.objects.create(id=2, tx="1", count=1)


def test_the_database_counts_levels_and_parents_as_the_pure_room_does() -> None:
    home = "310104001002003004005060708"
    with connection.cursor() as cursor:
        for level in Level:
            code = codes.prefix(home, level)
            cursor.execute("SELECT places_level(%s), places_parent(%s)", [code, code])
            assert cursor.fetchone() == (level, codes.parent(code))


def test_names_are_cut_into_pairs_but_not_those_of_homes() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT places_bigrams('310104', '徐汇区', '{徐汇}')")
        assert sorted(cursor.fetchone()[0]) == ["徐汇", "汇区"]
        cursor.execute("SELECT places_bigrams(%s, '502室', '{}')", ["3" * 27])
        assert cursor.fetchone()[0] == []
