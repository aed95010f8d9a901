from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from linli.kernel.triage.folds import folds
from linli.kernel.triage.measure import calibration_error, figures
from linli.kernel.triage.shingles import near_copies
from linli.kernel.triage.tests.made import reports


def test_calibration_error_of_a_known_case() -> None:
    # Ten at 0.85, seven right: a gap of 0.15. Ten at 0.55, five right: a gap of 0.05. Half of each.
    confidence = np.array([0.85] * 10 + [0.55] * 10)
    right = np.array([True] * 7 + [False] * 3 + [True] * 5 + [False] * 5)
    assert calibration_error(confidence, right, bins=10) == pytest.approx(0.10)


def test_calibration_error_is_nothing_when_claims_hold_and_all_when_they_do_not() -> None:
    assert calibration_error(np.array([1.0] * 5), np.array([True] * 5)) == 0
    assert calibration_error(np.array([1.0] * 5), np.array([False] * 5)) == 1
    assert calibration_error(np.array([]), np.array([], dtype=bool)) == 0


def test_figures_of_a_known_case() -> None:
    truth = ["a", "a", "b", "c"]
    chances = np.array([[0.9, 0.1, 0.0], [0.4, 0.5, 0.1], [0.1, 0.8, 0.1], [0.5, 0.3, 0.2]])
    told = figures(truth, ["a", "b", "c"], chances)
    assert told.accuracy == 0.5
    assert told.top2_accuracy == 0.75
    assert told.macro_f1 == pytest.approx(f1_score(truth, ["a", "b", "b", "a"], average="macro"))
    assert [row.count for row in told.classes] == [2, 1, 1]


def test_a_label_the_model_never_learned_counts_as_missed() -> None:
    told = figures(["a", "new"], ["a", "b"], np.array([[0.9, 0.1], [0.6, 0.4]]))
    assert told.accuracy == 0.5
    assert told.top2_accuracy == 0.5
    assert {row.label: row.f1 for row in told.classes}["new"] == 0


def test_copies_never_stand_on_both_sides_of_a_fold() -> None:
    messages, kinds = reports(each=12)
    texts = [message.title + message.body for message in messages]
    texts += [text + "，再次反映" for text in texts[:20]]
    kinds = kinds + kinds[:20]
    for train, held in folds(texts, kinds, count=4, seed=3):
        assert not set(train) & set(held)
        for place in range(20):
            copy = len(messages) + place
            assert (place in held) == (copy in held)


def test_near_copies_are_found_and_others_are_not() -> None:
    one = "临溪路三号楼前的井盖破了，已经有人摔倒，请尽快来修。"
    groups = near_copies([one, "百草园小区晚上广场舞太吵，孩子没法写作业。", one.replace("请", "请你们"), "", ""])
    assert groups[0] == groups[2]
    assert groups[1] != groups[0]
    assert groups[3] == groups[4]
