"""What a board or a television loads before it shows anything: a cheap box on a slow line has it in a moment."""

from __future__ import annotations

import gzip
from pathlib import Path

from django.contrib.staticfiles import finders
from django.test import Client

from linli.parts import displays

MOST = 100 * 1024
"""Bytes of scripts and styles, compressed (issue 4, *Speed*)."""


def weight(screen: displays.Screen) -> int:
    """Scripts and styles of the first load, in bytes as gzip sends them."""
    files = [name for name in (*displays.SHELL, *screen.files) if name.endswith((".js", ".css"))]
    return sum(len(gzip.compress(Path(str(finders.find(name))).read_bytes(), 6)) for name in files)


def loaded_and_not_kept(screen: displays.Screen) -> list[str]:
    """What the page loads and its worker would not have without a network."""
    page, worker = Client().get(screen.home).text, Client().get(f"{screen.home}sw.js").text
    loads = [part.split('"')[0] for kind in ("src", "href") for part in page.split(f'{kind}="/static/')[1:]]
    assert loads, "the page loads nothing: this shows nothing"
    return [name for name in (*loads, *displays.SHELL, *screen.files) if f"/static/{name}" not in worker]
