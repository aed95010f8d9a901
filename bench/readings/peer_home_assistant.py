"""Home Assistant: a sensor over MQTT and a threshold helper for each device, one automation with `for`; with or without its
recorder (SQLite, a commit every five seconds, as it comes). Settings as a person would write them, no force_update."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from subprocess import DEVNULL, Popen

from .peer import BROKER, DEVICES, HOME_ASSISTANT, Peer


class HomeAssistant(Peer):
    def __init__(self, data: Path, *, records: bool) -> None:
        self.records = records
        self.name = f"Home Assistant, recorder {'on' if records else 'off'}"
        self.folder = data / f"home-assistant-{'on' if records else 'off'}"
        self._program = Path(os.environ.get("HOME_ASSISTANT", "")) / "bin/hass"

    def missing(self) -> str:
        return "" if self._program.exists() else "HOME_ASSISTANT names no virtual environment with hass"

    def prepare(self) -> None:
        (self.folder / ".storage").mkdir(parents=True, exist_ok=True)
        # JSON is YAML.
        (self.folder / "configuration.yaml").write_text(json.dumps(_configuration(self.records)))
        (self.folder / ".storage/core.config_entries").write_text(json.dumps(_ENTRIES))

    def start(self) -> Popen[bytes]:
        command = [str(self._program), "-c", str(self.folder), "--skip-pip"]
        return Popen(command, stdout=DEVNULL, stderr=DEVNULL)

    def kept(self, device: int) -> set[float] | None:
        if not self.records:
            return None
        with closing(sqlite3.connect(self.folder / "home-assistant_v2.db")) as connection:
            rows = connection.execute(
                "SELECT s.state FROM states s JOIN states_meta m USING (metadata_id) WHERE m.entity_id = ?",
                [f"sensor.d{device}"],
            ).fetchall()
        return {float(state) for (state,) in rows if state not in (None, "unknown", "unavailable")}


def _configuration(records: bool) -> dict[str, object]:
    """Over 75 and no longer at 60 is a threshold of 67.5 with a hysteresis of 7.5."""
    numbers = range(DEVICES)
    sensors = [
        {"name": f"d{n}", "unique_id": f"d{n}", "state_topic": f"r/310115/dev-{n:06d}", "qos": 1,
         "value_template": "{{ value_json.v }}"}
        for n in numbers
    ]  # fmt: skip
    helpers = [
        {"platform": "threshold", "name": f"h{n}", "entity_id": f"sensor.d{n}", "upper": 67.5, "hysteresis": 7.5}
        for n in numbers
    ]
    raised = {
        "alias": "raised", "mode": "parallel", "max": 1000, "max_exceeded": "silent",
        "triggers": [{"trigger": "state", "entity_id": [f"binary_sensor.h{n}" for n in numbers], "to": "on", "for": 5}],
        "actions": [{"action": "mqtt.publish", "data": {
            "topic": "raised/{{ trigger.entity_id[15:] }}", "payload": "raise", "qos": 1}}],
    }  # fmt: skip
    return {
        "homeassistant": {"name": "bench"},
        "http": {"server_host": "127.0.0.1", "server_port": HOME_ASSISTANT},
        "logger": {"default": "error"},
        "mqtt": [{"sensor": sensors}],
        "binary_sensor": helpers,
        "automation": [raised],
        **({"recorder": {}} if records else {}),
    }


_ENTRIES = {
    "version": 1, "minor_version": 1, "key": "core.config_entries",
    "data": {"entries": [{
        "entry_id": "linli-bench-mqtt", "domain": "mqtt", "title": "bench", "version": 1, "minor_version": 1,
        "data": {"broker": "127.0.0.1", "port": BROKER}, "options": {}, "source": "user", "unique_id": None,
        "disabled_by": None, "pref_disable_new_entities": False, "pref_disable_polling": False,
        "discovery_keys": {}, "subentries": [],
        "created_at": "2026-01-01T00:00:00+00:00", "modified_at": "2026-01-01T00:00:00+00:00",
    }]},
}  # fmt: skip
"""What its page for adding MQTT would have written."""
