"""What the pages of the register share: their tabs, their words, and why somebody looks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from linli.kernel.access import Actor, holds
from linli.kernel.registers import words
from linli.kernel.registers.queries import queues
from linli.parts.jinja import address
from linli.parts.registers import file_link

HERE = "desk:registers"
WORDS: dict[str, Any] = {
    "source_word": words.source_word,
    "fact_word": words.state_word,
    "why_word": words.why_word,
    "contest_word": words.contest_word,
    "outcome_word": words.outcome_word,
    "about_word": words.about_word,
    "type_word": words.type_word,
    "sensitivity_word": words.sensitivity_word,
    "file_link": file_link,
}


def tabs(actor: Actor, here: str) -> list[tuple[str, Any, bool]]:
    """The pages of the register that somebody may open, with how much waits."""
    pages: list[tuple[str, Any, bool]] = []
    if holds(actor, "registers.read"):
        pages += [(address("desk:registers"), _("查找和填写"), here == "find")]
        differ, contested = queues.waiting(actor)
        waits = _("待认定和异议（%(n)d）") % {"n": differ + contested} if differ + contested else _("待认定和异议")
        pages.append((address("desk:registers_queue"), waits, here == "queue"))
    if holds(actor, "registers.enter"):
        pages.append((address("desk:registers_visits"), _("走访"), here == "visits"))
    if holds(actor, "registers.read"):
        pages.append((address("desk:tables"), _("表格进出"), here == "tables"))
    pages.append((address("desk:registers_elements"), _("数据项"), here == "elements"))
    pages.append((address("desk:registers_forms"), _("表单"), here == "forms"))
    return pages


def purpose_of(request: HttpRequest) -> str:
    """Why somebody looks, as they said it last in this session."""
    return str(request.session.get("registers_purpose", ""))


def say_purpose(request: HttpRequest, purpose: str) -> None:
    request.session["registers_purpose"] = purpose[:200]
