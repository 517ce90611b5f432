"""Addresses at which drafts are saved and dropped."""

from django.urls import path

from mosty.core.drafts import views

app_name = "drafts"
urlpatterns = [
    path("<str:key>/<slug:section>/", views.save, name="save"),
    path("<str:key>/<slug:section>/drop/", views.drop, name="drop"),
]
