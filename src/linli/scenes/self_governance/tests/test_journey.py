"""From a walk past a board to a stranger at an office: one volunteer's hours, through everything they become."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from django.test import Client

from linli.kernel.access import as_system
from linli.kernel.clock.now import frozen
from linli.kernel.points.models import Account
from linli.kernel.points.verbs import tick_due
from linli.scenes.self_governance import board, certificates, verbs
from linli.scenes.self_governance.models import Certificate, Charge, SignUp

from .cast import HERE, HOOD, HOUR, MONDAY, STARTS, Neighbours, coming, leaving
from .test_spending import give_phone

BASE = "/scenes/self_governance/"


def text(response) -> str:
    return response.content.decode()


def test_found_joined_served_certified_spent_given_expired_and_verified(
    town: Neighbours, sign_in: Callable[[str], Client]
) -> None:
    activity = town.activity()
    shift = town.shift(activity)
    assert [row.badge for row in board.wanted(HOOD, MONDAY)] == ["还缺 2 人"]
    granny = sign_in("granny")
    with frozen(MONDAY):
        assert "陪独居老人去医院" in text(Client().get(BASE))
        assert (
            granny.post(f"{BASE}activities/{activity.id}/", {"act": "join", "shift": str(shift.id)}).status_code
            == 303
        )
    with as_system():
        one = SignUp.objects.get()
    mine, there = f"{BASE}mine/{one.id}/", {"lon": str(HERE.lon), "lat": str(HERE.lat), "doubt": "10"}
    with frozen(STARTS):
        come = {"act": "check_in", "code": coming(shift, STARTS), **there}
        assert granny.post(mine, come).status_code == 303
    gone = STARTS + 2 * HOUR
    with frozen(gone):
        assert granny.post(mine, {"act": "check_out", "code": leaving(shift, gone), **there}).status_code == 303
    later = STARTS + 5 * HOUR
    give_phone(town, "zhang", "13900000001")
    shop = verbs.enrol_shop(
        by=town.social, at=later, name="阿婆馄饨", place_code=HOOD, offers="馄饨一碗 60 分", keeper_name="张姐",
        keeper_phone="13900000001",
    )  # fmt: skip
    with frozen(later):
        roster = f"{BASE}desk/shifts/{shift.id}/"
        assert sign_in("social").post(roster, {"act": "certify", "sign_up_id": str(one.id)}).status_code == 303
        granny.post(BASE + "card/", {"act": "take"})
        card = text(granny.get(BASE + "card/"))
        code = re.search(r'class="sg-long">(LL1\.[A-Z2-7]+)<', card).group(1)
        asked = {"act": "ask", "code": code, "amount": "60", "what": "馄饨"}
        assert sign_in("zhang").post(f"{BASE}shop/{shop.pk}/", asked).status_code == 303
        with as_system():
            charge = Charge.objects.get()
        assert granny.post(BASE + "card/", {"act": "agree", "charge": str(charge.id)}).status_code == 303
        gift = re.search(r'name="key" value="([0-9a-f-]{36})"', text(granny.get(BASE + "time/"))).group(1)
        give = {"act": "give", "key": gift, "minutes": "30", "name": "张姐", "phone": "13900000001"}
        assert granny.post(BASE + "time/", give).status_code == 303
        assert granny.post(BASE + "record/", {"act": "issue"}).status_code == 303
    assert left(town, "card-points") == 60 and left(town, "saved-time") == 90
    with as_system():
        paper = Certificate.objects.get()
    after = later + timedelta(days=731)
    while tick_due(at=after):
        pass
    assert (
        left(town, "card-points") == 0 and left(town, "saved-time") == 90
    )  # the card's last two years, the bank's ten
    with frozen(after):
        address = f"{BASE}verify/?number={paper.number}&code={certificates.check_code(paper.hash)}"
        told = text(Client().get(address))
    assert "证明是真的" in told and "2 小时" in told and "林阿婆" not in told


def left(town: Neighbours, ledger: str) -> int:
    with as_system():
        return Account.objects.get(person=town.granny.person_id, ledger=ledger).balance
