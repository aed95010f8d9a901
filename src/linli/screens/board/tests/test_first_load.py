"""The first load is small, and everything in it is kept for when there is no network."""

import pytest

from linli.parts.tests import first_load
from linli.screens.board.views import BOARD


def test_scripts_and_styles_are_below_100_kb_compressed() -> None:
    assert 0 < first_load.weight(BOARD) <= first_load.MOST


@pytest.mark.django_db
def test_the_worker_keeps_what_the_page_loads() -> None:
    assert first_load.loaded_and_not_kept(BOARD) == []
