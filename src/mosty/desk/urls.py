"""Addresses of the desk."""

from django.urls import path

from mosty.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("withheld/", views.list_withheld, name="withheld"),
    path("withheld/<slug:kind>/<int:pk>/", views.look_again, name="look_again"),
]
