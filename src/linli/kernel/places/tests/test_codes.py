import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.places import codes
from linli.kernel.places.codes import Level
from linli.kernel.places.sentences import Fault

HOME = "310104001002003004005060708"


def any_code(level: Level = Level.HOME) -> st.SearchStrategy[str]:
    return st.from_regex(rf"[1-9][0-9]{{{level.digits - 1}}}", fullmatch=True)


levels = st.sampled_from(list(Level))


def test_the_twelve_digits_of_the_statistical_code_and_ours_below() -> None:
    assert [codes.prefix(HOME, level) for level in Level] == [
        "31",
        "3101",
        "310104",
        "310104001",
        "310104001002",
        "310104001002003",
        "310104001002003004",
        "310104001002003004005",
        "31010400100200300400506",
        HOME[:27],
    ]


@given(code=any_code(), level=levels)
def test_a_prefix_has_the_level_asked_for_and_holds_the_code(code: str, level: Level) -> None:
    above = codes.prefix(code, level)
    assert codes.level_of(above) is level
    assert codes.is_within(code, above)


@given(code=any_code())
def test_walking_up_by_parent_passes_every_ancestor_and_ends(code: str) -> None:
    walked, step = [], codes.parent(code)
    while step is not None:
        walked.append(step)
        step = codes.parent(step)
    assert tuple(reversed(walked)) == codes.ancestors(code)
    assert codes.lineage(code) == (code, *walked)


@given(code=any_code(), other=any_code())
def test_the_common_place_holds_both_and_nothing_deeper_does(code: str, other: str) -> None:
    shared = codes.common([code, other])
    holding = [a for a in codes.lineage(code) if codes.is_within(other, a)]
    assert shared == (holding[0] if holding else None)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", "不能为空"),
        ("31010", "有 5 位"),
        ("31010A", "只能由数字"),
        ("３１", "只能由数字"),
        ("01", "以 0 开头"),
        ("3" * 30, "有 30 位"),
        ("31 ", "只能由数字"),
    ],
)
def test_a_code_that_cannot_be_is_said_to_be_wrong_in_words(code: str, words: str) -> None:
    with pytest.raises(Fault, match=words):
        codes.level_of(code)


def test_there_is_no_street_above_a_city() -> None:
    with pytest.raises(Fault, match="它之上没有街镇"):
        codes.prefix("3101", Level.STREET)


@pytest.mark.parametrize(
    ("code", "scope", "inside"),
    [
        ("310104001", "310104", True),
        ("310104", "310104", True),
        ("310104", "310104001", False),
        ("310105001", "310104", False),
        ("310104", "*", True),
        ("310104", "", False),
    ],
)
def test_scope_is_a_prefix(code: str, scope: str, inside: bool) -> None:
    assert codes.is_within(code, scope) is inside


def test_the_nearest_row_wins_and_everywhere_is_the_last_resort() -> None:
    rows = {"31": "province", "310104001": "street", "*": "anywhere"}
    assert codes.nearest(rows, "310104001002") == "street"
    assert codes.nearest(rows, "310105001002") == "province"
    assert codes.nearest(rows, "110101") == "anywhere"
    assert codes.nearest({}, "110101") is None
