"""One matter of mine: answer, rate, reopen, withdraw; and nobody else's."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.kernel.clock.now import now
from linli.kernel.matters import verbs
from linli.kernel.matters.models import Matter
from linli.kernel.matters.tests.cast import Cast, fresh

from .conftest import SignIn

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def address(matter: Matter, verb: str = "") -> str:
    return f"/phone/matters/{matter.id}/{verb}{'/' if verb else ''}"


def asked(cast: Cast) -> Matter:
    at = now() - 30 * HOUR
    matter = cast.assigned(at=at)
    return verbs.ask(matter_id=matter.id, by=cast.handler, at=at + HOUR, text="是哪个路口？", pauses=True)


def closed(cast: Cast) -> Matter:
    at = now() - 3 * HOUR
    matter = cast.done(at=at)
    verbs.verify(matter_id=matter.id, by=cast.grid, at=at, passed=True)
    return verbs.close(matter_id=matter.id, by=cast.dispatcher, at=at + HOUR, reply="摊位已清理。")


def test_a_question_is_first_and_its_answer_moves_the_date(cast: Cast, sign_in: SignIn) -> None:
    matter, client = asked(cast), sign_in("granny")
    cast.report("granny", now())
    listed = client.get("/phone/mine/").content.decode()
    assert listed.index("是哪个路口？") < listed.index("其他")
    page = client.get(address(matter)).content.decode()
    assert "是哪个路口？" in page and "李强" not in page
    assert page.index('id="question"') < page.index("计时已暂停")
    answered = client.post(address(matter, "answer"), {"text": "东边菜场门口"}, follow=True).content.decode()
    assert "期限由" in answered and "恢复" in answered and "您的答复" not in answered
    assert fresh(matter).paused_at is None


def test_an_empty_answer_is_refused_and_a_late_one_too(cast: Cast, sign_in: SignIn) -> None:
    matter, client = asked(cast), sign_in("granny")
    empty = client.post(address(matter, "answer"), {"text": " "})
    assert empty.status_code == 422 and "请填写这一项" in empty.content.decode()
    client.post(address(matter, "answer"), {"text": "东边"})
    again = client.post(address(matter, "answer"), {"text": "东边，再说一次"})
    assert again.status_code == 409


def test_the_address_of_a_form_opened_by_itself_is_the_matter(cast: Cast, sign_in: SignIn) -> None:
    """After a refusal that address stands in the browser: changing the language comes back to it."""
    matter, client = asked(cast), sign_in("granny")
    assert client.get(address(matter, "answer")).headers["Location"] == address(matter)


def test_rate_then_reopen(cast: Cast, sign_in: SignIn) -> None:
    matter, client = closed(cast), sign_in("granny")
    page = client.get(address(matter)).content.decode()
    assert "摊位已清理。" in page and "办得怎么样？" in page
    unchosen = client.post(address(matter, "rate"), {"words": "不太满意"})
    assert unchosen.status_code == 422 and "不太满意" in unchosen.content.decode()
    client.post(address(matter, "rate"), {"stars": "2", "words": "第二天又来了"})
    assert fresh(matter).rating == 2
    why = client.post(address(matter, "reopen"), {"reason": ""})
    assert why.status_code == 422 and '<details class="act" open>' in why.content.decode()
    reopened = client.post(address(matter, "reopen"), {"reason": "又摆出来了"}, follow=True).content.decode()
    assert "您重新打开了这件事" in reopened and fresh(matter).is_open


@pytest.mark.parametrize("stars", ["0", "6", "99999999999", "-1", "x", "²"])
def test_only_one_to_five(cast: Cast, sign_in: SignIn, stars: str) -> None:
    matter = closed(cast)
    assert sign_in("granny").post(address(matter, "rate"), {"stars": stars}).status_code == 422
    assert fresh(matter).rating is None


def test_withdraw(cast: Cast, sign_in: SignIn) -> None:
    matter = cast.report("granny", now())
    page = sign_in("granny").post(address(matter, "withdraw"), {"why": "自己好了"}, follow=True).content.decode()
    assert "您撤回了这件事" in page and fresh(matter).state == "withdrawn"


def test_anothers_matter_is_not_there(cast: Cast, sign_in: SignIn) -> None:
    matter, chen = cast.report("granny", now()), sign_in("chen")
    for answer in (
        chen.get(address(matter)),
        chen.post(address(matter, "withdraw"), {}),
        chen.get("/phone/find/", {"number": matter.number}),
        chen.get(f"/phone/matters/{uuid4()}/"),
        chen.post(address(matter, "close"), {}),
    ):
        assert answer.status_code == 404
        assert "没有" in answer.content.decode() and matter.title not in answer.content.decode()
    assert matter.title not in chen.get("/phone/mine/").content.decode()
    assert fresh(matter).is_open


def test_a_number_that_finds_nothing_stands_in_its_field_with_a_sentence(cast: Cast, sign_in: SignIn) -> None:
    matter, granny = cast.report("granny", now()), sign_in("granny")
    found = granny.get("/phone/find/", {"number": f" {matter.number} "})
    assert found.status_code == 302 and str(matter.id) in found.headers["Location"]
    page = granny.get("/phone/find/", {"number": "20260101-000001"}).content.decode()
    assert 'value="20260101-000001"' in page and 'id="f-number-error"' in page
    assert matter.title in page, "the list is still there"


def test_who_is_no_resident_is_shown_the_way(cast: Cast, sign_in: SignIn, client: Any) -> None:
    staff = sign_in("dispatcher").get("/phone/mine/")
    assert staff.status_code == 403 and "这里是居民的页面" in staff.content.decode()
    assert client.get("/phone/mine/").headers["Location"].startswith("/account/")


def test_queries_do_not_grow_with_matters_or_steps(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in("granny")
    matter = asked(cast)

    def count(path: str) -> int:
        client.get(path)  # the actor is remembered from here on
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    paths = ("/phone/", "/phone/mine/", address(matter))
    few = [count(path) for path in paths]
    for n in range(12):
        cast.report("granny", now(), title=f"第{n}件")
        verbs.comment(matter_id=matter.id, by=cast.handler, at=now(), text=f"{n}", for_reporter=True)
    assert [count(path) for path in paths] == few
    assert few[0] <= 14 and few[1] <= 14 and few[2] <= 20, few


def test_pages_of_my_matters_meet_without_a_gap(cast: Cast, sign_in: SignIn) -> None:
    from linli.kernel.access import looking_as
    from linli.kernel.matters.queries.mine import mine

    at = now()
    for n in range(7):
        cast.report("granny", at - (n // 2) * HOUR, title=f"第{n}件")
    seen, before = [], ""
    with looking_as(cast.granny):
        while True:
            page = mine(cast.granny, before=before, limit=3)
            seen += [matter.title for matter in page.rest]
            before = page.before
            if not before:
                break
    assert sorted(seen) == sorted(f"第{n}件" for n in range(7)) and len(seen) == 7
