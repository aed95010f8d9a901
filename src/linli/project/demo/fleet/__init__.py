"""The demo's devices: two thousand and more, each with a credential of its own, speaking real MQTT to real intake.

What they measure is made up from one seed and the clock (`courses`): asked twice, it is the same, so what is written of
the last weeks and what is said live are one course. The panel (`panel`) starts a fire; the devices notice (`happenings`).
"""
