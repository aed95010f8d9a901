"""A form of the register on any screen: what is known is shown and confirmed by one tap, the rest is asked.

Drawn by parts/asks.html. A value is sent as `e.<element>` (of a list `e.<element>.<choice>`), 还是这样 as `k.<element>`, and
as `s.<element>` the fact that was shown, so that what came meanwhile is not taken for what was seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict

from linli.kernel.access import Invalid, Refused
from linli.kernel.clock.now import now
from linli.kernel.declare import Ask, Type
from linli.kernel.files import links
from linli.kernel.files import verbs as files
from linli.kernel.registers.defined import Defined, DefinedForm
from linli.kernel.registers.verbs import Line, Sheet

FEW = 7
"""So many choices are shown side by side; more in a list that opens."""


@dataclass(frozen=True, slots=True)
class Question:
    """One element of a form as it is drawn. `now` is what is in force as a form's value, for what is shown by it."""

    name: str
    one: Defined
    ask: Ask
    line: Line | None
    error: str
    typed: Sequence[str]
    same: bool
    now: str

    @property
    def type(self) -> str:
        return str(self.one.element.type)

    @property
    def options(self) -> list[tuple[str, str]]:
        return list(self.one.choices.items())

    @property
    def has_files(self) -> bool:
        return self.one.element.type is Type.FILE

    @property
    def few(self) -> bool:
        return len(self.one.choices) <= FEW

    @property
    def long(self) -> bool:
        return self.one.element.longest > 60

    @property
    def required(self) -> bool:
        return self.ask.required and (self.line is None or self.line.said is None)

    @property
    def value(self) -> str:
        return self.typed[0] if self.typed else ""

    @property
    def open(self) -> bool:
        """Whether what changed is being written."""
        return bool(self.error or self.value)


Groups = list[tuple[str, list[Question]]]


def questions(
    sheet: Sheet,
    typed: QueryDict | None = None,
    faults: Mapping[str, str] | None = None,
) -> Groups:
    """What a form asks, group by group, with what was typed and what did not fit."""
    form = sheet.form
    assert form is not None
    data, wrong = typed or QueryDict(), faults or {}
    groups: Groups = []
    for group in form.form.groups:
        asked = []
        for ask in group.asks:
            one = form.elements.get(ask.element)
            if one is None or one.retired_at is not None:
                continue
            line = sheet.line(ask.element)
            asked.append(
                Question(
                    name=ask.element,
                    one=one,
                    ask=ask,
                    line=line,
                    error=wrong.get(ask.element, ""),
                    typed=_typed(one, data),
                    same=data.get(f"k.{ask.element}") == "1",
                    now=_now(line),
                )
            )
        if asked:
            groups.append((form.groups.get(group.name, ""), asked))
    return groups


def file_link(text: object) -> str:
    """The private link of a file a fact names, for whoever reads the fact."""
    found = _uuid(str(text))
    return links.link(found, at=now()) if found else ""


def kept_files(form: DefinedForm, request: HttpRequest) -> QueryDict:
    """What was sent, with each file that came along kept and named by its id. Raises Invalid by element: no such file, too
    large; TooMany for too many in a day."""
    data = request.POST.copy()
    for name, one in form.elements.items():
        upload = request.FILES.get(f"e.{name}")
        if one.element.type is not Type.FILE or upload is None:
            continue
        try:
            data[f"e.{name}"] = str(kept_file(request, upload))
        except Refused as refused:
            raise Invalid(refused.sentence, fields={name: refused.sentence}) from refused
    return data


def kept_file(request: HttpRequest, upload: UploadedFile) -> UUID:
    """A file that answers a question, kept before its form is written: its id. Raises Refused."""
    name = upload.name or ""
    return files.store(by=request.actor, at=now(), upload=upload, name=name, purpose="register").id


def answers(form: DefinedForm, data: QueryDict) -> dict[str, Any]:
    """What was sent, as `enter` takes it: values, confirms, seen, version. Names the form no longer asks go along, so that
    the verb says so."""
    names = dict.fromkeys(
        [*form.form.elements, *(key.split(".")[1] for key in data if key[:2] in ("e.", "k.") and len(key) > 2)]
    )
    values: dict[str, object] = {}
    for name in names:
        one = form.elements.get(name)
        said: object = (_typed(one, data) if one else data.getlist(f"e.{name}")) or ""
        if isinstance(said, list) and (one is None or one.element.type is not Type.CHOICES):
            said = said[0]
        if said:
            values[name] = said
    confirms = [name for name in names if data.get(f"k.{name}") == "1" and name not in values]
    seen = {name: _uuid(data[f"s.{name}"]) for name in names if f"s.{name}" in data}
    version = data.get("version", "")
    return {
        "values": values,
        "confirms": confirms,
        "seen": seen or None,
        "version": int(version) if version.isdecimal() and len(version) < 6 else None,
    }


def _typed(one: Defined, data: QueryDict) -> list[str]:
    if one.element.type is Type.CHOICES:
        return [code for code in one.choices if data.get(f"e.{one.name}.{code}")]
    return [value for value in data.getlist(f"e.{one.name}") if value.strip()]


def _now(line: Line | None) -> str:
    value = line.said.value if line is not None and line.said is not None else None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(value) if isinstance(value, list) else "" if value is None else str(value)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
