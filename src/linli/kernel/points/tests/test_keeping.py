"""A person takes a copy of their points, and leaves: the books stay, and nothing says any more whose they were."""

from __future__ import annotations

import json

from linli.kernel.access import SYSTEM, as_system
from linli.kernel.audit.models import Record
from linli.kernel.audit.queries import verify
from linli.kernel.matters.tests.cast import Cast
from linli.kernel.people import verbs as people
from linli.kernel.people.keepers import Leaving, as_plain, keepers
from linli.kernel.points import verbs
from linli.kernel.points.models import Account, Appeal, Transfer
from linli.kernel.points.queries.proving import faults

from .ground import NOON, account, balance, funded, neighbour, swept


def test_a_copy_has_every_line_with_its_rule_and_what_was_objected(cast: Cast) -> None:
    person = cast.granny.person_id
    cut = [swept(person, f"s{n}", reason=f"第{n}次") for n in range(3)][-1]
    verbs.appeal(by=cast.granny, at=NOON, transfer_id=cut.id, text="算错了")
    with as_system():
        copy = as_plain(keepers.known["points"].copy(person, True))
    assert [(row["amount"], row["reason"]) for row in copy["points_lines"]["rows"]] == [(5, "第0次"), (5, "第1次")]
    assert copy["points_lines"]["rows"][0]["rule"] == "打扫楼道一次得 5 分。"
    assert copy["points_appeals"]["rows"][0]["text"] == "算错了"


def test_who_leaves_leaves_amounts_and_no_name(cast: Cast) -> None:
    person = cast.granny.person_id
    cut = [swept(person, f"s{n}", reason="帮林阿婆") for n in range(3)][-1]
    verbs.appeal(by=cast.granny, at=NOON, transfer_id=cut.id, text="我是林阿婆")
    held, other = funded(cast, person, 50), funded(cast, cast.chen.person_id, 0)
    verbs.transfer(
        by=SYSTEM,
        at=NOON,
        key="p",
        source_id=held.id,
        target_id=other.id,
        amount=5,
        pending=True,
        reason="林阿婆送",
    )
    with as_system():
        keepers.known["points"].forget(Leaving(person, cast.granny.account_id), NOON)
        gone = Account.objects.get(pk=held.pk)
        assert gone.person_id is None and gone.forgotten_at == NOON and gone.reserved == 0
        kept = json.dumps(
            [list(Transfer.objects.values_list("reason", "evidence")), list(Appeal.objects.values_list("text"))]
        )
        said = json.dumps(
            list(Record.objects.filter(stream__startswith="points:").values_list("note", "after")), default=str
        )
    assert "林" not in json.loads(json.dumps(kept, ensure_ascii=False)) and "林" not in said
    assert balance(held) == 50 and not list(faults()) and not list(verify())
    assert account(cast.chen).person_id == cast.chen.person_id


def test_two_registrations_become_one_purse_and_two_again(cast: Cast) -> None:
    one, two = cast.granny.person_id, neighbour("林秀真")
    first, second = funded(cast, one, 50), funded(cast, two, 30)
    swept(two, "only hers")
    alone = account(two)
    merging = people.merge_persons(by=SYSTEM, at=NOON, standing_id=one, alias_id=two, reason="窗口核对是同一个人")
    assert (balance(first), balance(second), account(one).id) == (80, 0, alone.id)
    assert not list(faults())
    people.part_again(by=SYSTEM, at=NOON, merging_id=merging.id, reason="是姐妹")
    assert (balance(first), balance(second), account(two).id) == (50, 30, alone.id)
    assert not list(faults())
