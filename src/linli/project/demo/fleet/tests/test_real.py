"""Where the real series lie beside the project, four devices play them; where they do not, nobody misses them."""

from __future__ import annotations

from pathlib import Path

import pytest

from linli.project.demo.fleet import real
from linli.project.demo.fleet.saying import Mouth

from .test_courses import DEVICES, SEED, TUESDAY, fleet


def test_without_the_series_every_device_plays_its_course(tmp_path: Path) -> None:
    assert real.replays(fleet(), tmp_path / "nowhere") == {}


def test_four_devices_say_what_was_measured_somewhere() -> None:
    if not real.HERE.exists():
        pytest.skip("the real series are not here (../shared/data/iot)")
    found = real.replays(fleet())
    assert len(found) == 4
    placed = {one.key: one for one in fleet()}
    for key, said in found.items():
        device = DEVICES[placed[key].model]
        mouth = Mouth(placed[key], SEED, said)
        for hour in range(0, 7 * 24, 5):
            values = mouth.values(TUESDAY + hour * 3600)
            assert {name: values[name] for name in said(TUESDAY + hour * 3600)} == said(TUESDAY + hour * 3600)
            for name, value in values.items():
                quantity = device.quantity(name)
                assert quantity is not None and quantity.holds(value), (key, name, value)
