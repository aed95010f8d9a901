"""pyxform judges what we read: what it takes we take or say why not, with the same names; what it refuses we take in no other way."""

from __future__ import annotations

import io

import pytest

from linli.gateways.xlsform import wire
from linli.kernel.registers.tests.sheets import VISIT, workbook

xls2json = pytest.importorskip("pyxform.xls2json", reason="pyxform is for tests alone, and is not installed")


backends = pytest.importorskip("pyxform.xls2json_backends")
errors = pytest.importorskip("pyxform.errors")
LEFT = ("group", "repeat", "survey", "note", "calculate", "geopoint", "hidden", "start", "end", "instanceID")


def theirs(content: bytes) -> dict:
    return xls2json.workbook_to_json(backends.get_xlsform(io.BytesIO(content), file_type=".xlsx"), form_name="data")


def names(node: dict) -> set[str]:
    """What is asked, outside of what repeats."""
    own = {node["name"]} if node.get("type") not in LEFT and "children" not in node else set()
    below = [
        names(child)
        for child in node.get("children", [])
        if child.get("type") != "repeat" and child["name"] != "meta"
    ]
    return own.union(*below)


def test_the_same_questions_are_found():
    content = workbook(VISIT)
    assert {one.name for one in wire.read(content).questions} == names(theirs(content))


@pytest.mark.parametrize(
    "md",
    [
        "| survey |\n| type | name | label |\n| wibble | a | A |",
        "| survey |\n| type | name | label |\n| text | a | A |\n| text | a | B |",
        "| survey |\n| type | name | label |\n| select_one nothing | a | A |",
        "| survey |\n| type | name | label |\n| text | a b | A |",
        "| survey |\n| type | name | label |\n| begin group | g | G |\n| text | a | A |",
        "| survey |\n| type | name | label |\n| text | a | A |\n| end group | x |  |",
    ],
)
def test_what_it_refuses_is_refused_here_too(md: str):
    content = workbook(md)
    with pytest.raises(errors.PyXFormError):
        from pyxform.builder import create_survey_element_from_dict

        create_survey_element_from_dict(theirs(content)).to_xml(validate=False)
    assert wire.read(content).faults
