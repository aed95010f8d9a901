"""What is shown on a screen now: the one question every screen asks."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from linli.kernel.access import as_system
from linli.kernel.files.queries import Shown as Picture
from linli.kernel.files.queries import shown as files_shown
from linli.kernel.people.models import Household, Person, Post
from linli.kernel.places.codes import lineage

from ..models import Audience, Level, Notice, State, Version, VersionState
from ..models.notice import SHOWN

_ORDER = {Level.EMERGENCY.value: 0, Level.IMPORTANT.value: 1, Level.PLAIN.value: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A notice as a screen draws it. `title` and `body` are in the reader's language, or else in Chinese; `body` is
    plain paragraphs with an empty line between two (`paragraphs`).

    `lifted_at`: the emergency is over, and the screen says so (`lifted_words`) until the notice leaves by itself.
    `corrects`: what this version put right, "" for the first. `until` None: until somebody lifts it. `picture` has
    private links that end; `why_me` says why one group was picked.
    """

    id: UUID
    title: str
    body: str
    level: str
    kind: str
    unit: str
    place_code: str
    published_at: datetime
    until: datetime | None
    picture: Picture | None
    version: int
    drill: bool
    lifted_at: datetime | None
    lifted_words: str
    corrects: str
    corrected_at: datetime | None
    confirm: bool
    why_me: str
    title_zh: str
    body_zh: str

    @property
    def emergency(self) -> bool:
        """Whether it stands over everything else: an emergency that was not lifted yet."""
        return self.level == Level.EMERGENCY and self.lifted_at is None

    @property
    def paragraphs(self) -> list[str]:
        return [part for part in self.body.split("\n") if part]


def on(
    screen: str,
    *,
    place_code: str,
    at: datetime,
    household_id: UUID | None = None,
    person_id: UUID | None = None,
) -> list[Shown]:
    """What this screen shows at this place now, emergencies first, then important ones, the latest first in each.

    `screen`: phone, board, tv, desk, command. A notice for a street concerns everything beneath it and its own place. Nobody
    has to be signed in: without `household_id` and `person_id` only what is for everybody is shown. A household's
    television and a person's phone also show what is for registered residents there; a person also what is for their
    age or for volunteers. Two queries; one more with pictures.
    """
    known = household_id is not None or person_id is not None
    with as_system() if known else nullcontext():
        wide = _audiences(place_code, at, household_id, person_id)
        rows = Notice.objects.filter(
            wide, place_code__in=lineage(place_code), channels__contains=[screen], state__in=SHOWN
        )
        return drawn(standing(rows, at), at)


def standing(rows: QuerySet[Notice], at: datetime) -> QuerySet[Notice]:
    """Those of the rows that are shown at a time, also when the worker has not come to end them yet."""
    return rows.filter(Q(state=State.LIFTED, next_tick_at__gt=at) | Q(state=State.PUBLISHED)).filter(
        Q(ends_at=None) | Q(ends_at__gt=at) | Q(state=State.LIFTED)
    )


def drawn(rows: QuerySet[Notice], at: datetime, *, limit: int = 200) -> list[Shown]:
    """Rows as screens draw them, in their order. One query, and one for pictures where there are any."""
    versions = (
        Version.objects.filter(state=VersionState.STANDING, notice__in=rows)
        .select_related("notice", "notice__unit")
        .order_by("-notice__published_at", "notice_id")[:limit]
    )
    found = sorted(versions, key=lambda version: (_rank(version.notice), 0))
    pictures = {p.id: p for p in files_shown([v.picture_id for v in found if v.picture_id], at=at)}
    return [
        as_shown(version, pictures.get(version.picture_id) if version.picture_id else None) for version in found
    ]


def _rank(notice: Notice) -> int:
    return 1 if notice.state == State.LIFTED else _ORDER[notice.level]


def as_shown(version: Version, picture: Picture | None) -> Shown:
    notice = version.notice
    english = (get_language() or "").startswith("en") and bool(version.title_en)
    lifted = notice.ended_at if notice.state == State.LIFTED or notice.level == Level.EMERGENCY else None
    assert notice.published_at is not None
    return Shown(
        id=notice.id,
        title=version.title_en if english else version.title,
        body=version.body_en if english else version.body,
        level=notice.level,
        kind=notice.kind,
        unit=notice.unit.name,
        place_code=notice.place_code,
        published_at=notice.published_at,
        until=notice.ends_at,
        picture=picture,
        version=version.number,
        drill=notice.drill,
        lifted_at=lifted,
        lifted_words=notice.end_words if lifted else "",
        corrects=version.why,
        corrected_at=version.stands_at if version.number > 1 else None,
        confirm=notice.confirm,
        why_me=notice.age_purpose,
        title_zh=version.title,
        body_zh=version.body,
    )


def _audiences(place_code: str, at: datetime, household_id: UUID | None, person_id: UUID | None) -> Q:
    everyone = Q(audience=Audience.EVERYONE)
    if person_id is not None:
        return everyone | of_person(person_id, at)
    if (
        household_id is not None
        and Household.objects.filter(pk=household_id, place_code__startswith=place_code).exists()
    ):
        return everyone | Q(audience=Audience.RESIDENTS, age_from=None)
    return everyone


def of_person(person_id: UUID, at: datetime) -> Q:
    """Audiences beside everybody that a person belongs to. Needs eyes that see the person."""
    person = Person.objects.filter(pk=person_id, erased_at=None).values("birth_year", "account_id").first()
    if person is None:
        return Q(pk__in=[])
    mine = Q(audience=Audience.RESIDENTS, age_from=None)
    if person["birth_year"]:
        mine |= Q(audience=Audience.RESIDENTS, age_from__lte=at.year - person["birth_year"])
    if (
        person["account_id"]
        and Post.objects.filter(account_id=person["account_id"], role="volunteer", valid__contains=at).exists()
    ):
        mine |= Q(audience=Audience.VOLUNTEERS)
    return mine
