"""Addresses of decisions: of the secretariat by call, of a body by its application."""

from django.urls import path

from mosty.decisions.views import (
    drafting,
    pictures,
    released,
    reviewers,
    revising,
    signing,
    suggesting,
)

app_name = "decisions"
urlpatterns = [
    path("<slug:slug>/", drafting.show_list, name="list"),
    path("<slug:slug>/outcomes/", drafting.set_outcomes, name="set_outcomes"),
    path("<slug:slug>/drafts/<int:application_id>/", drafting.decide, name="decide"),
    path("<slug:slug>/drafts/<int:application_id>/why/", suggesting.explain, name="why"),
    path("<slug:slug>/suggestion/", suggesting.suggestion, name="suggestion"),
    path("<slug:slug>/suggestion/adopt/", suggesting.adopt, name="adopt"),
    path("<slug:slug>/reviewers/", reviewers.reviewers, name="reviewers"),
    path("<slug:slug>/signing/", signing.show_signing, name="signing"),
    path("<slug:slug>/signing/propose/", signing.propose, name="propose"),
    path("<slug:slug>/signing/approve/", signing.approve, name="approve"),
    path("<slug:slug>/signing/take-back/", signing.take_back, name="take_back"),
    path("<slug:slug>/letters/", signing.outbox, name="outbox"),
    path("<slug:slug>/release/", signing.release, name="release"),
    path("<slug:slug>/pictures/", pictures.show, name="pictures"),
    path("<slug:slug>/after/", released.show_after, name="after"),
    path("<slug:slug>/after/appeals/<int:appeal_id>/", released.answer_appeal,
         name="answer_appeal"),
    path("<slug:slug>/after/appeals/<int:appeal_id>/anew/", revising.revise, name="revise"),
    path("<slug:slug>/after/appeals/<int:appeal_id>/anew/approve/", revising.approve,
         name="approve_revision"),
    path("<slug:slug>/after/appeals/<int:appeal_id>/anew/take-back/", revising.take_back,
         name="take_back_revision"),
    path("<slug:slug>/after/<int:application_id>/offer/", released.offer, name="offer"),
    path("<slug:slug>/applications/<int:application_id>/", released.show, name="show"),
    path("<slug:slug>/applications/<int:application_id>/answer/", released.answer_offer,
         name="answer_offer"),
    path("<slug:slug>/applications/<int:application_id>/leave/", released.leave, name="leave"),
    path("<slug:slug>/applications/<int:application_id>/appeal/", released.appeal, name="appeal"),
]  # fmt: skip
