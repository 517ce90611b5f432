"""Addresses of people; those of signing in are allauth's, under accounts/."""

from django.urls import include, path

from mosty.people import views

app_name = "people"
urlpatterns = [
    path("", views.people, name="people"),
    path("add/", views.add_membership, name="add"),
    path("memberships/<int:membership_id>/end/", views.end_membership, name="end"),
    path("account/", views.account, name="account"),
    path("act-for/<int:organisation_id>/", views.act_for, name="act_for"),
    path("", include("mosty.people.accounts.urls")),
    path("demo/", views.demo_entrance, name="demo"),
    path("demo/<int:user_id>/", views.demo_enter, name="demo_enter"),
]
