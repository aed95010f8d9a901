"""A statement: each line with its reason, the rule as it stood, the evidence, and who was on the other side."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.kernel.access import Actor, as_system
from linli.kernel.access.prepared import read
from linli.kernel.places import queries as places

from ..models import Account, Kind, Owner
from ..words import declared_word, kind_word, language, owner_word
from .balances import account_seen

PAGE = 30
_LINES = """
SELECT e.version, e.amount, e.previous, e.current, t.id, t.kind, t.event_at, coalesce(t.settled_at, t.recorded_at), t.rule,
  x.says, x.version, t.reason, t.basis, t.evidence, t.why_less, t.asked, t.reverses_id,
  (SELECT r.id FROM points_transfer r WHERE r.reverses_id = t.id),
  o.owner, o.place_code, p.name, u.name
FROM points_entry e
JOIN points_transfer t ON t.id = e.transfer_id
JOIN points_account o ON o.id = CASE WHEN t.source_id = e.account_id THEN t.target_id ELSE t.source_id END
LEFT JOIN points_ruletext x ON x.id = t.text_id
LEFT JOIN people_person p ON p.id = o.person_id
LEFT JOIN people_unit u ON u.id = o.unit_id
WHERE e.account_id = %s AND e.version < %s
ORDER BY e.version DESC LIMIT %s
"""
FIRST = 2**62


@dataclass(frozen=True, slots=True)
class Proof:
    """One piece of evidence: its kind in words, and what it is."""

    kind: str
    word: str
    ref: str
    says: str


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a statement, newest first. `number` is its place in the account, and the cursor of the next page.

    `title` says what it was in the reader's language; `rule_text` the rule's own words as they stood then, `rule_version`
    their version; `other` whom it came from or went to, a person's name masked.
    """

    number: int
    amount: int
    previous: int
    current: int
    transfer_id: UUID
    kind: str
    title: str
    event_at: datetime
    posted_at: datetime
    rule: str
    rule_text: str
    rule_version: int | None
    reason: str
    basis: str
    evidence: Sequence[Proof]
    why_less: str
    asked: int
    reverses_id: UUID | None
    reversed_by_id: UUID | None
    other: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A page of lines; `before` is given back for the next, None at the end."""

    account: Account
    lines: Sequence[Line]
    before: int | None


def statement(account_id: UUID, *, by: Actor, before: int | None = None, limit: int = PAGE) -> Statement:
    """The lines of an account before a number, as many as fit a page, however many there are. Two queries.

    For its owner, and with `points.read` for staff at its place. Raises NotFound, NotAllowed.
    """
    account = account_seen(account_id, by)
    most = max(1, min(limit, 200))
    with as_system():
        rows = read(_LINES, [account.id, before if before is not None else FIRST, most + 1])
    lines = [_line(row, account) for row in rows[:most]]
    return Statement(account, lines, lines[-1].number if len(rows) > most else None)


def masked(name: str) -> str:
    """A neighbour's name as another reads it: 王**."""
    return name[:1] + "*" * max(1, min(2, len(name) - 1)) if name else ""


def _line(row: tuple[Any, ...], account: Account) -> Line:
    (
        number, amount, previous, current, transfer_id, kind, event_at, posted_at, rule, says, version, reason, basis, evidence,
        why_less, asked, reverses_id, reversed_by, owner, place_code, person, unit,
    ) = row  # fmt: skip
    said = json.loads(says) if says else {}
    name = said.get(f"name_{language()}") or (declared_word("points", rule) if rule else "")
    return Line(
        number=number, amount=amount, previous=previous, current=current, transfer_id=transfer_id, kind=kind,
        title=_title(kind, name), event_at=event_at, posted_at=posted_at, rule=rule,
        rule_text=said.get(f"text_{language()}", ""), rule_version=version, reason=reason, basis=basis,
        evidence=[
            Proof(one["kind"], declared_word("evidence", one["kind"]), one["ref"], one.get("says", "")) for one in json.loads(evidence)
        ],
        why_less=why_less, asked=asked, reverses_id=reverses_id, reversed_by_id=reversed_by,
        other=_other(owner, place_code, person, unit, account),
    )  # fmt: skip


def _title(kind: str, rule: str) -> str:
    if rule and kind == Kind.REVERSE:
        return _("冲正：%(rule)s") % {"rule": rule}
    return rule or kind_word(kind)


def _other(owner: str, place_code: str, person: str | None, unit: str | None, account: Account) -> str:
    """Who was on the other side; the community is named where it is another. Nobody for what a community's books need."""
    if owner in (Owner.ISSUE, Owner.EXPIRY):
        return ""
    person = masked(person or "") or _("已注销的人")
    who = person if owner == Owner.PERSON else unit or owner_word(owner)
    books = account.book.place_code
    return who if place_code.startswith(books) else f"{who} · {places.label(place_code[: len(books)])}"
