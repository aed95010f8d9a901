"""`python -m linli.project.live --host 127.0.0.1 --port 8001`: the process itself, as `linli live` watches it."""

from __future__ import annotations

import argparse
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.project.settings")


def main() -> None:
    parser = argparse.ArgumentParser(prog="linli.project.live")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8001)
    given = parser.parse_args()

    import django

    django.setup()
    # Settings come first: what follows reads them while it is imported.
    from .serve import run

    run(given.host, given.port)


if __name__ == "__main__":
    main()
