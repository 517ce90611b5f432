"""Addresses of calls."""

from django.urls import path

from mosty.calls.views import asking, editing, enquiries, public, terms

app_name = "calls"
urlpatterns = [
    path("", public.list_calls, name="list"),
    path("feed.json", public.feed, name="feed"),
    # Before the addresses of calls, of which none is called "new".
    path("new/", editing.create_call, name="create"),
    path("<slug:slug>/", public.show_call, name="show"),
    path("<slug:slug>/form/", public.blank_form, name="blank_form"),
    path("<slug:slug>/eligibility/", public.eligibility, name="eligibility"),
    path("<slug:slug>/documents/<int:document_id>/", public.document, name="document"),
    path("<slug:slug>/watch/", enquiries.watch, name="watch"),
    path("<slug:slug>/questions/", enquiries.list_enquiries, name="enquiries"),
    path("<slug:slug>/questions/<int:enquiry_id>/", enquiries.answer, name="answer"),
    path("<slug:slug>/edit/", editing.edit_call, name="edit"),
    path("<slug:slug>/edit/publish/", editing.publish_call, name="publish"),
    path("<slug:slug>/edit/discard/", editing.discard_call, name="discard"),
    path("<slug:slug>/edit/deadline/", editing.extend_call, name="extend"),
    path("<slug:slug>/edit/cancel/", editing.cancel_call, name="cancel"),
    path("<slug:slug>/edit/form/", asking.show_form, name="form"),
    path("<slug:slug>/edit/form/new/", asking.add_section, name="add_section"),
    path("<slug:slug>/edit/form/<int:section_id>/", asking.edit_section, name="edit_section"),
    path("<slug:slug>/edit/form/<int:section_id>/new/", asking.add_question, name="add_question"),
    path(
        "<slug:slug>/edit/questions/<int:question_id>/", asking.edit_question, name="edit_question"
    ),
    path("<slug:slug>/edit/<str:what>/<int:part_id>/move/", asking.move_part, name="move_part"),
    path(
        "<slug:slug>/edit/<str:what>/<int:part_id>/remove/", asking.remove_part, name="remove_part"
    ),
    path("<slug:slug>/edit/conditions/", terms.show_conditions, name="conditions"),
    path("<slug:slug>/edit/conditions/<int:condition_id>/", terms.edit_condition,
         name="edit_condition"),
    path("<slug:slug>/edit/conditions/<int:condition_id>/take-out/", terms.remove_condition,
         name="remove_condition"),
    path("<slug:slug>/edit/conditions/<str:kind>/", terms.add_condition, name="add_condition"),
    path("<slug:slug>/edit/criteria/", terms.edit_criteria, name="criteria"),
    path("<slug:slug>/edit/quotas/", terms.edit_quotas, name="quotas"),
    path("<slug:slug>/edit/documents/", terms.edit_documents, name="documents"),
    path("<slug:slug>/edit/documents/<int:document_id>/take-out/", terms.remove_document,
         name="remove_document"),
]  # fmt: skip
