"""Addresses of signing."""

from django.urls import path

from mosty.applications.signing import views

app_name = "signing"
urlpatterns = [
    path("<int:pk>/signatures/", views.signatures, name="signatures"),
    path("<int:pk>/signatures/ask/", views.ask, name="ask"),
    path("<int:pk>/signatures/sign/", views.sign, name="sign"),
    path("<int:pk>/signatures/<int:signatory_id>/release/", views.release, name="release"),
]
