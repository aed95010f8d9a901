from django.urls import path

<<<<<<< HEAD
from .views import (
    acting,
    audit,
    bulk,
    calendar,
    kinds,
    map,
    matter,
    opening,
    people,
    places,
    places_files,
    queue,
    units,
)
=======
from .views import acting, audit, bulk, calendar, kinds, map, matter, opening, people, places, queue, triage, units
>>>>>>> triage2

app_name = "desk"
urlpatterns = [
    path("", queue.home, name="home"),
    path("q/<slug:name>/", queue.queue_page, name="queue"),
    path("counts/", queue.rail_counts, name="counts"),
    path("filters/", queue.save_filter, name="save_filter"),
    path("filters/<uuid:filter_id>/remove/", queue.remove_filter, name="remove_filter"),
    path("export/", queue.export_page, name="export"),
    path("matters/<uuid:matter_id>/", matter.matter_page, name="matter"),
    path("matters/<uuid:matter_id>/beside/", matter.beside, name="beside"),
    path("matters/<uuid:matter_id>/marks/", matter.beside_marks, name="beside_marks"),
<<<<<<< HEAD
    path("matters/<uuid:matter_id>/contact/", matter.contact, name="contact"),
=======
    path("matters/<uuid:matter_id>/suggested/", triage.suggested, name="suggested"),
    path("topics/", triage.topics_page, name="topics"),
>>>>>>> triage2
    path("matters/<uuid:matter_id>/<str:verb>/", acting.act, name="act"),
    path("bulk/<str:verb>/", bulk.bulk, name="bulk"),
    path("new/", opening.open_page, name="new"),
    path("places/", places.places_home, name="places"),
    path("places/import/", places_files.import_page, name="places_import"),
    path("places/export.<slug:form>", places_files.export_places, name="places_export"),
    path("places/<str:code>/", places.place_page, name="place"),
    path("places/<str:code>/below.geojson", places.place_geojson, name="place_geojson"),
    path("kinds/", kinds.kinds_page, name="kinds"),
    path("calendar/", calendar.calendar_page, name="calendar"),
    path("units/", units.units_page, name="units"),
    path("people/", people.people_page, name="people"),
    path("audit/", audit.audit_page, name="audit"),
    path("health/", audit.health_page, name="health"),
    path("map/", map.places_page, name="map_places"),
]
