"""Every address of the house; each screen and gateway brings its own."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("api/", include("linli.gateways.http.urls")),  # first: programs call most often, and every line is tried
    path("api/v1/devices/", include("linli.gateways.devices.urls")),
    path("", include("linli.parts.urls")),
    path("files/", include("linli.kernel.files.urls")),
    path("account/", include("linli.screens.door.urls")),
    path("phone/", include("linli.screens.phone.urls")),
    path("desk/", include("linli.screens.desk.urls")),
    path("command/", include("linli.screens.command.urls")),
    path("board/", include("linli.screens.board.urls")),
    path("tv/", include("linli.screens.tv.urls")),
    *(
        path(f"scenes/{name.rpartition('.')[2]}/", include(f"{name}.urls"))
        for name in settings.SCENES
        if find_spec(f"{name}.urls") is not None
    ),  # the fragments a scene brings for screens (parts/tiles.py)
    path("open311/", include("linli.gateways.open311.urls")),
]
