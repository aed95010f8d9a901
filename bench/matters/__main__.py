"""python -m bench.matters [--rows 10000,1000000] [--only queue,detail,supervision,http,import,tick,start] [--data DIR]"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from .ground import ground
from .table import Table

SECTIONS = ("queue", "detail", "supervision", "http", "import", "tick", "start")


def main() -> None:
    given = _arguments()
    only = given.only.split(",") if given.only else list(SECTIONS)
    if strange := set(only) - set(SECTIONS):
        raise SystemExit(f"no such section: {', '.join(sorted(strange))}")
    sizes = sorted(int(part.replace("_", "")) for part in given.rows.split(","))
    table = Table()
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as temporary:
        data = given.data or Path(temporary)
        data.mkdir(parents=True, exist_ok=True)
        _run(data, only, sizes, given, table)
    print(f"\n{table.markdown()}")


def _run(data: Path, only: list[str], sizes: list[int], given: argparse.Namespace, table: Table) -> None:
    with ground(data) as on:
        # Django is set up only now, so what needs it is imported here.
        from . import http, imports, queues, rows, supervision, ticks

        if {"queue", "detail", "supervision", "http"} & set(only):
            for size in sizes:
                rows.prepare(on, size)
            table.note("Generated matters have no audit records (the audit trigger is bypassed for them alone).")
        if {"queue", "detail"} & set(only):
            queues.measure(
                on, sizes, table, queues="queue" in only, details="detail" in only, explain=given.explain
            )
        if "supervision" in only:
            supervision.measure(on, sizes, table, explain=given.explain)
        if "http" in only:
            http.measure(on, sizes[-1], table, seconds=given.seconds)
        if "import" in only:
            imports.measure(on, 1_000_000 if given.million else given.import_rows, table, data)
        if "tick" in only:
            ticks.measure(on, table)
    if "start" in only:
        from . import start

        start.measure(data / "demo", table)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.matters", description=__doc__)
    parser.add_argument("--rows", default="10000,1000000", help="sizes, comma separated; the last is measured")
    parser.add_argument("--only", default="", help=f"sections, comma separated, of {', '.join(SECTIONS)}")
    parser.add_argument("--data", type=Path, help="keep the databases here for the next run (else temporary)")
    parser.add_argument("--seconds", type=int, default=5, help="how long each HTTP round lasts")
    parser.add_argument("--import-rows", type=int, default=100_000, help="rows of the imported file")
    parser.add_argument("--million", action="store_true", help="import a million rows instead")
    parser.add_argument("--explain", action="store_true", help="print the plan of each queue and detail")
    return parser.parse_args()


if __name__ == "__main__":
    main()
