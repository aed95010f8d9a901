"""Whatever is sent, no server error; every refusal in the standard's form; XML stays well-formed."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.kernel.access import as_system
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import CITY, HOOD
from linli.kernel.places.queries import exists

from .conftest import GRADED_KIND, PLAIN_KIND, PRIVATE_KIND, Town

ODD = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", " ", "\x00", "￿", "\ud800".encode("utf-8", "replace").decode(), "nan", "-inf", "1e999", "0", "9" * 400]
    ),
    st.sampled_from([CITY, HOOD, "99", "990101", "临江市", "柳湾一居", "临江路128弄3号楼502室", "31.2", "121.5"]),
    st.sampled_from(["2026-09-01", "0001-01-01", "9999-12-31T23:59:59-12:00", "2026-09-01T00:00:00Z", "20260901"]),
    st.sampled_from([PLAIN_KIND, PRIVATE_KIND, GRADED_KIND, "open", "closed", "urgent", "en", "zh-CN", "x" * 5000]),
)
LISTS = ["service_request_id", "service_code", "start_date", "end_date", "status", "page", "page_size", "locale"]
POSTS = ["jurisdiction_id", "lat", "long", "address_string", "address_id", "description", "first_name", "last_name"]
MORE = ["phone", "email", "media_url", "device_id", "account_id"]
ATTRIBUTES = ["attribute[urgency]", "attribute[urgency][]", "attribute[]", "attribute[x]"]
NAMES = st.sampled_from([*LISTS, *POSTS, *MORE, *ATTRIBUTES])
SENT = st.dictionaries(NAMES, st.one_of(ODD, st.lists(ODD, max_size=3)), max_size=8)
PATHS = st.one_of(
    st.sampled_from(["discovery", "services", "requests"]),
    st.builds("{}/{}".format, st.sampled_from(["services", "requests", "tokens"]), ODD),
)
OFTEN = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
FORMS = st.sampled_from(["json", "xml"])


@pytest.mark.django_db
def test_whatever_is_asked(town: Town):
    town.cast.report(title="<>&\"'\x0b\x1f\u2028", body="x")

    @OFTEN
    @given(PATHS, FORMS, SENT)
    def ask(path: str, form: str, sent: dict[str, Any]) -> None:
        answer = town.client.get(f"/open311/v2/{quote(path)}.{form}", sent)
        judge(answer, form)

    ask()


@pytest.mark.django_db
def test_whatever_is_posted(town: Town):
    taken = 0

    @OFTEN
    @given(SENT, FORMS)
    def post(sent: dict[str, Any], form: str) -> None:
        nonlocal taken
        known = {"api_key": town.key, "service_code": PLAIN_KIND, "address_id": HOOD}
        answer = town.client.post(f"/open311/v2/requests.{form}", known | sent)
        judge(answer, form)
        taken += answer.status_code == 200

    post()
    assert taken > 10
    with as_system():
        assert all(m.public and exists(m.place_code) for m in Matter.objects.all())


def judge(answer: Any, form: str) -> None:
    body = answer.content.decode()
    assert answer.status_code in (200, 400, 403, 404), body
    if answer["Content-Type"].startswith("text/xml"):
        root = ElementTree.fromstring(answer.content)
        said = [e.findtext("description") for e in root] if answer.status_code != 200 else ["fine"]
    else:
        read = orjson.loads(body)
        said = [e["description"] for e in read] if answer.status_code != 200 else ["fine"]
    assert said and all(said), body
