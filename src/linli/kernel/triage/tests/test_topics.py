from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from linli.kernel.triage.placenames import most_named, place_names
from linli.kernel.triage.tests.made import WHERE, reports
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


HOODS = [f"99010100100{n}" for n in range(1, 7)]
WORDS = ["老人", "孩子", "邻居", "楼上", "门口", "晚上", "早上", "上周", "一直", "没人管", "太危险", "请处理"]


def litter(count: int, hoods: list[str], seed: int = 3) -> list[Told]:
    """The same kind of complaint again and again, each about another spot."""
    dice = random.Random(seed)
    return [
        Told(
            f"litter{n}",
            f"{dice.choice(WHERE)}{dice.randint(1, 90)}号门口垃圾没人扫",
            f"{dice.choice(WORDS)}说垃圾堆在路边好几天，{dice.choice(WORDS)}{dice.choice(WORDS)}。",
            START + timedelta(days=dice.uniform(0, 80)),
            f"l{n}",
            code=dice.choice(hoods),
            kind="street-litter",
        )
        for n in range(count)
    ]


METRO_TITLES = ["地铁工地半夜施工", "夜里倒混凝土", "工地吵得睡不着", "打桩声音太大"]
METRO_SAID = [
    "地铁工地每天半夜打桩，整栋楼都在震",
    "地铁站工地凌晨一点还在倒混凝土，搅拌车排到路口",
    "地铁围挡里夜里吊钢筋，哐当一声把孩子吓醒",
    "地铁施工天天干到凌晨，没有看到夜间施工的公告",
]


def metro(count: int, hood: str, seed: int = 5) -> list[Told]:
    """One building site, told in different words by those who live beside it."""
    dice = random.Random(seed)
    return [
        Told(
            f"metro{n}",
            dice.choice(METRO_TITLES),
            f"{dice.choice(WHERE)}的{dice.choice(WORDS)}说，{dice.choice(METRO_SAID)}，{dice.choice(WORDS)}。",
            START + timedelta(days=n),
            f"m{n}",
            code=hood,
            kind="construction-noise",
        )
        for n in range(count)
    ]


def test_what_happens_everywhere_all_the_time_is_a_theme_and_no_topic() -> None:
    topics = hot_topics([*litter(90, HOODS), *metro(12, HOODS[2])], half_life=None)
    assert [causes(topic.members) for topic in topics] == [{"metro"}]


def test_many_voices_at_one_place_make_one_topic() -> None:
    (topic,) = hot_topics([*litter(90, HOODS), *metro(16, HOODS[2])], half_life=None)
    assert len(topic.members) == 16 and topic.code == HOODS[2]


def test_a_cause_without_a_place_is_known_by_words_of_its_own() -> None:
    told = [
        replace(one, code=HOODS[n % 6], kind="prepaid-card")
        for n, one in enumerate(planted(0))
        if "mixer" in str(one.id)
    ]
    told = [replace(one, body=one.body.replace("银杏苑", "")) for one in told * 1]
    spread = [replace(one, id=f"more{n}", reporter=f"x{n}", code=HOODS[n % 6]) for n, one in enumerate(told)]
    topics = hot_topics([*litter(90, HOODS), *told, *spread], half_life=None)
    assert topics and "搅拌站" in topics[0].label and topics[0].code == ""


def test_a_label_holds_whole_words() -> None:
    (topic,) = hot_topics([*litter(90, HOODS), *metro(16, HOODS[2])], half_life=None)
    assert "地铁" in topic.label
    name = "星河湾畔健身会所"  # longer than any phrase: every cut through it is held by its neighbour
    told = [
        replace(one, title=f"{word}{name}关门", body=f"去年在{name}{word}办的卡，{one.body}")
        for one, word in zip(metro(16, HOODS[2]), WORDS * 2, strict=False)
    ]
    (topic,) = hot_topics([*litter(90, HOODS), *told], half_life=None)
    assert topic.phrases
    for phrase in topic.phrases:
        assert phrase not in name or phrase in ("健身", "健身会所"), topic.phrases


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("我住在和平路,下水道堵了", ["和平路"]),
        ("向阳社区的路灯不亮", ["向阳社区"]),
        ("从丽景花园和银杏苑小区之间穿过", ["丽景花园", "银杏苑"]),
        ("和平小区和睦家园", ["和平小区", "睦家园"]),
        ("A市A3区望江中路与学府街交叉口", ["望江中路", "学府街"]),
        ("早上路过看到垃圾,行人走马路", []),
        ("到人民政府和市中心医院反映", []),
    ],
)
def test_names_of_places_keep_their_letters_and_take_no_others(text: str, names: list[str]) -> None:
    assert place_names(text) == names
