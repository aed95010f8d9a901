"""What is done about somebody's device stands in their own history, where they can read it (PIPL art. 44)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from linli.kernel import audit
from linli.kernel.access import Actor

from ..models import Signature, Thing


def told_to(signature: Signature, by: Actor, at: datetime, verb: str, thing: Thing, **more: str) -> None:
    told_to_each([signature], by, at, verb, thing, **more)


def told_to_each(
    signatures: Iterable[Signature], by: Actor, at: datetime, verb: str, thing: Thing, **more: str
) -> None:
    """Within a verb: a record for each person, and with it for whoever agreed for them."""
    entries = [
        audit.Entry(
            f"person:{signature.person_id}",
            thing.place_code,
            person_ids=_concerned(signature),
            after={"thing": str(thing.id), "model": thing.model, **more},
        )
        for signature in signatures
        if signature.person_id is not None
    ]
    audit.append_each(entries, by=by, at=at, verb=f"things.{verb}")


def _concerned(signature: Signature) -> tuple[UUID, ...]:
    return tuple(one for one in (signature.person_id, signature.guardian_id) if one is not None)
