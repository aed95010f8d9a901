"""`python -m bench.live.writer`: commits changes as it is told, in a process of its own, so that who counts does not write.

A line `MANY RATE KIND` in; a line for each change out, then `done`. KIND is `record` (one audit record in a transaction)
or `verb` (a matter is opened, as a page would). The time is taken when all but the commit is done.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.project.settings")


def main() -> None:
    import django

    django.setup()
    from .town import made_up

    changes = made_up(os.getpid())
    for line in sys.stdin:
        many, rate, kind = line.split()
        begun = time.monotonic()
        done = []
        for n in range(int(many)):
            if (early := begun + n / float(rate) - time.monotonic()) > 0:
                time.sleep(early)
            done.append(_commit(kind, *next(changes)))
        for change in done:
            print(json.dumps(asdict(change)), flush=False)
        print("done", flush=True)


def _commit(kind: str, hood: str, unit: UUID, person: UUID | None) -> Any:
    from django.db import transaction
    from django.utils import timezone

    from linli.kernel.access import SYSTEM, Actor, Role
    from linli.kernel.audit.ids import uuid7
    from linli.kernel.audit.verbs import append
    from linli.kernel.matters import verbs

    from .town import Change

    persons = () if person is None else (person,)
    with transaction.atomic():
        if kind == "record":
            subject = uuid7()
            append(
                by=SYSTEM, at=timezone.now(), verb="matters.comment", stream=f"matter:{subject}",
                place_code=hood, unit_ids=[unit], person_ids=persons,
            )  # fmt: skip
            change = Change(str(subject), hood, (str(unit),), tuple(map(str, persons)))
        else:
            by = Actor(role=Role.SOCIAL_WORKER, scope=hood, name="社工")
            matter = verbs.open_matter(
                by=by, at=timezone.now(), kind="unlicensed-stall", title="路口有人摆摊", body="每天傍晚占了盲道。",
                source="desk", place_code=hood,
            )  # fmt: skip
            change = Change(
                str(matter.id), hood, tuple(map(str, matter.unit_ids)), tuple(map(str, matter.person_ids))
            )
        committed = time.monotonic()
    return replace(change, committed=committed)


if __name__ == "__main__":
    main()
