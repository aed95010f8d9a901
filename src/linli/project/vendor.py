"""Puts the libraries our pages use where Django serves them: `python -m linli.project.vendor [NODE_MODULES]`.

No bundler: a page loads the very file its maker published. The folder is not kept in version control; the lock
file says what must be in it, and the published wheel carries it.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "parts" / "static" / "vendor"

# package → file in the package → name we serve it under. Every licence goes along.
LIBRARIES: dict[str, dict[str, str]] = {
    # the smallest build: lines, bars and axes; what one points at is drawn by parts/chart.js
    "echarts": {"dist/echarts.simple.min.js": "echarts.js", "LICENSE": "LICENSE", "NOTICE": "NOTICE"},
    "htmx.org": {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE"},
    "idb": {"build/index.js": "idb.js", "LICENSE": "LICENSE"},
    "maplibre-gl": {
        "dist/maplibre-gl.css": "maplibre-gl.css",
        "dist/maplibre-gl.js": "maplibre-gl.js",
        # for pages whose content policy allows no blob: workers
        "dist/maplibre-gl-csp.js": "maplibre-gl-csp.js",
        "dist/maplibre-gl-csp-worker.js": "maplibre-gl-csp-worker.js",
        "LICENSE.txt": "LICENSE",
    },
    # reads QR codes where the browser does not (ADR 0053); the second file is what the first imports
    "qr": {"decode.js": "decode.js", "index.js": "index.js", "LICENSE": "LICENSE"},
}


def lacking(target: Path = TARGET) -> list[str]:
    """The libraries of which a file is not there."""
    return [
        package
        for package, files in LIBRARIES.items()
        if not all((target / package / name).is_file() for name in files.values())
    ]


def copy(modules: Path, target: Path = TARGET) -> list[str]:
    """Copy every library from node_modules; returns their names. Raises FileNotFoundError naming what is missing.

    The new folder is made beside the old one and takes its place at the end: a page never finds half of it.
    """
    draft = target.with_name(f"{target.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    for package, files in LIBRARIES.items():
        for source, name in files.items():
            place = draft / package / name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(modules / package / source, place)
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)
    return list(LIBRARIES)


if __name__ == "__main__":
    modules = Path(sys.argv[1] if len(sys.argv) > 1 else "node_modules")
    try:
        copied = copy(modules)
    except FileNotFoundError as error:
        sys.exit(f"{error.filename} is missing; run npm ci first")
    sys.stdout.write(f"static/vendor: {', '.join(copied)}\n")
