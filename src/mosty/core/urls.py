"""Addresses of the gallery; only there in development, or where `MOSTY_GALLERY` says so."""

from django.urls import path

from mosty.core import gallery

app_name = "core"
urlpatterns = [
    path("", gallery.show_gallery, name="gallery"),
    path("<slug:page>/", gallery.show_page, name="gallery_page"),
]
