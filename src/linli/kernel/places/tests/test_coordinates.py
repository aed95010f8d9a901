import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.places.coordinates import Datum, from_wgs84, is_shifted, to_wgs84
from linli.kernel.places.geometry import distance_m

inland = st.tuples(st.floats(73.5, 135.0), st.floats(3.0, 53.6))
shifted_datums = st.sampled_from([Datum.GCJ02, Datum.BD09])


@given(point=inland, datum=shifted_datums)
def test_there_and_back_is_the_same_place(point: tuple[float, float], datum: Datum) -> None:
    assert distance_m(point, to_wgs84(*from_wgs84(*point, datum), datum)) < 0.01


@given(point=inland)
def test_the_shift_is_hundreds_of_metres_and_never_kilometres(point: tuple[float, float]) -> None:
    assert distance_m(point, from_wgs84(*point, Datum.GCJ02)) < 1500


# The pairs that the public implementations of the formulas (eviltransform) test themselves with.
@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_known_pairs(wgs: tuple[float, float], gcj: tuple[float, float]) -> None:
    assert distance_m(from_wgs84(*wgs, Datum.GCJ02), gcj) < 0.5


def test_outside_china_nothing_moves() -> None:
    helsinki = (24.94, 60.17)
    assert not is_shifted(*helsinki)
    assert from_wgs84(*helsinki, Datum.GCJ02) == helsinki
    assert to_wgs84(*helsinki, Datum.GCJ02) == helsinki


def test_wgs_is_left_alone() -> None:
    assert to_wgs84(121.0, 31.0, Datum.WGS84) == (121.0, 31.0)
