"""A rule's numbers on the desk: tried on what was stored, saved with a reason, taken back; and dead letters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from linli.kernel.access import as_system
from linli.kernel.audit.models import Record
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import HOOD, OTHER_STREET, STREET, Cast
from linli.kernel.readings.models import RuleNumber

from .sensing import device, kitchen, letter

SignIn = Callable[[str], Client]
RULE = "/desk/rules/smoke/"


def send(client: Client, act: str, status: int = 200, **given: str) -> str:
    fields = {
        name.replace("__", ":").replace("_", "."): value for name, value in given.items() if name.startswith("n__")
    }
    rest = {name: value for name, value in given.items() if not name.startswith("n__")}
    answer = client.post(RULE, {"act": act, "place": STREET, **fields, **rest}, follow=True)
    assert answer.status_code == status, answer.content.decode()[-300:]
    return answer.content.decode()


def test_what_would_have_happened_is_said_before_anything_is_saved(cast: Cast, sign_in: SignIn) -> None:
    kitchen()
    client = sign_in("street_duty")
    page = send(client, "try", n__smoke_limit="0.5")
    assert "过去 28 天的预警会从 2 条变成 1 条，属实的一条不漏，少 1 条误报" in page
    assert "重放了全部 1 台设备" in page and 'value="0.5"' in page and "保存到柳湾街道" in page
    worse = send(client, "try", n__smoke_limit="1.5", n__smoke_clears="1")
    assert "会漏掉 1 条属实的，少 1 条误报" in worse
    assert not RuleNumber.objects.exists()


def test_saving_needs_a_reason_and_leaves_a_record(cast: Cast, sign_in: SignIn) -> None:
    kitchen()
    client = sign_in("street_duty")
    assert "请写明为什么改" in send(client, "save", 422, n__smoke_limit="0.5")
    page = send(client, "save", n__smoke_limit="0.5", reason="做饭时常误报，消防同意")
    assert "已保存，一秒内生效" in page and "烟浓度高于 0.5\u00a0dB/m" in page
    with as_system():
        number, record = RuleNumber.objects.get(), Record.objects.get(verb="readings.tune")
    assert (number.name, number.value, number.place_code, number.set_by) == ("smoke.limit", 0.5, STREET, "吴值班")
    assert record.note == "做饭时常误报，消防同意"
    assert "已取消" in send(client, "back", name="smoke.limit")
    assert not RuleNumber.objects.exists()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"n__smoke_limit": "abc"}, "请填写数字"),
        ({"n__smoke_limit": "nan"}, "请填写数字"),
        ({"n__smoke_limit": "99"}, "设备只能测到"),
        ({"n__smoke_clears": "0.4"}, "恢复值要小于或等于阈值 0.25"),
        ({"n__clear-after": "-5"}, "请填写 0 秒到 31 天之间的时间"),
        ({}, "没有改动任何参数"),
        ({"n__smoke_limit": "0.25"}, "没有改动任何参数"),
    ],
)
def test_what_cannot_be_meant_is_said_beside_its_number_and_kept(
    cast: Cast, sign_in: SignIn, given: dict[str, str], sentence: str
) -> None:
    device(1)
    client = sign_in("street_duty")
    for act in ("try", "save"):
        page = send(client, act, 422, **given, reason="试")
        assert sentence in page and all(f'value="{text}"' in page for text in given.values())
    assert not RuleNumber.objects.exists()


def test_nobody_tunes_beyond_their_place_or_role(cast: Cast, sign_in: SignIn) -> None:
    device(1)
    far = device(2, code=OTHER_STREET + "001")
    client = sign_in("street_duty")
    # An address of elsewhere is one's own place again: nothing is set there.
    for where in ({"place": OTHER_STREET}, {"thing": str(far.id)}, {"thing": "x"}, {"place": "99"}):
        client.post(RULE, {"act": "save", "n:smoke.limit": "0.5", "reason": "越界", "place": "", **where})
        assert not RuleNumber.objects.exclude(place_code=STREET).exists()
    leader = sign_in("street_leader")
    assert "data-tries" not in leader.get(RULE).content.decode()
    assert (
        leader.post(RULE, {"act": "save", "n:smoke.limit": "0.6", "reason": "x", "place": STREET}).status_code
        == 403
    )
    assert leader.post(f"{RULE}try/", {"n:smoke.limit": "0.6", "place": STREET}).status_code in (403, 422)


def test_one_device_has_its_own_number(cast: Cast, sign_in: SignIn) -> None:
    one = kitchen()
    client = sign_in("street_duty")
    tried = client.post(f"{RULE}try/", {"thing": str(one.id), "n:smoke.limit": "0.5"}).content.decode()
    assert "从 2 条变成 1 条" in tried and "<html" not in tried
    client.post(RULE, {"act": "save", "thing": str(one.id), "n:smoke.limit": "0.5", "reason": "厨房"})
    with as_system():
        assert RuleNumber.objects.get().thing_id == one.id
    together = client.get(f"/desk/rules/smoke-spreads/?thing={one.id}").content.decode()
    assert "参数按地点设置" in together and "data-tries" not in together


def test_letters_stand_by_reason_and_say_what_to_do(cast: Cast, sign_in: SignIn) -> None:
    one = device(1, name="一号烟感")
    letter(one, says="第 14 个字符处不完整")
    letter(one, "out_of_range", b'{"temperature": 812}', says="temperature = 812")
    letter(None, "unknown")
    letter(device(2, code=OTHER_STREET + "001"), says="别处")
    client = sign_in("street_duty")
    page = client.get("/desk/letters/").content.decode()
    assert page.count('<tr id="row-') == 3 and "别处" not in page
    assert '读不懂 <span class="count">1</span>' in page and '全部 <span class="count">3</span>' in page
    page = client.get("/desk/letters/?why=out_of_range").content.decode()
    assert page.count('<tr id="row-') == 1 and "多半是探头坏了" in page
    for query in ("why=zzz&place=x&thing=1&settled=9", "after="):
        assert client.get(f"/desk/letters/?{query}").status_code == 200
    assert client.get("/desk/letters/?after=zz").status_code == 422
    assert sign_in("grid").get("/desk/letters/").status_code == 403


def test_one_letter_is_shown_as_it_came_and_put_aside_with_a_reason(cast: Cast, sign_in: SignIn) -> None:
    one = device(1)
    text, dump = letter(one, payload=b"<script>1</script>"), letter(one, payload=b"\x00\xff\x10" * 9)
    home = letter(device(2, model="home-door", heard=False), payload=b'{"open":1}', says="open = 1")
    client = sign_in("street_duty")
    assert "&lt;script&gt;1" in client.get(f"/desk/letters/{text.id}/").content.decode()
    assert "0010  ff 10 00" in client.get(f"/desk/letters/{dump.id}/").content.decode()
    private = client.get(f"/desk/letters/{home.id}/").content.decode()
    assert "不给任何人看" in private and "&#34;open&#34;" not in private and "open = 1" not in private
    address = f"/desk/letters/{text.id}/"
    refused = client.post(address, {"act": "settle", "note": " "})
    assert refused.status_code == 422 and "请写明原因" in refused.content.decode()
    done = client.post(address, {"act": "settle", "note": "测试时发的"}, follow=True).content.decode()
    assert "已处理" in done and "测试时发的" in done and "处理掉" not in done
    assert client.post(address, {"act": "settle", "note": "又一次"}).status_code == 409
    assert "测试时发的" in client.get("/desk/letters/?settled=1").content.decode()
    assert client.get(f"/desk/letters/{letter(device(3, code=OTHER_STREET + '001')).id}/").status_code == 404


def test_letters_are_read_again_one_or_all_of_a_filter(cast: Cast, sign_in: SignIn) -> None:
    one = device(1)
    # It was sent as JSON that the codec could not read then and can now.
    good = [letter(one, payload=b'{"smoke": 0.11, "battery": 77}', at=now() - timedelta(hours=n)) for n in (1, 2)]
    bad = letter(one)
    client = sign_in("street_duty")
    again = client.post(f"/desk/letters/{good[0].id}/", {"act": "replay"}, follow=True).content.decode()
    assert "存入 1 条读数，1 封处理完" in again
    page = client.get("/desk/letters/?why=unreadable").content.decode()
    assert "全部重新解读" in page
    rest = client.post("/desk/letters/replay/", {"why": "unreadable"}, follow=True).content.decode()
    assert "存入 1 条读数，1 封处理完，1 封仍然读不懂" in rest and f"row-{bad.id}" in rest
    nothing = client.post("/desk/letters/replay/", {"why": "clock"})
    assert nothing.status_code == 409 and "没有可以重新解读的死信" in nothing.content.decode()
    assert HOOD in one.place_code
