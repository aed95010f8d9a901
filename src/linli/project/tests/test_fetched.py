"""A data set comes by itself from another unit's server: once, whole, again when it is new, with a sentence when it does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.conf import settings as live

from linli.gateways.fetching.tests.served import Source as Server
from linli.gateways.fetching.tests.served import served
from linli.kernel.access import Invalid, NotAllowed, as_system, looking_as
from linli.kernel.audit.models import Record
from linli.kernel.clock.now import now
from linli.kernel.datasets import verbs
from linli.kernel.datasets.models import Job, Row, Source
from linli.kernel.datasets.saying import told
from linli.kernel.datasets.tests.addresses import WATER, Town, make_town, water
from linli.kernel.datasets.verbs.fetching import LEASE, backoff
from linli.kernel.matters.tests.cast import Cast, make_cast
from linli.project.converging import fetch_one, take_in_one

HEAD = "用户编号,月份,用水量,性质,用水地址\n"
LINE = "A{n},2026-08,12.5,01,临江路128弄3号101室\n"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def town(cast: Cast) -> Town:
    return make_town()


@pytest.fixture
def server(settings: object) -> Iterator[Server]:
    with served() as one:
        settings.LINLI_FETCH_HOSTS = f"{one.origin} data.example"  # type: ignore[attr-defined]
        one.content, one.etag = (HEAD + LINE.format(n=1)).encode(), '"1"'
        yield one


def given(cast: Cast, server: Server, at: datetime, **changes: object) -> Source:
    dataset = water(cast, WATER)
    asked = {"url": f"{server.origin}/water.csv?token=abc", "every": 24}
    return verbs.set_source(by=cast.keeper, at=at, dataset_id=dataset.id, **{**asked, **changes})  # type: ignore[arg-type]


def source() -> Source:
    with as_system():
        return Source.objects.get()


def jobs() -> int:
    with as_system():
        return Job.objects.count()


def test_it_is_fetched_taken_in_and_asked_again_when_its_time_has_come(
    cast: Cast, town: Town, server: Server
) -> None:
    at = now()
    given(cast, server, at)
    assert fetch_one(at) == 1 and fetch_one(at) == 0
    assert take_in_one(at) == 1
    with as_system():
        assert Row.objects.count() == 1 and Job.objects.get().file_name == "water.csv"
    assert source().failures == 0 and source().came_at and source().next_at > at + timedelta(hours=23)
    later = at + timedelta(hours=25)
    assert fetch_one(later) == 1 and server.asked[-1]["if-none-match"] == '"1"'
    assert jobs() == 1, "nothing new is no job"
    server.content, server.etag = (HEAD + LINE.format(n=1) + LINE.format(n=2)).encode(), '"2"'
    assert fetch_one(later + timedelta(hours=25)) == 1 and jobs() == 2


def test_a_source_without_validators_is_known_by_what_it_says(cast: Cast, town: Town, server: Server) -> None:
    server.etag = ""
    at = now()
    given(cast, server, at)
    fetch_one(at)
    take_in_one(at)
    fetch_one(at + timedelta(hours=25))
    assert jobs() == 1 and len(server.asked) == 2


def test_killed_in_the_middle_it_is_done_once(cast: Cast, town: Town, server: Server) -> None:
    at = now()
    given(cast, server, at)
    wanted = verbs.take_source(at=at)  # this worker dies with the answer in its hands
    assert wanted is not None and fetch_one(at) == 0, "for some minutes it is somebody's"
    after = at + LEASE + timedelta(seconds=1)
    assert fetch_one(after) == 1 and jobs() == 1
    late = verbs.came(wanted=wanted, at=after, content=b"another", name="x", etag="", modified="")
    assert late is None and jobs() == 1, "who was thought dead changes nothing any more"


def test_what_fails_says_why_and_is_asked_less_and_less_often(cast: Cast, town: Town, server: Server) -> None:
    at = now()
    given(cast, server, at)
    server.status = 500
    waits = []
    for _time in range(4):
        assert fetch_one(at) == 1
        waits.append(source().next_at - now())
        at = source().next_at
    assert source().failures == 4 and told([source().fault]) == ["对方回答 500。"]
    assert waits == sorted(waits) and waits[0] < timedelta(minutes=6) and waits[3] > timedelta(minutes=39)
    with as_system():
        assert Record.objects.filter(verb="datasets.fetch_failed").count() == 1
    server.status = 200
    assert fetch_one(at) == 1 and source().failures == 0 and source().fault is None and jobs() == 1
    assert backoff(50, 24 * 30) == timedelta(hours=24) and backoff(3, 1) == timedelta(minutes=20)


def test_a_secret_is_sealed_sent_and_told_to_nobody(cast: Cast, town: Town, server: Server) -> None:
    server.secret = "s3cret-s3cret"
    at = now()
    kept = given(cast, server, at, header="X-Key", secret="s3cret-s3cret")
    assert b"s3cret" not in bytes(kept.secret or b"")
    assert fetch_one(at) == 1 and server.asked[-1]["x-key"] == "s3cret-s3cret" and jobs() == 1
    with as_system():
        records = [f"{r.before} {r.after} {r.note}" for r in Record.objects.filter(verb__startswith="datasets.")]
    assert not any("s3cret" in said or "token=abc" in said for said in records)
    same = verbs.set_source(by=cast.keeper, at=at, dataset_id=kept.dataset_id, url=f"{server.origin}/b.csv", every=5,
                            header="X-Key")  # fmt: skip
    assert same.secret is not None
    with_other = verbs.set_source(by=cast.keeper, at=at, dataset_id=kept.dataset_id, url="https://data.example/b.csv",
                                  every=5, header="X-Key")  # fmt: skip
    assert with_other.secret is None, "a secret goes nowhere else than where it was written for"


def test_only_who_keeps_it_and_only_from_where_the_operator_allows(cast: Cast, town: Town, server: Server) -> None:
    with pytest.raises(Invalid):
        given(cast, server, now(), url="http://169.254.169.254/latest/meta-data/")
    kept = water(cast, WATER, name="water-two")
    with pytest.raises(NotAllowed):
        verbs.set_source(by=cast.street_duty, at=now(), dataset_id=kept.id, url=server.origin, every=5)
    verbs.set_source(by=cast.keeper, at=now(), dataset_id=kept.id, url=f"{server.origin}/x", every=5)
    live.LINLI_FETCH_HOSTS = ""  # the operator thought better of it
    assert fetch_one(now()) == 1 and "LINLI_FETCH_HOSTS" in told([source().fault])[0] and not server.asked
    for who, count in (("keeper", 1), ("stranger", 0), ("granny", 0)):
        with looking_as(cast.actors[who]):
            assert Source.objects.count() == count, who
    verbs.stop_source(by=cast.keeper, at=now(), dataset_id=kept.id, reason="改为手工送表")
    with as_system():
        assert not Source.objects.exists()
