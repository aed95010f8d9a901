"""微心愿: asked, checked, published without exposing anybody, claimed, fulfilled with proof, thanked; or given back."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from PIL import Image

from linli.kernel.access import Conflict, Invalid, NotAllowed, NotFound, Role, as_system, look_as
from linli.kernel.audit.models import Record
from linli.kernel.files.verbs import store
from linli.kernel.people import queries as people
from linli.kernel.people.models import Account, Person
from linli.kernel.people.verbs import erase_person, give_consent
from linli.kernel.points import queries as points
from linli.scenes.party_building import verbs
from linli.scenes.party_building.models import Asker, Claim, Wish
from linli.scenes.party_building.queries import wishes as q

from .cast import AT, HOOD, OTHER_HOOD, TODAY, Cast, identity, staff

pytestmark = pytest.mark.django_db
SOON = TODAY + timedelta(days=14)


def photo(by, at=AT) -> UUID:
    upload = BytesIO()
    Image.effect_noise((48, 32), 90).convert("RGB").save(upload, "JPEG")
    upload.seek(0)
    return store(by=by, at=at, upload=upload, name="实现.jpg", purpose="wish").id


@pytest.fixture
def granny(cast: Cast):
    actor = cast.resident("granny", "林秀珍", identity(90))
    with as_system():
        Person.objects.filter(pk=actor.person_id).update(place_code=HOOD + "001")
    look_as(actor)
    return actor


@pytest.fixture
def social(cast: Cast):
    return staff(Role.SOCIAL_WORKER)


def asked(granny, **changes: object) -> Wish:
    given = {
        "kind": "goods",
        "words": "我一个人住，想要一把助行椅，电话 13912345678，林秀珍。",
        "phone": "139 1234 5678",
    }
    return verbs.ask_wish(by=granny, at=AT, **{**given, **changes})


def published(granny, social, **changes: object) -> Wish:
    wish = asked(granny)
    given = {"title": "一把助行椅", "text": "一位独居老人想要一把折叠助行椅。"}
    return verbs.publish_wish(by=social, at=AT, wish_id=wish.id, **{**given, **changes})


def test_from_asked_to_thanked_and_the_member_gets_points(cast: Cast, granny, social):
    lin = cast.resident("lin", "林党员", identity(1))
    cast.register(1)
    look_as(lin)
    give_consent(by=lin, at=AT, person_id=lin.person_id, purpose="party-points")
    wish = published(granny, social)
    verbs.claim_wish(by=lin, at=AT, wish_id=wish.id, due_on=SOON)
    look_as(lin)
    verbs.fulfil(
        by=lin, at=AT + timedelta(days=2), wish_id=wish.id, words="椅子送到居委会了。", files_=[photo(lin)]
    )
    look_as(granny)
    assert (
        verbs.thank(by=granny, at=AT + timedelta(days=3), wish_id=wish.id, stars=5, words="谢谢你们").state
        == "thanked"
    )
    look_as(lin)
    assert points.mine(lin, ledger="party-life")[0].account.balance == 10
    with as_system():
        told = list(Record.objects.filter(stream=f"wish:{wish.id}").order_by("stream_seq"))
    assert [r.verb.partition(".")[2] for r in told] == ["ask", "publish", "claim", "fulfil", "thank"]
    assert [r.actor_name for r in told] == [None, "social_worker", None, None, None], (
        "neither asker nor member is named"
    )
    assert all(r.actor_person is None and r.actor_account is None for r in told if r.actor_name is None)


def test_nothing_that_everybody_reads_says_who_asked(cast: Cast, granny, social):
    published(granny, social)
    with as_system(), connection.cursor() as cursor:
        cursor.execute("SELECT w::text FROM party_wish w")
        (row,) = cursor.fetchone()
        cursor.execute("SELECT a::text FROM party_asker a")
        (asker,) = cursor.fetchone()
    for secret in ("林秀珍", "13912345678", HOOD + "001", str(granny.person_id)):
        assert secret not in row
    assert "13912345678" not in asker and "助行椅，" not in asker
    look_as(cast.other)
    assert Wish.objects.count() == 1 and not Asker.objects.exists()


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("林秀珍的助行椅", ""), ("助行椅", "请打 139 1234 5678"), ("助行椅", "请打１３９１２３４５６７８"), ("助行椅", "住 3 号楼 201 室"),
        ("助行椅", "送到 15弄"), ("", "没有标题"), ("字" * 41, ""),
    ],
)  # fmt: skip
def test_words_that_would_expose_the_asker_are_not_published(cast: Cast, granny, social, title: str, text: str):
    with pytest.raises(Invalid):
        published(granny, social, title=title, text=text)
    with as_system():
        assert Wish.objects.get().state == "asked"


def test_thanks_are_checked_for_names_too(cast: Cast, granny, social):
    wish = published(granny, social)
    verbs.claim_wish(by=cast.first, at=AT, wish_id=wish.id, due_on=SOON)
    verbs.fulfil(by=cast.first, at=AT, wish_id=wish.id, words="送到了。", files_=[photo(cast.first)])
    with pytest.raises(Invalid, match="姓名"):
        verbs.thank(by=granny, at=AT, wish_id=wish.id, stars=5, words="林秀珍感谢")


def test_before_it_is_checked_only_the_neighbourhood_and_the_asker_see_it(cast: Cast, granny, social):
    wish = asked(granny)
    other = staff(Role.SOCIAL_WORKER, OTHER_HOOD)
    for actor, sees in (
        (granny, 1),
        (social, 1),
        (other, 0),
        (cast.first, 0),
        (cast.resident("chen", "小陈", identity(91)), 0),
    ):
        look_as(actor)
        assert Wish.objects.count() == sees, actor.name
    with pytest.raises(NotFound):
        verbs.publish_wish(by=other, at=AT, wish_id=wish.id, title="椅子", text="")
    with pytest.raises(NotAllowed):
        verbs.publish_wish(by=staff(Role.GRID_WORKER), at=AT, wish_id=wish.id, title="椅子", text="")
    with pytest.raises(NotFound):
        verbs.claim_wish(by=cast.first, at=AT, wish_id=wish.id, due_on=SOON)


def test_the_checker_reads_who_asked_and_the_asker_reads_that(cast: Cast, granny, social):
    wish = asked(granny)
    read = verbs.read_asker(by=social, at=AT, wish_id=wish.id, purpose="核实心愿")
    assert (read.name, read.phone) == ("林秀珍", "13912345678") and "一个人住" in read.words
    look_as(granny)
    assert [(look.what, look.purpose) for look in people.who_looked(granny.person_id, by=granny)] == [
        ("核实您的微心愿时查看了您的姓名和住址", "核实心愿")
    ]
    with pytest.raises(Invalid):
        verbs.read_asker(by=social, at=AT, wish_id=wish.id, purpose="")


def test_one_claims_it_and_the_second_is_told(cast: Cast, granny, social):
    wish = published(granny, social)
    verbs.claim_wish(by=cast.first, at=AT, wish_id=wish.id, due_on=SOON)
    with pytest.raises(Conflict, match="已经有人认领"):
        verbs.claim_wish(by=cast.other, at=AT, wish_id=wish.id, due_on=SOON)
    with as_system(), pytest.raises(IntegrityError, match="a_wish_is_claimed_by_one"), transaction.atomic():
        Claim.objects.create(wish=wish, organisation=cast.organisations["other"], at=AT, due_on=SOON)
    with pytest.raises(NotFound, match="不是您认领的"):
        verbs.fulfil(by=cast.other, at=AT, wish_id=wish.id, words="送到", files_=[photo(cast.other)])


def test_who_is_no_member_is_shown_another_way_to_help(cast: Cast, granny, social):
    chen = cast.resident("chen", "小陈", identity(91))
    wish = published(granny, social)
    with pytest.raises(NotFound, match="志愿服务"):
        verbs.claim_wish(by=chen, at=AT, wish_id=wish.id, due_on=SOON)


def test_given_back_or_late_it_is_there_for_others(cast: Cast, granny, social):
    wish = published(granny, social)
    verbs.claim_wish(by=cast.first, at=AT, wish_id=wish.id, due_on=SOON)
    verbs.give_back(by=cast.first, at=AT, wish_id=wish.id, reason="买不到合适的")
    verbs.claim_wish(by=cast.other, at=AT, wish_id=wish.id, due_on=SOON)
    assert verbs.give_back_late(at=AT + timedelta(days=14)) == 0
    assert verbs.give_back_late(at=AT + timedelta(days=15)) == 1
    assert verbs.give_back_late(at=AT + timedelta(days=15)) == 0
    look_as(cast.first)
    assert Wish.objects.get().state == "published"
    verbs.claim_wish(by=cast.first, at=AT + timedelta(days=15), wish_id=wish.id, due_on=SOON + timedelta(days=10))


def test_without_a_photo_nothing_is_fulfilled(cast: Cast, granny, social):
    wish = published(granny, social)
    verbs.claim_wish(by=cast.first, at=AT, wish_id=wish.id, due_on=SOON)
    with pytest.raises(Invalid, match="照片"):
        verbs.fulfil(by=cast.first, at=AT, wish_id=wish.id, words="送到了", files_=[])
    with as_system(), pytest.raises(IntegrityError, match="what_is_done_has_its_proof"), transaction.atomic():
        Claim.objects.update(done_at=AT)


def test_the_asker_says_that_it_is_not_and_it_goes_on(cast: Cast, granny, social):
    wish = published(granny, social)
    verbs.claim_wish(by=cast.first, at=AT, wish_id=wish.id, due_on=SOON)
    verbs.fulfil(by=cast.first, at=AT, wish_id=wish.id, words="送到了", files_=[photo(cast.first)])
    assert verbs.not_fulfilled(by=granny, at=AT, wish_id=wish.id, reason="没有收到").state == "claimed"
    verbs.fulfil(by=cast.first, at=AT, wish_id=wish.id, words="这次送到了", files_=[photo(cast.first)])
    assert verbs.thank(by=social, at=AT, wish_id=wish.id, stars=4).state == "thanked", (
        "or the neighbourhood for them"
    )


@pytest.mark.parametrize(("days", "fits"), [(-1, False), (0, True), (60, True), (61, False)])
def test_a_claim_is_for_two_months_at_most(cast: Cast, granny, social, days: int, fits: bool):
    wish = published(granny, social)
    claim = lambda: verbs.claim_wish(by=cast.first, at=AT, wish_id=wish.id, due_on=TODAY + timedelta(days=days))  # noqa: E731
    if fits:
        assert claim().due_on == TODAY + timedelta(days=days)
    else:
        with pytest.raises(Invalid):
            claim()


def test_three_open_wishes_are_enough_and_asking_for_somebody_is_the_neighbourhoods(cast: Cast, granny, social):
    asked(granny)
    verbs.ask_wish(by=social, at=AT, kind="company", words="想有人陪着说说话", person_id=granny.person_id)
    last = asked(granny)
    with pytest.raises(Conflict, match="3 个心愿"):
        asked(granny)
    verbs.withdraw_wish(by=granny, at=AT, wish_id=last.id)
    asked(granny)
    with pytest.raises(NotFound):
        verbs.ask_wish(
            by=staff(Role.SOCIAL_WORKER, OTHER_HOOD), at=AT, kind="goods", words="椅子", person_id=granny.person_id
        )


@pytest.mark.parametrize("changes", [{"words": " "}, {"kind": "money"}, {"phone": "123"}, {"words": "字" * 501}])
def test_a_wish_that_says_nothing_is_refused(cast: Cast, granny, changes: dict):
    with pytest.raises(Invalid):
        asked(granny, **changes)


def test_who_claimed_it_turns_to_the_neighbourhood_and_never_to_the_asker(cast: Cast, granny, social):
    wish = published(granny, social)
    with as_system():
        from linli.kernel.people.models import Unit

        Unit.objects.create(
            kind="committee", name="柳湾一居居委会", place_code=HOOD, phone="0000-60001", valid=(AT, None)
        )
    look_as(cast.first)
    assert q.whole(cast.first, wish.id).phone == ""
    verbs.claim_wish(by=cast.first, at=AT, wish_id=wish.id, due_on=SOON)
    look_as(cast.first)
    whole = q.whole(cast.first, wish.id)
    assert (whole.through, whole.phone, whole.row.by) == ("柳湾一居居委会", "0000-60001", "柳湾一居第一党支部")


def test_who_leaves_takes_their_name_along_and_the_wish_stays_nameless(cast: Cast, granny, social):
    published(granny, social)
    look_as(granny)
    erase_person(by=granny, at=AT, person_id=granny.person_id)
    with as_system():
        asker = Asker.objects.select_related("wish").get()
        assert (asker.person_id, asker.contact_sealed, asker.wish.state) == (None, None, "withdrawn")
        assert Account.objects.filter(pk=granny.account_id, is_active=False).exists()
