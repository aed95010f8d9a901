"""Keys: shown once, listed without it, changed and revoked; and for the security administrator alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.kernel.access import SYSTEM, Role, as_system
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import ALWAYS, DISTRICT, OTHER_STREET, STREET, Cast
from linli.kernel.people import verbs
from linli.kernel.people.models import Account, ApiKey, Post
from linli.kernel.people.queries import actor_for_key

from . import pins

SignIn = Callable[[str], Client]
PAGE = "/desk/keys/"


@pytest.fixture
def admin(cast: Cast, sign_in: SignIn) -> Client:
    """The security administrator of the street."""
    with as_system():
        account = Account.objects.create(kind="staff", username="secadmin", name="方正")
        Post.objects.create(account=account, role=Role.SECURITY_ADMIN.value, place_code=STREET, valid=ALWAYS)
    return sign_in("secadmin")


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def plain_on(page: str) -> str:
    return re.search(r"lk_[\w-]{43}", page)[0]  # type: ignore[index]


def works(plain: str) -> bool:
    with as_system():
        return actor_for_key(plain, at=now()) is not None


def issue(admin: Client, **changes: str) -> str:
    given = {"act": "issue", "name": "随手拍", "place_code": STREET, "until": "", **changes}
    return text(admin.post(PAGE, given, follow=True))


def test_nobody_else_opens_it(cast: Cast, sign_in: SignIn) -> None:
    for who in ("dispatcher", "social", "keeper", "granny"):
        assert sign_in(who).get(PAGE).status_code == 403


def test_a_key_is_shown_once_and_nowhere_kept_in_plain(admin: Client) -> None:
    assert "还没有签发过密钥" in text(admin.get(PAGE))
    plain = plain_on(issue(admin))
    again = admin.get(PAGE)
    assert plain not in text(again) and "随手拍" in text(again) and "从未" in text(again)
    assert works(plain) and "从未" not in text(admin.get(PAGE)), "and when it was last used"
    assert again["Cache-Control"].startswith("max-age=0")
    assert plain not in str(dict(admin.session)) + str(admin.cookies)


def test_it_ends_when_the_day_ends(admin: Client) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    page = issue(admin, until=tomorrow.isoformat())
    assert "快到期" in page
    with as_system():
        ends = timezone.localtime(ApiKey.objects.get().expires_at)
    assert (ends.date(), ends.hour) == (tomorrow + timedelta(days=1), 0)


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"name": ""}, 422, "请填写这一项"),
        ({"place_code": "12x"}, 422, "没有这样的地点代码"),
        ({"place_code": OTHER_STREET}, 403, "不在您的管辖范围内"),
        ({"until": "2020-01-01"}, 422, "到期时间应在将来"),
        ({"until": "x"}, 422, "这样的日期"),
    ],
)
def test_what_cannot_be_is_said_and_makes_no_key(
    admin: Client, changes: dict[str, str], status: int, sentence: str
) -> None:
    given = {"act": "issue", "name": "随手拍", "place_code": STREET, **changes}
    answer = admin.post(PAGE, given)
    assert answer.status_code == status and sentence in text(answer)
    assert not ApiKey.objects.exists()


def test_changed_with_a_day_to_change_over_and_revoked_at_once(admin: Client) -> None:
    old = plain_on(issue(admin))
    key = ApiKey.objects.get()
    new = plain_on(text(admin.post(PAGE, {"act": "rotate", "key_id": str(key.id)}, follow=True)))
    assert works(old) and works(new) and old != new
    newest = ApiKey.objects.latest("created_at")
    assert "已撤销，立即失效" in text(admin.post(PAGE, {"act": "revoke", "key_id": str(newest.id)}, follow=True))
    assert not works(new)
    assert admin.post(PAGE, {"act": "revoke", "key_id": str(newest.id)}).status_code == 409


def test_keys_of_another_place_are_not_there(admin: Client) -> None:
    with as_system():
        other, _plain = verbs.issue_key(by=SYSTEM, at=now(), name="别处的", place_code=DISTRICT)
    assert "别处的" not in text(admin.get(PAGE))
    assert admin.post(PAGE, {"act": "revoke", "key_id": str(other.id)}).status_code == 404


def test_fifty_keys_cost_what_one_does(admin: Client) -> None:
    counts = []
    for number in (1, 49):
        with as_system():
            for n in range(number):
                verbs.issue_key(by=SYSTEM, at=now(), name=f"伙伴{n}", place_code=STREET)
        admin.get(PAGE)
        with CaptureQueriesContext(connection) as seen:
            assert admin.get(PAGE).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
    pins.check({"keys": counts[0]})
