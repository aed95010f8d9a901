"""The administration's forms: each an act of a kernel verb, declared with its fields, shown and sent in one way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

from linli.kernel.access import Invalid, Refused
from linli.kernel.clock.now import now

from . import uploads
from .collecting import collect
from .fields import Field, Kind, Word

Options = Mapping[str, Sequence[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One form. `verb` is called with by, at and the fields' values; what it returns may be told by `tells`."""

    key: str
    words: Word
    fields: tuple[Field, ...]
    verb: Callable[..., Any]
    options: Options = field(default_factory=dict)
    starts: Mapping[str, Any] = field(default_factory=dict)
    tone: str = "primary"
    done: Word = ""
    tells: Callable[[Any], str] | None = None
    lead: Word = ""
    shortcut: str = ""


class ActForm:
    """An act as the template draws it; the same questions a verb's form answers."""

    subject: Any = None

    def __init__(self, act: Act, data: QueryDict | None = None, refusal: Refused | None = None) -> None:
        self.act, self.data, self.refusal = act, data, refusal
        self.fields = act.fields
        self.has_files = any(field.kind is Kind.FILES for field in act.fields)
        self.faults = dict(refusal.fields) if refusal else {}

    def blank(self) -> ActForm:
        """The same form before anything was sent: for the rows that were not refused."""
        return ActForm(self.act)

    def options(self, field: Field) -> Sequence[tuple[Any, ...]]:
        return self.act.options.get(field.options, ())

    def value(self, field: Field) -> Any:
        if self.data is not None:
            return self.data.get(field.name, "")
        return self.act.starts.get(field.name, "")

    def typed(self, name: str) -> str:
        return str(self.data.get(name, "")) if self.data is not None else ""

    def values(self, name: str) -> list[str]:
        return [str(v) for v in self.data.getlist(name)] if self.data is not None else []


def serve(
    request: HttpRequest, acts: Sequence[Act], *, keep: Mapping[str, str] | None = None, files: str = ""
) -> tuple[HttpResponse | None, dict[str, ActForm], int]:
    """Do what was sent. A redirect when it was done; else every act's form, the refused one with what was typed.

    `files`: what files sent with it (in the field `files`) are for; they are stored as they arrive.
    """
    forms = {act.key: ActForm(act) for act in acts}
    chosen = next((act for act in acts if act.key == request.POST.get("act")), None)
    if request.method != "POST" or chosen is None:
        return None, forms, 200
    data: QueryDict = request.POST
    refused_file = ""
    if files:
        data, refused_file = uploads.take(request, "files", files)
    given, faults = collect(chosen.fields, data)
    if refused_file:
        faults["files"] = refused_file
    try:
        if faults:
            raise Invalid("", fields=faults)
        result = chosen.verb(by=request.actor, at=now(), **given)
    except Refused as refused:
        forms[chosen.key] = ActForm(chosen, data, refused)
        return None, forms, refused.status
    messages.success(request, chosen.tells(result) if chosen.tells else str(chosen.done or chosen.words))
    query = f"?{urlencode(keep)}" if keep else ""
    return HttpResponseRedirect(request.path + query, status=303), forms, 303
