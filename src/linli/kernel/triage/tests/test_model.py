from __future__ import annotations

import numpy as np
import pytest

from linli.kernel.triage import store
from linli.kernel.triage.evaluate import cross_validate, evaluate
from linli.kernel.triage.model import Model, TriageError, learn
from linli.kernel.triage.tests.made import KINDS, reports
from linli.kernel.triage.text import Message

HINTS = {
    "street-light": ["路灯", "灯不亮"],
    "garbage": ["垃圾", "垃圾桶", "环卫"],
    "noise": ["噪音", "扰民"],
    "water": ["停水", "漏水"],
}


@pytest.fixture(scope="module")
def model() -> Model:
    messages, kinds = reports()
    return learn(zip(messages, kinds, strict=True))


def test_learning_twice_gives_the_same_bytes(model: Model) -> None:
    messages, kinds = reports()
    again = learn(zip(messages, kinds, strict=True))
    assert store.to_bytes(again) == store.to_bytes(model)


def test_unseen_reports_are_told_apart(model: Model) -> None:
    messages, kinds = reports(each=10, seed=99)
    figures = evaluate(model, messages, kinds)
    assert figures.accuracy > 0.9
    assert figures.count == 40


def test_words_stand_in_the_text_as_written_and_are_no_single_characters(model: Model) -> None:
    text = "望江苑 南门口的路 灯不亮，KTV 旁边，一到天黑就伸手不见五指。"
    best = model.suggest(text)[0]
    assert best.label == "street-light"
    assert best.words
    for word in best.words:
        assert word in text
        assert len(word) >= 2


def test_the_deciding_words_are_the_telling_ones(model: Model) -> None:
    best = model.suggest(Message("百草园小区夜间施工噪音", "凌晨还在响，希望有人管管"))[0]
    assert best.label == "noise"
    assert {"夜间施工", "噪音", "施工噪音", "凌晨"} & set(best.words)
    assert "希望" not in best.words


def test_confidences_are_ordered_and_add_up(model: Model) -> None:
    told = model.suggest("水管漏水", most=99)
    assert [one.confidence for one in told] == sorted((one.confidence for one in told), reverse=True)
    assert sum(one.confidence for one in told) == pytest.approx(1)
    assert {one.label for one in told} == set(KINDS)


@pytest.mark.parametrize("nothing", ["", "   \n", "。！？"])
def test_nothing_said_nothing_suggested(model: Model, nothing: str) -> None:
    assert not model.suggest(nothing)


@pytest.mark.parametrize(
    "odd", ["\ud800 路灯不亮", "\0路灯", "🚨🚨路灯不亮🚨", "<script>路灯</script>", "路灯" * 200_000]
)
def test_odd_texts_are_read_without_complaint(model: Model, odd: str) -> None:
    assert model.suggest(odd)[0].label == "street-light"


def test_hints_alone_suggest_modestly() -> None:
    cold = Model.from_hints(HINTS)
    for text, kind in (
        ("楼下的路灯坏了", "street-light"),
        ("夜里太吵", "noise"),
        ("家里没有自来水了", "water"),
    ):
        best = cold.suggest(text)[0]
        assert best.label == kind
        assert best.confidence < 0.9
    vague = cold.suggest("你好，我想咨询一件事")[0]
    assert vague.confidence < 0.6


def test_decisions_outweigh_hints_and_unlearned_kinds_stay_possible() -> None:
    hints = HINTS | {"stray-dogs": ["流浪狗", "野狗"]}
    messages, kinds = reports(each=12)
    renamed = ["water" if kind == "street-light" else kind for kind in kinds]
    mixed = learn(zip(messages, renamed, strict=True), hints=hints)
    assert mixed.suggest(Message("临溪路路灯不亮", "晚上走路看不清，请尽快处理"))[0].label == "water"
    assert mixed.suggest("小区里有野狗追人")[0].label == "stray-dogs"


def test_neither_examples_nor_hints_is_a_sentence() -> None:
    with pytest.raises(TriageError, match="没有可学习的内容"):
        learn(())


@pytest.mark.parametrize("labels", [["water"], ["water", "noise"]])
def test_one_or_two_labels_are_enough(labels: list[str]) -> None:
    messages, kinds = reports(each=4)
    chosen = [(message, kind) for message, kind in zip(messages, kinds, strict=True) if kind in labels]
    told = learn(chosen).suggest("水管漏水", most=5)
    assert {one.label for one in told} == set(labels)
    assert told[0].label == "water"


def test_a_stored_model_suggests_the_same(model: Model) -> None:
    read = store.from_bytes(store.to_bytes(model))
    messages, _ = reports(each=3, seed=5)
    assert np.allclose(read.probabilities(messages), model.probabilities(messages), atol=1e-4)
    assert read.suggest(messages[0])[0].words == model.suggest(messages[0])[0].words


def test_a_broken_or_foreign_model_file_is_a_sentence(model: Model) -> None:
    whole = store.to_bytes(model)
    for broken in (b"", b"\x80\x04cos\nsystem\n", whole[: len(whole) // 2], whole.replace(b"PK", b"XX")):
        with pytest.raises(TriageError):
            store.from_bytes(broken)


def test_a_model_file_never_unpickles(tmp_path) -> None:
    evil = tmp_path / "evil.npz"
    np.savez(evil, about=np.array([{"format": 1}], dtype=object), offsets=np.zeros(1))
    with pytest.raises(TriageError):
        store.read(evil)


def test_cross_validation_is_honest_about_noise() -> None:
    """Labels without any sense must come out near chance, or something leaks."""
    messages, kinds = reports(each=15)
    shuffled = [kinds[(place * 7 + 3) % len(kinds)] for place in range(len(kinds))]
    figures = cross_validate(messages, shuffled, count=4)[0]
    assert figures.accuracy < 0.5
