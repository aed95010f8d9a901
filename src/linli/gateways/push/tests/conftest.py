from collections.abc import Iterator

import pytest

from linli.kernel.notices.tests.conftest import cast, toy_scene
from linli.kernel.notices.vapid import make

from .service import Service

__all__ = ["cast", "toy_scene"]


@pytest.fixture
def service(settings) -> Iterator[Service]:
    server = Service()
    settings.LINLI_PUSH_CONTACT = "mailto:linli@example.org"
    settings.LINLI_PUSH_SENDER = "linli.gateways.push.outbound.send"
    settings.LINLI_PUSH_SERVICES = (server.host,)
    settings.LINLI_VAPID_KEY = make()
    yield server
    server.shutdown()
    server.server_close()
