"""The pages: a stranger looks, a neighbour joins and checks in, an organiser certifies, anybody verifies."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from django.test import Client

from linli.kernel.access import as_system
from linli.kernel.audit.models import Record
from linli.kernel.clock.now import frozen
from linli.scenes.self_governance import certificates, verbs
from linli.scenes.self_governance.models import Charge, Request, SignUp

from .cast import HERE, HOUR, MONDAY, STARTS, Neighbours, coming, fresh, leaving
from .test_spending import give_phone

SignIn = Callable[[str], Client]
BASE = "/scenes/self_governance/"
LATER = STARTS + 5 * HOUR


def text(response) -> str:
    return response.content.decode()


def test_a_stranger_finds_and_is_asked_to_sign_in_before_joining(town: Neighbours) -> None:
    activity = town.activity(skills=["nursing"])
    town.activity(title="楼道清洁", kind="environment")
    with frozen(MONDAY):
        page = text(Client().get(BASE))
        assert "陪独居老人去医院" in page and "还缺 2 人" in page and "楼道清洁" in page
        assert "楼道清洁" not in text(Client().get(BASE + "?kind=elders"))
        assert "没有符合的活动" in text(Client().get(BASE + "?skill=law"))
        assert Client().get(BASE + "?kind=nothing&day=99999-01-01&near='").status_code == 200
        one = f"{BASE}activities/{activity.id}/"
        assert "登录后报名" in text(Client().get(one))
        refused = Client().post(one, {"act": "join", "shift": str(town.shift(activity).id)})
        assert refused.status_code == 403 and "请先用居民账号登录" in text(refused)


def test_a_neighbour_joins_waits_and_withdraws(town: Neighbours, sign_in: SignIn) -> None:
    activity = town.activity()
    shift = town.shift(activity)
    client, one = sign_in("granny"), f"{BASE}activities/{activity.id}/"
    with frozen(MONDAY):
        assert client.post(one, {"act": "join", "shift": str(shift.id)}).status_code == 303
        assert "报名成功" in text(client.get(one))
        town.join("chen", shift)
        assert sign_in("zhang").post(one, {"act": "join", "shift": str(shift.id)}).status_code == 303
        mine = text(sign_in("zhang").get(BASE + "mine/"))
        assert "候补" in mine
        with as_system():
            own = SignUp.objects.get(person=town.granny.person_id)
        page = client.post(f"{BASE}mine/{own.id}/", {"act": "withdraw", "reason": "有事"})
        assert page.status_code == 303
        with as_system():
            assert SignUp.objects.get(person=town.zhang.person_id).state == "in"
        assert sign_in("chen").get(f"{BASE}mine/{own.id}/").status_code == 404
        bad = client.post(one, {"act": "join", "shift": str(shift.id), "heads": "9" * 9})
        assert bad.status_code == 422


def test_check_in_by_the_scanned_code_says_what_is_wrong(town: Neighbours, sign_in: SignIn) -> None:
    shift = town.shift()
    one = town.join("granny", shift)
    client, page = sign_in("granny"), f"{BASE}mine/{one.id}/"
    with frozen(STARTS):
        shown = text(sign_in("social").get(f"{BASE}showing/{shift.id}/"))
        assert "<svg" in shown and "码每 30 秒换一次" in shown
        landed = client.get(f"{BASE}check/{shift.id}/{coming(shift, STARTS)}/")
        assert landed.status_code == 302 and landed.url.startswith(page)
        give = {"act": "check_in", "code": coming(shift, STARTS)}
        far = client.post(page, {**give, "lon": "121.5", "lat": "31.3", "doubt": "10"})
        assert far.status_code == 422 and "公里" in text(far)
        assert "请允许使用位置" in text(client.post(page, {**give, "lon": "-", "lat": ""}))
        assert "请允许使用位置" in text(client.post(page, {**give, "lon": "nan", "lat": "1e999"}))
        there = {**give, "lon": str(HERE.lon), "lat": str(HERE.lat), "doubt": "10"}
        assert client.post(page, there).status_code == 303
        assert fresh(one).state == "arrived"
    out = STARTS + 2 * HOUR
    with frozen(out):
        assert client.post(page, {**there, "act": "check_out", "code": leaving(shift, out)}).status_code == 303
        assert "待认定" in text(client.get(page))


def test_an_organiser_plans_publishes_and_certifies(town: Neighbours, sign_in: SignIn) -> None:
    client, list_ = sign_in("social"), f"{BASE}desk/activities/"
    with frozen(MONDAY):
        made = client.post(list_, {
            "act": "plan", "title": "理发进楼", "what": "给行动不便的老人理发", "kind": "elders", "place_code": "990101001001",
            "near_m": "300", "minors": "no", "skills": ["haircut"],
        })  # fmt: skip
        assert made.status_code == 303, text(made)
        listed = text(client.get(list_))
        assert "理发进楼" in listed and "草稿" in listed
        with as_system():
            from linli.scenes.self_governance.models import Activity

            activity = Activity.objects.get(title="理发进楼")
        one = f"{list_}{activity.id}/"
        early = client.post(one, {"act": "publish"})
        assert early.status_code == 409 and "没有将来的时段" in text(early)
        times = {"starts_at": "2026-09-08T10:00", "ends_at": "2026-09-08T13:00", "seats": "2"}
        assert client.post(one, {"act": "add_shift", **times}).status_code == 303
        assert client.post(one, {"act": "publish"}).status_code == 303
    served = town.served("granny", town.shift(activity), minutes=90)
    with frozen(LATER):
        roster = f"{BASE}desk/shifts/{served.shift_id}/"
        assert "林阿婆" in text(client.get(roster))
        assert client.post(roster, {"act": "certify", "sign_up_id": str(served.id)}).status_code == 303
        assert fresh(served).minutes == 90
        with as_system():
            assert Record.objects.filter(
                stream=f"person:{town.granny.person_id}", verb="self_governance.read_roster"
            ).exists()
        assert sign_in("handler").get(roster).status_code == 403
        assert sign_in("granny").get(roster).status_code == 403
        figures = text(client.get(f"{BASE}desk/figures/"))
        assert "人数太少，不单列" in figures and "林阿婆" not in figures
        person = f"{BASE}desk/volunteers/{town.granny.person_id}/"
        praised = {"act": "praise", "title": "优秀志愿者", "what": "常年陪诊", "given_on": "2026-09-01"}
        assert client.post(person, praised).status_code == 303
        assert "优秀志愿者" in text(client.get(person))
        assert "优秀志愿者" in text(sign_in("granny").get(BASE + "record/"))


def test_an_appeal_goes_to_somebody_else(town: Neighbours, sign_in: SignIn) -> None:
    one = town.served("granny", town.shift(), minutes=100)
    verbs.certify(by=town.social, at=LATER, sign_up_id=one.id, minutes=60, note="中途离开")
    with frozen(LATER):
        client = sign_in("granny")
        assert client.post(f"{BASE}mine/{one.id}/", {"act": "appeal", "text": "我没有离开"}).status_code == 303
        assert "由另一个人决定" in text(sign_in("social").get(f"{BASE}desk/appeals/"))
        give = {"act": "decide", "sign_up_id": str(one.id), "minutes": "100", "reason": "登记证实"}
        assert sign_in("social").post(f"{BASE}desk/appeals/", give).status_code == 403
        assert sign_in("street_duty").post(f"{BASE}desk/appeals/", give).status_code == 303
        assert "登记证实" in text(client.get(f"{BASE}mine/{one.id}/"))


def test_a_certificate_on_paper_and_verified_by_a_stranger(town: Neighbours, sign_in: SignIn) -> None:
    one = town.served("granny", town.shift(), minutes=100)
    verbs.certify(by=town.social, at=LATER, sign_up_id=one.id)
    with frozen(LATER + timedelta(minutes=1)):
        client = sign_in("granny")
        assert client.post(BASE + "record/", {"act": "issue"}).status_code == 303
        with as_system():
            from linli.scenes.self_governance.models import Certificate

            made = Certificate.objects.get()
        paper = client.get(f"{BASE}certificates/{made.id}.pdf")
        assert paper.content.startswith(b"%PDF") and len(paper.content) > 10_000
        assert sign_in("chen").get(f"{BASE}certificates/{made.id}.pdf").status_code == 404
        assert Client().get(f"{BASE}certificates/{made.id}.pdf").status_code == 302
        told = text(Client().get(f"{BASE}verify/?number={made.number}&code={certificates.check_code(made.hash)}"))
        assert "证明是真的" in told and "林＊＊" in told and "林阿婆" not in told
        wrong = Client().get(f"{BASE}verify/?number={made.number}&code=AAAA")
        assert wrong.status_code == 404 and "查不到" in text(wrong)


def test_a_guardian_agrees_on_their_own_phone(town: Neighbours, sign_in: SignIn) -> None:
    activity = town.activity(minors="consent")
    shift = town.shift(activity)
    with frozen(MONDAY):
        one = f"{BASE}activities/{activity.id}/"
        page = text(sign_in("boy").get(one))
        assert "监护人" in page and "何平" in page
        give = {"act": "join", "shift": str(shift.id), "guardian_id": str(town.father.person_id)}
        assert sign_in("boy").post(one, give).status_code == 303
        mine = sign_in("father").get(BASE + "mine/")
        assert "何小宝 想参加" in text(mine)
        with as_system():
            made = SignUp.objects.get(person=town.boy.person_id)
        assert sign_in("father").post(BASE + "mine/", {"act": "agree", "sign_up": str(made.id)}).status_code == 303
        assert fresh(made).state == "in"


def test_points_are_spent_at_a_shop_and_paid_back(town: Neighbours, sign_in: SignIn) -> None:
    one = town.served("granny", town.shift(), minutes=100)
    verbs.certify(by=town.social, at=LATER, sign_up_id=one.id)
    give_phone(town, "zhang", "13900000001")
    with frozen(LATER + timedelta(minutes=1)):
        enrol = {
            "act": "enrol", "name": "阿婆馄饨", "place_code": "990101001001", "offers": "馄饨一碗 60 分", "keeper_name": "张姐",
            "keeper_phone": "13900000001", "single": "60", "daily": "90",
        }  # fmt: skip
        desk = sign_in("social")
        assert desk.post(BASE + "desk/shops/", enrol).status_code == 303
        assert "阿婆馄饨" in text(desk.get(BASE + "desk/shops/"))
        client = sign_in("granny")
        assert "开一张卡" in text(client.get(BASE + "card/"))
        assert client.post(BASE + "card/", {"act": "take"}).status_code == 303
        card = text(client.get(BASE + "card/"))
        code = re.search(r'class="sg-long">(LL1\.[A-Z2-7]+)<', card).group(1)
        counter = sign_in("zhang")
        shop = counter.get(BASE + "shop/").url
        assert client.get(shop).status_code == 404
        ask = {"act": "ask", "code": code, "amount": "60", "what": "馄饨"}
        wrong = counter.post(shop, {**ask, "amount": "61"})
        assert wrong.status_code == 422 and "1 到 60" in text(wrong)
        assert counter.post(shop, ask).status_code == 303
        told = counter.post(shop, {**ask, "amount": "30"}, headers={"Accept": "application/json"})
        assert told.status_code == 409 and "用过" in told.json()["sentence"]
        with as_system():
            charge = Charge.objects.get()
        assert "阿婆馄饨 请您付" in text(client.get(BASE + "card/"))
        assert client.post(BASE + "card/", {"act": "agree", "charge": str(charge.id)}).status_code == 303
        assert "林**" in text(counter.get(shop)) and "林阿婆" not in text(counter.get(shop))
        assert (
            counter.post(shop, {"act": "refund", "charge": str(charge.id), "reason": "卖完了"}).status_code == 303
        )
        assert "100" in text(client.get(BASE + "card/"))
        assert "卖完了" in text(client.get(BASE + "card/"))


def test_help_is_asked_for_agreed_and_confirmed_on_two_phones(town: Neighbours, sign_in: SignIn) -> None:
    one = town.served("granny", town.shift(), minutes=100)
    verbs.certify(by=town.social, at=LATER, sign_up_id=one.id)
    give_phone(town, "old_li", "13900000005")
    bank = BASE + "time/"
    asker, helper = sign_in("granny"), sign_in("chen")
    with frozen(LATER + timedelta(minutes=1)):
        ask = {
            "act": "ask", "kind": "elders", "what": "陪我去配老花镜", "starts_at": "2026-09-10T09:00",
            "ends_at": "2026-09-10T11:00", "minutes": "60",
        }  # fmt: skip
        assert asker.post(bank, {**ask, "minutes": "6e1"}).status_code == 422
        assert asker.post(bank, {**ask, "starts_at": "99999"}).status_code == 422
        assert asker.post(bank, ask).status_code == 303
        shown = text(helper.get(bank))
        assert "配老花镜" in shown and "就在您的居村" in shown and "林" not in shown
        with as_system():
            request = Request.objects.get()
        assert helper.post(bank, {"act": "offer", "request": str(request.id)}).status_code == 303
        assert "陈" not in text(asker.get(bank)) and "小* 能帮" in text(asker.get(bank))
        chosen = {"act": "choose", "request": str(request.id), "person": str(town.chen.person_id)}
        assert asker.post(bank, chosen).status_code == 303
        assert "林阿婆" in text(helper.get(bank))
        gift = re.search(r'name="key" value="([0-9a-f-]{36})"', text(asker.get(bank))).group(1)
        give = {"act": "give", "key": gift, "minutes": "20", "name": "李大爷", "phone": "13900000005"}
        assert asker.post(bank, give).status_code == 303
        assert asker.post(bank, {**give, "name": "王大爷", "key": gift}).status_code == 422
    with frozen(request.lasts.upper):
        for client, minutes in ((asker, "60"), (helper, "45")):
            told = client.post(bank, {"act": "done", "request": str(request.id), "minutes": minutes})
            assert told.status_code == 303
        desk = BASE + "desk/time/"
        assert "求助的人说 60 分钟，帮忙的人说 45 分钟" in text(sign_in("street_duty").get(desk))
        decide = {"act": "decide", "request_id": str(request.id), "minutes": "50", "reason": "两人商定"}
        assert sign_in("street_duty").post(desk, decide).status_code == 303
        assert "两人商定" in text(helper.get(bank))


def test_what_a_form_asks_and_nobody_knows_or_finds_is_said_on_its_page(town: Neighbours, sign_in: SignIn) -> None:
    client, card = sign_in("granny"), f"{BASE}card/"
    old = client.post(card, {"act": "of-a-release-before"})
    assert old.status_code == 422 and "请刷新页面再试" in text(old)
    for gone in ("", "0197f3c2-7c1a-7d10-9f54-3b6a2c1d0e9f"):
        answer = client.post(card, {"act": "agree", "charge": gone})
        assert answer.status_code == 404 and "累时积分卡" in text(answer) and 'role="alert"' in text(answer)
