"""An XLSForm as rows of its sheets, and as a form with what could not be taken over. Pure: no Django, no database.

Columns and types are those of xlsform.org; the oracle is pyxform (tests/test_oracle.py), which judges and makes XForms. What
it makes nobody here reads, and it fixes its libraries to one version each, so it is not needed to run (docs/adr/0036).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from python_calamine import CalamineError, CalamineWorkbook

from .expressions import NO, YES, required, shown_when

MOST_ROWS = 5_000
TYPES = {
    "text": "text", "string": "text", "note_text": "text", "barcode": "text", "phone number": "phone", "integer": "integer",
    "int": "integer", "range": "integer", "decimal": "decimal", "date": "date", "image": "file", "photo": "file",
    "file": "file", "acknowledge": "yes_no", "trigger": "yes_no", "date_text": "date", "q string": "text", "q int": "integer",
    "q decimal": "decimal", "q date": "date", "q image": "file", "q picture": "file", "add text prompt": "text",
    "add integer prompt": "integer", "add decimal prompt": "decimal", "add date prompt": "date", "add image prompt": "file",
    "number of days in last month": "integer", "number of days in last six months": "integer",
    "number of days in last year": "integer", "percentage": "integer", "add barcode prompt": "text", "q barcode": "text",
}  # fmt: skip
SHOWN = {"note", "q note", "add note prompt"}
"""Words between questions: nothing is answered."""
UNSEEN = {
    "start", "end", "today", "deviceid", "subscriberid", "simserial", "phonenumber", "username", "email", "audit", "calculate",
    "hidden", "xml-external", "csv-external", "start-geopoint", "background-audio", "background-geopoint", "device id",
    "subscriber id", "sim serial", "start time", "end time", "get device id", "get subscriber id", "get sim id",
    "get phone number", "get start time", "get end time", "get today", "imei", "sim id", "add calculate prompt", "q calculate",
    "entity", "start-geotrace", "set form title", "set form id", "date of survey",
}  # fmt: skip
"""What a phone fills in by itself or reckons."""
LEFT = {
    "time": "no_time", "datetime": "no_time", "datetime_text": "no_time", "dateTime": "no_time", "q dateTime": "no_time",
    "add datetime prompt": "no_time", "add time prompt": "no_time", "geopoint": "no_place", "geotrace": "no_place",
    "geoshape": "no_place", "gps": "no_place", "q geopoint": "no_place", "q location": "no_place", "location": "no_place",
    "add location prompt": "no_place", "audio": "no_sound", "video": "no_sound", "q audio": "no_sound", "q video": "no_sound",
    "add audio prompt": "no_sound", "add video prompt": "no_sound", "rank": "no_rank", "osm": "no_place",
    "select_one_from_file": "elsewhere", "select_multiple_from_file": "elsewhere", "select one from file": "elsewhere",
    "select multiple from file": "elsewhere", "select_one_external": "elsewhere", "include": "elsewhere",
}  # fmt: skip
ONE = ("select_one", "select one from", "select one", "select1", "add select one prompt using", "q select1")
MANY = (
    "select_multiple", "select all that apply from", "select all that apply", "add select multiple prompt using", "q select",
    "select_all",
)  # fmt: skip
ASKED = ("yes or no", "yes_or_no_question", "yes or no question")
_LANGUAGE = re.compile(r"^(label|hint|caption|text)\s*:{1,2}\s*(.+)$", re.IGNORECASE)
_CHINESE = re.compile(r"zh|chinese|中文|汉语|简体", re.IGNORECASE)
_ALIASES = {
    "caption": "label", "text": "label", "relevance": "relevant", "bind:relevant": "relevant", "bind::relevant": "relevant",
    "bind:required": "required", "bind::required": "required", "bind:constraint": "constraint",
    "bind::constraint": "constraint", "calculate": "calculation", "bind::calculate": "calculation", "list name": "list_name",
    "list": "list_name", "value": "name", "tag": "name", "command": "type",
}  # fmt: skip


class NoForm(ValueError):
    """What it is instead: "unreadable", "no_survey", "no_type"."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A name of a sentence, what it is about, and where: sheet, row as a spreadsheet counts, column."""

    sheet: str
    row: int
    column: str
    name: str
    what: str = ""
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the sheet has it, in the types of this house."""

    row: int
    name: str
    labels: Mapping[str, str]
    hints: Mapping[str, str]
    type: str
    required: bool = False
    choices: tuple[tuple[str, Mapping[str, str]], ...] = ()
    group: Mapping[str, str] = field(default_factory=dict)
    when: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheeted:
    title: str
    questions: tuple[Asked, ...]
    gaps: tuple[Remark, ...]
    faults: tuple[Remark, ...]
    languages: tuple[str, ...]


Row = tuple[int, dict[str, str]]


def sheets(content: bytes) -> dict[str, list[Row]]:
    """Rows of each sheet by its name in lower case: (number as a spreadsheet counts, cells by heading). Raises NoForm."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = {}
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            found[name.strip().lower()] = _rows(rows[: MOST_ROWS + 1])
    except (CalamineError, OSError, ValueError) as error:
        raise NoForm("unreadable") from error
    return found


