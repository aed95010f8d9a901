"""How much, how old, how often: the numbers of intake, in one place. What happens beyond each says docs/payloads.md."""

from __future__ import annotations

MINUTE = 60_000
DAY = 24 * 60 * MINUTE

NEAR = 2_000
"""Milliseconds a device's clock may run ahead of ours and be right: two clocks never agree, and ours is looked at once
for many messages."""
AHEAD = 5 * MINUTE
"""Milliseconds a device's clock may run ahead of ours and still be believed to mean now."""
OLDEST = 30 * DAY
"""Milliseconds back that a device may report what it kept; before that its clock is wrong (1970 is the usual one)."""

LARGEST = 64 * 1024
"""Bytes of one message, and of a dead letter."""
LARGEST_BODY = 1024 * 1024
"""Bytes of one HTTP request, which may hold many readings."""
MOST_ITEMS = 1000
"""Readings in one message or request."""
SAYS = 200
"""Characters of what a dead letter says is wrong."""

FLOOD_RATE = 50.0
"""Messages a second one device may send for long. Detectors send one in minutes; this is for what catches up."""
FLOOD_BURST = 1000.0
"""Messages one device may send at once, before `FLOOD_RATE` counts."""
FLOOD_BEHIND = 300.0
"""Seconds one device may be behind that pace where it cannot be slowed for itself (a bridge): after a break a broker hands
over what it kept, 15,000 messages of one device beside the burst. What comes above is set aside."""
FLOOD_LISTED = 10
"""So many readings of one message count as one message: what a device kept while it was away comes in lists."""
FLOOD_LETTER = 1024
"""Bytes of a dead letter that count as one message: each is kept for months, and looked at by a person."""
FLOOD_NOTED = MINUTE
"""Milliseconds between two notes that one device floods."""
FLOOD_SAMPLE = 1024
"""Bytes of a message kept with such a note: the message itself is not lost."""

HELD = 100_000
"""Messages intake keeps while it cannot store; then it stops reading until they are stored."""
HELD_BYTES = 64 * 1024 * 1024
"""The same in bytes of what they packed to, roughly."""
PACKED = 512 * 1024
"""Bytes of one packed batch, roughly; a NATS server takes 1 MiB as it comes."""
PACKED_ENTRIES = 5000

STRANGERS = 50
"""Unknown keys noted one by one in a second; more than that are counted together."""

SETTLED_KEPT = 30 * DAY
LETTERS_KEPT = 180 * DAY
"""How long dead letters are kept, settled and at all, milliseconds."""
