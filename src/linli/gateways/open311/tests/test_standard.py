"""Judged by others: the JSON schemas of GeoReport v2 and the client `three` from PyPI."""

from __future__ import annotations

import importlib
import itertools
import json
import os
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from linli.kernel.catalogue.registry import catalogue
from linli.kernel.matters.tests.cast import HOOD

from .conftest import GRADED_KIND, PLAIN_KIND, Town

ROOT = Path(__file__).resolve().parents[5]
SCHEMAS = Path(os.environ.get("LINLI_SHARED_DATA") or ROOT.parent / "shared" / "data") / "open311"


@pytest.fixture(scope="module")
def schemas() -> Any:
    """Validators by name. The files refer to each other by bare name and put `minItems` beside a `$ref`,
    on one item instead of the list; the draft that reads both leniently is chosen, nothing in them is changed."""
    if not SCHEMAS.is_dir():
        pytest.skip(f"the schemas of GeoReport v2 are not here: {SCHEMAS}")
    found = {path.name: json.loads(path.read_text("utf-8")) for path in SCHEMAS.glob("*.json")}
    made = {name: Resource.from_contents(held, default_specification=DRAFT202012) for name, held in found.items()}
    registry = Registry().with_resources(made.items())
    return {
        name: Draft202012Validator(held, registry=registry, format_checker=FormatChecker())
        for name, held in found.items()
    }


def test_the_schemas_accept_our_answers_and_refuse_others(town: Town, schemas: Any):
    matter = town.cast.done(lon=121.5, lat=31.2)
    town.post(description="墙上全是小广告", lat="31.2", long="121.5")
    listed = town.get("requests.json")
    assert len(listed) == 2
    for name, answer in (
        ("services.json", town.get("services.json")),
        ("service-definition.json", town.get(f"services/{GRADED_KIND}.json")),
        ("service-definition.json", town.get(f"services/{PLAIN_KIND}.json")),
        ("requests.json", listed),
        ("requests.json", town.get(f"requests/{matter.id}.json", locale="en")),
    ):
        schemas[name].validate(answer)
    assert not schemas["requests.json"].is_valid([listed[0] | {"status": "assigned"}]), "the schema is not read"
    swagger = json.loads((SCHEMAS / "swagger.json").read_text("utf-8"))["definitions"]
    (receipt,) = town.post(description="又贴了")
    assert receipt.keys() <= swagger["RequestResponse"]["properties"].keys()


class _Silent(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """A test's output is not an access log."""


@pytest.fixture
def served(town: Town) -> Iterator[str]:
    """A real server on a free port, whose thread works on the test's own connection and transaction.

    Django's `live_server` would empty every table after the test, and with them what migrations put in.
    """
    shared = connections["default"]
    shared.inc_thread_sharing()
    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=_Silent)

    def serve() -> None:
        connections["default"] = shared
        server.serve_forever(poll_interval=0.05)

    thread = Thread(target=serve)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    shared.dec_thread_sharing()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_the_client_three_lists_posts_and_reads(town: Town, served: str, monkeypatch: Any):
    monkeypatch.setattr(itertools, "ifilter", filter, raising=False)  # `three` 0.8.0 was written for Python 2
    three = importlib.import_module("three")
    caller = three.Three(f"{served}/open311/v2", api_key=town.key, jurisdiction="9901")

    (endpoint,) = caller.discovery()["endpoints"]
    assert endpoint["url"] == f"{served}/open311/v2"
    codes = [service["service_code"] for service in caller.services()]
    assert PLAIN_KIND in codes
    assert caller.services(GRADED_KIND)["service_code"] == GRADED_KIND

    report = {
        "address_id": HOOD,
        "address": "柳湾一居门口",
        "description": "墙上全是小广告",
        "name": "Xiaoming Wang",
    }
    (receipt,) = caller.post(PLAIN_KIND, phone="13912345678", **report)
    assert caller.post(PLAIN_KIND, phone="13912345678", **report) == [receipt], "sent twice"
    (resolved,) = caller.token(receipt["token"])
    (told,) = caller.request(resolved["service_request_id"])
    kind = catalogue().word("matter", PLAIN_KIND, "zh")
    assert told["description"].startswith(kind) and "小广告" not in str(told) and told["status"] == "open"
    assert caller.requests(PLAIN_KIND, status="open", count=10) == [told]
    assert caller.requests(PLAIN_KIND, between=["01-01-2020", "02-01-2020"]) == []
    refused = caller.post(PLAIN_KIND, api_key="wrong", **report)
    assert refused[0]["code"] == 403
