"""What the verbs of this room share: judging what was given, the accounts of a transfer, one call to the books."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from linli.kernel.access import Actor, Invalid, NotFound
from linli.kernel.access.lines import fitting
from linli.kernel.access.prepared import read
from linli.kernel.catalogue.registry import catalogue
from linli.kernel.declare import Ledger

from ..models import Kind, TookPart
from ..words import amount_word, declared_word

OWN, READS, AWARDS, DEDUCTS = "points.own", "points.read", "points.award", "points.deduct"
REVIEWS, CLOSES, SETTLES, TILL = "points.review", "points.close", "points.settle", "points.till"

LONGEST_KEY = 100


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an award or a deduction: its declared kind, what it is (an id, a number), and a word for people."""

    kind: str
    ref: str
    says: str = ""


class Side(NamedTuple):
    """An account, as far as a transfer must know it."""

    id: UUID
    ledger: str
    owner: str
    person_id: UUID | None
    unit_id: UUID | None
    book_id: UUID
    place_code: str
    forgotten: bool


def sides(*ids: UUID) -> dict[UUID, Side]:
    """Accounts by id, those that are there, whoever looks. One call."""
    rows = read("SELECT * FROM points_look(%s::uuid[])", [[str(id_) for id_ in ids]])
    return {row[0]: Side(*row) for row in rows}


def both(found: Mapping[UUID, Side], source_id: UUID, target_id: UUID) -> tuple[Side, Side]:
    """The two accounts of a transfer. Raises Invalid when they are of two ledgers; NotFound."""
    if source_id not in found or target_id not in found:
        raise NotFound(_("没有这个积分账户。"))
    source, target = found[source_id], found[target_id]
    if source.ledger != target.ledger:
        sentence = _("两个账户不在同一个账本，不能互转。")
        raise Invalid(sentence, code="ledger", fields={"target": sentence})
    return source, target


PARTOOK = _l("您参与过这一笔（例如由您提出），要由没有参与过的人复核。")


def took_part(by: Actor, transfer_id: UUID) -> bool:
    """Whether somebody had a part in a deduction beside whoever decided it."""
    named = TookPart.objects.filter(transfer=transfer_id)
    return by.account_id is not None and named.filter(account=by.account_id).exists()


def ledger_of(name: str) -> Ledger:
    """The declared ledger. Raises Invalid."""
    ledger = catalogue().ledgers.get(name)
    if ledger is None:
        sentence = _("没有“%(name)s”这个账本。") % {"name": name[:40]}
        raise Invalid(sentence, fields={"ledger": sentence})
    return ledger


def whole_amount(amount: object, ledger: Ledger, field: str = "amount") -> int:
    """A whole number above nought that one act may move. Raises Invalid."""
    if isinstance(amount, bool) or not isinstance(amount, int):
        sentence = _("请填写整数。")
    elif amount <= 0:
        sentence = _("数量要大于零。")
    elif amount > ledger.single:
        sentence = _("一次最多 %(most)s。") % {"most": amount_word(ledger.name, ledger.single)}
    else:
        return amount
    raise Invalid(sentence, fields={field: sentence})


def key_of(key: str | UUID) -> str:
    """The caller's own name for what it asks, in 1 to 100 characters. Raises Invalid."""
    text = str(key).strip()
    if not text or len(text) > LONGEST_KEY or not text.isprintable():
        sentence = _("每一笔要有自己的编号（1 到 100 个字符）。")
        raise Invalid(sentence, fields={"key": sentence})
    return text


def happened(event_at: datetime | None, at: datetime) -> datetime:
    """When it happened: now when nobody says. Raises Invalid for what is still to come."""
    if event_at is None:
        return at
    if event_at.tzinfo is None or event_at > at:
        sentence = _("发生时间不能晚于现在。")
        raise Invalid(sentence, fields={"event_at": sentence})
    return event_at


def text_of(value: str, most: int, field: str, *, needed: bool = False) -> str:
    """Text as it is kept, on one line. Raises Invalid when it is missing or too long."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    return fitting(plain, most, field, needed=needed)


def evidence_of(given: Sequence[Evidence], kinds: Sequence[str] = ()) -> list[dict[str, str]]:
    """Evidence as it is kept; `kinds` are those a rule asks for, one of which must be there. Raises Invalid."""
    kept = []
    for one in given[:20]:
        row = {"kind": one.kind, "ref": text_of(one.ref, 100, "evidence", needed=True)}
        kept.append(row | ({"says": text_of(one.says, 100, "evidence")} if one.says else {}))
    if kinds and not any(one["kind"] in kinds for one in kept):
        names = _("、").join(declared_word("evidence", kind) for kind in kinds)
        sentence = _("请附上依据：%(kinds)s。") % {"kinds": names}
        raise Invalid(sentence, code="evidence", fields={"evidence": sentence})
    return kept


def digest_of(payload: dict[str, Any]) -> bytes:
    """What was asked, as one number: the same key for something else is told apart by it."""
    return hashlib.sha256(json.dumps(payload, sort_keys=True, ensure_ascii=False, default=str).encode()).digest()


def person_ids(*accounts: Side) -> list[UUID]:
    return [side.person_id for side in accounts if side.person_id is not None]


def unit_ids(*accounts: Side) -> list[UUID]:
    return [side.unit_id for side in accounts if side.unit_id is not None]


def concerned(source: Side, target: Side) -> Side:
    """Whose history a transfer stands in: the person's who gets or gives, and of two the one it came from.

    A community's own accounts are in every award; a chain of records on one of them would make all wait for all.
    """
    if source.owner not in ("person", "unit") and target.owner in ("person", "unit", "fund"):
        return target
    return source


def is_system(by: Actor) -> bool:
    return by.scope == "*"


KINDS_BY_LAW = (Kind.INHERIT, Kind.MOVE)
