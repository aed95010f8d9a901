"""Every address of the house; each screen and gateway brings its own."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

_ROOMS = {
    "": "linli.parts.urls",
    "files/": "linli.kernel.files.urls",
    "account/": "linli.screens.door.urls",
    "phone/": "linli.screens.phone.urls",
    "desk/": "linli.screens.desk.urls",
    "open311/": "linli.gateways.open311.urls",
    "api/": "linli.gateways.http.urls",
}


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


urlpatterns: list[URLPattern | URLResolver] = [
    path(prefix, include(module)) for prefix, module in _ROOMS.items() if _exists(module)
]
