"""What the pages of points share: their words and their tabs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from linli.kernel.access import Actor
from linli.kernel.places import queries as places
from linli.kernel.points import words
from linli.kernel.points.queries import offices
from linli.parts.jinja import address
from linli.parts.times import local_day

from ...shell import draw

HERE = "desk:points"
WORDS: dict[str, Any] = {
    "ledger_word": words.ledger_word,
    "amount_word": words.amount_word,
    "owner_word": words.owner_word,
    "kind_word": words.kind_word,
    "less_word": words.less_word,
    "appeal_word": words.appeal_word,
    "last_day": lambda ends_at: local_day(ends_at - timedelta(microseconds=1)),
    "appeal_tone": {"open": "warned", "upheld": "done", "refused": ""},
    "appeal_mark": {"open": "question", "upheld": "done", "refused": "minus"},
}


def tabs(actor: Actor, current: str) -> list[tuple[Any, ...]]:
    """(address, words, whether it is this one, how many wait)."""
    waiting = offices.to_decide(actor)
    return [
        (address("desk:points"), pgettext("points", "账本"), current == "books", None),
        (address("desk:points_accounts"), _("账户"), current == "accounts", None),
        (address("desk:points_appeals"), _("申诉"), current == "appeals", waiting or None),
        (address("desk:points_clearing"), _("社区间往来"), current == "clearing", None),
    ]


def name_of(account: Any) -> str:
    """Whose an account is, for staff."""
    if account.person is not None:
        return str(account.person.name)
    if account.unit is not None:
        return str(account.unit.name)
    return _("已注销的人") if account.owner == "person" else words.owner_word(account.owner)


def draw_tab(
    request: HttpRequest, tab: str, *, codes: Iterable[str], status: int = 200, **context: Any
) -> HttpResponse:
    """One of the pages of points by its tab: with the words and tabs of all of them, and `labels` of the places it names."""
    given = {**WORDS, "labels": places.labels(set(codes)), "tabs": tabs(request.actor, tab), **context}  # type: ignore[attr-defined]
    return draw(request, f"desk/points/{tab}.html", given, here=HERE, status=status)
