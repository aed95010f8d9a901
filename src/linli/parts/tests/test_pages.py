"""The pages no screen owns: start, switches, errors."""

from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_the_switches_keep_what_they_know_and_go_back_only_home(client: Client) -> None:
    answer = client.post(reverse("parts:preferences"), {"language": "en", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == reverse("parts:start")
    assert answer.cookies["language"].value == "en"
    assert "language" not in client.post(reverse("parts:preferences"), {"language": "xx"}).cookies
    page = client.get("/", headers={"cookie": "language=en; large=1; theme=dark"}).content.decode()
    assert '<html lang="en"' in page and "data-large" in page and 'data-theme="dark"' in page


def test_the_start_page_is_large_for_whom_that_was_chosen(client: Client) -> None:
    page = client.get("/", headers={"cookie": "large=1"}).content.decode()
    assert 'data-screen="phone" data-large' in page  # tokens.css knows large type on the phone's screen only
    assert "标准字号" in page
    assert "大字" in client.get("/").content.decode()


def test_light_or_dark_may_be_left_to_the_system_again(client: Client) -> None:
    client.post(reverse("parts:preferences"), {"theme": "dark"})
    assert 'data-theme="dark"' in client.get("/").content.decode()
    client.post(reverse("parts:preferences"), {"theme": "auto"})
    assert "data-theme" not in client.get("/").content.decode()


@override_settings(DEBUG=False)
def test_what_is_not_there_says_so_in_a_sentence(client: Client) -> None:
    answer = client.get("/nothing-here")
    assert answer.status_code == 404
    assert "没有找到这个页面" in answer.content.decode()


def test_a_page_without_inline_scripts_and_with_a_policy(client: Client) -> None:
    answer = client.get("/")
    assert "script-src" not in answer.headers["Content-Security-Policy"]  # so default-src 'self' holds for them
    assert "<script>" not in answer.content.decode()


@override_settings(DEBUG=False)
def test_a_form_without_its_token_says_so(settings: object) -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("parts:preferences"), {"language": "en"})
    assert answer.status_code == 403
    assert "页面放得太久了" in answer.content.decode()


def test_an_address_that_only_takes_forms_says_so_to_a_browser(client: Client) -> None:
    answer = client.get(reverse("parts:preferences"), headers={"accept": "text/html,*/*"})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "这个地址不能直接打开" in answer.content.decode()
    assert client.get(reverse("parts:preferences")).content == b""


def test_it_says_it_is_well(client: Client) -> None:
    assert client.get("/healthz").content == b"ok"


def people() -> list[dict[str, str]]:
    return [{"name": "王芳", "post": "社区工作者", "username": "wangfang", "password": "a-word"}]


def test_in_a_demo_the_start_page_says_whom_to_be(client: Client, settings: Any) -> None:
    settings.LINLI_DEMO_ACCOUNTS = f"{__name__}.people"
    settings.DEMO = False
    assert "wangfang" not in client.get("/").content.decode()
    settings.DEMO = True
    assert "wangfang" in client.get("/").content.decode()
    settings.LINLI_DEMO_ACCOUNTS = "linli.no_such.place"
    assert client.get("/").status_code == 200
