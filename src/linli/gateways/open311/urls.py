from django.urls import re_path

from . import views

_FORM = r"\.(?P<form>json|xml)$"

urlpatterns = [
    re_path(r"^v2/discovery" + _FORM, views.discovery),
    re_path(r"^v2/services" + _FORM, views.services),
    re_path(r"^v2/services/(?P<code>[^/]+)" + _FORM, views.service),
    re_path(r"^v2/requests" + _FORM, views.requests),
    re_path(r"^v2/requests/(?P<key>[^/]+)" + _FORM, views.one_request),
    re_path(r"^v2/tokens/(?P<key>[^/]+)" + _FORM, views.token),
    re_path(r"^v2/", views.nowhere, {"form": "json"}),
]
