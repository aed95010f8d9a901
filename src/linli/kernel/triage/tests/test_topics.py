from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from linli.kernel.triage.placenames import most_named, place_names
from linli.kernel.triage.tests.made import reports
from linli.kernel.triage.topics import Told, hot_topics

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
MIXER = [
    ("银杏苑小区旁的搅拌站夜里开工", "混凝土搅拌站离银杏苑只有五十米，水泥灰到处飞，整夜轰隆隆。"),
    ("请查查银杏苑边上的搅拌站", "搅拌站粉尘很大，阳台一天一层灰，银杏苑的业主都受不了。"),
    ("搅拌站噪音粉尘", "住在银杏苑，楼下的混凝土搅拌站凌晨三点装车，孩子咳嗽。"),
    ("银杏苑业主反映混凝土搅拌站污染", "水泥罐车排成长队，搅拌站没有围挡，灰尘飘进家里。"),
    ("搅拌站什么时候搬走", "银杏苑旁边的搅拌站说好年底搬，现在还在生产，粉尘噪音依旧。"),
]
INTERNS = [
    ("南湖职业学院强制学生进厂实习", "南湖职业学院要我们去电子厂流水线实习，不去就不给毕业证。"),
    ("学院逼学生去电子厂实习", "专业是会计，南湖职业学院安排电子厂实习，每天十二小时。"),
    ("实习与专业无关", "南湖职业学院的实习是在电子厂拧螺丝，老师说不去没有学分。"),
    ("求助：被学校安排进电子厂", "南湖职业学院把大二学生送到电子厂实习，工资被扣了一半。"),
]


def planted(noise: int = 60) -> list[Told]:
    dice = random.Random(4)
    told = []
    for name, cause in (("mixer", MIXER), ("interns", INTERNS)):
        for place, (title, body) in enumerate(cause):
            told.append(Told(f"{name}{place}", title, body, START + timedelta(days=6 * place), f"{name}-p{place}"))
    messages, _ = reports(each=noise // 4, seed=8)
    for place, message in enumerate(messages):
        at = START + timedelta(days=dice.uniform(0, 60))
        told.append(Told(f"noise{place}", message.title, message.body, at, f"n{place}"))
    dice.shuffle(told)
    return told


def causes(topic_members: tuple) -> set[str]:
    return {str(member).rstrip("0123456789") for member in topic_members}


def test_two_planted_causes_are_found_among_noise() -> None:
    topics = hot_topics(planted(), half_life=None)
    found = {frozenset(causes(topic.members)): topic for topic in topics}
    mixer, interns = found[frozenset({"mixer"})], found[frozenset({"interns"})]
    assert len(mixer.members) >= 4
    assert len(interns.members) >= 3
    assert "搅拌站" in mixer.label
    assert mixer.places[0][0].startswith("银杏苑")
    assert "实习" in interns.label
    assert mixer.first == START
    assert mixer.last >= START + timedelta(days=18)


def test_one_person_writing_often_is_no_topic() -> None:
    alone = [
        Told(place, title, body, START + timedelta(days=place), "same") for place, (title, body) in enumerate(MIXER)
    ]
    assert not hot_topics(alone)
    apart = [Told(place, title, body, START, f"p{place}") for place, (title, body) in enumerate(MIXER)]
    assert hot_topics(apart)[0].reporters == 5


def test_heat_cools_with_time_and_a_long_silence_ends_a_topic() -> None:
    told = [Told(place, title, body, START, f"p{place}") for place, (title, body) in enumerate(MIXER)]
    (now,) = hot_topics(told, now=START)
    (later,) = hot_topics(told, now=START + timedelta(days=60))
    assert later.heat == now.heat / 2
    again = [Told(f"b{one.id}", one.title, one.body, START + timedelta(days=200), one.reporter) for one in told]
    others = [one for one in planted() if str(one.id).startswith("noise")]
    mixers = [topic for topic in hot_topics(told + again + others, now=START) if "搅拌站" in topic.label]
    assert [len(topic.members) for topic in mixers] == [5, 5]
    assert mixers[0].last == START + timedelta(days=200)


def test_the_order_of_reports_does_not_matter() -> None:
    told = planted()
    one, other = hot_topics(told), hot_topics(told[::-1])
    assert [(topic.label, topic.heat) for topic in one] == [(topic.label, topic.heat) for topic in other]


def test_nothing_gives_nothing() -> None:
    assert hot_topics([]) == ()
    assert hot_topics([Told(1, "", " ", START)]) == ()


def test_place_names_are_cut_free() -> None:
    assert place_names("我家住在银杏苑小区，位于临溪路旁") == [
        "银杏苑小区",
        "临溪路",
    ] or "银杏苑" in place_names("我家住在银杏苑小区，位于临溪路旁")
    assert "丹桂新城" in place_names("B市B2区丹桂新城附近的工地")
    assert place_names("道路不通，公路太窄，市场很乱") == []
    assert most_named(["丹桂新城小区门口", "丹桂新城很吵", "在丹桂新城"])[0] == ("丹桂新城", 3)
