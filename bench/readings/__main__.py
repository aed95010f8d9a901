"""python -m bench.readings [--only evaluation,road,labels] [--things 6000] [--data DIR]"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from bench.matters.ground import ground
from bench.matters.table import Table

from . import labels

SECTIONS = ("evaluation", "road", "kills", "cluster", "peers", "history", "storm", "labels")


def main() -> None:
    given = _arguments()
    only = given.only.split(",") if given.only else list(SECTIONS)
    if strange := set(only) - set(SECTIONS):
        raise SystemExit(f"no such section: {', '.join(sorted(strange))}")
    if "labels" in only:
        labels.main()
        only.remove("labels")
    if not only:
        return
    os.environ["LINLI_SCENES"] = "bench.readings"
    table = Table()
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as temporary:
        data = given.data or Path(temporary)
        data.mkdir(parents=True, exist_ok=True)
        with ground(data) as on:
            _run(on, only, given, table)
    print(f"\n{table.markdown()}")


def _run(on: object, only: list[str], given: argparse.Namespace, table: Table) -> None:
    from django.core.management import call_command

    from . import cluster, evaluation, fleet, history, kills, peers, road, storm

    name = f"readings_{given.things}"
    new = on.create(name)  # type: ignore[attr-defined]
    on.use(name)  # type: ignore[attr-defined]
    call_command("migrate", verbosity=0)  # one that was kept may be of an older house
    if new:
        fleet.places()
        with on.connect(name) as connection:  # type: ignore[attr-defined]
            fleet.prepare(connection, given.things)
    for section in [part for part in ("evaluation", "kills", "cluster") if part in only]:
        on.drop(section)
        on.create(section)
        on.use(section)
        call_command("migrate", verbosity=0)
        fleet.places()
        with on.connect(section) as connection:
            fleet.prepare(connection, given.things if section == "evaluation" else kills.DEVICES + 10)
        data = given.data or Path(tempfile.gettempdir())
        if section == "evaluation":
            evaluation.measure(on, table, things=given.things, readings=given.readings)
        elif section == "kills":
            kills.measure(on, section, table, data, times=given.kills)
        else:
            cluster.measure(on, section, table, data)
        on.use(name)
    program = road.load_program(given.data or Path(tempfile.gettempdir()))
    if {"road", "peers"} & set(only) and program is None:
        table.note("road and peers: not measured, there is no ../shared/tools/mqload.c or no C compiler")
    elif program is not None:
        if "road" in only:
            road.measure(on, name, table, program, given)
        if "peers" in only:
            peers.measure(on, name, table, program, given.data or Path(tempfile.gettempdir()))
    if "history" in only:
        history.measure(on, table)
    if "storm" in only:
        storm.measure(on, table)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.readings", description=__doc__)
    parser.add_argument("--only", default="", help=f"sections, comma separated, of {', '.join(SECTIONS)}")
    parser.add_argument("--data", type=Path, help="keep the databases here for the next run (else temporary)")
    parser.add_argument(
        "--things", type=int, default=6000, help="known to Linli; those beyond --devices raise alarms"
    )
    parser.add_argument("--readings", type=int, default=200_000, help="of one run of the evaluation")
    parser.add_argument("--devices", type=int, default=5000, help="connected")
    parser.add_argument("--rate", type=int, default=20_000, help="readings a second")
    parser.add_argument("--seconds", type=int, default=60, help="how long each run of the road lasts")
    parser.add_argument("--kills", type=int, default=10, help="of each process")
    parser.add_argument("--runs", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
