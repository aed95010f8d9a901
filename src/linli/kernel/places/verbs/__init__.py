"""What can happen to places. This is the only code that writes them.

Every verb is keyword-only, takes `by` and `at`, asks `access` for "places.change" at the place, runs in one
transaction and leaves one audit record. `on` is the first day of the change and defaults to the day of `at`.
Refusals: `Invalid` (what was given does not fit), `NotFound` (no such code), `Conflict` (somebody was faster, or
the place's state does not allow it), `NotAllowed`.
"""

from linli.kernel.places.verbs.bulk import bulk_add, faults_of
from linli.kernel.places.verbs.carrying import (
    begin_carrying,
    finish_carrying,
    note_carried,
    others_are_through,
)
from linli.kernel.places.verbs.changes import (
    add_place,
    change_details,
    close_place,
    move_boundary,
    rename_place,
)
from linli.kernel.places.verbs.regroup import merge_places, recode_place, split_place

__all__ = [
    "add_place",
    "begin_carrying",
    "bulk_add",
    "change_details",
    "close_place",
    "faults_of",
    "finish_carrying",
    "merge_places",
    "move_boundary",
    "note_carried",
    "others_are_through",
    "recode_place",
    "rename_place",
    "split_place",
]
