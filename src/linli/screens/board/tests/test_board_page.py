"""What the board's addresses answer, without a browser."""

from __future__ import annotations

import pytest
from django.test import Client

from linli.kernel.clock.now import now
from linli.kernel.displays import verbs as displays
from linli.kernel.matters.tests.cast import HOOD, Cast

pytestmark = pytest.mark.django_db


def test_it_goes_from_a_code_to_content_and_back(cast: Cast) -> None:
    screen = Client()
    page = screen.get("/board/")
    assert page.status_code == 200 and "data-waiting" in page.text
    assert screen.get("/board/content/").status_code == 410
    assert screen.get("/board/seen/").json()["state"] == "none"
    told = screen.post("/board/code/")
    code = told.text.split('aria-label="')[1].split('"')[0].replace(" ", "")
    assert len(code) == 6
    assert screen.get("/board/seen/").json()["state"] == "waiting"
    display = displays.confirm_board(by=cast.social, at=now(), code=code, place_code=HOOD, name="一居门口")
    assert screen.get("/board/seen/").json()["state"] == "enrolled"
    page = screen.get("/board/")
    assert "柳湾一居" in page.text and page["X-Display"] == "enrolled"
    assert "柳湾一居居委会" in screen.get("/board/content/").text
    assert screen.get("/board/live-address/").json()["url"]
    displays.revoke(by=cast.social, at=now(), display_id=display.pk)
    assert screen.get("/board/content/").status_code == 410
    assert screen.get("/board/live-address/").json()["url"] == ""
    assert "data-waiting" in screen.get("/board/").text
