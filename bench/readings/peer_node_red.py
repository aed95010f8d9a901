"""Node-RED: everything it knows is in memory."""

from __future__ import annotations

import json
import os
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Any

from .peer import BROKER, Peer

_RULE = """
const d = msg.topic, v = msg.payload.v, s = context.get(d) || {hot: false, timer: null};
const raise = {topic: "raised/" + Number(d.slice(-6)), payload: "raise"};
if (!s.hot && v > 75) { s.hot = true; s.timer = setTimeout(() => node.send(raise), 5000); }
else if (s.hot && v <= 60) { s.hot = false; clearTimeout(s.timer); }
context.set(d, s);
return null;
"""


class NodeRed(Peer):
    name = "Node-RED"

    def __init__(self, data: Path) -> None:
        self.folder = data / "node-red"
        self._program = Path(os.environ.get("NODE_RED", "")) / "node_modules/.bin/node-red"

    def missing(self) -> str:
        return "" if self._program.exists() else "NODE_RED names no folder with node-red"

    def prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "flows.json").write_text(json.dumps(_flow()))
        (self.folder / "settings.js").write_text(
            "module.exports = {flowFile: 'flows.json', httpAdminRoot: false, httpNodeRoot: false,"
            " logging: {console: {level: 'warn'}}}"
        )

    def start(self) -> Popen[bytes]:
        command = [str(self._program), "-u", str(self.folder), "-s", str(self.folder / "settings.js")]
        return Popen(command, stdout=DEVNULL)


def _flow() -> list[dict[str, Any]]:
    """MQTT in, JSON, the rule, MQTT out."""
    return [
        {"id": "tab", "type": "tab", "label": "bench"},
        {"id": "broker", "type": "mqtt-broker", "broker": "127.0.0.1", "port": str(BROKER), "clientid": "node-red",
         "autoConnect": True, "protocolVersion": "4", "keepalive": "60", "cleansession": True},
        {"id": "in", "type": "mqtt in", "z": "tab", "topic": "r/#", "qos": "1", "datatype": "json", "broker": "broker",
         "wires": [["rule"]]},
        {"id": "rule", "type": "function", "z": "tab", "func": _RULE, "outputs": 1, "wires": [["out"]]},
        {"id": "out", "type": "mqtt out", "z": "tab", "topic": "", "qos": "1", "broker": "broker", "wires": []},
    ]  # fmt: skip
