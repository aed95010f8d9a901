from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from linli.kernel.places import queries
from linli.kernel.places.geometry import boundary_from_geojson
from linli.kernel.places.sentences import Fault, Sentence
from linli.kernel.places.words import say

from .conftest import HOME

COMPILED = Path(__file__).parents[1] / "locale" / "en" / "LC_MESSAGES" / "django.mo"
in_english = pytest.mark.skipif(not COMPILED.exists(), reason="`linli words compile` has not run")


@in_english
def test_a_sentence_inside_a_sentence_is_said_in_the_same_language() -> None:
    bowtie = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    try:
        boundary_from_geojson(bowtie)
    except Fault as fault:
        assert "边线自交" in str(fault)
        with translation.override("en"):
            assert say(fault.sentence) == "The boundary is drawn wrongly at (0.5 0.5): the line crosses itself."


@in_english
def test_the_reasons_of_a_find_are_in_the_readers_language(town: Callable[[str], Any]) -> None:
    with translation.override("en"):
        found = queries.find("临江路128弄3号楼502室")[0]
    assert found.code == HOME
    assert found.reasons[-2:] == ("The building 3 is registered.", "The room 502 is registered.")


def test_a_share_is_said_with_its_sign() -> None:
    said = say(
        Sentence("“%(name)s”的边界与相邻的“%(other)s”重叠 %(share)s%%。", {"name": "甲", "other": "乙", "share": 5})
    )
    assert said == "“甲”的边界与相邻的“乙”重叠 5%。"
