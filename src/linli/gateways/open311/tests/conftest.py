"""A town with its people, a partner with a key, and a caller who speaks GeoReport v2."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import orjson
import pytest
from django.test import Client

from linli.kernel.access import SYSTEM, look_as
from linli.kernel.matters.tests.cast import CITY, HOOD, MONDAY, Cast, make_cast
from linli.kernel.people import verbs as people

PLAIN_KIND, PRIVATE_KIND, GRADED_KIND = "illegal-posters", "neighbour-dispute", "fire-exit-blocked"


@dataclass
class Town:
    cast: Cast
    key: str
    client: Client

    def get(self, path: str, status: int = 200, /, **asked: Any) -> Any:
        """What an address answers: Python values for .json, an element for .xml."""
        return read(self.client.get(f"/open311/v2/{path}", asked), status)

    def post(self, status: int = 200, /, form: str = "json", headers: Any = None, **sent: Any) -> Any:
        body = {"api_key": self.key, "service_code": PLAIN_KIND, "address_id": HOOD} | sent
        given = {name: value for name, value in body.items() if value is not None}
        return read(self.client.post(f"/open311/v2/requests.{form}", given, headers=headers), status)


def read(answer: Any, status: int) -> Any:
    assert answer.status_code == status, (answer.status_code, answer.content.decode())
    if answer["Content-Type"].startswith("text/xml"):
        return ElementTree.fromstring(answer.content)
    return orjson.loads(answer.content)


def key_for(place_code: str, name: str = "随手拍") -> str:
    look_as(SYSTEM)
    _key, plain = people.issue_key(by=SYSTEM, at=MONDAY, name=name, place_code=place_code)
    return plain


@pytest.fixture
def clock(tmp_path, monkeypatch) -> Any:
    """Sets the time that the views see."""
    file = tmp_path / "clock"
    monkeypatch.setenv("LINLI_CLOCK", str(file))

    def set_to(at: datetime) -> None:
        file.write_text(at.isoformat())

    set_to(MONDAY + timedelta(hours=1))
    return set_to


@pytest.fixture
def town(db: None, clock: Any) -> Iterator[Town]:
    cast = make_cast()
    yield Town(cast, key_for(CITY), Client())
    look_as(SYSTEM)
