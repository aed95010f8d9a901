"""python -m bench.points [--only transfers,pages] [--seconds 6] [--processes 4] [--accounts 10000] [--lines 1000000] [--data DIR]

How fast points move through the verb, beside a bare insert of two rows; and whether the books are right after it.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench.matters.ground import ground
from bench.matters.table import Table

SECTIONS = ("transfers", "pages")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.points", description=__doc__)
    parser.add_argument("--only", default="", help=f"sections, comma separated, of {', '.join(SECTIONS)}")
    parser.add_argument("--seconds", type=float, default=6, help="how long each round of writers lasts")
    parser.add_argument("--processes", type=int, default=4, help="of the 32 writers; the others are their threads")
    parser.add_argument("--accounts", type=int, default=10_000)
    parser.add_argument("--lines", type=int, default=1_000_000, help="entries of the long account")
    parser.add_argument("--data", type=Path, help="where the filled database stays for the next run")
    given = parser.parse_args()
    only = given.only.split(",") if given.only else list(SECTIONS)
    table = Table()
    with (
        tempfile.TemporaryDirectory(prefix="linli-bench-") as temporary,
        ground(given.data or Path(temporary)) as on,
    ):
        # Django is set up only now, so what needs it is imported here.
        from . import measures

        measures.prepare(on, given.accounts)
        if "transfers" in only:
            measures.transfers(on, table, seconds=given.seconds, processes=given.processes)
        if "pages" in only:
            measures.pages(on, table, lines=given.lines)
    print(f"\n{table.markdown()}")


if __name__ == "__main__":
    main()
