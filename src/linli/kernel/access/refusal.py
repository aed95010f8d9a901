"""Refusals: a sentence for the person who acted, and the status for the wire.

Nothing was changed when one of these is raised: every verb runs in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping


class Refused(Exception):
    """An act was refused. `sentence` is for the user, in their language; `code` is for programs."""

    status = 400

    def __init__(self, sentence: str, *, code: str = "", fields: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code or type(self).__name__.lower()
        self.fields = dict(fields or {})


class NotAllowed(Refused):
    """This person, in this post, may not do this here."""

    status = 403


class NotFound(Refused):
    """There is no such thing, or none this person may know of: the two are not told apart."""

    status = 404


class Gone(Refused):
    """It was here, and its time is over: an expired link."""

    status = 410


class Conflict(Refused):
    """Somebody was faster, or the thing is not in a state that allows this."""

    status = 409


class Invalid(Refused):
    """What was given does not fit; `fields` says where and why."""

    status = 422


class TooMany(Refused):
    """Too often in too short a time."""

    status = 429
