from __future__ import annotations

import pytest

from linli.kernel.access import as_system
from linli.kernel.matters.tests.cast import Cast, make_cast

from .homes import Homes, bound, make_homes


@pytest.fixture
def cast(db: None) -> Cast:
    cast = make_cast()
    with as_system():
        bound()
    return cast


@pytest.fixture
def homes(cast: Cast) -> Homes:
    return make_homes(cast)
