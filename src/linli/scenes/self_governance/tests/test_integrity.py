"""Integrity points reward first, take only with rule, evidence and a second person, and open or close no door."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

import linli
from linli.kernel.access import Conflict, NotAllowed, NotFound, Refused, as_system, looking_as
from linli.kernel.points import queries as books
from linli.kernel.points import verbs as points
from linli.scenes.self_governance import verbs
from linli.scenes.self_governance.models import SignUp
from linli.scenes.self_governance.points import BROKEN, INTEGRITY

from .cast import HOUR, STARTS, Neighbours

LATER = STARTS + 6 * HOUR
SOURCES = Path(linli.__file__).parent


def rewarded(town: Neighbours, n: int = 0) -> None:
    give = {"by": town.social, "at": LATER, "person_id": town.granny.person_id}
    one = verbs.record_commendation(**give, title=f"好邻居{n}", what="拾金不昧", given_on=date(2026, 9, 1))
    first = verbs.reward_commended(by=town.social, at=LATER, commendation_id=one.id)
    assert verbs.reward_commended(by=town.social, at=LATER, commendation_id=one.id).id == first.id


def absent(town: Neighbours) -> SignUp:
    one = town.join("granny", town.shift())
    verbs.close_over(at=LATER)
    return one


def balance(town: Neighbours) -> int:
    with looking_as(town.granny):
        return next(iter(books.mine(town.granny, ledger=INTEGRITY.name))).account.balance


def test_a_deduction_names_rule_version_and_evidence_and_is_reversed_by_another(town: Neighbours) -> None:
    rewarded(town)
    one = absent(town)
    taken = verbs.deduct_absent(by=town.social, at=LATER, sign_up_id=one.id, reason="电话确认无故未到")
    assert (
        verbs.deduct_absent(by=town.social, at=LATER, sign_up_id=one.id, reason="电话确认无故未到").id == taken.id
    )
    assert balance(town) == 0
    with looking_as(town.granny):
        account = next(iter(books.mine(town.granny, ledger=INTEGRITY.name))).account
        line = books.statement(account.id, by=town.granny).lines[0]
    assert (line.rule, line.rule_version, line.amount) == (BROKEN.name, 1, -5)
    assert (
        "可以申请复核" in line.rule_text
        and line.evidence[0].ref == str(one.id)
        and line.reason == "电话确认无故未到"
    )
    asked = points.appeal(by=town.granny, at=LATER, transfer_id=taken.id, text="那天住院，有病历")
    points.take_appeal(by=town.street_duty, at=LATER, appeal_id=asked.id)
    with pytest.raises(Refused):
        points.decide_appeal(by=town.social, at=LATER, appeal_id=asked.id, uphold=True, answer="我自己扣的")
    points.decide_appeal(by=town.street_duty, at=LATER, appeal_id=asked.id, uphold=True, answer="病历属实")
    assert balance(town) == 5


def test_nothing_is_taken_from_who_came_contests_or_had_withdrawn(town: Neighbours) -> None:
    rewarded(town)
    one = absent(town)
    verbs.appeal(by=town.granny, at=LATER, sign_up_id=one.id, text="我到了")
    with pytest.raises(Conflict, match="未到"):
        verbs.deduct_absent(by=town.social, at=LATER, sign_up_id=one.id, reason="无故未到")
    with pytest.raises(NotAllowed):
        verbs.deduct_absent(by=town.granny, at=LATER, sign_up_id=one.id, reason="无故未到")
    with pytest.raises((NotFound, NotAllowed)):
        verbs.deduct_absent(by=town.stranger, at=LATER, sign_up_id=one.id, reason="无故未到")


def test_nobody_goes_below_nought_and_who_has_none_loses_none(town: Neighbours) -> None:
    one = absent(town)
    with pytest.raises(Conflict, match="没有积分可扣"):
        verbs.deduct_absent(by=town.social, at=LATER, sign_up_id=one.id, reason="无故未到")
    with as_system():
        assert SignUp.objects.get(pk=one.pk).state == "no_show"


def test_a_day_gives_no_more_than_its_cap(town: Neighbours) -> None:
    for n in range(6):
        rewarded(town, n)
    assert balance(town) == 20


def test_no_service_asks_for_points_before_it_serves() -> None:
    """Only these name the ledger: its rules (one is another scene's, and rewards), the verbs that move it, the pages that say what
    was moved, and the person's own record."""
    told = {
        "scenes/public_safety/points.py",
        "scenes/self_governance/points.py",
        "scenes/self_governance/queries/integrity.py",
        "scenes/self_governance/verbs/deducting.py",
        "scenes/self_governance/verbs/integrity.py",
        "scenes/self_governance/views/record.py",
    }
    asks = re.compile(r"\bINTEGRITY\b|\bPRAISED\b|integrity-points|promise-broken")
    found = {
        path.relative_to(SOURCES).as_posix()
        for path in SOURCES.rglob("*.py")
        if "tests" not in path.parts and "demo" not in path.parts and asks.search(path.read_text(encoding="utf-8"))
    }
    assert found == told
