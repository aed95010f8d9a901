"""An answered contest, a decided conflict and an opened mask are told to whom the fact is about."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from linli.kernel.access import as_system, looking_as
from linli.kernel.declare import Source
from linli.kernel.matters.tests.cast import MONDAY, Cast
from linli.kernel.messages import queries as messages
from linli.kernel.registers import verbs
from linli.kernel.registers.models import Conflict, Fact

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def granny(cast: Cast) -> UUID:
    assert cast.granny.person_id is not None
    return cast.granny.person_id


def entered(cast: Cast, source: Source = Source.VISIT, at: int = 0, **values: object) -> None:
    verbs.enter(
        by=cast.social, at=MONDAY + at * HOUR, form="elder-visit", subject=granny(cast), source=source,
        values={"condition": "well", "lives-alone": "yes", "care-level": "some-help", **values},
    )  # fmt: skip


def fact(cast: Cast, element: str) -> Fact:
    with as_system():
        return Fact.objects.get(element=element, subject=granny(cast), state="in_force")


def told(cast: Cast, who: str = "granny") -> list[tuple[str, str]]:
    with looking_as(cast.actors[who]):
        return [(one.kind, one.says) for one in messages.mine(cast.actors[who]).unread]


def test_a_contest_is_answered_and_so_is_the_second_look(cast: Cast) -> None:
    entered(cast)
    made = verbs.contest(by=cast.granny, at=MONDAY, fact_id=fact(cast, "lives-alone").id, reason="儿子搬回来了")
    verbs.answer_contest(by=cast.social, at=MONDAY, contest_id=made.id, corrected=False, answer="走访时一人")
    [(kind, says)] = told(cast)
    assert kind == "facts-contest-answered" and "走访时一人" in says and "60 天内" in says and "独居" in says
    verbs.ask_again(by=cast.granny, at=MONDAY + HOUR, contest_id=made.id)
    verbs.answer_contest(
        by=cast.street_duty,
        at=MONDAY + 2 * HOUR,
        contest_id=made.id,
        corrected=True,
        value="no",
        answer="核对了户口",
    )
    latest = told(cast)[0][1]
    assert "已更正" in latest and "60 天" not in latest and len(told(cast)) == 2
    assert told(cast, "chen") == []


def test_a_mask_that_is_opened_is_told_each_time_and_without_what_is_under_it(cast: Cast) -> None:
    entered(cast)
    wanted = fact(cast, "care-level").id
    for hour in range(2):
        verbs.unmask(by=cast.social, at=MONDAY + hour * HOUR, fact_id=wanted, reason="核对护理等级")
    assert [kind for kind, _says in told(cast)] == ["facts-unmasked"] * 2
    says = told(cast)[0][1]
    assert cast.social.name in says and "核对护理等级" in says and "some" not in says


def test_a_decided_conflict_is_told_to_whom_it_is_about(cast: Cast) -> None:
    entered(cast)
    first = fact(cast, "lives-alone")
    with as_system():
        row = Conflict.objects.create(
            about="person", subject=granny(cast), element="lives-alone", place_code=first.place_code, why="later",
            opened_at=MONDAY,
        )  # fmt: skip
    with looking_as(cast.social):
        verbs.decide(by=cast.social, at=MONDAY + HOUR, conflict_id=row.id, fact_id=first.id, reason="问过女儿")
    [(kind, says)] = told(cast)
    assert kind == "facts-decided" and "问过女儿" in says and "提异议" in says
