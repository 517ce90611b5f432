"""Addresses of versions and of files to draft with."""

from django.urls import path

from mosty.applications.paper import views

app_name = "papers"
urlpatterns = [
    path("<int:pk>/versions/", views.versions, name="versions"),
    path("<int:pk>/versions/<int:number>/", views.version, name="version"),
]
