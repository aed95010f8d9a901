from collections.abc import Callable

from django.test import Client

SignIn = Callable[[str], Client]
