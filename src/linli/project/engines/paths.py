"""Where an installation keeps its things. One data directory is one installation.

DATA/postgres        the cluster (as root it may be a link, see `cluster.py`)
DATA/engine.socket   the socket directory of the server that was started last
DATA/engine.lock     held while somebody starts or stops the server
DATA/engine.users    held shared by everyone who needs the server
DATA/engine.log      what the server said before its own log was open
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

# sun_path holds 108 bytes on Linux and 104 on macOS, the closing zero included
SOCKET_LIMIT = 100
SOCKET_NAME = ".s.PGSQL.5432"


def data_dir(given: str | os.PathLike[str] | None = None) -> Path:
    """The data directory: the one given, else LINLI_DATA, else `var/data` beside the working directory."""
    return Path(given or os.environ.get("LINLI_DATA") or "var/data").expanduser().absolute()


def socket_dir(data: Path) -> Path:
    """Where the server of this data directory listens: as written down at its last start, else the default."""
    try:
        recorded = (data / "engine.socket").read_text(encoding="utf-8").strip()
    except OSError:
        recorded = ""
    return Path(recorded) if recorded else default_socket_dir(data)


def default_socket_dir(data: Path) -> Path:
    """A short directory of our own, never shared by two users nor by two data directories."""
    name = f"linli-{os.geteuid()}-{hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:12]}"
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    # Root's runtime directory is closed to the unprivileged account the server runs under.
    if runtime and os.geteuid() != 0 and os.access(runtime, os.W_OK | os.X_OK):
        candidate = Path(runtime) / name
        if len(os.fsencode(candidate / SOCKET_NAME)) < SOCKET_LIMIT:
            return candidate
    return Path("/tmp") / name  # noqa: S108 - the directory is ours alone: see claim_socket_dir


def claim_socket_dir(data: Path, *, uid: int, gid: int) -> Path:
    """Make the socket directory, mode 0700 and owned by the server's account, and write it down.

    Anyone may create names in /tmp. If the name is taken by somebody else (or is a link), another one is made:
    the path written in the data directory, not the name, is what clients go by.
    """
    path = default_socket_dir(data)
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        found = path.lstat()
        if path.is_symlink() or not path.is_dir() or found.st_uid not in (uid, os.geteuid()):
            path = Path(tempfile.mkdtemp(prefix=f"{path.name}-", dir="/tmp"))
    os.chown(path, uid, gid)
    path.chmod(0o700)
    write(data / "engine.socket", f"{path}\n")
    return path


def write(path: Path, text: str, *, uid: int = -1, gid: int = -1, mode: int = 0o644) -> None:
    """Replace a file in one step; never through a link that somebody placed under its name."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            os.fchmod(file.fileno(), mode)
            os.fchown(file.fileno(), uid, gid)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
