"""Reading files of messages: CSV with the columns title, body and, where needed, label1."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from linli.kernel.triage.model import Hints, TriageError
from linli.kernel.triage.text import Message

ENCODINGS = ("utf-8-sig", "gb18030")
"""UTF-8 with or without mark, else GB 18030, which holds GBK and GB 2312."""
LONGEST_FIELD = 1_000_000


Row = dict[str, str | None]


@dataclass(frozen=True)
class Table:
    """Messages of a file in its order, their labels (empty when none were asked for), and what was odd."""

    messages: tuple[Message, ...]
    labels: tuple[str, ...]
    encoding: str
    left_out: int


def read_messages(path: Path, *, labelled: bool) -> Table:
    """Read a file. Rows without any text, or without a label where one is needed, are left out and counted.

    Raises TriageError with a sentence for an unreadable file, missing columns or no usable row.
    """
    (columns, rows), encoding = _rows(path)
    _need(path, columns, ("title", "body", "label1") if labelled else ("title", "body"))
    messages, labels, left_out = [], [], 0
    for row in rows:
        message = Message(row.get("title") or "", row.get("body") or "")
        label = (row.get("label1") or "").strip()
        if not (message.title.strip() or message.body.strip()) or (labelled and not label):
            left_out += 1
            continue
        messages.append(message)
        labels.append(label)
    if not messages:
        raise TriageError(f"{path.name}：没有可用的行。 No usable row in {path.name}.")
    return Table(tuple(messages), tuple(labels) if labelled else (), encoding, left_out)


def read_taxonomy(path: Path) -> Hints:
    """Hints per label from a classification tree: the first column is the label, the others finer names."""
    (columns, rows), _ = _rows(path)
    if len(columns) < 2:
        raise TriageError(f"{path.name}：分类表至少要有两列。 A taxonomy needs two columns.")
    hints: dict[str, list[str]] = {}
    for row in rows:
        label = (row.get(columns[0]) or "").strip()
        if label:
            names = hints.setdefault(label, [label])
            names.extend(name.strip() for name in (row.get(column) or "" for column in columns[1:]))
    return {
        label: [name for name in dict.fromkeys(names) if name and name != "其他"] for label, names in hints.items()
    }


def _need(path: Path, present: Sequence[str], needed: Sequence[str]) -> None:
    if missing := [column for column in needed if column not in present]:
        raise TriageError(
            f"{path.name}：缺少列 {'、'.join(missing)}；现有列：{'、'.join(present) or '无'}。"
            f" Missing column(s): {', '.join(missing)}."
        )


def _rows(path: Path) -> tuple[tuple[list[str], list[Row]], str]:
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise TriageError(f"无法读取 {path}：{fault.strerror}。 Cannot read {path}.") from fault
    if not content.strip():
        raise TriageError(f"{path.name}：文件是空的。 {path.name} is empty.")
    text, encoding = _decode(path, content)
    csv.field_size_limit(LONGEST_FIELD)
    try:
        reader = csv.DictReader(StringIO(text, newline=""))
        columns = [(name or "").strip() for name in reader.fieldnames or ()]
        reader.fieldnames = columns
        return (columns, list(reader)), encoding
    except csv.Error as fault:
        raise TriageError(f"{path.name}：不是有效的 CSV（{fault}）。 Not a valid CSV.") from fault


def _decode(path: Path, content: bytes) -> tuple[str, str]:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
    raise TriageError(
        f"{path.name}：编码既不是 UTF-8 也不是 GBK/GB 18030。 {path.name} is neither UTF-8 nor GBK/GB 18030."
    )
