"""What makes the phone a phone: worker, manifest, and every sentence in English."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import find
from django.test import Client

from linli.screens.phone.views.shell import _SHELL

from .conftest import SignIn

ROOM = Path(__file__).parents[1]


def test_every_sentence_has_english() -> None:
    # Django reads all rooms' words as one; what two of them say is translated once.
    text = "".join(file.read_text() for file in ROOM.parents[1].rglob("locale/en/LC_MESSAGES/django.po"))
    english = dict(re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', text, re.M))
    said = {
        sentence
        for file in ROOM.rglob("*")
        if file.suffix in (".py", ".html") and "tests" not in file.parts
        for sentence in re.findall(r'\b_\(\s*"([^"]+)"', file.read_text())
    }
    assert said - english.keys() == set()


@pytest.mark.django_db
def test_the_worker_keeps_files_that_exist_and_rules_its_own_scope(client: Client) -> None:
    answer = client.get("/phone/sw.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert [name for name in _SHELL if not name.startswith("vendor/") and find(name) is None] == []
    for name in _SHELL:
        assert f"/static/{name}" in answer.content.decode()


@pytest.mark.django_db
def test_the_manifest_is_installable(client: Client) -> None:
    body = client.get("/phone/manifest.webmanifest").json()
    assert body["start_url"].startswith(body["scope"]) and body["display"] == "standalone"
    assert {icon["sizes"] for icon in body["icons"]} == {"192x192", "512x512"}
    assert all(find(icon["src"].removeprefix("/static/")) for icon in body["icons"])


@pytest.mark.django_db
def test_hello_says_whose_session_it_is_without_naming_them(sign_in: SignIn, client: Client) -> None:
    granny, chen = (sign_in(who).get("/phone/hello/").json()["who"] for who in ("granny", "chen"))
    assert granny and chen and granny != chen
    assert client.get("/phone/hello/").json()["who"] == ""


@pytest.mark.django_db
def test_every_stylesheet_and_script_of_a_page_is_kept_for_when_there_is_no_network(sign_in: SignIn) -> None:
    page = sign_in("granny").get("/phone/report/").content.decode()
    asked = re.findall(r'(?:<link rel="stylesheet" href|<script[^>]* src)="/static/([^"]+)"', page)
    assert asked and set(asked) <= set(_SHELL)
