"""Everything `linli check` looks at, in the order an operator would mend it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime

from linli.project.condition import database, machine
from linli.project.condition.finding import Finding, wrong
from linli.project.engines import EngineFault, data_dir, running


def examine(
    *, audit: bool = False, mend: bool = False, figures: bool = False, points: bool = False
) -> Iterator[Finding]:
    """Look at the machine, then the database (starting our own if need be, and stopping it again).

    `audit` also walks every hash chain, which reads all records ever written. `mend` puts the order of the records
    right before it is looked at. `figures` recomputes all that is kept of them and compares, `points` proves the books.
    """
    yield from machine.python()
    yield from machine.disk(data_dir())
    yield from machine.clock(os.environ.get("LINLI_TIME_ZONE", "Asia/Shanghai"))
    yield from machine.calendar(datetime.now(UTC).year)
    yield from machine.fonts()
    yield from machine.built_files()
    try:
        with running(say=lambda _sentence: None):
            yield from _with_database(audit=audit, mend=mend, figures=figures, points=points)
    except EngineFault as fault:
        yield wrong(str(fault))


def _with_database(*, audit: bool, mend: bool, figures: bool, points: bool) -> Iterator[Finding]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.project.settings")
    import django

    django.setup()
    found = list(database.server())
    yield from found
    if any(finding.level == "wrong" for finding in found):
        return
    structure = list(database.migrations())
    yield from structure
    yield from database.declarations()
    if any(finding.level == "wrong" for finding in structure):
        return  # the tables below may not be there yet
    if mend:
        yield from database.mended()
    yield from database.order()
    yield from database.held_back()
    if audit:
        yield from database.chains()
    if figures:
        yield from database.figures(mend=mend)
    if points:
        yield from database.points()
