from django.http import HttpRequest, HttpResponse


def thing_page(request: HttpRequest, thing_id: object) -> HttpResponse:
    return HttpResponse("")
