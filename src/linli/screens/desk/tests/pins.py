"""How many queries each page takes, pinned: run with UPDATE_QUERY_COUNTS=1 after a change that is meant."""

from __future__ import annotations

import json
import os
from pathlib import Path

PINNED = Path(__file__).with_name("query_counts.json")


def check(found: dict[str, int]) -> None:
    """These pages take what is pinned for them; the others in the file are other tests' concern."""
    kept = json.loads(PINNED.read_text())
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        kept |= found
        PINNED.write_text(json.dumps(kept, indent=2) + "\n")
    assert found == {name: kept.get(name) for name in found}
