"""The engines Linli stands on: the PostgreSQL it brings itself, or the one it was given.

`databases()` only tells where the database is; `running()` makes sure that one answers while work is done.
"""

from linli.project.engines.address import databases, external_url
from linli.project.engines.engine import Engine, running
from linli.project.engines.faults import EngineFault
from linli.project.engines.paths import data_dir

__all__ = ["Engine", "EngineFault", "data_dir", "databases", "external_url", "running"]
