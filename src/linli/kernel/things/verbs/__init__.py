"""What can happen to a thing. Only these write."""

from .registering import Registered, register

__all__ = ["Registered", "register"]
