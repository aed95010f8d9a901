"""What can happen to points. Only these write."""

from .awarding import Award, award, award_each, deduct
from .common import Evidence
from .moving import post, transfer, void
from .opening import open_account
from .reversing import reverse

__all__ = [
    "Award",
    "Evidence",
    "award",
    "award_each",
    "deduct",
    "open_account",
    "post",
    "reverse",
    "transfer",
    "void",
]
