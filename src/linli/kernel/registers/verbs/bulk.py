"""Many facts at once: an office's table, an import, the demo. One transaction, one entry, one record.

Facts about what nothing was known of are in force at once; where something was known the rule is asked, subject by subject.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from linli.kernel import audit
from linli.kernel.access import Actor, require
from linli.kernel.declare import About, Source

from ..models import Entry
from .common import ENTERS, act
from .setwise import NewFact, write_facts


@dataclass(frozen=True, slots=True)
class Taken:
    entry: Entry
    facts: int
    known: int
    """Of how many something was known before, so that the rule was asked."""


def bulk_facts(
    *,
    by: Actor,
    at: datetime,
    about: About,
    form: str,
    source: Source,
    source_name: str,
    place_code: str,
    observed_at: datetime,
    rows: Iterable[NewFact],
) -> Taken:
    """Write facts of one kind of subject at a place, with one entry behind them; rows are trusted to be checked, and their
    subjects to be there. Flat in memory.

    Needs `registers.enter` at the place, which holds all of them. Raises NotAllowed, Invalid (a row lies elsewhere); what the database refuses it refuses whole.
    """
    require(by, ENTERS, place_code)
    with act():
        entry = Entry.objects.create(
            form=form, version=1, about=about, subject=None, place_code=place_code, source=source,
            source_name=source_name[:120], author_id=by.account_id, observed_at=observed_at, recorded_at=at,
        )  # fmt: skip
        written = write_facts(entry, rows, at, within=place_code)
        after = {
            "form": form,
            "source": source,
            "table": source_name[:120],
            "facts": written.facts,
            "entry": entry.id,
        }
        audit.append(
            by=by,
            at=at,
            verb="registers.bulk_facts",
            stream=f"entry:{entry.id}",
            place_code=place_code,
            after=after,
        )
    return Taken(entry, written.facts, written.known)
