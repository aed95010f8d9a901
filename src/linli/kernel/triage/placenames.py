"""Names of places in running Chinese text, found by their endings: 丽景花园, 临江路, 向阳社区.

Good enough to say where a topic is; `linli.kernel.places` knows which place an address is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from linli.kernel.triage.phrases import PARTICLES
from linli.kernel.triage.text import normalise, words_of

_ENDINGS = (
    "小区|社区|花园|家园|公寓|新城|新村|广场|大道|公园|工业园|产业园|开发区|街道|大厦|商城|市场|学校|中学|小学|学院|大学|"
    "医院|车站|火车站|地铁站|雅苑|嘉园|名苑|豪庭|华庭|华府|国际城|安置区|国际|佳园|丽园|新苑|名都|学府|公馆|山庄|别墅|"
    "路|街|巷|苑|村|镇|乡|桥|湖|湾|郡|弄"
)
_DIVISION = r"(?:[a-z]\d*[市区县州]|[\u3400-\u9fff]{1,2}(?![小社园城片]区)[\u3400-\u9fff][市区县])"
_NAME = re.compile(rf"({_DIVISION}{{0,3}})([\u3400-\u9fff]{{2,6}}?({_ENDINGS}))(?!口|况|灯|线|面|人|民|过|费|桥费)")
_STOPS = PARTICLES | frozenset("到离请问给已将没不对")
"""What no name of a place holds: whatever stands before it is not part of the name."""
_NO_ROADS = ("马路", "公路", "水泥路", "跑路", "上路", "修路", "走路", "绕路")
_MAYBE = frozenset("向和就都有为来去")
"""What may begin a name (和平路, 向阳社区) and inside one more often joins it to something else (丽景花园和平安里)."""
_LEADS = words_of("""
    位于 坐落 地处 居住 家住 住在 附近 关于 反映 投诉 咨询 建议 请求 小区 社区 街道
    业主 居民 市民 我是 本人 我家 请问 强烈 要求 希望 严查 举报 解决 请 查处 周边 旁边
    对面 以及 还有 经过 通往 整治 改造 建设 修建 开发商 楼盘 购买 买了 进入 通过 随着 靠近 造成
    住 家在 当地 全体 部分 相关 有关 整个 全部 所有 行人 客人 门口 沿着 位在 来自 前往 途经
    """)
_GENERIC = frozenset(
    words_of("""
    本小区 该小区 各小区 整个小区 这个小区 住宅小区 安置小区 居民小区 老旧小区 高档小区 道路
    公路 马路 修路 铁路 高速公路 网络 线路 一路 出路 思路 电路 管路 主干道路 乡村 农村
    本村 全村 乡镇 政府 住户府 城镇 我校学院 职业学院 人民医院 医院 学校 大街 步行街 上街
    逛街 人民政府 市政府 省政府 县政府 区政府 镇政府 乡政府 房地产市场 市场 农贸市场 菜市场
    批发市场 中心医院 中心小学 中心学校 公路桥 梦乡 家乡 下乡 故乡 断头路 必经之路
    经济开发区 高新技术开发区 公立学校 民办学校 私立学校 职业学校 培训学校 重点小学 公办小学 家庭 法庭 开庭
    江湖 天桥 大桥 立交桥 高架桥
    """)
)


def place_names(text: str) -> list[str]:
    """The place names of a text, each as often as it is named, without the divisions before it (A市A3区)."""
    return [name for _, name in find_names(normalise(text))]


def find_names(text: str) -> Iterator[tuple[int, str]]:
    """(position, name) of every place name in a text in normal form."""
    end = -1
    for match in _NAME.finditer(text):
        name = _trim(match.group(2), len(match.group(3)))
        if name[0] == "和" and match.end() - len(name) == end:  # 丽景花园和银杏苑: after a name it joins another
            name = name[1:]
        end = match.end()
        if len(name) > 2 and name not in _GENERIC and not name.endswith(_NO_ROADS):
            yield match.end() - len(name), name


def most_named(texts: Iterable[str], most: int = 3, at_least: int = 2) -> tuple[tuple[str, int], ...]:
    """(name, number of texts that name it), the most named first. 丽景花园小区 counts for 丽景花园."""
    counted: Counter[str] = Counter()
    for text in texts:
        counted.update(set(place_names(text)))
    merged: Counter[str] = Counter()
    for name, times in counted.items():
        merged[_shortest(name, counted)] += times
    ranked = sorted(merged.items(), key=lambda item: (-item[1], item[0]))
    return tuple((name, times) for name, times in ranked if times >= at_least)[:most]


def _shortest(name: str, counted: Counter[str]) -> str:
    """The most frequent of the names that begin or end this one, itself among them."""
    inner = [other for other in counted if len(other) > 2 and (name.startswith(other) or name.endswith(other))]
    return max(inner, key=lambda other: (counted[other], -len(other), other))


def _trim(name: str, ending: int) -> str:
    """Cut what leads up to a name, whose last `ending` letters say what it is: function words, verbs like 位于."""
    for place in range(len(name) - 1, -1, -1):
        if name[place] in _STOPS or (place and name[place] in _MAYBE and len(name) - ending - place > 2):
            name = name[place + 1 :]
            break
    changed = True
    while changed:
        changed = False
        for lead in _LEADS:
            if name.startswith(lead) and len(name) > len(lead) + 1:
                name, changed = name[len(lead) :], True
    return name
