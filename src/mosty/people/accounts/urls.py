"""Addresses of the safety of accounts; included by `people.urls`, in its namespace."""

from django.urls import path

from mosty.people.accounts import views

urlpatterns = [
    path("account/second-factor/", views.second_factor, name="second_factor"),
    path("account/lost-factor/", views.lost_factor, name="lost_factor"),
    path("account/consent/", views.consent, name="consent"),
    path("account/data/", views.own_data, name="own_data"),
    path("account/data/withdraw/", views.withdraw_consent, name="withdraw_consent"),
    path("account/sessions/<int:session_id>/end/", views.end_session, name="end_session"),
    path("requests/", views.account_requests, name="account_requests"),
    path("requests/<int:request_id>/", views.account_request, name="account_request"),
    path(
        "requests/<int:request_id>/withdraw/",
        views.withdraw_account_request,
        name="withdraw_account_request",
    ),
    path(
        "requests/<int:request_id>/<slug:decision>/",
        views.decide_account_request,
        name="decide_account_request",
    ),
]