def _rows(rows: Sequence[Sequence[object]]) -> list[Row]:
    if not rows:
        return []
    heads = [_heading(_text(cell)) for cell in rows[0]]
    found = []
    for number, row in enumerate(rows[1:], 2):
        cells = {head: _text(cell) for head, cell in zip(heads, row, strict=False) if head and _text(cell)}
        if cells:
            found.append((number, cells))
    return found


def _heading(text: str) -> str:
    plain = " ".join(text.replace("_", " ").split()).lower() if not _LANGUAGE.match(text) else text.strip()
    plain = _ALIASES.get(plain, plain.replace(" ", "_") if not _LANGUAGE.match(plain) else plain)
    return _ALIASES.get(plain, plain)


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip() if cell is not None else ""


def read(content: bytes) -> Sheeted:
    """A whole file. Raises NoForm."""
    return form_of(sheets(content))


def form_of(book: Mapping[str, list[Row]]) -> Sheeted:
    """Sheets as a form. Raises NoForm where there is no survey in it."""
    survey = book.get("survey") or (next(iter(book.values())) if len(book) == 1 else [])
    if not survey:
        raise NoForm("no_survey")
    if not any("type" in cells for _n, cells in survey):
        raise NoForm("no_type")
    reading = _Reading(_choices(book))
    for number, cells in survey:
        reading.take(number, cells)
    reading.end()
    settings = next((cells for _n, cells in book.get("settings", [])), {})
    title = settings.get("form_title") or settings.get("set_form_title") or settings.get("form_id", "")
    questions = () if reading.faults else tuple(reading.asked)
    languages = tuple(sorted({language for asked in reading.asked for language in asked.labels if language}))
    return Sheeted(title, questions, tuple(reading.gaps), tuple(reading.faults), languages)


def said(labels: Mapping[str, str]) -> str:
    """The label people read here: Chinese where there is one, else without a language, else the first."""
    for language, text in labels.items():
        if _CHINESE.search(language):
            return text
    return labels.get("", "") or next(iter(labels.values()), "")


def _labels(cells: Mapping[str, str], kind: str) -> dict[str, str]:
    found = {"": cells[kind]} if cells.get(kind) else {}
    for head, text in cells.items():
        match = _LANGUAGE.match(head)
        if match and _ALIASES.get(match[1].lower(), match[1].lower()) == kind:
            found[match[2].strip()] = text
    return found


def _choices(book: Mapping[str, list[Row]]) -> dict[str, list[tuple[str, dict[str, str]]]]:
    lists: dict[str, list[tuple[str, dict[str, str]]]] = {}
    for name in ("choices", "choices_and_columns", "external_choices", "columns"):
        for _number, cells in book.get(name, []):
            if cells.get("list_name") and cells.get("name"):
                labels = _labels(cells, "label") or {"": cells["name"]}
                lists.setdefault(cells["list_name"], []).append((cells["name"], labels))
    return lists


