"""The community fund, inheritance and moving home: on the desk, on the phone, in the books."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from django.test import Client

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.clock.now import frozen
from linli.kernel.matters.tests.cast import ALWAYS, OTHER_STREET
from linli.kernel.people.models import Household, Person, Residence
from linli.kernel.people.verbs import correct_person
from linli.kernel.points.models import Account, Owner
from linli.scenes.self_governance import verbs
from linli.scenes.self_governance.points import SAVED

from .cast import HOOD, HOUR, Neighbours
from .test_helping import LATER, WHEN, saved
from .test_spending import give_phone, rich

SignIn = Callable[[str], Client]
DESK, PHONE = "/scenes/self_governance/desk/time/", "/scenes/self_governance/time/"


def text(response) -> str:  # type: ignore[no-untyped-def]
    return response.content.decode()


def test_the_fund_is_seen_and_granted_from_on_the_desk(town: Neighbours, sign_in: SignIn) -> None:
    rich(town, minutes=180)
    give_phone(town, "old_li", "13900000005")
    with as_system():
        home = Household.objects.create(place_code=HOOD)
        Residence.objects.create(person_id=town.old_li.person_id, household=home, relation="head", valid=ALWAYS)
    with frozen(LATER):
        desk, phone = sign_in("social"), sign_in("granny")
        assert "公益池还是空的" in text(desk.get(DESK)) and "本社区公益池" not in text(phone.get(PHONE))
        verbs.give_time(by=town.granny, at=LATER, key=uuid4(), minutes=100)
        assert "本社区公益池现有 100 分钟" in text(phone.get(PHONE))
        grant = {"act": "grant", "name": "李大爷", "phone": "13900000005", "minutes": "60", "reason": "刚出院"}
        wrong = desk.post(DESK, {**grant, "name": "李大伯"})
        assert wrong.status_code == 422 and "没有姓名和手机号都相符" in text(wrong)
        assert desk.post(DESK, {**grant, "minutes": "601"}).status_code == 422
        assert desk.post(DESK, grant).status_code == 303
        assert saved(town, "old_li")[0] == 60
        page = text(desk.get(DESK))
        assert ">40<" in page and ">100<" in page and ">60<" in page
        assert sign_in("handler").get(DESK).status_code == 403


def test_time_is_inherited_on_the_desk(town: Neighbours, sign_in: SignIn) -> None:
    rich(town, minutes=180)
    give_phone(town, "granny", "13900000001")
    give_phone(town, "chen", "13900000002")
    give = {
        "act": "inherit", "source_name": "林阿婆", "source_phone": "13900000001", "heir_name": "小陈", "heir_phone": "13900000002",
        "basis": "民法典第一千一百二十七条", "paper": "（2026）沪证字第 18 号",
    }  # fmt: skip
    with frozen(LATER):
        desk = sign_in("street_duty")
        for change in (
            {"basis": ""},
            {"paper": ""},
            {"heir_name": "小程"},
            {"heir_name": "林阿婆", "heir_phone": "13900000001"},
        ):
            assert desk.post(DESK, {**give, **change}).status_code == 422
        assert (saved(town, "granny")[0], saved(town, "chen")[0]) == (180, 0)
        assert desk.post(DESK, give).status_code == 303
        assert "已把 180 分钟转给继承人" in text(desk.get(DESK))
        assert (saved(town, "granny")[0], saved(town, "chen")[0]) == (0, 180)
        assert desk.post(DESK, give).status_code == 409
        assert "继承家人存下的时间" in text(sign_in("chen").get(PHONE))


def test_saved_time_goes_along_to_another_community(town: Neighbours) -> None:
    """Who moves home asks for help there; what they give crosses over, and both books come to nought."""
    rich(town, minutes=180)
    there = OTHER_STREET + "001"
    correct_person(by=SYSTEM, at=LATER, person_id=town.granny.person_id, place_code=there)
    with as_system():
        Person.objects.filter(pk=town.zhang.person_id).update(place_code=there)
    request = verbs.ask_help(
        by=town.granny, at=LATER, kind="elders", what="陪我去配老花镜", starts_at=WHEN, ends_at=WHEN + 2 * HOUR, minutes=90
    )  # fmt: skip
    assert request.place_code == there
    verbs.offer_help(by=town.zhang, at=LATER, request_id=request.id)
    verbs.choose_helper(by=town.granny, at=LATER, request_id=request.id, person_id=town.zhang.person_id)
    for who in (town.granny, town.zhang):
        verbs.say_done(by=who, at=WHEN + 2 * HOUR, request_id=request.id, minutes=90)
    assert (saved(town, "granny")[0], saved(town, "zhang")[0]) == (90, 90)
    with as_system():
        between = sorted(
            Account.objects.filter(owner=Owner.CLEARING, ledger=SAVED.name).values_list("balance", flat=True)
        )
        books = {one.book_id for one in Account.objects.filter(ledger=SAVED.name, owner=Owner.PERSON)}
        for book in books:
            assert sum(Account.objects.filter(book=book).values_list("balance", flat=True)) == 0
    assert between == [-90, 90] and len(books) == 2
