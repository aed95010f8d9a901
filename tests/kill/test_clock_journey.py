"""The clock's journey over the National Day holiday of 2026, its worker killed between each two steps.

The clock is injected: every process reads the time from one file (LINLI_CLOCK). 27 September to 8 October:
1-7 October are holidays, Saturday 10 October works instead (调休). Two working hours answer, three working
days finish an unlicensed stall in the toy scene; see linli/kernel/matters/tests/toy.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from linli.project.engines import running
from tests.house import House, Teller, until

pytestmark = pytest.mark.slow
SHANGHAI = ZoneInfo("Asia/Shanghai")

STORY = """
import json
from datetime import datetime
from uuid import UUID
from linli.kernel.clock.now import now
from linli.kernel.matters import verbs
from linli.kernel.matters.tests.cast import Cast, make_cast
from linli.kernel.access import Actor, Role, as_system
from linli.kernel.people.models import Account, Person, Post, Unit
from linli.kernel.matters.models import Matter

def actor(username):
    with as_system():
        account = Account.objects.get(username=username)
        post = Post.objects.filter(account=account).first()
        person = Person.objects.filter(account=account).first()
    if post is None:
        return Actor(role=Role.RESIDENT, account_id=account.id, person_id=person.id, name=account.name)
    return Actor(role=Role(post.role), scope=post.place_code, unit_id=post.unit_id, account_id=account.id,
                 post_id=post.id, name=account.name)

def report(title):
    return verbs.open_matter(by=actor("granny"), at=now(), kind="unlicensed-stall", title=title, body=title,
                             source="phone", source_key=title, place_code="990101001001").id
def named(title):
    with as_system():
        return Matter.objects.get(title=title).id
def unit(name):
    return Unit.objects.get(name=name).id
"""


def local(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


ORDERS = ("order_reminded", "order_missed")
"""What the clock of an order does is told in kernel/matters/tests; here it is that of matters."""


class Story:
    """The installation, the time in it, and its people; `tell` runs Python in it as those people would act."""

    def __init__(self, data: Path) -> None:
        self.clock = data / "now"
        self.set(local(9, 28, 10))
        self.house = House(data, clock=self.clock, scenes=["linli.kernel.matters.tests.toy"])
        self.house.environment["LINLI_WORKER_PAUSE"] = "0.1"
        self.kills = 0

    def begin(self) -> None:
        self.house.move_in()
        self.teller = Teller(self.house)
        # The first model of suggestions is made by the first worker that lives long enough; none here does.
        self.tell(STORY + "from linli.kernel.triage.suggesting import prepare\nmake_cast()\nprepare()\n")
        self.tell("report('probe')\n")

    def set(self, at: datetime) -> None:
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(at.isoformat())
        fresh.replace(self.clock)

    def tell(self, script: str) -> str:
        return self.teller.tell(script)

    def steps(self, title: str) -> list[list[str]]:
        """What the clock did to a matter so far: verb and level, in order."""
        return self.house.rows(
            "SELECT split_part(r.verb, '.', 2), coalesce(r.after->>'level', '') FROM audit_record r"
            " JOIN matters_matter m ON r.stream = 'matter:' || m.id"
            f" WHERE m.title = '{title}' AND r.actor_role = 'system' ORDER BY r.stream_seq"
        )

    @contextmanager
    def worker(self) -> Iterator[None]:
        """A worker that is killed without warning at the end."""
        process = self.house.start("work", "--bare")
        yield
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.kills += 1

    def looked(self) -> None:
        """The worker has done all that is due by now.

        That it has looked is seen at a matter of which nothing is asked, called to the clock at this very moment:
        it is put right when everything due before it has been done.
        """
        at = self.clock.read_text()
        probe = f"UPDATE matters_matter SET next_tick_at = '{at}' WHERE title = 'probe' RETURNING 1"
        assert self.house.rows(probe) == [[1]]
        due = f"SELECT count(*) FROM matters_matter WHERE next_tick_at <= '{at}'"
        until(lambda: self.house.rows(due) == [[0]], "the worker", 120)


def test_the_holiday_and_a_worker_killed_between_each_two_steps(data: Path) -> None:
    story = Story(data)
    with running(data, say=lambda _sentence: None), story.house:
        story.begin()
        story.tell(
            "m = report('paused')\n"
            "verbs.assign(matter_id=m, by=actor('dispatcher'), at=now(), unit_id=unit('柳湾街道综合执法队'))\n"
        )
        story.set(local(9, 29, 9))
        story.tell(
            "report('nobody')\n"
            "verbs.pause(matter_id=named('paused'), by=actor('handler'), at=now(), reason='procedure')\n"
        )
        nobody: list[list[str]] = []
        for (month, day, hour, minute), step in (
            ((9, 29, 10, 36), ["warned", ""]),
            ((9, 29, 10, 48), ["reminded", ""]),
            ((9, 29, 11, 0), ["supervised", "3"]),
            ((9, 30, 17, 30), ["supervised", "4"]),
            ((10, 8, 17, 30), ["supervised", "5"]),
        ):
            with story.worker():
                moment = local(month, day, hour, minute)
                story.set(moment - timedelta(minutes=1))
                story.looked()
                assert [s for s in story.steps("nobody") if s[0] not in ORDERS] == nobody
                story.set(moment)
                story.looked()
                nobody.append(step)
                assert [s for s in story.steps("nobody") if s[0] not in ORDERS] == nobody

        assert story.steps("paused") == [], "a paused clock takes no step"
        story.set(local(10, 9, 9))
        story.tell("verbs.resume(matter_id=named('paused'), by=actor('handler'), at=now())\n")
        moved = story.house.rows("SELECT finish_due FROM matters_matter WHERE title = 'paused'")[0][0]
        assert moved == local(10, 12, 17, 30), moved  # the Saturday worked
        story.set(local(10, 9, 10))
        story.tell(
            "verbs.ask_extension(matter_id=named('paused'), by=actor('handler'), at=now(), span='2 working_day',"
            " reason='等设备')\n"
            "verbs.decide_extension(matter_id=named('paused'), by=actor('street_leader'), at=now(), granted=True)\n"
        )
        for (day, hour, minute), expected in (
            ((14, 17, 29), ["warned", "reminded"]),
            ((14, 17, 30), ["warned", "reminded", "supervised"]),
            ((15, 17, 30), ["warned", "reminded", "supervised", "supervised"]),
            ((16, 17, 30), ["warned", "reminded", "supervised", "supervised", "supervised"]),
        ):
            story.set(local(10, day, hour, minute))
            with story.worker():
                story.looked()
            assert [s[0] for s in story.steps("paused") if s[0] not in ORDERS] == expected
        assert story.kills == 9
        print(f"{len(nobody)} + 4 steps taken once each, the worker killed {story.kills} times between them")
        print(json.dumps(story.steps("nobody")))
