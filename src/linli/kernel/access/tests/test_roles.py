"""The table of roles."""

import inspect
import re

from linli.kernel.access import roles


def test_each_role_stands_once_in_the_table():
    written = re.findall(r"^    Role\.([A-Z_]+): ", inspect.getsource(roles).partition("PERMISSIONS:")[2], re.M)
    assert len(written) == len(set(written)) == len(roles.PERMISSIONS), (
        "the later one would take away what the first gives"
    )
