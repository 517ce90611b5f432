"""Addresses of reviews."""

from django.urls import path

from mosty.reviews.views import officers, panel, reviewing

app_name = "reviews"
urlpatterns = [
    path("", reviewing.list_calls, name="list"),
    path("<slug:slug>/", reviewing.show_queue, name="queue"),
    path("<slug:slug>/conflicts/", reviewing.declare, name="conflicts"),
    path("<slug:slug>/conflicts/none/", reviewing.finish_declaring, name="no_conflicts"),
    path("<slug:slug>/read/<str:mark>/", reviewing.read, name="read"),
    path("<slug:slug>/read/<str:mark>/decline/", reviewing.decline, name="decline"),
    path("<slug:slug>/read/<str:mark>/files/<int:number>/", reviewing.file, name="file"),
    path("<slug:slug>/panel/", panel.show_panel, name="panel"),
    path("<slug:slug>/panel/results.<str:suffix>", panel.export, name="export"),
    path("<slug:slug>/panel/<int:application_id>/", panel.show_application, name="application"),
    path("<slug:slug>/progress/", officers.show_progress, name="progress"),
    path("<slug:slug>/progress/<int:review_id>/noted/", officers.note, name="note"),
    path("<slug:slug>/reviewers/", officers.add_reviewer, name="reviewers"),
    path("<slug:slug>/reviewers/<int:reviewer_id>/", officers.edit_reviewer, name="reviewer"),
    path("<slug:slug>/phases/", officers.list_phases, name="phases"),
    path("<slug:slug>/phases/new/", officers.edit_phase, name="add_phase"),
    path("<slug:slug>/phases/<int:phase_id>/", officers.edit_phase, name="phase"),
    path("<slug:slug>/phases/<int:phase_id>/assign/", officers.assign, name="assign"),
    path("<slug:slug>/assignments/<int:assignment_id>/take-back/", officers.take_back,
         name="take_back"),
]  # fmt: skip
