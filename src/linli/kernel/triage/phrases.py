"""Readable pieces of Chinese text without a dictionary: what two texts share, what many texts say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import log

from linli.kernel.triage.lexicon import lexicon
from linli.kernel.triage.text import normalise, words_of

LONGEST = 6
FUNCTION = frozenset(
    "的了是在我你他她它们这那哪有和与及或也就都而被把给让向从到为不没很还已将请问能要会可以上下个其此所之于对等"
    "吗呢吧啊什么怎样如何因但又再只才更最每各某该您且则若时候后前里内中外来去过着得地一二两三多几次位名"
)
_HAN = re.compile(r"[\u3400-\u9fff]+")
EMPTY = frozenset(
    words_of("""
    领导 尊敬 书记 市长 政府 部门 问题 情况 希望 请求 解决 反映 投诉 咨询 建议 关于
    人民 群众 老百姓 百姓 居民 严重 强烈 处理 现在 目前 回复 答复 谢谢 感谢 您好 你好
    市民 业主 有关 相关 尊敬的 生活 影响 要求 求助 附近 进行 工作 小区
    社区 公司 有限 集团 城市 我们 他们 大家 自己 今天 晚上 每天 时间 开始 没有 知道
    一直 作为 相关部门 有关部门 省政府 市政府 县政府 区政府 领导们 查处 管理 违规 违法
    非法 安全 国家 社会 本人 广大 反应 尽快 恳请 呼吁 举报 敬请 何时 为何 是否
    """)
)


def content_runs(text: str) -> list[str]:
    """The runs of 汉字 between function words, punctuation and numbers, of a text in normal form."""
    runs: list[str] = []
    for run in _HAN.findall(text):
        start = 0
        for place, letter in enumerate(run):
            if letter in FUNCTION:
                runs.append(run[start:place])
                start = place + 1
        runs.append(run[start:])
    return [run for run in runs if len(run) > 1]


def common_phrases(first: str, second: str, most: int = 3) -> tuple[str, ...]:
    """Up to `most` pieces both texts have, words of the lexicon first, then by length."""
    one, other = normalise(first), normalise(second)
    shared: dict[str, None] = {}
    for run in content_runs(one):
        start = 0
        while start < len(run) - 1:
            end = start + 2
            if run[start:end] not in other:
                start += 1
                continue
            while end < len(run) and run[start : end + 1] in other and end - start < LONGEST:
                end += 1
            shared.setdefault(run[start:end])
            start = end
    telling = [piece for piece in shared if piece not in EMPTY]
    known = {word for _, word in lexicon().hits("。".join(telling))}
    ranked = sorted(
        telling, key=lambda piece: (not any(word in piece for word in known), -len(piece), one.find(piece))
    )
    return tuple(ranked[:most])


def key_phrases(
    titles: Sequence[str], bodies: Sequence[str], background: Counter[str], documents: int, most: int = 4
) -> tuple[str, ...]:
    """The phrases a group of texts (in normal form) has in common and others have not, most telling first.

    `background` counts in how many of `documents` texts each 2-gram occurs. Words of the lexicon and words
    of titles are preferred, because they name what a report is about.
    """
    titled = Counter(piece for title in titles for piece in _pieces(title))
    spread = Counter(
        piece for title, body in zip(titles, bodies, strict=True) for piece in _pieces(title) | _pieces(body)
    )
    least = max(2, round(len(titles) * 0.3))
    scored = {
        piece: (titled[piece] + times) / len(titles) * _lift(piece, background, documents) * _readable(piece)
        for piece, times in spread.items()
        if times >= least and piece not in EMPTY
    }
    chosen: list[str] = []
    for piece, _ in sorted(scored.items(), key=lambda item: (-item[1], item[0])):
        longer = _fullest(piece, spread)
        if longer not in EMPTY and not any(_overlap(longer, other) for other in chosen):
            chosen.append(longer)
        if len(chosen) == most:
            break
    return tuple(chosen)


def _readable(piece: str) -> float:
    """Known words read well; of others, longer pieces are rarer accidents."""
    known = max((len(word) for _, word in lexicon().hits(piece)), default=0)
    return 1.5 + 0.2 * known if known == len(piece) else 1 + 0.1 * min(len(piece), 4)


def _pieces(text: str) -> set[str]:
    return {
        run[start:end]
        for run in content_runs(text)
        for start in range(len(run) - 1)
        for end in range(start + 2, min(start + LONGEST, len(run)) + 1)
    }


def _lift(piece: str, background: Counter[str], documents: int) -> float:
    rarest = min(background[first + second] for first, second in pairwise(piece))
    return log((documents + 1) / (rarest + 1)) + 0.1


def _fullest(piece: str, spread: Counter[str]) -> str:
    """The longest phrase that holds a piece and is said nearly as often: 拌站 grows to 搅拌站.
    Known words stay."""
    best = piece
    if piece in lexicon().member:
        return piece
    for other, times in spread.items():
        if piece in other and times >= 0.7 * spread[piece] and (len(other), other) > (len(best), best):
            best = other
    return best


def _overlap(first: str, second: str) -> bool:
    pairs = {first[place : place + 2] for place in range(len(first) - 1)}
    return any(second[place : place + 2] in pairs for place in range(len(second) - 1))
