"""A client of the broker beside the load: says single readings, and hears what a peer's rule raises."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from typing import Any, Self


class Talk:
    """`raised` counts by device's number. What is said is acknowledged by the broker before `say` returns."""

    def __init__(self, port: int) -> None:
        import paho.mqtt.client as paho

        self.raised: Counter[int] = Counter()
        self._up = threading.Event()
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id=f"talk-{time.time_ns()}")
        self._client.on_connect = lambda client, *_more: client.subscribe("raised/#", 1)
        self._client.on_subscribe = lambda *_more: self._up.set()
        self._client.on_message = self._heard
        self._client.connect("127.0.0.1", port)

    def __enter__(self) -> Self:
        self._client.loop_start()
        if not self._up.wait(30):
            raise SystemExit("the broker does not answer")
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def say(self, device: int, value: float) -> None:
        body = json.dumps({"d": device, "t": int(time.time() * 1000), "v": value, "temp": 20, "bat": 90})
        self._client.publish(f"r/310115/dev-{device:06d}", body, 1).wait_for_publish(30)

    def _heard(self, _client: Any, _data: Any, message: Any) -> None:
        self.raised[int(message.topic.rpartition("/")[2])] += 1
