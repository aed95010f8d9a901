from django.urls import path

from linli.kernel.files import views

app_name = "files"
urlpatterns = [path("<str:token>", views.serve, name="serve")]
