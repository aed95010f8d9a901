"""Who agreed to the demo's devices at home: invented residents, visited by the social worker of their neighbourhood.

Where nobody lives the device hangs and waits; it does not speak, and has no past.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models.functions import Left
from PIL import Image, ImageDraw

from linli.kernel.access import SYSTEM, Actor, Role
from linli.kernel.declare import Whose
from linli.kernel.files.verbs import store
from linli.kernel.people.models import Account, Person, Post
from linli.kernel.people.queries import actor_in
from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level
from linli.kernel.things import texts
from linli.kernel.things.models import Thing
from linli.kernel.things.verbs import Signer, agree

from .placing import Placed

SINCE = timedelta(days=120)
"""So long ago they were visited: before anything the demo knows of what the devices said."""
BUILDING = 21
USERS = 3
"""So many use their face at an entrance; everybody else has a card."""
OLD = 60


def at_visitors(fleet: list[Placed]) -> list[Placed]:
    """The two residents of the start page have a button and a door contact: those that would hang where nobody lives."""
    rows = Person.objects.filter(account__kind=Account.Kind.RESIDENT, erased_at=None).order_by("created_at", "id")
    homes = list(rows.values_list("place_code", flat=True)[:2])
    empty = _empty(fleet)
    moved: dict[str, str] = {}
    for model in ("emergency-button", "home-door"):
        keys = [one.key for one in empty if one.model == model]
        moved |= dict(zip(keys, homes, strict=False))
    return [_moved(one, moved[one.key]) if one.key in moved else one for one in fleet]


def sign(fleet: Iterable[Placed], *, until: datetime) -> set[str]:
    """Let everybody sign, through the verb, some months before `until`. Returns the keys nobody signed for."""
    personal = [one for one in fleet if texts.is_personal(one.model)]
    living = _living(personal)
    things = dict(Thing.objects.filter(key__in=[one.key for one in personal]).values_list("key", "id"))
    workers = _workers(until)
    paper = _paper()
    at = until - SINCE
    unsigned = set()
    for one in personal:
        signers = _signers(one, living, at)
        if not signers:
            unsigned.add(one.key)
            continue
        worker = workers.get(one.place_code[:12], SYSTEM)
        photo = store(by=worker, at=at, upload=io.BytesIO(paper), name="同意书.jpg", purpose="agreement")
        agree(by=worker, at=at, thing_id=things[one.key], signers=signers, form="paper", file_id=photo.id)
    return unsigned


Living = dict[str, list[tuple[UUID, int]]]
"""By home, and by building: who lives there, and since when they live at all."""


def _living(personal: list[Placed]) -> Living:
    """In one question, however many homes."""
    buildings = {one.place_code[:BUILDING] for one in personal}
    rows = Person.objects.annotate(building=Left("place_code", BUILDING)).filter(
        building__in=buildings, erased_at=None
    )
    found: Living = defaultdict(list)
    for person, code, born in rows.order_by("birth_year", "id").values_list("id", "place_code", "birth_year"):
        found[code].append((person, born or 0))
        found[code[:BUILDING]].append((person, born or 0))
    return found


def _signers(one: Placed, living: Living, at: datetime) -> list[Signer]:
    declared = texts.declared_of(one.model)
    here = living.get(one.place_code, ())
    adults = [person for person, born in here if at.year - born >= 18]
    if declared is None or not adults:
        return []
    if declared.whose is Whose.EACH:
        return [Signer(person_id=person) for person in adults[:: max(1, len(adults) // USERS)][:USERS]]
    if declared.whose is Whose.ONE:
        return [Signer(person_id=adults[0])]  # the oldest
    children = [person for person, born in here if at.year - born < 18]
    return [
        *(Signer(person_id=person) for person in adults),
        *(Signer(person_id=child, guardian_id=adults[-1]) for child in children),
    ]


def _workers(at: datetime) -> dict[str, Actor]:
    """The social worker of each neighbourhood, as they work."""
    posts = Post.objects.filter(role=Role.SOCIAL_WORKER, valid__contains=at).select_related("account")
    return {post.place_code[:12]: actor_in(post.account, post) for post in posts if len(post.place_code) >= 12}


def _empty(fleet: Iterable[Placed]) -> list[Placed]:
    at_home = [one for one in fleet if one.model in ("emergency-button", "home-door")]
    lived_in = set(
        Person.objects.filter(place_code__in=[one.place_code for one in at_home]).values_list(
            "place_code", flat=True
        )
    )
    return [one for one in at_home if one.place_code not in lived_in]


def _moved(one: Placed, home: str) -> Placed:
    where = "".join(name for name in places.path(home)[Level.COMPOUND - 1 :] if not name.endswith("单元"))
    return replace(one, place_code=home, name=f"{where}{one.name[-4:]}"[:64])


def _paper() -> bytes:
    """A photo of a sheet with a name under it: invented, and the same for everybody."""
    sheet = Image.new("RGB", (420, 594), "#fdfcf8")
    pen = ImageDraw.Draw(sheet)
    for line in range(14):
        pen.line((48, 70 + 28 * line, 372 - (line % 3) * 40, 70 + 28 * line), fill="#8b8f95", width=3)
    pen.arc((230, 480, 340, 540), 20, 300, fill="#1c2430", width=4)
    buffer = io.BytesIO()
    sheet.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()
