"""Addresses of the gallery; only there in development, or where `MOSTY_GALLERY` says so."""

from django.urls import path

from mosty.core.gallery import views

app_name = "core"
urlpatterns = [
    path("", views.show_gallery, name="gallery"),
    path("<slug:page>/", views.show_page, name="gallery_page"),
]
