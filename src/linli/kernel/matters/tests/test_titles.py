"""A report without a title is called by its first sentence, not by the first 120 characters."""

import pytest

from linli.kernel.matters.titles import WIDTH, title_of


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("路灯不亮", "路灯不亮"),
        ("路灯不亮。\n已经三天了，请来看看。", "路灯不亮。"),
        ("楼下的井盖碎了，车子过去哐哐响，晚上怕有人踩空", "楼下的井盖碎了，车子过去哐哐响，晚上怕有人踩空"),
        ("从今年春天开始，楼下每天夜里都有人堆放建筑垃圾。" + "消防车根本进不来。" * 9, "从今年春天开始，楼下每天夜里都有人堆放建筑垃圾。消防车根本进不来"),
        ("从今年春天开始，楼下的通道里每天夜里都有人堆放建筑垃圾和旧家具，" + "消防车根本进不来" * 5, "从今年春天开始，楼下的通道里每天夜里都有人堆放建筑垃圾和旧家具…"),
        ("井" * 100, "井" * 40 + "…"),
        ("围墙外的私搭棚面积大约有3.5平方米左右" + "不知道是谁家的" * 5, "围墙外的私搭棚面积大约有3.5平方米左右" + "不知道是谁家的" * 3 + "…"),
        ("The lamp at the corner of Linjiang Road has been dark for a week and nobody comes to look at it at all",
         "The lamp at the corner of Linjiang Road has been dark for a week and nobody…"),
    ],
)  # fmt: skip
def test_the_first_sentence_or_as_much_as_fits(body: str, title: str) -> None:
    assert title_of(body) == title
    assert len(title) <= WIDTH + 1
