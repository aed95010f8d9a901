"""How fast the knowledge base is searched: words of two characters over 100,000 passages, beside a plain LIKE in the same run.

    LINLI_DATA=DIR python -m bench.knowledge [passages]

Over an installation that was migrated; what it writes is in one transaction that is rolled back.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from collections.abc import Callable

import django

PARTS = (
    "党支部", "党员大会", "支部委员会", "每季度", "召开", "一般", "应当", "组织生活", "民主评议", "党费", "收缴", "管理", "使用", "预备党员", "发展对象",
    "培养教育", "考察", "上级党委", "备案", "群众", "意见", "公示", "社区", "居民", "志愿服务", "网格", "养老", "停车", "楼道", "物业", "业主", "表决",
    "公共收益", "维修资金", "电梯", "加装", "消防", "通道", "垃圾分类", "老旧小区", "改造", "议事", "协商", "调解", "走访", "台账", "积分", "兑换",
)  # fmt: skip
RARE = ("榫卯", "汀江", "槐荫", "纱厂")
ASKED = (("rare", "榫卯"), ("rare", "纱厂"), ("common", "党费"), ("common", "居民"), ("everywhere", "应当"), ("two words", "党费 公示"), ("long", "支部委员会召开"), ("nothing", "量子纠缠"))  # fmt: skip
ROUNDS = 30


def main(most: int = 100_000) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.project.settings")
    django.setup()
    from django.db import connection, transaction

    from linli.kernel.access import SYSTEM, look_as
    from linli.scenes.party_building.queries.knowledge import find

    with transaction.atomic():
        look_as(SYSTEM)
        started = time.perf_counter()
        _fill(most)
        print(f"{most:,} passages written and indexed in {time.perf_counter() - started:.1f} s")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE party_passage")
        print(f"{'':12} {'words':16} {'found':>6} {'median':>9} {'p95':>9} {'LIKE':>9}")
        for kind, words in ASKED:
            found = find(SYSTEM, words)
            took = _timed(lambda words=words: find(SYSTEM, words))
            like = _timed(lambda words=words: _like(words), rounds=3)
            print(f"{kind:12} {words:16} {len(found):6} {took[0]:6.1f} ms {took[1]:6.1f} ms {like[0]:6.1f} ms")
        transaction.set_rollback(True)


def _fill(most: int) -> None:
    from django.db import connection

    from linli.scenes.party_building.models import Document, DocumentVersion, Organisation

    dice = random.Random(7)
    organisation = Organisation.objects.first()
    if organisation is None:
        raise SystemExit("no organisation here: fill the demo first")
    from linli.kernel.clock.now import now

    with connection.cursor() as cursor:
        for number in range(most // 1000):
            document = Document.objects.create(organisation=organisation, title=f"文件 {number}")
            version = DocumentVersion.objects.create(document=document, number=1, at=now())
            with cursor.copy("COPY party_passage (version_id, number, heading, text, current) FROM STDIN") as copy:
                for n in range(1000):
                    text = "".join(dice.choice(PARTS) for _ in range(dice.randint(12, 40)))
                    if dice.random() < 0.0005:
                        text += dice.choice(RARE)
                    copy.write_row((version.id, n, f"第{n}条", text, True))


def _like(words: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        clause = " AND ".join(["text LIKE %s"] * len(words.split()))
        cursor.execute(
            f"SELECT id FROM party_passage WHERE current AND {clause} LIMIT 20", [f"%{w}%" for w in words.split()]
        )
        cursor.fetchall()


def _timed(call: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        call()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took), sorted(took)[int(len(took) * 0.95) - 1]


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:2]))
