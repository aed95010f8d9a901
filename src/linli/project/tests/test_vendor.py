"""The pages' libraries are copied whole or not at all."""

from pathlib import Path

import pytest

from linli.project import vendor


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    for package, files in vendor.LIBRARIES.items():
        for source in files:
            path = tmp_path / "node_modules" / package / source
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source)
    return tmp_path / "node_modules"


def test_what_is_copied_is_no_longer_lacking(modules: Path, tmp_path: Path) -> None:
    target = tmp_path / "vendor"
    assert vendor.lacking(target) == list(vendor.LIBRARIES)
    vendor.copy(modules, target)
    assert vendor.lacking(target) == []
    (target / "idb" / "idb.js").unlink()
    assert vendor.lacking(target) == ["idb"]


def test_a_missing_file_leaves_the_old_folder_as_it_was(modules: Path, tmp_path: Path) -> None:
    target = tmp_path / "vendor"
    vendor.copy(modules, target)
    (modules / "idb/build/index.js").unlink()
    with pytest.raises(FileNotFoundError, match="idb"):
        vendor.copy(modules, target)
    assert vendor.lacking(target) == []
