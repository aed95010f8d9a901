"""A camera that looks at a QR code, for tests of pages that scan: real Chromium, whose camera's picture is a file.

Chromium opens the file whenever a page opens the camera, so the next scan sees what was held to it last. A test module takes
both fixtures: `chromium, held = camera.chromium, camera.held`. No permission is given but by `grant_permissions(["camera"])`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
import segno
from PIL import Image
from playwright.sync_api import Browser

from . import browser

Held = Callable[[str], None]
_SIZE = (640, 480)
_TURNED = 8  # nobody holds a phone straight


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("camera") / "sees.y4m"
    _write(file, Image.new("L", _SIZE, 120))
    return file


@pytest.fixture(scope="module")
def chromium(pictures: Path) -> Iterator[Browser]:
    with browser.chromium(
        "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={pictures}"
    ) as found:
        yield found


@pytest.fixture
def held(pictures: Path) -> Iterator[Held]:
    """Holds a text to the camera, as the code that the house draws of it; "": a wall."""

    def hold(text: str) -> None:
        picture = Image.new("L", _SIZE, 120)
        if text:
            drawn = BytesIO()
            segno.make(text, error="m").save(drawn, kind="png", scale=5, border=2)
            code = (
                Image.open(drawn).convert("L").rotate(_TURNED, Image.Resampling.BICUBIC, expand=True, fillcolor=120)
            )
            code.thumbnail((400, 400))
            picture.paste(code, ((_SIZE[0] - code.width) // 2, (_SIZE[1] - code.height) // 2))
        _write(pictures, picture)

    yield hold


def _write(file: Path, picture: Image.Image) -> None:
    """Two frames of it, grey, as uncompressed video (YUV4MPEG2)."""
    wide, high = picture.size
    grey = bytes([128]) * (wide * high // 2)
    frame = b"FRAME\n" + picture.tobytes() + grey
    file.write_bytes(f"YUV4MPEG2 W{wide} H{high} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 2)
