from django.urls import path

from .views import agreement, duty, home, install, matter, report, shell

app_name = "phone"
urlpatterns = [
    path("", home.home, name="home"),
    path("mine/", home.mine, name="mine"),
    path("find/", home.find, name="find"),
    path("me/", home.me, name="me"),
    path("report/", report.report, name="report"),
    path("report/photos/", report.photo, name="photo"),
    path("report/kinds/", report.kinds, name="kinds"),
    path("report/preview/", report.preview, name="preview"),
    path("matters/<uuid:matter_id>/", matter.matter, name="matter"),
    path("matters/<uuid:matter_id>/<slug:verb>/", matter.act, name="act"),
    path("duty/", duty.alarms, name="duty"),
    path("duty/photos/", duty.photo, name="duty_photo"),
    path("duty/<uuid:matter_id>/", duty.alarm, name="alarm"),
    path("duty/<uuid:matter_id>/<slug:verb>/", duty.act, name="alarm_act"),
    path("places.json", report.places, name="places"),
    path("install/", install.install, name="install"),
    path("install/near/", install.near, name="install_near"),
    path("install/<uuid:thing_id>/", install.installed, name="installed"),
    path("install/<uuid:thing_id>/agreement/", agreement.agreement, name="agreement"),
    path("install/<uuid:thing_id>/heard/", install.heard, name="install_heard"),
    path("sw.js", shell.service_worker, name="service_worker"),
    path("manifest.webmanifest", shell.manifest, name="manifest"),
    path("offline/", shell.offline, name="offline"),
    path("hello/", shell.hello, name="hello"),
]
