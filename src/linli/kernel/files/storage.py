"""Where the bytes lie: under their own SHA-256, written once, never changed.

`Store` is all the rooms above know, so that an object store can take the disk's place. A key is the hash of
the content, or the hash and a variant: "ab12…", "ab12….320".
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import uuid4

from django.conf import settings

CHUNK = 1024 * 1024
_KEY = re.compile(r"[0-9a-f]{64}(\.[a-z0-9]{1,16})?")
_UNFINISHED = ".unfinished-"


class Store(Protocol):
    def put(self, key: str, content: BinaryIO) -> None:
        """Keep the content, all of it or none; durable on return. A key kept already becomes young again."""

    def open(self, key: str) -> BinaryIO:
        """The content from its beginning. Raises FileNotFoundError."""

    def size(self, key: str) -> int:
        """Bytes. Raises FileNotFoundError."""

    def delete(self, key: str) -> None:
        """Remove the content; nothing happens when there is none."""

    def keys(self, *, older_than: float) -> Iterator[str]:
        """Every key whose content was put at least so many seconds ago."""


class Disk:
    """A directory tree `aa/bb/<key>`: never more than 65,536 directories, a few files in each."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: str, content: BinaryIO) -> None:
        path = self._path(key)
        if path.exists():
            os.utime(path)
            return
        self._make_directory(path.parent)
        unfinished = path.parent / f"{_UNFINISHED}{uuid4().hex}"
        try:
            with unfinished.open("xb") as out:
                shutil.copyfileobj(content, out, CHUNK)
                out.flush()
                os.fsync(out.fileno())
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        _sync_directory(path.parent)

    def open(self, key: str) -> BinaryIO:
        return self._path(key).open("rb")

    def size(self, key: str) -> int:
        return self._path(key).stat().st_size

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def keys(self, *, older_than: float) -> Iterator[str]:
        """Also removes what a killed process left unfinished, when it is that old."""
        latest = time.time() - older_than
        for path in self.root.glob("??/??/*"):
            try:
                old = path.stat().st_mtime <= latest
            except FileNotFoundError:
                continue
            if old and path.name.startswith(_UNFINISHED):
                path.unlink(missing_ok=True)
            elif old and _KEY.fullmatch(path.name):
                yield path.name

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} is no key of the store")
        return self.root / key[:2] / key[2:4] / key

    def _make_directory(self, directory: Path) -> None:
        """Make it and write each new name to the disk: a file in a lost directory is a lost file."""
        missing = []
        while not directory.exists():
            missing.append(directory)
            directory = directory.parent
        for new in reversed(missing):
            new.mkdir(exist_ok=True)
            _sync_directory(new.parent)


def store() -> Store:
    """The store this installation keeps its files in."""
    return Disk(Path(settings.LINLI_FILES))


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
