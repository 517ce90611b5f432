"""Addresses of the safety of accounts; included by `people.urls`, in its namespace."""

from django.urls import path

from mosty.people.accounts.views import consent, factors, requests

urlpatterns = [
    path("account/second-factor/", factors.second_factor, name="second_factor"),
    path("account/first-factor/", factors.first_factor, name="first_factor"),
    path("account/first-factor/<str:secret>/", factors.first_factor_link, name="first_factor_link"),
    path("officers/", factors.officers_lacking, name="officers_lacking"),
    path("officers/remind/", factors.remind_officers, name="remind_officers"),
    path("account/lost-factor/", factors.lost_factor, name="lost_factor"),
    path("account/consent/", consent.consent, name="consent"),
    path("account/data/", consent.own_data, name="own_data"),
    path("account/data/withdraw/", consent.withdraw_consent, name="withdraw_consent"),
    path("account/sessions/<int:session_id>/end/", requests.end_session, name="end_session"),
    path("requests/", requests.account_requests, name="account_requests"),
    path("requests/<int:request_id>/", requests.account_request, name="account_request"),
    path(
        "requests/<int:request_id>/withdraw/",
        requests.withdraw_account_request,
        name="withdraw_account_request",
    ),
    path(
        "requests/<int:request_id>/<slug:decision>/",
        requests.decide_account_request,
        name="decide_account_request",
    ),
]
