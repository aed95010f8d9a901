"""What to call a topic: the words its reports share and others do not, whole as they are written.

A piece is a word only if it stands free: what comes before it and after it varies. 铁工地 is always preceded by 地,
so it is a cut through 地铁工地; of a rare name all pieces are tried, and the longest that stands free is the name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from linli.kernel.triage.lexicon import lexicon
from linli.kernel.triage.phrases import EMPTY, FUNCTION, content_runs
from linli.kernel.triage.saying import Corpus

LONGEST = 7
READ = 60
"""Of a large topic the most typical so many are read."""
OFTEN = 0.3
"""What fewer of the reports say names no topic."""
HELD = 0.75
"""A piece is not free when so much of the time the same letter stands before it, or after it."""
WORD_OF_PLACE = 0.5
"""A topic is named after a place only if so many of its reports name it."""
GROWS, KNOWN_GROWS = 0.7, 0.8
"""A piece gives way to a longer one that is said nearly as often: a known word only to one said oftener still."""
PLENTY = 10
"""So many times a piece must stand in the topic's own texts for these to tell whether it is free; else all texts do."""
_WORDS = re.compile(r"[\u3400-\u9fffa-z0-9]")
_NUMBER = re.compile(r"[0-9〇零一二两三四五六七八九十百]")
_TAILS = frozenset("路街巷弄苑村镇乡号栋幢楼室层点元里处辆")
"""What ends a name or a number (临江路, 3号) begins no word, unless it is a known one (路灯, 楼道)."""


def label(phrases: Sequence[str], places: Sequence[tuple[str, int]], reports: int, title: str) -> str:
    """丽景花园 · 搅拌站、噪音, or the most typical title where no phrase is shared."""
    named = [name for name, count in places[:1] if count >= WORD_OF_PLACE * reports]
    where = named[0] if named else ""
    what = [phrase for phrase in phrases if not where or (phrase not in where and where not in phrase)][:3]
    return " · ".join(part for part in (where, "、".join(what)) if part) if what else title


def telling(corpus: Corpus, rows: Sequence[int], most: int = 4) -> tuple[str, ...]:
    """The phrases these reports of a corpus have in common, most telling first. `rows` are the most typical first.

    Words of the lexicon and of titles are preferred, because they name what a report is about.
    """
    read = [corpus.texts[row] for row in rows[:READ]]
    own = "\n".join(f"{title}。{body}" for title, body in read)
    titled = Counter(piece for title, _ in read for piece in _pieces(title))
    spread = Counter(piece for title, body in read for piece in _pieces(title) | _pieces(body))
    least = max(2, round(len(read) * OFTEN))
    often = {piece: times for piece, times in spread.items() if times >= least and piece not in EMPTY}
    scored = {
        piece: (titled[piece] + times) * times * corpus.rarity(piece) * _readable(piece)
        for piece, times in often.items()
    }
    chosen: list[str] = []
    for piece, _ in sorted(scored.items(), key=lambda item: (-item[1], item[0])):
        whole = _fullest(piece, often, own, corpus.everything)
        if whole and whole not in EMPTY and not any(_overlap(whole, other) for other in chosen):
            chosen.append(whole)
        if len(chosen) == most:
            break
    return tuple(chosen)


def _pieces(text: str) -> set[str]:
    return {
        run[start:end]
        for run in content_runs(text)
        for start in range(len(run) - 1)
        for end in range(start + 2, min(start + LONGEST, len(run)) + 1)
    }


def _readable(piece: str) -> float:
    """Known words read well, pieces of sentences (只能去楼下提水) badly; of others, longer ones are rarer accidents."""
    known = max((len(word) for _, word in lexicon().hits(piece)), default=0)
    if known == len(piece):
        return 1.5 + 0.2 * known
    return (1 + 0.1 * min(len(piece), 4)) * (0.5 if FUNCTION.intersection(piece) else 1.0)


def _fullest(piece: str, often: dict[str, int], own: str, everything: str) -> str:
    """The longest phrase that stands free, holds the piece and is said nearly as often: 拌站 grows to 搅拌站, 健身 to
    悦动健身. "" when there is none."""
    least = (KNOWN_GROWS if piece in lexicon().member else GROWS) * often[piece]
    around = [other for other, times in often.items() if piece in other and times >= least]
    for other in sorted(around, key=lambda other: (_readable(other) < 1, -len(other), other)):
        if other in lexicon().member or (not _begins_amid(other) and _stands_free(other, own, everything)):
            return other
    return ""


def _begins_amid(piece: str) -> bool:
    return piece[0] in _TAILS and not any(start == 0 for start, _ in lexicon().hits(piece))


def _stands_free(piece: str, own: str, everything: str) -> bool:
    before, after = _neighbours(piece, own if own.count(piece) >= PLENTY else everything)
    return not (_held(before) or _held(after))


def _neighbours(piece: str, text: str) -> tuple[Counter[str], Counter[str]]:
    """What stands before a piece and after it, wherever it occurs; all digits count as one."""
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    start = text.find(piece)
    while start >= 0:
        end = start + len(piece)
        before[_NUMBER.sub("0", text[start - 1 : start])] += 1
        after[_NUMBER.sub("0", text[end : end + 1])] += 1
        start = text.find(piece, end)
    return before, after


def _held(letters: Counter[str]) -> bool:
    """Whether one letter stands here nearly always; an edge or a comma holds nothing."""
    letter, times = letters.most_common(1)[0]
    return bool(_WORDS.match(letter)) and times >= HELD * letters.total()


def _overlap(first: str, second: str) -> bool:
    pairs = {first[place : place + 2] for place in range(len(first) - 1)}
    return any(second[place : place + 2] in pairs for place in range(len(second) - 1))
