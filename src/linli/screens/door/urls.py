from django.urls import path

from .views import devices, me, posts, residents, sessions, signs, staff, trust

app_name = "door"
urlpatterns = [
    path("signin/", staff.sign_in, name="signin"),
    path("code/", residents.code, name="code"),
    path("welcome/", residents.welcome, name="welcome"),
    path("factor/", staff.factor, name="factor"),
    path("enrol/", staff.enrol, name="enrol"),
    path("password/", staff.password, name="password"),
    path("recovery/", me.recovery, name="recovery"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("signout/", sessions.sign_out, name="signout"),
    path("post/", posts.post, name="post"),
    path("language/", me.language, name="language"),
    path("me/", me.me, name="me"),
    path("me/looks/", me.looks, name="looks"),
    path("me/copy/", me.copy, name="copy"),
    path("me/trust/", trust.trust, name="trust"),
    path("me/devices/", devices.devices, name="devices"),
    path("me/signs/", signs.signs, name="signs"),
    path("proxy/", trust.proxy, name="proxy"),
    path("me/erase/", me.erase, name="erase"),
]
