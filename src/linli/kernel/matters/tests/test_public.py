"""What is hidden from the public, and what must stay readable."""

from __future__ import annotations

import pytest

from linli.kernel.matters import public


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("我住3号楼502室，电话13912345678", "我住3号楼***，电话***"),
        ("电话-139 1234 5678", "电话-***"),
        ("１３９１２３４５６７８", "***"),
        ("总机021-63334444", "总机***"),
        ("身份证31010119900101123X", "身份证***"),
        ("找 a.b@c.cn 或 https://x.cn/a?b=1", "找 *** 或 ***"),
        ("沪A12345挡住出口", "***挡住出口"),
        ("3号楼1单元502漏水", "3号楼***漏水"),
        ("幸福里12号1201", "幸福里12号***"),
        ("12-502室", "12***"),
    ],
)
def test_what_points_at_a_person_or_a_home_is_hidden(text: str, shown: str):
    assert public.words(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-07 22:30 又施工",
        "2026年9月7日",
        "临江路128弄门口堆垃圾100米",
        "聚了1200人",
        "10点到12点 3-5人",
        "三户居民",
    ],
)
def test_what_says_where_and_when_is_not(text: str):
    assert public.words(text) == text


def test_an_address_ends_at_the_building():
    assert public.address("临江路128弄3号楼502室") == "临江路128弄3号楼"
    assert public.address("临江路128号") == "临江路128号"
