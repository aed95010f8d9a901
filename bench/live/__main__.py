"""python -m bench.live [--viewers 2000] [--only viewers,back,slow,readers,floor,drawn] [--idle 60] [--rate 200]"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path
from typing import Any

from bench.matters.ground import ground
from bench.matters.table import Table

SECTIONS = ("viewers", "back", "slow", "readers", "floor", "drawn")


def main() -> None:
    given = _arguments()
    only = given.only.split(",") if given.only else list(SECTIONS)
    if strange := set(only) - set(SECTIONS):
        raise SystemExit(f"no such section: {', '.join(sorted(strange))}")
    table = Table()
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as temporary, ground(Path(temporary)) as on:
        _run(on, only, given, table)
    print(f"\n{table.markdown()}")


def _run(on: Any, only: list[str], given: argparse.Namespace, table: Table) -> None:
    # Django is set up only now, so what needs it is imported here.
    from django.core.management import call_command

    from . import drawn, measures, town

    measures.files()
    on.create("live")
    on.use("live")
    call_command("migrate", verbosity=0)
    lookers = town.build(given.viewers)
    url = on.url("live")
    with on.connect("live") as connection:
        connection.execute("ANALYZE")
    loop: Any = asyncio.run
    if "viewers" in only:
        loop(measures.viewers(url, on.engine, lookers, table, given))
    if "back" in only:
        loop(measures.back(url, lookers, table))
    if "slow" in only:
        loop(measures.slow(url, lookers, table, given))
    if "readers" in only:
        loop(measures.readers(url, on.engine, table, given))
    if "floor" in only:
        loop(measures.floor(lookers, table))
    if "drawn" in only:
        drawn.measure(url, lookers, table, given)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("--viewers", type=int, default=2000, help="how many pages are open")
    parser.add_argument("--only", default="", help=f"sections, comma separated, of {', '.join(SECTIONS)}")
    parser.add_argument("--idle", type=int, default=60, help="seconds the idle viewers are watched")
    parser.add_argument("--changes", type=int, default=100, help="single changes of each kind")
    parser.add_argument("--rate", type=int, default=200, help="changes a second of the burst")
    parser.add_argument("--seconds", type=int, default=10, help="how long the burst lasts")
    return parser.parse_args()


if __name__ == "__main__":
    main()
