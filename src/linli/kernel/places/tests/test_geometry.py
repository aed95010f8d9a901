import json
from typing import Any

import pytest
from shapely.geometry import box

from linli.kernel.places import geometry
from linli.kernel.places.geometry import GridIndex, PointIndex, boundary_from_geojson, boundary_from_wkt
from linli.kernel.places.sentences import Fault

SQUARE = [[121.40, 31.20], [121.42, 31.20], [121.42, 31.22], [121.40, 31.22], [121.40, 31.20]]
BOWTIE = [[121.40, 31.20], [121.42, 31.22], [121.42, 31.20], [121.40, 31.22], [121.40, 31.20]]


def polygon(ring: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring]}


def boundary(west: float, south: float, east: float, north: float) -> geometry.MultiPolygon:
    return geometry.checked_boundary(box(west, south, east, north))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (None, "不是 GeoJSON 对象"),
        ("not json", "读不出 JSON"),
        ([1, 2], "不是 GeoJSON 对象"),
        ({"type": "Point", "coordinates": [121, 31]}, "必须是多边形"),
        ({"type": "Polygon"}, "坐标读不懂"),
        ({"type": "Polygon", "coordinates": []}, "坐标读不懂"),
        (polygon(SQUARE[:2]), "坐标读不懂"),
        (polygon([[121.4, 31.2], ["x", 31.2], [121.5, 31.3], [121.4, 31.2]]), "不是数字"),
        (polygon([[121.4, 31.2], [float("inf"), 31.2], [121.5, 31.3], [121.4, 31.2]]), "有限"),
        (polygon([[121.4, 31.2], [221.4, 31.2], [121.5, 31.3], [121.4, 31.2]]), "不在地球上"),
        (polygon([[31.2, 121.4], [31.3, 121.4], [31.3, 121.5], [31.2, 121.4]]), "可能写反了"),
        (polygon([[121.4, 31.2, 0, 0]] * 4), "不是“经度，纬度”"),
        (polygon([[121.4, 31.2]] * 4), "没有围成任何面积"),
        (polygon(BOWTIE), "边线自交"),
        ({**polygon(SQUARE), "crs": {"properties": {"name": "EPSG:4490"}}}, "别的坐标系"),
        (polygon([[121.4, 31.2]] * (geometry.MOST_POINTS + 1)), "请先简化"),
    ],
)
def test_a_boundary_that_cannot_be_is_said_to_be_wrong_in_words(given: object, words: str) -> None:
    with pytest.raises(Fault, match=words):
        boundary_from_geojson(given)


def test_rings_are_turned_and_a_polygon_comes_back_as_it_went_in() -> None:
    clockwise = polygon(SQUARE[::-1])
    back = geometry.to_geojson(boundary_from_geojson(clockwise))
    assert back["type"] == "Polygon"
    assert boundary_from_geojson(back).geoms[0].exterior.is_ccw
    assert boundary_from_geojson(back).equals(boundary_from_geojson(polygon(SQUARE)))


def test_feature_text_and_wkt_mean_the_same() -> None:
    feature = {"type": "Feature", "properties": {}, "geometry": polygon(SQUARE)}
    wkt = "POLYGON((121.4 31.2, 121.42 31.2, 121.42 31.22, 121.4 31.22, 121.4 31.2))"
    assert boundary_from_geojson(json.dumps(feature)).equals(boundary_from_wkt(wkt))


@pytest.mark.parametrize("text", ["POLYGON((", "POINT(121 31)", "", "POLYGON EMPTY"])
def test_wkt_that_is_no_boundary_is_refused(text: str) -> None:
    with pytest.raises(Fault):
        boundary_from_wkt(text)


def test_a_point_finds_the_deepest_place_and_outside_every_place_none() -> None:
    index = GridIndex(
        [
            ("310104001", boundary(121.40, 31.20, 121.44, 31.22)),
            ("310104001001", boundary(121.40, 31.20, 121.42, 31.22)),
            ("310104001001001", boundary(121.40, 31.20, 121.41, 31.22)),
            ("310104001001002", boundary(121.41, 31.20, 121.42, 31.22)),
        ]
    )
    assert index.locate(121.405, 31.21) == "310104001001001"
    assert index.locate(121.43, 31.21) == "310104001"
    assert index.locate(121.41, 31.21) == "310104001001001", "a shared edge always gives the same answer"
    assert index.locate(121.50, 31.21) is None
    assert GridIndex([]).locate(121.4, 31.2) is None


def test_nearest_places_in_metres_and_none_too_far() -> None:
    index = PointIndex([("a", 121.400, 31.2), ("b", 121.401, 31.2), ("c", 121.410, 31.2)])
    near = index.nearest(121.4008, 31.2, within_m=200)
    assert [n.code for n in near] == ["b", "a"]
    assert near[0].metres == pytest.approx(19.0, abs=0.5)


def test_distance_and_area_against_known_figures() -> None:
    # One minute of latitude is a nautical mile, by its old definition.
    assert geometry.distance_m((0, 0), (0, 1 / 60)) == pytest.approx(1852, rel=0.002)
    hectare = box(121.4, 31.2, 121.4 + 100 / (111_195 * 0.855), 31.2 + 100 / 111_195)
    assert geometry.area_m2(hectare) == pytest.approx(10_000, rel=0.01)


def test_overlap_and_sticking_out_are_shares() -> None:
    left, right = boundary(0, 0, 2, 1), boundary(1.5, 0, 3.5, 1)
    assert geometry.overlap_share(left, right) == pytest.approx(0.25)
    assert geometry.outside_share(right, left) == pytest.approx(0.75)
    assert geometry.overlap_share(left, boundary(2, 0, 3, 1)) == 0
