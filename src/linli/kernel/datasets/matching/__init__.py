"""Whom or what a row means: sure, doubtful with candidates and reasons, or nobody we know."""

from .found import Candidate, Found, How
from .persons import match_person
from .places import match_place
from .things import match_thing

__all__ = ["Candidate", "Found", "How", "match_person", "match_place", "match_thing"]
