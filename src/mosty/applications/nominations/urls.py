"""Addresses of nominations."""

from django.urls import path

from mosty.applications.nominations import views

app_name = "nominations"
urlpatterns = [
    path("nominations/<slug:slug>/", views.of_call, name="of_call"),
    path("<int:pk>/nomination/", views.say, name="say"),
    path("<int:pk>/association/", views.name_association, name="association"),
]
