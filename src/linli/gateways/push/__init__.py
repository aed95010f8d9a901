"""Web push out: RFC 8030 (delivery), 8188 and 8291 (encryption), 8292 (who we are).

`wire.py` says where a message may go and what an answer means, `outbound.py` speaks.
"""
