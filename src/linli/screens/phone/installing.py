"""What somebody who installs a device has typed so far, and the places it may hang at."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from linli.kernel.access import Actor, Invalid, Refused, covers
from linli.kernel.people.homes import place_named
from linli.kernel.places import queries as places
from linli.kernel.places.codes import Level
from linli.kernel.things.models import Thing

from . import photos

MOST_PHOTOS = 3
NEAR_M = 250.0
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Choice:
    """A place the device may hang at: its code, how it is called, and why it is offered."""

    code: str
    words: str
    why: str


@dataclass(slots=True)
class Typed:
    """The form as it was sent; `files` are photos that arrived already."""

    place: str = ""
    address: str = ""
    spot: str = ""
    lon: float | None = None
    lat: float | None = None
    files: list[UUID] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, data: QueryDict) -> Typed:
        lon, lat = position(data)
        return cls(
            place=data.get("place", ""),
            address=data.get("address", "").replace("\0", "").strip()[:200],
            spot=data.get("spot", "").replace("\0", ""),
            lon=lon,
            lat=lat,
            files=ids(data.getlist("files")[:MOST_PHOTOS]),
        )

    def take_photos(self, request: HttpRequest) -> None:
        """Keep what was taken; a refused photo leaves its sentence."""
        for upload in request.FILES.getlist("photos"):
            if len(self.files) >= MOST_PHOTOS:
                self.errors["photos"] = _("最多放 %(n)d 张照片。") % {"n": MOST_PHOTOS}
                return
            try:
                self.files.append(photos.store(request, upload, "install"))
            except Refused as refused:
                self.errors["photos"] = f"{upload.name}：{refused.sentence}"

    def place_code(self, by: Actor) -> str:
        """The place that was chosen, or that the typed address names. Raises Invalid (`place_code`)."""
        if self.place and self.place != OTHER:
            return self.place
        if not self.address:
            sentence = _("请选择或写明装在哪里。")
            raise Invalid(sentence, fields={"place_code": sentence})
        return place_named(self.address, by, field="place_code")


def position(data: QueryDict) -> tuple[float | None, float | None]:
    """Where the phone is, when it says so and that can be."""
    try:
        lon, lat = float(data.get("lon", "")), float(data.get("lat", ""))
    except ValueError:
        return None, None
    sound = math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90
    return (lon, lat) if sound else (None, None)


def choices(thing: Thing, by: Actor, lon: float | None, lat: float | None) -> list[Choice]:
    """The places it may hang at, the likeliest first: what is near, then where it is registered; each within the
    place it is registered for and the actor's scope."""
    found = dict[str, Choice]()
    if lon is not None and lat is not None:
        for near in places.near(lon, lat, within_m=NEAR_M, limit=5):
            _offer(found, thing, by, near.code, _("约 %(n)d 米") % {"n": round(near.metres)})
        if code := places.locate(lon, lat):
            _offer(found, thing, by, code, _("您现在所在的网格"))
    if len(thing.place_code) >= Level.NEIGHBOURHOOD.digits:
        _offer(found, thing, by, thing.place_code, _("登记的地点"))
    return list(found.values())


def _offer(found: dict[str, Choice], thing: Thing, by: Actor, code: str, why: str) -> None:
    related = code.startswith(thing.place_code) or thing.place_code.startswith(code)
    if code not in found and related and covers(by, code):
        found[code] = Choice(code, places.label(code, Level.NEIGHBOURHOOD), why)


def thumbnails(ids: Iterable[UUID], at: Any) -> list[str]:
    """Small pictures of photos that arrived already."""
    from linli.kernel.files.queries import shown

    return [file.small or file.link for file in shown(ids, at=at)]


def ids(values: Iterable[str]) -> list[UUID]:
    """Files that arrived with an earlier try."""
    return [found for value in values if (found := _id(value))]


def _id(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
