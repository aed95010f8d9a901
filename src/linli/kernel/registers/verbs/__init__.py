"""What can happen to what is known. Only these write."""

from .entering import Entered, enter

__all__ = ["Entered", "enter"]
