"""Scripts, styles and pictures as they are sent: under names that change with their content, and compressed beside.

A browser keeps such a file for good and asks for it once; without them every page asks again for each of its files, and
sends them at three times the size. Built when a server starts (`build`), once for each release, in STATIC_ROOT.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from whitenoise.storage import CompressedManifestStaticFilesStorage

PACKAGE = Path(__file__).resolve().parent.parent
PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
BUILT = "linli.project.statics.Storage"
_MADE_OF = "made-of"
HOUR = 3600


class Storage(CompressedManifestStaticFilesStorage):
    """Names from the content, inside styles and modules too: what one imports changes its own name.

    Django's own patterns miss an import without a semicolon, and want the source maps that libraries name.
    """

    patterns = (
        ("*.css", (r"""(?P<matched>url\(['"]?\s*(?P<url>.*?)["']?\))""",)),
        (
            "*.js",
            (
                (r"""(?P<matched>\bfrom\s*["'](?P<url>\.{1,2}/[^"']+)["'])""", 'from "%(url)s"'),
                (r"""(?P<matched>\bimport\s*["'](?P<url>\.{1,2}/[^"']+)["'])""", 'import "%(url)s"'),
                (r"""(?P<matched>\bimport\(\s*["'](?P<url>\.{1,2}/[^"']+)["']\s*\))""", 'import("%(url)s")'),
            ),
        ),
    )


def root(data: Path) -> Path:
    """Where they are built: LINLI_STATIC, else in the data directory."""
    return Path(os.environ.get("LINLI_STATIC") or data / "static").resolve()


def storage(root: Path) -> str:
    """The storage for what is in a folder: plain names, from the packages themselves, unless it was built from these files."""
    made_of = root / _MADE_OF
    return BUILT if made_of.exists() and made_of.read_text() == _digest() else PLAIN


def build(root: Path) -> bool:
    """Build into a folder what is not there; whether something had to be done. Two who start at once build once.

    Django must be set up. What was there stays: a page of the last release may still ask for it.
    """
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if storage(root) == BUILT:
            return False
        (root / _MADE_OF).unlink(missing_ok=True)
        made_of = _digest()
        _collect(root)
        (root / _MADE_OF).write_text(made_of)
    return True


def headers(response: dict[str, str], path: str, _url: str) -> None:
    """Libraries that a script loads by an address of its own making have plain names: an hour, then they are asked for again."""
    if "/vendor/" in path and "immutable" not in response["Cache-Control"]:
        response["Cache-Control"] = f"max-age={HOUR}, public"


def _collect(root: Path) -> None:
    from django.conf import settings
    from django.core.management import call_command
    from django.test.utils import override_settings

    built = {**settings.STORAGES, "staticfiles": {"BACKEND": BUILT}}
    with override_settings(STORAGES=built, STATIC_ROOT=root):
        # django-htmx brings a library of its own, which is not the one we load.
        call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=["django_htmx/*"])


def _digest() -> str:
    """Of names, sizes and times of change, and of which scenes are on: only their files are there. Asked when a process starts."""
    digest = hashlib.sha256(os.environ.get("LINLI_SCENES", "").encode())
    for file in _files():
        at = file.stat()
        digest.update(f"{file.relative_to(PACKAGE)}:{at.st_size}:{at.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _files() -> Iterator[Path]:
    for folder in ("parts", "screens/*", "scenes/*"):
        yield from sorted(file for file in PACKAGE.glob(f"{folder}/static/**/*") if file.is_file())
