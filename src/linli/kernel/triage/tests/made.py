"""Invented reports for the tests: none is taken from anywhere."""

from __future__ import annotations

import random

from linli.kernel.triage.text import Message

KINDS: dict[str, tuple[list[str], list[str]]] = {
    "street-light": (
        ["路灯不亮", "路灯一闪一闪", "整条路没有路灯", "灯杆歪了"],
        ["晚上走路看不清", "老人摔了一跤", "灯泡坏了一个星期", "一到天黑就伸手不见五指"],
    ),
    "garbage": (
        ["垃圾没人清运", "垃圾桶满了", "楼下堆满垃圾", "厨余垃圾发臭"],
        ["苍蝇到处飞", "环卫好几天没来", "臭得不敢开窗", "分类点旁边全是袋子"],
    ),
    "noise": (
        ["夜间施工噪音", "广场舞音响太吵", "楼上装修吵闹", "酒吧半夜扰民"],
        ["睡不着觉", "孩子要考试", "分贝很高", "凌晨两点还在响"],
    ),
    "water": (
        ["自来水停水", "水管漏水", "水压太低", "水表井冒水"],
        ["做不了饭", "水费还涨了", "水厂说在抢修", "一楼都淹了"],
    ),
}
WHERE = ["临溪路", "望江苑", "百草园小区", "三号楼", "南门口", "学府街", "向阳社区", "银杏里"]
ENDS = ["请尽快处理", "希望有人管管", "谢谢", "已经反映过一次", "盼回复"]


def reports(each: int = 15, seed: int = 1) -> tuple[list[Message], list[str]]:
    """`each` messages of every kind in mixed order, and their kinds."""
    dice = random.Random(seed)
    made = []
    for kind, (titles, bodies) in KINDS.items():
        for _ in range(each):
            title = dice.choice(WHERE) + dice.choice(titles)
            body = "，".join(dice.sample(bodies, 2)) + "，" + dice.choice(WHERE) + "。" + dice.choice(ENDS)
            made.append((Message(title, body), kind))
    dice.shuffle(made)
    return [message for message, _ in made], [kind for _, kind in made]
