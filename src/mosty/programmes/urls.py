"""Addresses of programmes: programme / strand / phase, by the words of their names."""

from django.urls import path

from mosty.programmes.views import participants, partners, phases, programmes

PHASE = "<slug:programme>/<slug:strand>/<slug:phase>/"

app_name = "programmes"
urlpatterns = [
    path("", programmes.list_programmes, name="list"),
    path("export.<str:suffix>", programmes.export_programmes, name="list_file"),
    path("new/", programmes.create_programme, name="create"),
    path("<slug:programme>/", programmes.show_programme, name="show"),
    path("<slug:programme>/edit/", programmes.edit_programme, name="edit"),
    path("<slug:programme>/new-strand/", programmes.create_strand, name="create_strand"),
    path("<slug:programme>/<slug:strand>/edit/", programmes.edit_strand, name="edit_strand"),
    path("<slug:programme>/<slug:strand>/new-phase/", phases.create_phase, name="create_phase"),
    path(PHASE, phases.show_phase, name="phase"),
    path(f"{PHASE}edit/", phases.edit_phase, name="edit_phase"),
    path(f"{PHASE}edit/<slug:rows>/", phases.edit_rows, name="edit_rows"),
    path(f"{PHASE}partners/new/", partners.add_partner, name="add_partner"),
    path(f"{PHASE}partners/<int:pk>/", partners.edit_partner, name="edit_partner"),
    path(f"{PHASE}partners/<int:pk>/remove/", partners.remove_partner, name="remove_partner"),
    path(f"{PHASE}participants/", participants.list_participants, name="participants"),
    path(
        f"{PHASE}participants/export.<str:suffix>",
        participants.export_participants,
        name="participants_file",
    ),
    path(f"{PHASE}participants/new/", participants.add_participants, name="add_participants"),
    path(
        f"{PHASE}participants/<str:code>/",
        participants.edit_participant,
        name="edit_participant",
    ),
    path(
        f"{PHASE}participants/<str:code>/remove/",
        participants.remove_participant,
        name="remove_participant",
    ),
]
