"""The worker's thread takes reminders of messages along with notices, and pages hear of a message that is theirs alone."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import time

import pytest

from linli.kernel.access import SYSTEM, Sees, act, as_system
from linli.kernel.audit.models import Record
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import Cast, make_cast
from linli.kernel.messages.models import Ring
from linli.kernel.messages.verbs import tell
from linli.kernel.notices import verbs
from linli.kernel.notices.tests import heard
from linli.kernel.points.told import DECIDED
from linli.project import telling
from linli.project.stream import Eyes

KEYS = {
    "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
    "auth": "tBHItJI5svbpez7KI4CCXg",
}


@pytest.fixture
def told(db: None, settings) -> Iterator[Cast]:
    cast = make_cast()
    settings.LINLI_PUSH_SENDER = "linli.kernel.notices.tests.heard.send"
    heard.silence()
    verbs.subscribe(by=cast.granny, at=now(), endpoint="https://push.example/one", **KEYS)
    never = time(3)  # equal bounds: no quiet hours, for the test may run at night
    verbs.set_preference(by=cast.granny, at=now(), quiet_from=never, quiet_until=never, by_sms=True, off=[])
    fields = {"ledger": "x", "outcome": "upheld", "answer": "查过监控"}
    with act():
        tell(by=SYSTEM, at=now(), person_id=cast.granny.person_id, kind=DECIDED, about="1", fields=fields)
    yield cast
    heard.silence()


def test_a_round_of_the_thread_reminds(told: Cast) -> None:
    with ThreadPoolExecutor(2) as outside:
        assert telling.once(outside) == 1
        assert telling.once(outside) == 0
    assert [said["body"] for _to, said in heard.PUSHED] == ["您有一条新消息。"]
    with as_system():
        assert not Ring.objects.exists()


def test_only_the_person_hears_of_it(told: Cast) -> None:
    with as_system():
        record = Record.objects.get(verb="messages.tell")
    persons = [str(person) for person in record.person_ids]

    def hears(sees: Sees, person: object = "", scope: str = "99") -> bool:
        return Eyes(sees, scope, "", "", str(person)).see(record.place_code, [], persons, record.stream)

    assert record.stream.partition(":")[0] == "message"
    assert hears(Sees.OWN, told.granny.person_id, "") and not hears(Sees.OWN, told.chen.person_id)
    assert not any(hears(sees) for sees in (Sees.PLACE, Sees.UNIT, Sees.PUBLIC, Sees.THINGS))
