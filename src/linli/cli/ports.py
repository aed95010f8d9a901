"""Is a port free? Asked before anything is started, so that the answer is a sentence and not a log."""

from __future__ import annotations

import socket
import time

from linli.project.engines import EngineFault
from linli.project.say import gettext as _


def ensure_free(host: str, *ports: int, patience: float = 3.0) -> None:
    """Raises EngineFault when a port is taken; waits a little for one that is just being given back."""
    deadline = time.monotonic() + patience
    for port in ports:
        while not _free(host, port):
            if time.monotonic() > deadline:
                raise EngineFault(
                    _("端口 {port} 已被别的程序占用。请停止它,或用 --port 另选一个端口。").format(port=port)
                )
            time.sleep(0.1)


def _free(host: str, port: int) -> bool:
    family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except PermissionError:
            raise EngineFault(_("没有权限使用端口 {port}。请选 1024 以上的端口。").format(port=port)) from None
        except OSError:
            return False
    return True
