"""python -m bench.registers [--persons 1000000] [--data DIR] [--times 15] [--explain]

A register of many persons: found by a name, a number, a part of an address; one person's facts; a form filled in; what holds
in a district. A report of 300 columns over 200 neighbourhoods; a table taken in, beside a bare COPY. Through the verbs: permission, row level security and the audit record included.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench.matters.ground import ground
from bench.matters.table import Table


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.registers", description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--data", type=Path, help="keep the database here for the next run (else temporary)")
    parser.add_argument("--times", type=int, default=15, help="how often each is asked")
    parser.add_argument("--explain", action="store_true", help="print the plan of what is asked")
    parser.add_argument("--rows", type=int, default=100_000, help="of the table that is taken in")
    given = parser.parse_args()
    table = Table()
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as temporary:
        data = given.data or Path(temporary)
        data.mkdir(parents=True, exist_ok=True)
        with ground(data) as on:
            # Django is set up only now, so what needs it is imported here.
            from . import asking, tables, town

            town.prepare(on, given.persons)
            asking.measure(table, given.persons, times=given.times, explain=given.explain)
            tables.measure(table, given.persons, min(given.rows, given.persons))
    print(f"\n{table.markdown()}")


if __name__ == "__main__":
    main()
