"""Any scene may be on without the others: its declarations check, its pages and addresses load, and what waits says so."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

# A process of its own: an installation has one set of scenes, from its beginning.
ASK = """
import json, django
django.setup()
from django.core import checks
from django.urls import get_resolver
from linli.kernel.catalogue.registry import catalogue
from linli.project.condition.database import declarations
get_resolver().url_patterns
known = catalogue()
print(json.dumps({
    "faults": [m.msg for m in checks.run_checks() if m.level >= checks.ERROR],
    "awake": sorted(known.points), "asleep": known.asleep, "unopened": sorted(known.borrowed.unopened()),
    "said": [f"{f.level} {f.sentence}" for f in declarations()],
}))
"""


def installation(*scenes: str) -> dict[str, object]:
    given = {
        "DJANGO_SETTINGS_MODULE": "linli.project.settings",
        "LINLI_SCENES": ",".join(f"linli.scenes.{scene}" for scene in scenes),
        "LINLI_LANGUAGE": "en",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=os.environ | given, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("module", settings.SCENES_HERE)
def test_every_scene_boots_and_checks_alone(module: str) -> None:
    assert installation(module.rpartition(".")[2])["faults"] == []


def test_safety_alone_rewards_nobody_and_says_once_what_waits() -> None:
    alone = installation("public_safety")
    assert "fire-lane-reported" not in alone["awake"] and alone["asleep"] == {
        "fire-lane-reported": ["self_governance"]
    }
    said = [line for line in alone["said"] if "fire-lane-reported" in line]
    assert said == [
        "good The points rule fire-lane-reported sleeps: it needs the scene self_governance, which is off"
    ]
    assert sum(line.startswith("warning") for line in alone["said"]) == 1 and alone["unopened"] == [
        "city_management"
    ]


def test_safety_rewards_where_the_ledgers_scene_is_on() -> None:
    both = installation("city_management", "public_safety", "self_governance")
    assert "fire-lane-reported" in both["awake"] and not both["asleep"] and not both["unopened"]
