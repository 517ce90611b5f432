"""Addresses of versions and of files to draft with."""

from django.urls import path

from mosty.applications.paper import views

app_name = "papers"
urlpatterns = [
    path("<int:pk>/versions/", views.versions, name="versions"),
    path("<int:pk>/print/", views.now, name="now"),
    path("<int:pk>/paper.<str:suffix>", views.paper, name="paper"),
    path("<int:pk>/council/", views.set_council, name="council"),
    path("blank/<slug:slug>.<str:suffix>", views.blank, name="blank"),
    path("<int:pk>/versions/<int:number>/", views.version, name="version"),
]
