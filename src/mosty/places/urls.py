"""Addresses of the register. A body stands at its official code; fixed words come first."""

from django.urls import path, register_converter

from mosty.places.views import edit, entries, imports, lists, merging, over_time, profile

app_name = "places"
register_converter(entries.SideConverter, "side")
urlpatterns = [
    path("", lists.list_municipalities, name="list"),
    path("export.<str:suffix>", lists.export_municipalities, name="list_file"),
    path("organisations/", lists.list_bodies, name="bodies"),
    path("organisations/export.<str:suffix>", lists.export_bodies, name="bodies_file"),
    path("add/", edit.create_organisation, name="create"),
    path("import/", imports.list_imports, name="imports"),
    path("import/<int:import_id>/", imports.show_import, name="import"),
    path("import/<int:import_id>/write/", imports.write_import, name="import_write"),
    path("import/<int:import_id>/drop/", imports.drop, name="import_drop"),
    path("import/<int:import_id>/again/", imports.again, name="import_again"),
    path("import/<int:import_id>/file/", imports.download_file, name="import_file"),
    path(
        "import/<int:import_id>/<str:outcome>.<str:suffix>",
        imports.export_rows,
        name="import_rows",
    ),
    path("<str:code>/", profile.show_profile, name="profile"),
    path("<str:code>/edit/", edit.edit_organisation, name="edit"),
    path("<str:code>/names/", edit.list_names, name="names"),
    path("<str:code>/names/<int:name_id>/", edit.edit_name, name="name_edit"),
    path("<str:code>/names/<int:name_id>/end/", edit.end_name, name="name_end"),
    path("<str:code>/figures/", edit.list_facts, name="facts"),
    path("<str:code>/figures/add/", edit.add_fact, name="fact_add"),
    path("<str:code>/figures/<int:fact_id>/choose/", edit.choose_fact, name="fact_choose"),
    path("<str:code>/figures/<int:fact_id>/withdraw/", edit.withdraw_fact, name="fact_withdraw"),
    path("<str:code>/figures/<int:fact_id>/restore/", edit.restore_fact, name="fact_restore"),
    path("<str:code>/over-time/", over_time.show_over_time, name="over_time"),
    path(
        "<str:code>/over-time/<int:succession_id>/withdraw/",
        over_time.withdraw_succession,
        name="succession_withdraw",
    ),
    path("<str:code>/merge/", merging.merge, name="merge"),
    path("<str:code>/mergers/<int:merger_id>/", merging.show_merger, name="merger"),
    path("<str:code>/mergers/<int:merger_id>/undo/", merging.undo_merge, name="merger_undo"),
    path("<str:code>/<side:side>/", entries.list_entries, name="entries"),
    path("<str:code>/<side:side>/add/", entries.add_entry, name="entry_add"),
    path("<str:code>/<side:side>/<slug:theme>/", entries.edit_entry, name="entry_edit"),
    path("<str:code>/<side:side>/<slug:theme>/remove/", entries.remove_entry, name="entry_remove"),
]
