"""Addresses of calls."""

from django.urls import path

from mosty.calls.views import enquiries, public

app_name = "calls"
urlpatterns = [
    path("", public.list_calls, name="list"),
    path("feed.json", public.feed, name="feed"),
    path("<slug:slug>/", public.show_call, name="show"),
    path("<slug:slug>/form/", public.blank_form, name="blank_form"),
    path("<slug:slug>/eligibility/", public.eligibility, name="eligibility"),
    path("<slug:slug>/documents/<int:document_id>/", public.document, name="document"),
    path("<slug:slug>/watch/", enquiries.watch, name="watch"),
    path("<slug:slug>/questions/", enquiries.list_enquiries, name="enquiries"),
    path("<slug:slug>/questions/<int:enquiry_id>/", enquiries.answer, name="answer"),
]
