"""The worker fetches tables and takes them in: gateways ask and read, the kernel's data sets take the rows.

The kernel knows no file formats and gateways know no data sets; here the one is given to the other.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import OperationalError

from linli.gateways.fetching.outbound import fetch
from linli.gateways.fetching.wire import Unfetched, Validators
from linli.gateways.tables.wire import Row, Table, TableFault, open_table
from linli.kernel.clock.now import now
from linli.kernel.datasets import verbs
from linli.kernel.datasets.cells import at_path
from linli.kernel.datasets.origins import origins
from linli.kernel.datasets.verbs.queueing import LARGEST
from linli.kernel.datasets.verbs.running import Lost, Taken
from linli.kernel.places.sentences import Fault, Sentence

log = structlog.get_logger(__name__)


def take_in_one(at: datetime) -> int:
    """Take in the table that has waited longest; returns how many there were, 0 or 1."""
    job = verbs.take(at=at)
    if job is None:
        return 0
    try:
        with tempfile.TemporaryDirectory(prefix="linli-intake-") as folder:
            path = Path(folder) / "table"
            path.write_bytes(job.content)
            table = _open(job, path)
            verbs.run(job=job, rows=table.rows, about=table.about, at=at, clock=now)
    except Lost:
        log.warning("another worker has this intake", job=str(job.id))
    except TableFault as fault:
        verbs.fail(job=job, at=at, why=Sentence("%(why)s", {"why": str(fault)}))
    except Fault as fault:
        verbs.fail(job=job, at=at, why=fault.sentence)
    except OperationalError:
        raise
    except Exception:
        log.exception("an intake failed", job=str(job.id))
        verbs.fail(job=job, at=at, why=Sentence("程序出错，已记入日志；请联系系统管理员。"))
    return 1


def _open(job: Taken, path: Path) -> Table:
    if not job.declared.rows:
        return open_table(path)
    try:
        given = json.loads(path.read_bytes())
    except ValueError as error:
        raise Fault("这个数据集要的是 JSON，文件不是完整的 JSON。") from error
    found = at_path(given, job.declared.rows)
    return Table("json", "utf-8", len(found), _rows(found))


def _rows(found: Any) -> Iterator[Row]:
    for number, item in enumerate(found, 1):
        if isinstance(item, dict):
            yield Row(number, item)
        else:
            yield Row(number, fault="这一条不是一个对象。")


def fetch_one(at: datetime) -> int:
    """Ask the source that is due longest; returns how many there were, 0 or 1."""
    wanted = verbs.take_source(at=at)
    if wanted is None:
        return 0
    try:
        answer = fetch(
            wanted.url,
            allowed=origins(settings.LINLI_FETCH_HOSTS),
            most=LARGEST,
            validators_=Validators(wanted.etag, wanted.modified),
            header=wanted.header,
            secret=wanted.secret,
        )
    except Unfetched as why:
        verbs.did_not_come(wanted=wanted, at=now(), why=Sentence("%(why)s", {"why": str(why)}))
        return 1
    known = answer.validators
    verbs.came(
        wanted=wanted, at=now(), content=answer.content, name=answer.name, etag=known.etag, modified=known.modified
    )
    return 1
