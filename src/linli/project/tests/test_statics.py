"""Scripts and styles as they are sent: names from the content all the way down, compressed, built once a release."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from django.test import Client

from linli.project import statics

_IMPORTS = re.compile(r"""(?:\bfrom|\bimport\(?)\s*["'](\.{1,2}/[^"']+)["']""")
_HASHED = re.compile(r"\.[0-9a-f]{12}\.(js|css)$")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("statics")
    assert statics.build(root)
    return root


def test_what_a_module_imports_has_a_name_from_its_content_too(built: Path) -> None:
    """Else a page would load one module under two names, and it would be two."""
    asked = [
        (module, name)
        for module in built.glob("*/*.js")
        if _HASHED.search(module.name)
        for name in _IMPORTS.findall(module.read_text())
    ]
    assert len(asked) > 15
    for module, name in asked:
        assert _HASHED.search(name), f"{module.name} imports {name}"
        assert (module.parent / name).exists()


def test_every_script_and_style_lies_compressed_beside(built: Path) -> None:
    names = json.loads((built / "staticfiles.json").read_text())["paths"]
    for name in ("parts/live.js", "phone/app.js", "parts/base.css", "vendor/htmx.org/htmx.min.js"):
        packed = built / f"{names[name]}.gz"
        assert gzip.decompress(packed.read_bytes()) == (built / names[name]).read_bytes()


def test_it_is_built_once(built: Path) -> None:
    assert statics.storage(built) == statics.BUILT
    assert not statics.build(built)


def test_it_is_built_again_when_a_file_is_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "package"
    script = package / "parts" / "static" / "parts" / "live.js"
    script.parent.mkdir(parents=True)
    script.write_text("one")
    monkeypatch.setattr(statics, "PACKAGE", package)  # the real one is what houses of other tests start from
    monkeypatch.setattr(statics, "_collect", lambda _root: None)  # what it makes is told above
    assert statics.build(tmp_path / "built")
    assert statics.storage(tmp_path / "built") == statics.BUILT
    script.write_text("another")
    assert statics.storage(tmp_path / "built") == statics.PLAIN, (
        "another release, under plain names until it is built"
    )
    assert statics.build(tmp_path / "built")


def test_it_is_built_again_when_other_scenes_are_on(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scene that is turned on brings files that are not there yet: each of its pages would be an error."""
    monkeypatch.setenv("LINLI_SCENES", "linli.scenes.party_building")
    assert statics.storage(built) == statics.PLAIN


def test_nothing_is_built_for_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert statics.storage(tmp_path / "nothing") == statics.PLAIN


@pytest.mark.django_db
def test_pages_are_sent_compressed_to_who_takes_it() -> None:
    plain = Client().get("/account/signin/")
    packed = Client().get("/account/signin/", headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 2


def test_a_library_with_a_plain_name_is_kept_for_an_hour() -> None:
    given = {"Cache-Control": "max-age=60, public"}
    statics.headers(given, "static/vendor/maplibre-gl/maplibre-gl.js", "")
    assert given["Cache-Control"] == "max-age=3600, public"
    forever = {"Cache-Control": "max-age=315360000, public, immutable"}
    statics.headers(forever, "static/vendor/htmx.org/htmx.min.0123456789ab.js", "")
    assert forever["Cache-Control"] == "max-age=315360000, public, immutable"
