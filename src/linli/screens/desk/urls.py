from django.urls import path

from .views import (
    acting,
    audit,
    bulk,
    calendar,
    counter,
    counter_matters,
    counter_mentions,
    counter_papers,
    counter_person,
    displays,
    doubles,
    emergencies,
    keys,
    kinds,
    map,
    matter,
    opening,
    panel,
    people,
    places,
    places_files,
    queue,
    regroup,
    topics,
    triage,
    units,
    warnings,
)
from .views.datasets import catalogue as data_catalogue
from .views.datasets import forecasts as data_forecasts
from .views.datasets import jobs as data_jobs
from .views.datasets import publishing as data_publishing
from .views.datasets import review as data_review
from .views.datasets import sharing as data_sharing
from .views.devices import agreement as devices_agreement
from .views.devices import change as devices_change
from .views.devices import keys as devices_keys
from .views.devices import labels as devices_labels
from .views.devices import orders as devices_orders
from .views.devices import register as devices_register
from .views.devices import resting as devices_resting
from .views.devices import strangers as devices_strangers
from .views.devices import table as devices_table
from .views.devices import upkeep as devices_upkeep
from .views.duty import briefing
from .views.duty import home as duty_home
from .views.duty import roster as duty_roster
from .views.duty import track as duty_track
from .views.duty import week as duty_week
from .views.figures import matters as figures_matters
from .views.figures import overview as figures_overview
from .views.figures import reports as figures_reports
from .views.figures import scores as figures_scores
from .views.figures import words as figures_words
from .views.notices import listing as notices_listing
from .views.notices import one as notices_one
from .views.notices import write as notices_write
from .views.operations import listing as operations_listing
from .views.operations import one as operations_one
from .views.points import accounts as points_accounts
from .views.points import appeals as points_appeals
from .views.points import books as points_books
from .views.points import clearing as points_clearing
from .views.registers import elements as registers_elements
from .views.registers import fill as registers_fill
from .views.registers import forms as registers_forms
from .views.registers import home as registers_home
from .views.registers import ledger as registers_ledger
from .views.registers import queue as registers_queue
from .views.registers import visits as registers_visits
from .views.reports import asking as reports_asking
from .views.reports import listing as reports_listing
from .views.reports import one as reports_one
from .views.reports import sheet as reports_sheet
from .views.reports import tables as reports_tables
from .views.reports import xlsform as reports_xlsform
from .views.sensing import counts as sensing_counts
from .views.sensing import health as things_health
from .views.sensing import letters, rule, rules, thing, things
from .views.signs import about as signs_about
from .views.signs import listing as signs_listing
from .views.signs import one as signs_one
from .views.supervision import chain as supervision_chain
from .views.supervision import deciding as supervision_deciding
from .views.supervision import lists as supervision_lists
from .views.supervision import orders as supervision_orders
from .views.supervision import through as supervision_through
from .views.supervision import together as supervision_together

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
    path("matters/<uuid:matter_id>/contact/", matter.contact, name="contact"),
    path("matters/<uuid:matter_id>/suggested/", triage.suggested, name="suggested"),
    path("topics/", topics.topics_page, name="topics"),
    path("topics/marks/", topics.topics_marks, name="topics_marks"),
    path("topics/<uuid:key>/", topics.topic_page, name="topic"),
    path("topics/<uuid:key>/marks/", topics.topic_marks, name="topic_marks"),
    path("topics/<uuid:key>/gather/", topics.gather, name="topic_gather"),
    path("matters/<uuid:matter_id>/chain/", supervision_chain.chain_page, name="chain"),
    path("matters/<uuid:matter_id>/<str:verb>/", acting.act, name="act"),
    path("bulk/<str:verb>/", bulk.bulk, name="bulk"),
    path("new/", opening.open_page, name="new"),
    path("counter/", counter.counter_page, name="counter"),
    path("counter/next/", counter.next_one, name="counter_next"),
    path("counter/register/", counter.register_page, name="counter_register"),
    path("counter/<uuid:person_id>/", counter_person.person_page, name="counter_person"),
    path("counter/<uuid:person_id>/matters/", counter_matters.matters_page, name="counter_matters"),
    path("counter/<uuid:person_id>/report/", counter_matters.report_page, name="counter_report"),
    path("counter/<uuid:person_id>/copy/", counter_papers.copy_page, name="counter_copy"),
    path("counter/<uuid:person_id>/mentions/", counter_mentions.mentions_page, name="counter_mentions"),
    path("counter/<uuid:person_id>/erase/", counter_papers.erase_page, name="counter_erase"),
    path("panel/", panel.panel_page, name="panel"),
    path("panel/start/", panel.panel_start, name="panel_start"),
    path("panel/<int:event_id>/stop/", panel.panel_stop, name="panel_stop"),
    path("panel/pace/", panel.panel_pace, name="panel_pace"),
    path("places/", places.places_home, name="places"),
    path("places/import/", places_files.import_page, name="places_import"),
    path("places/export.<slug:form>", places_files.export_places, name="places_export"),
    path("places/<str:code>/", places.place_page, name="place"),
    path("places/<str:code>/regroup/", regroup.regroup_page, name="place_regroup"),
    path("places/<str:code>/carried/", regroup.carried, name="place_carried"),
    path("places/<str:code>/below.geojson", places.place_geojson, name="place_geojson"),
    path("kinds/", kinds.kinds_page, name="kinds"),
    path("calendar/", calendar.calendar_page, name="calendar"),
    path("units/", units.units_page, name="units"),
    path("points/", points_books.books_page, name="points"),
    path("points/books/<uuid:book_id>/", points_books.book_page, name="points_book"),
    path("points/accounts/", points_accounts.accounts_page, name="points_accounts"),
    path("points/accounts/<uuid:account_id>/", points_accounts.account_page, name="points_account"),
    path("points/appeals/", points_appeals.appeals_page, name="points_appeals"),
    path("points/clearing/", points_clearing.clearing_page, name="points_clearing"),
    path("displays/", displays.displays_page, name="displays"),
    path("people/", people.people_page, name="people"),
    path("keys/", keys.keys_page, name="keys"),
    path("audit/", audit.audit_page, name="audit"),
    path("health/", audit.health_page, name="health"),
    path("sensing/counts/", sensing_counts.rail_counts, name="sensing_counts"),
    path("things/", things.things_page, name="things"),
    path("things/<uuid:thing_id>/", thing.thing_page, name="thing"),
    path("things/<uuid:thing_id>/series/", thing.thing_series, name="thing_series"),
    path("things/<uuid:thing_id>/readings.csv", thing.thing_export, {"form": "csv"}, name="thing_csv"),
    path("things/<uuid:thing_id>/readings.xlsx", thing.thing_export, {"form": "xlsx"}, name="thing_xlsx"),
    path("things/health/", things_health.health_page, name="things_health"),
    path("things/health.csv", things_health.health_export, {"form": "csv"}, name="things_health_csv"),
    path("things/health.xlsx", things_health.health_export, {"form": "xlsx"}, name="things_health_xlsx"),
    path("things/marks/", things.things_marks, name="things_marks"),
    path("warnings/", warnings.warnings_page, name="warnings"),
    path("warnings/bell/", warnings.bell, name="warnings_bell"),
    path("warnings/acknowledge/", warnings.acknowledge_many, name="warnings_acknowledge"),
    path("warnings/storms/<uuid:incident_id>/", warnings.incident_page, name="incident"),
    path("warnings/<uuid:warning_id>/", warnings.warning_page, name="warning"),
    path("things/register/", devices_register.register_page, name="things_register"),
    path("things/import/", devices_table.import_page, name="things_import"),
    path("things/labels/", devices_labels.labels_page, name="things_labels"),
    path("things/maintenance/", devices_resting.resting_page, name="things_resting"),
    path("things/strangers/", devices_strangers.strangers_page, name="things_strangers"),
    path("things/<uuid:thing_id>/agreement/", devices_agreement.agreement_page, name="thing_agreement"),
    path("things/<uuid:thing_id>/keys/", devices_keys.keys_page, name="thing_keys"),
    path("things/<uuid:thing_id>/upkeep/", devices_upkeep.upkeep_page, name="thing_upkeep"),
    path("things/<uuid:thing_id>/orders/", devices_orders.orders_page, name="thing_orders"),
    path("things/<uuid:thing_id>/change/", devices_change.change_page, name="thing_change"),
    path("rules/", rules.rules_page, name="rules"),
    path("rules/<slug:name>/", rule.rule_page, name="rule"),
    path("rules/<slug:name>/try/", rule.rule_trial, name="rule_try"),
    path("letters/", letters.letters_page, name="letters"),
    path("letters/replay/", letters.replay_all, name="letters_replay"),
    path("letters/<uuid:letter_id>/", letters.letter_page, name="letter"),
    path("notices/", notices_listing.notices_page, name="notices"),
    path("notices/now/", notices_one.notices_now, name="notices_now"),
    path("notices/write/", notices_write.write_page, name="notices_write"),
    path("notices/reach/", notices_write.reach_part, name="notices_reach"),
    path("notices/<uuid:notice_id>/", notices_one.notice_page, name="notice"),
    path("notices/<uuid:notice_id>/change/", notices_write.change_page, name="notice_change"),
    path("notices/<uuid:notice_id>/correct/", notices_write.correct_page, name="notice_correct"),
    path("notices/<uuid:notice_id>/read/<slug:verb>/", notices_one.away, name="notice_away"),
    path("notices/<uuid:notice_id>/<slug:verb>/", notices_one.act, name="notice_act"),
    path("map/", map.places_page, name="map_places"),
    path("matters/<uuid:matter_id>/people/nearest/", triage.nearest, name="nearest"),
    path("emergencies/", emergencies.emergencies_page, name="emergencies"),
    path("emergencies/new/", emergencies.declare_page, name="emergency_new"),
    path("emergencies/<uuid:emergency_id>/", emergencies.emergency_page, name="emergency"),
    path("emergencies/<uuid:emergency_id>/roll/", emergencies.roll_page, name="emergency_roll"),
    path("emergencies/<uuid:emergency_id>/course/", emergencies.course_page, name="emergency_course"),
    path("emergencies/<uuid:emergency_id>/course.pdf", emergencies.course_pdf, name="emergency_pdf"),
    path("data/", data_catalogue.catalogue_page, name="datasets"),
    path("data/new/", data_catalogue.new_page, name="dataset_new"),
    path("data/sets/<slug:name>/", data_catalogue.set_page, name="dataset"),
    path("data/sets/<slug:name>/change/", data_catalogue.change_page, name="dataset_change"),
    path("data/sets/<slug:name>/source/", data_catalogue.source_page, name="dataset_source"),
    path("data/rows/<uuid:row_id>/", data_catalogue.row_page, name="datasets_row"),
    path("data/jobs/", data_jobs.jobs_page, name="datasets_jobs"),
    path("data/jobs/<uuid:job_id>/", data_jobs.job_page, name="datasets_job"),
    path("data/jobs/<uuid:job_id>/refused.csv", data_jobs.refused_file, name="datasets_refused"),
    path("data/review/", data_review.review_page, name="datasets_review"),
    path("data/review/<uuid:doubt_id>/", data_review.doubt_page, name="datasets_doubt"),
    path("registers/", registers_home.registers_page, name="registers"),
    path("registers/tables/", reports_tables.tables_page, name="tables"),
    path("registers/tables/refused.xlsx", reports_tables.refused_file, name="tables_refused"),
    path("registers/xlsform/", reports_xlsform.xlsform_page, name="xlsform"),
    path("registers/queue/", registers_queue.queue_page, name="registers_queue"),
    path("registers/visits/", registers_visits.visits_page, name="registers_visits"),
    path("registers/elements/", registers_elements.elements_page, name="registers_elements"),
    path("registers/forms/", registers_forms.forms_page, name="registers_forms"),
    path("registers/forms/<slug:name>/", registers_forms.form_page, name="registers_form"),
    path("registers/<slug:about>/<slug:subject>/", registers_ledger.ledger_page, name="register"),
    path("registers/<slug:about>/<slug:subject>/<slug:form>/", registers_fill.fill_page, name="register_fill"),
    path("operations/", operations_listing.operations_page, name="operations"),
    path("operations/<uuid:operation_id>/", operations_one.operation_page, name="operation"),
    path("briefing/", briefing.briefing_page, name="briefing"),
    path("briefing/<slug:name>/", briefing.briefing_list, name="briefing_list"),
    path("data/sets/<slug:name>/ask/", data_sharing.ask_page, name="datasets_ask"),
    path("data/forecasts/", data_forecasts.forecasts_page, name="datasets_forecasts"),
    path("data/forecasts/<str:place>/<slug:kind>/", data_forecasts.forecast_page, name="datasets_forecast"),
    path("data/published/", data_publishing.published_page, name="datasets_published"),
    path("data/shares/", data_sharing.shares_page, name="datasets_shares"),
    path("data/shares/<uuid:share_id>/", data_sharing.share_page, name="datasets_share"),
    path("data/shares/<uuid:share_id>/rows.xlsx", data_sharing.share_file, name="datasets_share_file"),
    path("signs/", signs_listing.signs_page, name="signs"),
    path("signs/about/", signs_about.about_page, name="signs_about"),
    path("signs/<uuid:suggestion_id>/", signs_one.sign_page, name="sign"),
    path("duty/", duty_home.home_page, name="duty"),
    path("duty/track/<uuid:shift_id>/", duty_track.track_page, name="duty_track"),
    path("duty/<uuid:roster_id>/", duty_week.week_page, name="duty_week"),
    path("duty/<uuid:roster_id>/settings/", duty_roster.roster_page, name="duty_roster"),
    path("deciding/", supervision_deciding.deciding_page, name="deciding"),
    path("orders/", supervision_orders.orders_page, name="orders"),
    path("orders/export/", supervision_orders.orders_export, name="orders_export"),
    path("orders/together/<str:verb>/", supervision_together.together, name="orders_together"),
    path("orders/<uuid:order_id>/", supervision_orders.order_page, name="order"),
    path("lists/<slug:name>/", supervision_lists.lists_page, name="lists"),
    path("lists/<slug:name>/export/", supervision_lists.lists_export, name="lists_export"),
    path("through/", supervision_through.through_page, name="through"),
    path("through/export/", supervision_through.through_export, name="through_export"),
    path("doubles/", doubles.doubles_page, name="doubles"),
    path("doubles/<uuid:double_id>/", doubles.double_page, name="double"),
    path("doubles/merged/<uuid:merging_id>/", doubles.part_page, name="double_part"),
    path("reports/", reports_listing.reports_page, name="reports"),
    path("reports/new/", reports_asking.new_page, name="report_new"),
    path("reports/<uuid:report_id>/", reports_one.report_page, name="report"),
    path("reports/<uuid:report_id>/counts.xlsx", reports_one.report_file, name="report_file"),
    path("reports/sheets/<uuid:sheet_id>/", reports_sheet.sheet_page, name="sheet"),
    path("reports/signed/<uuid:handing_id>/", reports_sheet.handing_page, name="handing"),
    path("reports/signed/<uuid:handing_id>/rows.xlsx", reports_sheet.handing_file, name="handing_file"),
    path("reports/signed/<uuid:handing_id>/<int:line>/<int:column>/", reports_sheet.cell_page, name="cell"),
    path("figures/", figures_overview.overview_page, name="figures"),
    path("figures.csv", figures_overview.table_export, {"form": "csv"}, name="figures_csv"),
    path("figures.xlsx", figures_overview.table_export, {"form": "xlsx"}, name="figures_xlsx"),
    path("figures/matters/", figures_matters.matters_page, name="figures_matters"),
    path("figures/scores/", figures_scores.scores_page, name="figures_scores"),
    path("figures/reports/", figures_reports.reports_page, name="figures_reports"),
    path("figures/words/", figures_words.words_page, name="figures_words"),
]
