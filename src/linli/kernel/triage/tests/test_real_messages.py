"""Figures on real messages, where they lie beside the project: the ones the product is judged by."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from linli.kernel.triage.evaluate import cross_validate
from linli.kernel.triage.tables import read_messages

ROOT = Path(__file__).resolve().parents[5]
DATA = Path(os.environ.get("LINLI_SHARED_DATA", ROOT.parent / "shared" / "data")) / "messages"
LABELLED, UNLABELLED = DATA / "labelled_sample.csv", DATA / "unlabelled.csv"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not LABELLED.exists(), reason=f"real messages are not at {DATA}"),
]


def test_real_messages_reach_what_was_asked() -> None:
    table = read_messages(LABELLED, labelled=True)
    more = read_messages(UNLABELLED, labelled=False)
    (told,) = cross_validate(table.messages, table.labels, unlabelled=more.messages)
    assert told.accuracy >= 0.85
    assert told.macro_f1 >= 0.83
    assert told.top2_accuracy >= 0.94
    assert told.calibration_error <= 0.06  # 421 messages in 15 bins: chance alone adds about 0.02


def test_topics_of_real_messages_are_few_and_each_has_several_reporters() -> None:
    import csv

    from linli.kernel.triage.topics import Told, hot_topics

    told = []
    for path in (LABELLED, UNLABELLED):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            told += [
                Told(
                    row["msg_id"],
                    row["title"],
                    row["body"],
                    datetime.fromisoformat(row["created_at"]),
                    row["user"],
                )
                for row in csv.DictReader(lines)
            ]
    topics = hot_topics(told, half_life=None, most=100)
    assert 3 <= len(topics) <= 100
    assert all(topic.reporters >= 3 and topic.phrases for topic in topics)
    assert max(len(topic.members) for topic in topics) < 100
