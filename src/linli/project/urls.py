"""Every address of the house; each screen and gateway brings its own."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("linli.gateways.http.urls")),  # first: programs call most often, and every line is tried
    path("api/v1/devices/", include("linli.gateways.devices.urls")),
    path("", include("linli.parts.urls")),
    path("files/", include("linli.kernel.files.urls")),
    path("account/", include("linli.screens.door.urls")),
    path("phone/", include("linli.screens.phone.urls")),
    path("desk/", include("linli.screens.desk.urls")),
    path("open311/", include("linli.gateways.open311.urls")),
]
