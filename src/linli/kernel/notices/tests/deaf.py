"""A way out that takes nothing, for tests that send nothing: every address is a service's."""


def send(*_args: object, **_given: object) -> None:
    raise AssertionError("nothing is sent here")


def known(endpoint: str) -> bool:
    return endpoint.startswith("https://push.example/")
