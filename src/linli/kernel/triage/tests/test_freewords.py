"""Tables without free text: their labels are no topic, whoever repeats them, and people who repeat a word are read."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from linli.kernel.access import SYSTEM, looking_as
from linli.kernel.clock.now import now
from linli.kernel.matters.tests.cast import HOOD, OTHER_HOOD, Cast
from linli.kernel.triage import trending
from linli.kernel.triage.freewords import FEWEST, in_own_words, labels
from linli.kernel.triage.topics import Told, hot_topics

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
SAID = [
    ("Noise - Residential", "Noise - Residential\nLoud Music/Party\nResidential Building/House"),
    ("Noise - Residential", "Noise - Residential\nBanging/Pounding\nResidential Building/House"),
    ("Noise - Helicopter", "Noise - Helicopter\nOther"),
    ("Illegal Parking", "Illegal Parking\nBlocked Hydrant\nStreet/Sidewalk\nThe police took action."),
    ("Abandoned Vehicle", "Abandoned Vehicle\nWith License Plate\nStreet/Sidewalk"),
]
PIANO = "The piano above us plays until two at night"


def table(rows: int = 60) -> list[Told]:
    """As a city's open data has it: types and descriptors put together, at several places over a month."""
    dice = random.Random(7)
    told = []
    for n in range(rows):
        title, body = dice.choice(SAID)
        at, code = START + timedelta(hours=dice.uniform(0, 700)), dice.choice([HOOD, HOOD, OTHER_HOOD])
        told.append(Told(f"row{n}", title, body, at, code=code, kind="unlicensed-stall"))
    return told


def read(told: list[Told]) -> list[Told]:
    repeated = labels((one.title, one.body) for one in told)
    return [own for one in told if (own := in_own_words(one, repeated))]


def test_the_labels_of_a_table_are_not_read_and_the_words_beside_them_are() -> None:
    rows = table()
    rows.append(replace(rows[0], id="own", body=f"Noise - Residential\n{PIANO}"))
    assert hot_topics(rows), "the rows must look like topics, else this shows nothing"
    (own,) = read(rows)
    assert (own.id, own.title, own.body) == ("own", PIANO[:40], PIANO)


def test_people_who_say_the_same_among_others_are_read() -> None:
    same = [Told(f"w{n}", "停水了", "停水了", START + timedelta(hours=n), f"p{n}", code=HOOD) for n in range(11)]
    others = [
        Told(f"o{n}", f"{chr(0x4E00 + 40 * n)}路井盖", f"{chr(0x5200 + 31 * n)}处坏了", START) for n in range(12)
    ]
    assert len(same) + len(others) > FEWEST
    assert read([*same, *others]) == [*same, *others]
    assert read(same) == same, "too few to tell what their source is like"


def _sheet(cast: Cast) -> trending.Sheet:
    trending.ask(by=cast.dispatcher, at=now())
    assert trending.compute_wanted(at=now()) == 1
    with looking_as(cast.dispatcher):
        return trending.sheet(cast.dispatcher)


def _take_in(cast: Cast, rows: list[Told], source: str) -> None:
    cast.actors["system"] = SYSTEM
    for row in rows:
        cast.report(
            by="system", at=now() - timedelta(days=3), kind=row.kind, title=row.title, body=row.body,
            source=source, source_key=str(row.id), place_code=row.code,
        )  # fmt: skip


def test_a_sheet_says_how_many_had_no_words_and_makes_no_topic_of_them(cast: Cast) -> None:
    _take_in(cast, table(30), "import:city")
    sheet = _sheet(cast)
    assert (sheet.texts, sheet.wordless, sheet.topics) == (30, 30, [])


def test_a_source_is_known_by_all_that_came_from_it_not_by_the_few_of_one_street(cast: Cast) -> None:
    rows = table(30)
    _take_in(cast, rows[:6], "import:city")
    _take_in(cast, [replace(row, code="990101002001") for row in rows[6:]], "import:city")
    sheet = _sheet(cast)
    assert (sheet.texts, sheet.wordless) == (6, 6)


def test_the_name_of_the_kind_in_place_of_words_is_none(cast: Cast) -> None:
    for word in ("无证设摊", "Unlicensed stall", "无证设摊", "摊位占了盲道"):
        cast.report(by="social", at=now(), title="", body=word)
    sheet = _sheet(cast)
    assert (sheet.texts, sheet.wordless, sheet.topics) == (4, 3, [])
