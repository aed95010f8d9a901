"""The index finds exactly those whom `Eyes.see` lets see, whatever the tickets and the records."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from linli.kernel.access import Sees
from linli.project.live.index import Index
from linli.project.live.recent import Recent
from linli.project.live.records import Record, event
from linli.project.stream import Eyes

# A small tree, so that most scopes have something to do with most places.
CODES = st.sampled_from(["", "9", "99", "9901", "990101", "990101001", "990101001001", "990101002", "98", "*"])
UNITS, PERSONS = st.sampled_from(["u1", "u2", ""]), st.sampled_from(["p1", "p2", ""])
EYES = st.builds(
    Eyes,
    sees=st.sampled_from(list(Sees)).map(str),
    scope=CODES,
    also=st.lists(CODES, max_size=3).map(",".join),
    unit=UNITS,
    person=PERSONS,
)
TOPICS = ("matter", "thing", "warning", "notice", "roster", "things", "thing:x")
RECORDS = st.builds(
    Record,
    cursor=st.just((0, 1, 1)),
    stream=st.sampled_from(TOPICS).map("{}:1".format),
    verb=st.just("x.y"),
    place_code=CODES,
    units=st.lists(st.sampled_from(["u1", "u2"]), max_size=2),
    persons=st.lists(st.sampled_from(["p1", "p2"]), max_size=2),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(EYES, min_size=4, max_size=12), st.lists(RECORDS, min_size=4, max_size=8), st.randoms())
def test_the_index_finds_whom_the_rule_lets_see_and_nobody_else(
    eyes: list[Eyes], records: list[Record], dice
) -> None:
    index: Index[int] = Index()
    for n, one in enumerate(eyes):
        index.add(one, n)
    there = dict(enumerate(eyes))
    while True:
        for record in records:
            found = [viewer for circle in index.concerned(record) for viewer in circle.viewers]
            assert len(found) == len(set(found)), "nobody is told twice"
            wanted = {
                n for n, e in there.items() if e.see(record.place_code, record.units, record.persons, record.stream)
            }
            assert set(found) == wanted
        if not there:
            break
        gone = dice.choice(list(there))
        index.remove(there.pop(gone), gone)
    assert index == Index(), "who has left leaves nothing behind"


@settings(max_examples=400, deadline=None)
@given(st.lists(RECORDS, min_size=1, max_size=20), EYES, st.integers(0, 20), st.integers(1, 12))
def test_what_was_missed_is_what_the_rule_lets_see_of_everything_remembered(
    records: list[Record], eyes: Eyes, heard: int, kept: int
) -> None:
    recent = Recent(kept)
    recent.begin([], at=0.0)
    happened = [
        record._replace(cursor=(0, n + 1, 1), stream=f"{record.stream}{n}") for n, record in enumerate(records)
    ]
    for record in happened:
        recent.add(record, 1.0)
    told = recent.after((0, heard, 1), eyes)
    wanted = [
        event(r) for r in happened[heard:] if eyes.see(r.place_code, r.units, r.persons, r.stream)
    ]  # fmt: skip
    assert told == wanted or (told is None and heard < len(happened) - kept)
