"""Which device a broker's topic is of, as the operator declared it."""

from __future__ import annotations

import pytest

from linli.gateways.devices.bridge import Broker, Pattern


def test_the_key_is_where_the_pattern_says() -> None:
    pattern = Pattern.of("sensors/+key/data")
    assert pattern.filter == "sensors/+/data"
    assert pattern.key_in("sensors/dev-1/data") == "dev-1"
    assert pattern.key_in("sensors/dev-1/other") is None
    assert pattern.key_in("sensors/a/b/data") is None
    assert Pattern.of(" zigbee2mqtt/+key ").key_in("zigbee2mqtt/0x00158d") == "0x00158d"
    assert Pattern.of("+/+key/#").key_in("a/dev-1/b/c") == "dev-1"


@pytest.mark.parametrize("text", ["", "sensors/data", "+key/+key", "sensors/+key/a#", "sensors/x+key"])
def test_a_pattern_without_one_key_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="key"):
        Pattern.of(text)


def test_where_the_broker_stands() -> None:
    assert Broker.of("mqtt://u:p%40ss@host") == Broker("host", 1883, False, "u", "p@ss")
    assert Broker.of("mqtts://host:1") == Broker("host", 1, True, None, None)
    for url in ("http://host", "mqtt://", "host:1883"):
        with pytest.raises(ValueError, match="mqtt://"):
            Broker.of(url)
