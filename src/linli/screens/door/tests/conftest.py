"""A door, two members of staff, and a browser that is Django's test client with CSRF checks on."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.people import verbs
from linli.kernel.people.models import Account

PASSWORD = "Willow-Bridge-7"
HOOD, OTHER_HOOD = "990101001001", "990101001002"


@pytest.fixture(autouse=True)
def _settings(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.LINLI_SMS_SENDER, settings.DEMO = "", True


@pytest.fixture
def browser(db) -> Browser:
    return Browser()


class Browser(Client):
    """Posts the CSRF token of the page it got before, as a browser does."""

    def __init__(self) -> None:
        super().__init__(enforce_csrf_checks=True, headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Edg/120"})
        self.page = ""

    def see(self, path: str, **kwargs):
        response = self.get(path, follow=True, **kwargs)
        self.page = response.content.decode()
        return response

    def send(self, path: str, **data):
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.page)
        response = self.post(path, {**data, "csrfmiddlewaretoken": token[1] if token else ""}, follow=True)
        self.page = response.content.decode()
        return response

    def sign_in_staff(self, username: str, password: str = PASSWORD, after: str = ""):
        self.see("/account/signin/?as=staff")
        return self.send("/account/signin/", **{"as": "staff"}, username=username, password=password, next=after)

    def sign_in_resident(self, phone: str, name: str = "张三"):
        self.see("/account/signin/")
        self.send("/account/signin/", **{"as": "resident"}, phone=phone)
        response = self.send("/account/code/", code=self.shown())
        if response.request["PATH_INFO"] == "/account/welcome/":
            response = self.send("/account/welcome/", name=name)
        return response

    def shown(self) -> str:
        return re.search(r"演示环境：验证码 (\d{6})", self.page)[1]


@pytest.fixture
def clerk(db) -> Account:
    """Somebody with two posts and, as a demo allows, no second factor."""
    posts = [
        {"role": "social_worker", "place_code": HOOD, "title": "一居社工"},
        {"role": "grid_worker", "place_code": OTHER_HOOD, "title": "二居网格员"},
    ]
    return verbs.demo_account("clerk", "王芳", PASSWORD, posts, at=timezone.now() - timedelta(days=1))


@pytest.fixture
def officer(db) -> Account:
    """Somebody new, whose password somebody else chose."""
    at = timezone.now() - timedelta(days=1)
    with as_system():
        account, password = verbs.create_account(by=SYSTEM, at=at, username="officer", name="李强")
        verbs.appoint(by=SYSTEM, at=at, account_id=account.id, role="dispatcher", place_code="990101001")
    account.first_password = password
    return account
