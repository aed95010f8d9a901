"""Every kind of message of the house can be said in both languages, and leads somewhere."""

from __future__ import annotations

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from linli.kernel.messages.kinds import Kind, kinds

SOME = "00000000-0000-7000-8000-000000000000"


def everyone() -> list[Kind]:
    return list(kinds.known.values())


def test_what_rights_ask_for_is_declared_and_owed() -> None:
    owed = {kind.name for kind in everyone() if kind.owed}
    assert owed >= {
        "points-deducted",
        "points-appeal-decided",
        "points-reversed",
        "facts-contest-answered",
        "facts-decided",
    }
    assert owed >= {"volunteering-certified", "volunteering-missed", "volunteering-appeal-decided"}


@pytest.mark.parametrize("kind", everyone(), ids=lambda kind: kind.name)
def test_a_kind_is_sound_has_both_languages_and_leads_somewhere(kind: Kind) -> None:
    assert [*kind.faults()] == []
    with translation.override("zh-hans"):
        chinese = str(kind.words)
    with translation.override("en"):
        assert str(kind.words) != chinese
    assert not kind.leads or _leads(kind.leads)


def _leads(name: str) -> bool:
    for arguments in ((), (SOME,)):
        try:
            return bool(reverse(name, args=arguments))
        except NoReverseMatch:
            continue
    return False
