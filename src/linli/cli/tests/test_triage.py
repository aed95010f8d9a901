from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from linli.cli.triage import app
from linli.kernel.triage.tests.made import reports

RUN = CliRunner()


def table(columns: tuple[str, ...] = ("msg", "title", "body", "label1"), each: int = 12) -> str:
    messages, kinds = reports(each=each)
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore")
    writer.writeheader()
    for number, (message, kind) in enumerate(zip(messages, kinds, strict=True)):
        writer.writerow({"msg": number, "title": message.title, "body": message.body, "label1": kind})
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_train_then_evaluate_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    labelled, model = tmp_path / "labelled.csv", tmp_path / "model.npz"
    labelled.write_bytes(table().encode(encoding))
    trained = RUN.invoke(app, ["train", str(labelled), "--out", str(model), "--json"])
    assert trained.exit_code == 0, trained.output
    assert json.loads(trained.stdout)["examples"] == 48
    measured = RUN.invoke(app, ["evaluate", str(labelled), "--model", str(model), "--json"])
    told = json.loads(measured.stdout)
    assert told["n"] == 48
    assert told["accuracy"] > 0.9
    assert {"macro_f1", "top2_accuracy", "calibration_error", "calibration_bins"} <= set(told)
    assert {row["label"] for row in told["classes"]} == {"street-light", "garbage", "noise", "water"}


def test_cross_validation_with_unlabelled(tmp_path: Path) -> None:
    labelled, more = tmp_path / "labelled.csv", tmp_path / "more.csv"
    labelled.write_text(table())
    more.write_text(table(("title", "body")))
    said = RUN.invoke(
        app,
        ["evaluate", str(labelled), "--unlabelled", str(more), "--folds", "3", "--repeats", "2", "--json"],
    )
    told = json.loads(said.stdout)
    assert told["method"] == "cross-validation"
    assert told["repeats"] == 2
    assert told["accuracy"] > 0.8
    page = RUN.invoke(app, ["evaluate", str(labelled), "--folds", "3"])
    assert "macro-F1" in page.stdout


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "文件是空的"),
        (b"title,body\na,b\n", "缺少列 label1"),
        (b"title,body,label1\n", "没有可用的行"),
        (b"title,body,label1\n,,x\n", "没有可用的行"),
        (b"\xff\xfe\x00\x01\x02", "编码"),
    ],
)
def test_an_unusable_file_is_a_sentence_and_writes_nothing(tmp_path: Path, content: bytes, sentence: str) -> None:
    labelled, model = tmp_path / "labelled.csv", tmp_path / "model.npz"
    labelled.write_bytes(content)
    said = RUN.invoke(app, ["train", str(labelled), "--out", str(model)])
    assert said.exit_code == 2
    assert sentence in said.output
    assert "Traceback" not in said.output
    assert not model.exists()


def test_a_missing_file_and_a_false_model_are_sentences(tmp_path: Path) -> None:
    labelled = tmp_path / "labelled.csv"
    assert "无法读取" in RUN.invoke(app, ["train", str(labelled)]).output
    labelled.write_text(table(each=2))
    false = tmp_path / "false.npz"
    false.write_bytes(b"no model")
    said = RUN.invoke(app, ["evaluate", str(labelled), "--model", str(false)])
    assert said.exit_code == 2
    assert "模型文件" in said.output


def test_a_taxonomy_helps_kinds_without_examples(tmp_path: Path) -> None:
    labelled, tree, model = tmp_path / "l.csv", tmp_path / "t.csv", tmp_path / "m.npz"
    labelled.write_text(table())
    tree.write_text("一级,二级\nnoise,噪声扰民\nparks,公园绿化\nparks,古树名木\n")
    said = RUN.invoke(app, ["train", str(labelled), "--taxonomy", str(tree), "--out", str(model), "--json"])
    assert "parks" in json.loads(said.stdout)["labels"]
