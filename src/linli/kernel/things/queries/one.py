"""One thing, with what was done to it and how old what it proves itself with is. Secrets are nowhere to be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, NotFound, require
from linli.kernel.files.models import File

from ..models import Claim, Credential, PlaceUpkeep, Thing, Upkeep
from .listing import shown_states
from .resting import around

MOST_UPKEEP = 100


@dataclass(frozen=True, slots=True)
class Proof:
    """A credential that is good: since when, until when, and when it was last used."""

    issued_at: datetime
    ends_at: datetime | None
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Detail:
    """`state` is "maintained" while `maintenance` lasts; `coming` are maintenances that have not begun. `around` are those
    of the places it lies in, that run or come. `label_at` is when the code on its label was made, while it waits to be installed. `photos` are ids of files."""

    thing: Thing
    state: str
    proofs: tuple[Proof, ...]
    upkeep: tuple[Upkeep, ...]
    maintenance: Upkeep | None
    coming: tuple[Upkeep, ...]
    around: tuple[PlaceUpkeep, ...]
    label_at: datetime | None
    photos: tuple[UUID, ...]


def find(actor: Actor, thing_id: UUID) -> Thing:
    """The thing with its owner. Raises NotAllowed, NotFound (there is none that this actor may know of)."""
    return _one(actor, pk=thing_id)


def find_by_no(actor: Actor, no: int) -> Thing:
    """As `find`, by its number."""
    return _one(actor, no=no)


def find_by_key(actor: Actor, key: str) -> Thing:
    """As `find`, by what it calls itself."""
    return _one(actor, key=key)


def _one(actor: Actor, **called: object) -> Thing:
    require(actor, "things.read")
    thing = Thing.objects.select_related("owner").filter(**called).first()
    if thing is None:
        raise NotFound(_("没有这台设备，或者不在您的管辖范围内。"))
    return thing


def detail(actor: Actor, thing_id: UUID, *, at: datetime) -> Detail:
    """Everything about one thing, the latest upkeep first: seven queries. Raises NotAllowed, NotFound."""
    thing = find(actor, thing_id)
    upkeep = tuple(Upkeep.objects.filter(thing=thing).order_by("-id")[:MOST_UPKEEP])
    spans = [row for row in upkeep if row.what == Upkeep.What.MAINTENANCE and not row.lasts.isempty]
    now = next((row for row in spans if row.lasts.lower <= at < row.lasts.upper), None)
    return Detail(
        thing,
        shown_states([thing], at)[thing.no],
        tuple(Proof(*row) for row in _good(thing, at)),
        upkeep,
        now,
        tuple(row for row in spans if row.lasts.lower > at),
        tuple(around(thing.place_code, at=at)),
        Claim.objects.filter(thing=thing, used_at=None).values_list("issued_at", flat=True).first(),
        tuple(
            File.objects.filter(subject_type="thing", subject_id=thing.id)
            .order_by("-id")
            .values_list("id", flat=True)
        ),
    )


def _good(thing: Thing, at: datetime) -> list[tuple[datetime, datetime | None, datetime | None]]:
    good = Credential.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), thing=thing, revoked_at=None)
    return list(good.order_by("-issued_at", "-id").values_list("issued_at", "ends_at", "used_at"))
