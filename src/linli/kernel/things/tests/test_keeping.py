"""Who worked on a device: in the copy they ask for, gone when they ask to be forgotten; the device's history stays."""

from __future__ import annotations

from linli.kernel.access import as_system
from linli.kernel.people.keepers import Leaving, keepers
from linli.kernel.people.models import Person
from linli.kernel.things import verbs
from linli.kernel.things.models import Upkeep

from .cast import AT, HOOD, Cast


def test_what_somebody_did_to_devices_is_theirs_to_see_and_to_have_forgotten(cast: Cast):
    made = cast.register()
    verbs.note_upkeep(by=cast.handler, at=AT, thing_id=made.thing.id, what="battery", note="换了电池")
    verbs.note_upkeep(by=cast.grid, at=AT, thing_id=made.thing.id, what="check", note="正常")
    with as_system():
        person = Person.objects.create(name="李强", place_code=HOOD, account_id=cast.handler.account_id)
        [chapter] = [c for c in keepers.chapters(person.id, own=True) if c.name == "upkeep"]
        assert [(row["thing"], row["what"], row["note"]) for row in chapter.rows] == [
            ("烟感 sd-0001", "换电池", "换了电池")
        ]
        keepers.forget(Leaving(person.id, cast.handler.account_id), AT)
        rows = {row.what: (row.by_name, row.by_account, row.note) for row in Upkeep.objects.all()}
    assert rows == {"battery": ("", None, ""), "check": ("赵网格", cast.grid.account_id, "正常")}
    assert any("设备" in str(words) for words in keepers.goes()) and any("设备" in str(w) for w in keepers.stays())
