"""Readable pieces of Chinese text without a dictionary: what two texts share, what many texts say."""

from __future__ import annotations

import re

from linli.kernel.triage.lexicon import lexicon
from linli.kernel.triage.text import normalise, words_of

LONGEST = 6
FUNCTION = frozenset(
    "的了是在我你他她它们这那哪有和与及或也就都而被把给让向从到为不没很还已将请问能要会可以上下个其此所之于对等"
    "吗呢吧啊什么怎样如何因但又再只才更最每各某该您且则若时候后前里内中外来去过着得地一二两三多几次位名"
)
PARTICLES = frozenset("的了是我你您他她它们这那哪吗呢吧啊么怎很也而把被让从且则若但又与及或在于")
"""Those of them that hardly ever stand inside a word: 地铁, 下水道 and 二次供水 are cut by none."""
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
    """The runs of 汉字 between particles, punctuation and numbers, of a text in normal form."""
    runs: list[str] = []
    for run in _HAN.findall(text):
        start = 0
        for place, letter in enumerate(run):
            if letter in PARTICLES:
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
