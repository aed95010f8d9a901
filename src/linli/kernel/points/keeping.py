"""What this room keeps about a person: their accounts, each line with its reason, what they objected to.

Kept for: giving and proving what was earned (basis: the person takes part in it; for deductions the rule that was published).
Kept as long as the person is registered; then the amounts stay in the books, for other people's balances hang on them,
and nothing says any more whose they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from linli.kernel.access import SYSTEM, Conflict, Invalid
from linli.kernel.audit.ids import uuid7
from linli.kernel.audit.verbs import erase
from linli.kernel.people.keepers import Chapter, Keeper, Leaving

from .models import Account, Appeal, Entry, Kind, State, Transfer
from .verbs.moving import transfer, void
from .verbs.reversing import reversal
from .words import amount_word, appeal_word, declared_word, kind_word, ledger_word


def chapters(person_id: UUID, _own: bool) -> Sequence[Chapter]:
    accounts = list(Account.objects.filter(person_id=person_id).order_by("ledger"))
    return list(_chapters(accounts)) if accounts else []


def _chapters(accounts: Sequence[Account]) -> Iterator[Chapter]:
    yield Chapter(
        "points_accounts",
        _("我的积分"),
        (("ledger", _("账本")), ("balance", _("余额")), ("opened_at", _("开户时间"))),
        [
            {"ledger": ledger_word(a.ledger), "balance": amount_word(a.ledger, a.balance), "opened_at": a.opened_at}
            for a in accounts
        ],
    )
    entries = (
        Entry.objects.filter(account__in=accounts)
        .select_related("transfer__text")
        .order_by("account__ledger", "version")
    )
    yield Chapter(
        "points_lines",
        _("积分明细"),
        (
            ("ledger", _("账本")), ("at", _("时间")), ("what", _("事由")), ("amount", _("数量")), ("balance", _("余额")),
            ("rule", _("规则")), ("reason", _("说明")), ("evidence", _("依据")),
        ),
        [_line(entry) for entry in entries.iterator(2_000)],
    )  # fmt: skip
    appeals = Appeal.objects.filter(account__in=accounts).select_related("transfer").order_by("made_at")
    yield Chapter(
        "points_appeals",
        _("积分申诉"),
        (("at", _("时间")), ("text", _("我说的")), ("state", _("结果")), ("answer", _("答复"))),
        [{"at": a.made_at, "text": a.text, "state": appeal_word(a.state), "answer": a.answer} for a in appeals],
    )


def _line(entry: Entry) -> dict[str, object]:
    moved = entry.transfer
    said = moved.text.says if moved.text else {}
    return {
        "ledger": ledger_word(moved.ledger),
        "at": moved.event_at,
        "what": said.get("name_zh") or kind_word(moved.kind),
        "amount": entry.amount,
        "balance": entry.current,
        "rule": said.get("text_zh", ""),
        "reason": moved.reason or moved.basis,
        "evidence": [
            f"{declared_word('evidence', one['kind'])} {one.get('says') or one['ref']}" for one in moved.evidence
        ],
    }


def forget(leaving: Leaving, at: datetime) -> None:
    """The amounts stay; whose they were, why, and on what evidence goes. What they had promised is called off."""
    accounts = list(
        Account.objects.select_for_update(no_key=True).filter(person_id=leaving.person_id).order_by("pk")
    )
    if not accounts:
        return
    touched = Transfer.objects.filter(Q(source__in=accounts) | Q(target__in=accounts))
    for promised in touched.filter(state=State.PENDING):
        try:
            void(by=SYSTEM, at=at, transfer_id=promised.id)
        except Conflict as refused:
            if refused.code != "settled":
                raise
    touched.filter(erased_at=None).update(reason="", basis="", evidence=[], erased_at=at)
    Appeal.objects.filter(account__in=accounts, erased_at=None).update(
        text=None, answer=None, made_by=None, erased_at=at
    )
    Account.objects.filter(pk__in=[a.pk for a in accounts]).update(person=None, forgotten_at=at)
    erase(at=at, streams=[account.stream for account in accounts])


def joined(alias: UUID, standing: UUID, at: datetime) -> list[str]:
    """Two registrations are one person. An account follows by itself; where both had one of a ledger, what lies on the second
    goes to the first. What cannot go (a limit, another community) stays. Returns the transfers, to be taken back again."""
    moved = []
    mine = {account.ledger: account for account in Account.objects.filter(person_id=standing)}
    for second in Account.objects.filter(person_id=alias).order_by("pk"):
        first = mine.get(second.ledger)
        if first is None or second.available <= 0:
            continue
        try:
            done = transfer(
                by=SYSTEM, at=at, key=uuid7(), source_id=second.id, target_id=first.id, amount=second.available,
                kind=Kind.MOVE, basis=_t("两条登记是同一个人"),
            )  # fmt: skip
        except (Conflict, Invalid):
            continue
        moved.append(str(done.id))
    return moved


def parted(_alias: UUID, _standing: UUID, told: Any, at: datetime) -> None:
    """They are two after all: what went over goes back, as far as it is still there."""
    for transfer_id in told or ():
        try:
            reversal(
                by=SYSTEM, at=at, key=f"parted:{transfer_id}", transfer_id=UUID(transfer_id), reason=_t("两条登记已拆开"),
                decided=True,
            )  # fmt: skip
        except Conflict:
            continue


KEEPER = Keeper(
    name="points",
    copy=chapters,
    forget=forget,
    joined=joined,
    parted=parted,
    goes=(_("积分账户上的名字、每一笔的说明和依据、申诉的内容。"),),
    stays=(_("积分的数目留在账上，因为别人的余额与它相连；上面不再有您的名字。余下的积分不能再用。"),),
)
