"""Where is that? Addresses and positions over HTTP."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from linli.kernel.access import NotFound
from linli.kernel.places import queries as places

from .shapes import Sentence, Text

router = Router(tags=["places"])


class Place(Schema):
    code: str
    name: str


class Address(Schema):
    address: Annotated[Text, Field(min_length=1, max_length=200)]


class Position(Schema):
    lon: Annotated[float, Field(ge=-180, le=180)]
    lat: Annotated[float, Field(ge=-90, le=90)]


@router.get("/find", response=list[Place], summary="Places an address or a name may mean, the likeliest first")
def find(request: HttpRequest, asked: Query[Address]) -> list[Place]:
    return [Place(code=found.code, name=places.label(found.code)) for found in places.find(asked.address)]


@router.get("/locate", response={200: Place, 404: Sentence}, summary="The deepest place a WGS-84 position lies in")
def locate(request: HttpRequest, asked: Query[Position]) -> Place:
    code = places.locate(asked.lon, asked.lat)
    if code is None:
        raise NotFound(_("这个位置不在本平台服务的范围内。"))
    return Place(code=code, name=places.label(code))
