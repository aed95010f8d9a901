from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from linli.kernel.triage.similar import Candidate, Point, metres, similar
from linli.kernel.triage.text import bigrams

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
HERE = Point(121.4737, 31.2304)


def near(east: float) -> Point:
    """A point so many metres to the east."""
    return Point(HERE.longitude + east / 95_200, HERE.latitude)


REPORT = Candidate("new", "临溪路口的井盖破了，车子压上去哐当响", NOW, HERE)
SAME = Candidate("same", "路口井盖碎了一半，很危险", NOW - timedelta(days=3), near(40))


def test_the_same_thing_nearby_is_found_with_its_reasons() -> None:
    (found,) = similar(REPORT, [SAME])
    assert found.id == "same"
    assert found.probability > 0.5
    assert [str(reason) for reason in found.reasons][:2] == ["相距 40 米", "相隔 3 天"]
    assert "井盖" in str(found.reasons[2])


def test_other_things_at_the_same_place_are_not() -> None:
    other = Candidate("other", "对面饭店油烟直排，熏得开不了窗", NOW - timedelta(days=1), near(20))
    assert not similar(REPORT, [other])


def test_the_same_words_far_away_are_another_matter() -> None:
    far = Candidate("far", REPORT.text, NOW, near(4000))
    close = Candidate("close", REPORT.text, NOW, near(10))
    assert [found.id for found in similar(REPORT, [far, close])] == ["close"]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (SAME, Candidate("w", SAME.text, SAME.at - timedelta(days=40), SAME.point)),
        (SAME, Candidate("w", SAME.text, SAME.at, near(400))),
        (SAME, Candidate("w", "路口有一个洞，很危险", SAME.at, SAME.point)),
    ],
)
def test_nearer_sooner_and_more_alike_is_likelier(better: Candidate, worse: Candidate) -> None:
    found = similar(REPORT, [worse, better], at_least=0)
    assert [one.id for one in found] == ["same", "w"]


def test_place_codes_serve_where_there_is_no_point() -> None:
    code = "310101001001001002003"
    one = Candidate(1, "三号楼电梯困人", NOW, place_code=code)
    same = Candidate(2, "电梯又困人了", NOW - timedelta(hours=2), place_code=code)
    far = Candidate(3, "电梯又困人了", NOW - timedelta(hours=2), place_code="310101002001001002003")
    assert [found.id for found in similar(one, [same, far])] == [2]


def test_a_report_is_not_its_own_duplicate() -> None:
    assert not similar(REPORT, [REPORT], at_least=0)


def test_metres_of_a_degree_of_latitude() -> None:
    assert metres(Point(120, 30), Point(120, 31)) == pytest.approx(111_195, abs=5)


def test_bigrams_stop_at_punctuation_and_keep_latin_words() -> None:
    assert list(bigrams("3号井盖坏了")) == ["3", "号井", "井盖", "盖坏", "坏了"]
    assert list(bigrams("电梯，WiFi 坏")) == ["电梯", "wifi", "坏"]
    assert not list(bigrams(""))
