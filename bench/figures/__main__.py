"""python -m bench.figures [--rows 1000000] [--only keep,ask] [--data DIR] [--times 7] [--explain]"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench.matters.ground import ground
from bench.matters.table import Table

SECTIONS = ("keep", "ask")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.figures", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="matters of one year; 5,000 of them open")
    parser.add_argument("--only", default="", help=f"sections, comma separated, of {', '.join(SECTIONS)}")
    parser.add_argument("--data", type=Path, help="keep the database here for the next run (else temporary)")
    parser.add_argument("--times", type=int, default=7, help="how often each page is asked for")
    parser.add_argument("--explain", action="store_true", help="print the plan of every slowest query")
    given = parser.parse_args()
    only = given.only.split(",") if given.only else list(SECTIONS)
    if strange := set(only) - set(SECTIONS):
        raise SystemExit(f"no such section: {', '.join(sorted(strange))}")
    table = Table()
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as temporary:
        data = given.data or Path(temporary)
        data.mkdir(parents=True, exist_ok=True)
        with ground(data) as on:
            # Django is set up only now, so what needs it is imported here.
            from . import asking, keeping, year

            first = year.prepare(on, given.rows)
            if "keep" in only:
                keeping.measure(table, given.rows, first, rounds=given.times)
            if "ask" in only:
                asking.measure(table, times=given.times, explain=given.explain)
    table.note(
        "Generated matters have no audit records; the follower is given their ids as it takes them from records."
    )
    print(f"\n{table.markdown()}")


if __name__ == "__main__":
    main()
