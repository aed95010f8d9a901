"""Tables fetched from an address another unit gave: only from origins the operator named, only so much, only so long."""