class _Reading:
    """Down the sheet, row by row: which group one is in, what was asked, what could not be taken."""

    def __init__(self, lists: Mapping[str, list[tuple[str, dict[str, str]]]]) -> None:
        self.lists = lists
        self.asked: list[Asked] = []
        self.gaps: list[Remark] = []
        self.faults: list[Remark] = []
        self.open: list[tuple[str, int, dict[str, str], str]] = []  # (group or repeat, row, labels, relevant)
        self.names: dict[str, int] = {}
        self.kinds: dict[str, Asked] = {}

    def take(self, number: int, cells: Mapping[str, str]) -> None:
        if cells.get("disabled", "").lower() in YES or cells.get("type", "").startswith("#"):
            return
        kind = " ".join(cells.get("type", "").split())
        if not kind:
            if cells.get("name"):
                self._fault(number, "type", "no_question_type", cells["name"])
            return
        low = kind.lower().replace("_", " ")
        if low.startswith("begin"):
            self._begin(number, low.removeprefix("begin").strip(), cells)
        elif low.startswith("end ") and low.removeprefix("end ").split(" ")[0] in (
            "group",
            "repeat",
            "loop",
            "lgroup",
            "looped",
        ):
            self._end(number, low)
        else:
            self._question(number, kind, cells)

    def _begin(self, number: int, kind: str, cells: Mapping[str, str]) -> None:
        what = (
            "repeat"
            if kind.split(" over ")[0] in ("repeat", "loop", "lgroup", "looped group") or "loop" in kind
            else "group"
        )
        if what == "repeat":
            self._gap(number, "type", "repeat", said(_labels(cells, "label")) or cells.get("name", ""), lost=True)
        self.open.append((what, number, _labels(cells, "label"), cells.get("relevant", "")))

    def _end(self, number: int, kind: str) -> None:
        if not self.open:
            self._fault(number, "type", "ends_nothing")
            return
        self.open.pop()

    def end(self) -> None:
        for _what, number, *_rest in self.open:
            self._fault(number, "type", "never_ends")
        if not self.asked and not self.faults:
            self._fault(1, "", "nothing_left")

    def _question(self, number: int, kind: str, cells: Mapping[str, str]) -> None:
        plain = kind.lower()
        name = cells.get("name", "")
        if plain in SHOWN or plain in UNSEEN or plain.startswith("uri:"):
            if plain in ("calculate", "hidden", "q calculate", "add calculate prompt"):
                self._gap(number, "type", "reckoned", name)
            return
        if any(what == "repeat" for what, *_rest in self.open):
            return  # told once, where it begins
        first = plain.split(" ")[0]
        if plain in LEFT or first in LEFT or kind in LEFT:
            self._gap(
                number, "type", LEFT.get(plain) or LEFT.get(first) or LEFT[kind], self._called(cells), lost=True
            )
            return
        if not re.fullmatch(r"[A-Za-z_:\u4e00-\u9fff][\w.:\u4e00-\u9fff-]*", name):
            self._fault(number, "name", "no_name" if not name else "bad_name", name)
            return
        if name in self.names:
            self._fault(number, "name", "twice", name)
            return
        self.names[name] = number
        found = self._typed(number, kind, cells)
        if found is None:
            return
        type_, choices = found
        labels = _labels(cells, "label") or {"": name}
        when, values = self._shown(number, cells)
        must = required(cells.get("required", ""))
        if must is None:
            self._gap(number, "required", "expression", cells["required"])
        for column in ("constraint", "calculation", "default", "choice_filter", "repeat_count", "trigger"):
            if cells.get(column):
                self._gap(number, column, f"no_{column}", cells[column])
        group = next((labels_ for what, _n, labels_, _r in reversed(self.open) if labels_), {})
        asked = Asked(number, name, labels, _labels(cells, "hint"), type_, bool(must), choices, group, when, values)
        self.asked.append(asked)
        self.kinds[name] = asked

    def _typed(
        self, number: int, kind: str, cells: Mapping[str, str]
    ) -> tuple[str, tuple[tuple[str, Mapping[str, str]], ...]] | None:
        plain = kind.lower()
        if plain in TYPES or plain.split(" ")[0] == "range":
            return TYPES.get(plain, "integer"), ()
        if plain in ASKED:
            return "yes_no", ()
        for words, type_ in ((MANY, "choices"), (ONE, "choice")):
            for word in words:
                if plain.startswith(word + " "):
                    return self._chosen(number, type_, kind[len(word) :].strip(), cells)
        self._fault(number, "type", "unknown_type", kind)
        return None

    def _chosen(
        self, number: int, type_: str, rest: str, cells: Mapping[str, str]
    ) -> tuple[str, tuple[tuple[str, Mapping[str, str]], ...]] | None:
        other = re.search(r"\s+or(?:_| )(?:other|specify(?:_| )other)$|\s+or specify other$", rest)
        name = rest[: other.start()].strip() if other else rest
        if name in ("yes_no", "yes_or_no", "yes or no") and name not in self.lists:
            return "yes_no", ()
        if name.startswith("${"):
            self._gap(number, "type", "elsewhere", self._called(cells), lost=True)
            return None
        choices = list(self.lists.get(name, []))
        if not choices:
            self._fault(number, "type", "no_list", name)
            return None
        codes = [code for code, _labels_ in choices]
        if len(set(codes)) < len(codes) and cells.get("choice_filter"):
            choices = list({code: (code, labels) for code, labels in reversed(choices)}.values())[::-1]
        elif len(set(codes)) < len(codes):
            self._fault(number, "type", "choice_twice", next(code for code in codes if codes.count(code) > 1))
            return None
        if other:
            choices.append(("other", {"": "其他"}))
            self._gap(number, "type", "or_other", self._called(cells))
        lowered = {code.lower() for code in codes}
        if type_ == "choice" and len(codes) == 2 and lowered & (YES - {""}) and lowered & (NO - {""}):
            return "yes_no", ()
        if len(choices) < 2:
            self._gap(number, "type", "one_choice", self._called(cells), lost=True)
            return None
        return type_, tuple(choices)

    def _shown(self, number: int, cells: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
        """Its own condition, or that of the groups it stands in; two at once are none that a form here can hold."""
        said_here = [
            text for text in (cells.get("relevant", ""), *(relevant for *_x, relevant in self.open)) if text
        ]
        if not said_here:
            return "", ()
        found = shown_when(said_here[0]) if len(said_here) == 1 else None
        if found is None:
            self._gap(number, "relevant", "expression", " and ".join(said_here))
            return "", ()
        other = self.kinds.get(found[0])
        if other is None or other.type not in ("choice", "choices", "yes_no"):
            self._gap(number, "relevant", "no_such_question" if other is None else "no_choice", found[0])
            return "", ()
        return found

    def _called(self, cells: Mapping[str, str]) -> str:
        return said(_labels(cells, "label")) or cells.get("name", "")

    def _gap(self, row: int, column: str, name: str, what: str = "", *, lost: bool = False) -> None:
        self.gaps.append(Remark("survey", row, column, name, what[:120], lost))

    def _fault(self, row: int, column: str, name: str, what: str = "") -> None:
        self.faults.append(Remark("survey", row, column, name, what[:120], True))


def yes_no(code: str) -> str | None:
    """What a choice of yes or no says in its own words: "yes", "no"."""
    plain = code.lower()
    return "yes" if plain in YES else "no" if plain in NO else None


def told(form: Sheeted) -> Iterator[Remark]:
    yield from form.faults
    yield from form.gaps
