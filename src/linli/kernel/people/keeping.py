"""What this room itself keeps about a person, as every room above says it too (`keepers`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from linli.kernel.places.queries import label
from linli.kernel.sealed import unseal

from .keepers import Chapter, Keeper, Leaving, Word, keepers
from .looks import looks_at
from .models import Double, Merging, Person, Proxy
from .words import FIELDS, relation_word, role_word

_CARD = ("name", "phone", "identity", "birth_year", "place_code")


def chapters(person_id: UUID, _own: bool) -> Sequence[Chapter]:
    person = Person.objects.select_related("account").get(pk=person_id)
    return list(_chapters(person))


def _chapters(person: Person) -> Iterator[Chapter]:
    card = {
        "name": person.name,
        "phone": unseal(person.phone_sealed) if person.phone_sealed else "",
        "identity": unseal(person.identity_sealed) if person.identity_sealed else "",
        "birth_year": person.birth_year,
        "place_code": label(person.place_code) if person.place_code else "",
        "created_at": person.created_at,
    }
    words = tuple((name, FIELDS[name]) for name in _CARD)
    yield Chapter("person", _("登记信息"), (*words, ("created_at", _("登记时间"))), [card])
    yield _homes(person)
    yield _account(person)
    yield _others(person)
    yield Chapter(
        "consents",
        _("我同意过的事"),
        (("purpose", _("什么事")), ("given_at", _("同意时间")), ("withdrawn_at", _("收回时间"))),
        [
            {
                "purpose": str(keepers.purposes()[c.purpose].words)
                if c.purpose in keepers.purposes()
                else c.purpose,
                "given_at": c.given_at,
                "withdrawn_at": c.withdrawn_at,
            }
            for c in person.consents.order_by("given_at", "id")
        ],
    )
    yield _proxies("proxies", _("我指定的代办人"), person.proxies.select_related("agent"), "agent")
    yield _proxies("mandates", _("我替谁代办"), person.mandates.select_related("person"), "person")
    yield Chapter(
        "looks",
        _("谁查看过我的信息"),
        (
            ("at", _("时间")),
            ("name", _("谁")),
            ("role", _("岗位")),
            ("unit", _("单位")),
            ("what", _("做了什么")),
            ("purpose", _("为什么")),
            ("times", _("次数")),
        ),
        [
            {
                "at": look.at,
                "name": look.name,
                "role": role_word(look.role),
                "unit": look.unit,
                "what": look.what,
                "purpose": look.purpose,
                "times": look.times,
            }
            for look in looks_at(person.id)
        ],
    )


def _homes(person: Person) -> Chapter:
    rows = person.residences.select_related("household").order_by("valid", "id")
    return Chapter(
        "homes",
        _("住户"),
        (("place", _("地址")), ("relation", _("关系")), ("since", _("从")), ("until", _("到"))),
        [
            {
                "place": label(row.household.place_code),
                "relation": relation_word(row.relation),
                "since": row.valid.lower,
                "until": row.valid.upper,
            }
            for row in rows
        ],
    )


def _others(person: Person) -> Chapter:
    """Registrations that turned out to be the same person: when, and why that was thought."""
    rows = Merging.objects.filter(standing=person, parted_at=None).order_by("at", "id")
    return Chapter(
        "merged",
        _("合到我名下的其他登记"),
        (("at", _("合并时间")), ("reason", _("为什么"))),
        list(rows.values("at", "reason")),
    )


def _account(person: Person) -> Chapter:
    account = person.account
    rows = (
        [
            {
                "phone": unseal(account.phone_sealed) if account.phone_sealed else "",
                "language": str(dict(settings.LANGUAGES).get(account.language, account.language)),
                "created_at": account.created_at,
                "last_login": account.last_login,
                "sessions": [f"{s.device} {s.address}".strip() for s in account.sessions.order_by("signed_in_at")],
            }
        ]
        if account
        else []
    )
    columns = (
        ("phone", _("登录手机号")),
        ("language", _("语言")),
        ("created_at", _("注册时间")),
        ("last_login", _("最近登录")),
        ("sessions", _("登录的设备")),
    )
    return Chapter("account", _("账号"), columns, rows)


def _proxies(name: str, title: Word, rows: QuerySet[Proxy], other: str) -> Chapter:
    return Chapter(
        name,
        title,
        (("name", _("姓名")), ("since", _("从")), ("until", _("到"))),
        [
            {"name": getattr(row, other).name, "since": row.valid.lower, "until": row.valid.upper}
            for row in rows.order_by("valid", "id")
        ],
    )


def forget(leaving: Leaving, _at: datetime) -> None:
    """The verb buries the person itself, when every room above has let go. Pairs that were asked about go now."""
    Double.objects.filter(Q(one=leaving.person_id) | Q(other=leaving.person_id)).delete()


KEEPER = Keeper(
    name="people",
    copy=chapters,
    forget=forget,
    goes=(
        _("姓名、手机号、证件号码、出生年份、住址、住户关系"),
        _("登录的账号和设备，同意过的事，代办人"),
        _("审计记录里您的姓名、说过的话和别人写到您的内容"),
    ),
    stays=(
        _("“曾经有过这条记录”和它的时间、经办岗位：证明历史没有被改动，不含您的内容。"),
        _("您曾住在哪个居村：只用来数人数，不到楼栋和门牌。"),
    ),
    sayings={
        "people.find_persons": _("在窗口找到了您的登记"),
        "people.read_person": _("查看了登记信息"),
        "people.read_household": _("查看同住人时看到了您的姓名"),
        "people.unmask": _("查看了完整的%(fields)s"),
        "people.copy_person": _("打印了一份您的信息副本"),
        "people.register_person": _("登记了您的信息"),
        "people.correct_person": _("更正了%(fields)s"),
        "people.move_in": _("把您的登记迁到了现在的住址"),
        "people.give_consent": _("在窗口登记了您的同意"),
        "people.withdraw_consent": _("在窗口为您收回了同意"),
        "people.name_proxy": _("在窗口登记了您的代办人"),
        "people.end_proxy": _("撤销了代办"),
        "people.merge_persons": _("把两条登记合成了一条，认为是同一个人"),
        "people.part_persons": _("把合在一起的两条登记拆开了"),
        "people.keep_apart": _("比较了两条相像的登记，认为不是同一个人"),
        "people.act_for": _("开始替您办事"),
    },
)
