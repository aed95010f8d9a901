"""What one's own page shows beside the balances: what was taken and not yet seen, what was refused, what one objected to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from linli.kernel.access import Actor, as_system, require

from ..models import Account, Appeal, Kind, State, Told, Transfer
from ..verbs.appealing import can_be_appealed
from ..verbs.common import OWN


@dataclass(frozen=True, slots=True)
class Mine:
    """`told`: deductions not yet seen; `refused`: awards that caps left nothing or little of; `appeals` by transfer."""

    told: Sequence[Transfer]
    refused: Sequence[Transfer]
    appeals: Mapping[UUID, Appeal]


def beside(by: Actor) -> Mine:
    """Three queries, all of one's own rows."""
    require(by, OWN)
    if by.person_id is None:
        return Mine((), (), {})
    told = Told.objects.filter(account__person=by.person_id, seen_at=None).select_related("transfer__text")
    cut = Transfer.objects.filter(target__person=by.person_id, kind=Kind.AWARD, state=State.REFUSED).select_related(
        "text"
    )
    appeals = Appeal.objects.filter(account__person=by.person_id).order_by("-made_at")
    return Mine(
        [one.transfer for one in told.order_by("-at")[:20]],
        list(cut.order_by("-recorded_at")[:10]),
        {one.transfer_id: one for one in appeals[:200]},
    )


def appealable(account: Account, transfer_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these lines an appeal could still come to something about. One query."""
    with as_system():
        found = list(Transfer.objects.filter(pk__in=transfer_ids).select_related("reverses"))
        undone = set(Transfer.objects.filter(reverses__in=found).values_list("reverses_id", flat=True))
    return {one.pk for one in found if one.pk not in undone and can_be_appealed(one, account.pk)}
