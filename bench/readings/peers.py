"""The same load and the same rule (over 75, no longer at 60, for five seconds) in Node-RED behind Mosquitto.

`npm install node-red` anywhere, and name that folder in NODE_RED; Mosquitto from the system's packages. Node-RED keeps
everything in memory: what runs when it dies is lost, and so is what was sent meanwhile. Ours is measured beside it, with
the commit before the acknowledgement, rules of every type and PostgreSQL's part in it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from bench.matters.ground import Ground
from bench.matters.table import Table

from . import road
from .cpu import Cpu
from .probe import Probe

BROKER = 21960
RATES = (400, 3200)
_RULE = """
const d = msg.topic, v = msg.payload.v, s = context.get(d) || {hot: false, timer: null};
if (!s.hot && v > 75) { s.hot = true; s.timer = setTimeout(() => node.send({topic: d, payload: "raise"}), 5000); }
else if (s.hot && v <= 60) { s.hot = false; clearTimeout(s.timer); node.send({topic: d, payload: "clear"}); }
context.set(d, s);
return null;
"""


def flow() -> list[dict[str, Any]]:
    """MQTT in, JSON, the rule, and a function that counts."""
    return [
        {"id": "tab", "type": "tab", "label": "bench"},
        {"id": "broker", "type": "mqtt-broker", "broker": "127.0.0.1", "port": str(BROKER), "clientid": "node-red",
         "autoConnect": True, "protocolVersion": "4", "keepalive": "60", "cleansession": True},
        {"id": "in", "type": "mqtt in", "z": "tab", "topic": "r/#", "qos": "1", "datatype": "json", "broker": "broker",
         "wires": [["rule"]]},
        {"id": "rule", "type": "function", "z": "tab", "func": _RULE, "outputs": 1, "wires": [["count"]]},
        {"id": "count", "type": "function", "z": "tab", "func": "context.set('n', (context.get('n') || 0) + 1);",
         "outputs": 0, "wires": []},
    ]  # fmt: skip


def measure(on: Ground, name: str, table: Table, program: Path, data: Path, seconds: int = 30) -> None:
    folder = os.environ.get("NODE_RED", "")
    node = Path(folder) / "node_modules/.bin/node-red"
    theirs: dict[int, float] = {}
    if not folder or not node.exists() or not shutil.which("mosquitto"):
        table.note("peers: not measured, NODE_RED names no folder with node-red, or there is no mosquitto")
    else:
        theirs = _node_red(node, program, data / "node-red", seconds, table)
    with road.running(on, name) as costs:
        time.sleep(5)
        for rate in RATES:
            ran = road.run(on, name, costs, program, devices=400, rate=rate, seconds=seconds, probe=False)
            ours = sum(ran.cpu.values()) / 1000
            parts = ", ".join(f"{part} {us / 1000:.3f}" for part, us in ran.cpu.items())
            ratio = f"{ours / theirs[rate]:.2f} x Node-RED" if rate in theirs else ""
            table.add(
                f"CPU seconds per 1,000 messages at {rate}/s, all of ours",
                f"{ours:.3f}",
                parts,
                ratio,
                "< 1 x Node-RED",
            )


def _node_red(node: Path, program: Path, folder: Path, seconds: int, table: Table) -> dict[int, float]:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "flows.json").write_text(json.dumps(flow()))
    (folder / "settings.js").write_text(
        "module.exports = {flowFile: 'flows.json', httpAdminRoot: false, httpNodeRoot: false,"
        " logging: {console: {level: 'warn'}}}"
    )
    (folder / "mosquitto.conf").write_text(
        f"listener {BROKER} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n"
    )
    broker = subprocess.Popen(["mosquitto", "-c", str(folder / "mosquitto.conf")], stderr=subprocess.DEVNULL)
    red = subprocess.Popen(
        [str(node), "-u", str(folder), "-s", str(folder / "settings.js")], stdout=subprocess.DEVNULL
    )
    found = {}
    try:
        Probe.wait(BROKER)
        time.sleep(15)
        costs = {"Node-RED": Cpu.of(red.pid), "Mosquitto": Cpu.of(broker.pid)}
        for rate in RATES:
            before = {what: cost.seconds() for what, cost in costs.items()}
            command = [
                str(program),
                "-p",
                str(BROKER),
                "-n",
                "400",
                "-t",
                str(seconds),
                "-r",
                str(rate),
                "-w",
                "64",
            ]
            said = road._SAID.search(subprocess.run(command, capture_output=True, text=True).stdout)
            assert said
            acked = int(said[2])
            used = {what: (cost.seconds() - before[what]) / acked * 1000 for what, cost in costs.items()}
            found[rate] = used["Node-RED"]
            table.add(
                f"CPU seconds per 1,000 messages at {rate}/s, Node-RED", f"{used['Node-RED']:.3f}",
                f"Mosquitto beside it {used['Mosquitto']:.3f}",
            )  # fmt: skip
    finally:
        for process in (red, broker):
            process.terminate()
            process.wait(20)
    return found
