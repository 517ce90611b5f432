"""Addresses of people; those of signing in are allauth's, under accounts/."""

from django.urls import include, path

from mosty.people.views import accounts, association, bodies, joining, letters, people

app_name = "people"
urlpatterns = [
    path("", people.people, name="people"),
    path("add/", people.add_membership, name="add"),
    path("memberships/<int:membership_id>/end/", people.end_membership, name="end"),
    path("memberships/<int:membership_id>/appoint/", bodies.appoint, name="appoint"),
    path("memberships/<int:membership_id>/vouch/", bodies.vouch, name="vouch"),
    path("of/<str:code>/", bodies.show_body, name="body"),
    path("of/<str:code>/invite/", bodies.invite, name="invite"),
    path("of/<str:code>/join/", joining.join, name="join"),
    path("invitations/<str:secret>/", joining.invitation, name="invitation"),
    path("invitations/<int:invitation_id>/withdraw/", bodies.withdraw, name="withdraw"),
    path("joining/<int:request_id>/", bodies.decide, name="decide"),
    path("joining/<int:request_id>/order/", bodies.order_file, name="order_file"),
    path("association/", association.show, name="association"),
    path("association/<str:code>/", association.show, name="association_of"),
    path("association/<str:code>/do/", association.act, name="association_act"),
    path(
        "association/<str:code>/members.<str:suffix>",
        association.export,
        name="association_file",
    ),
    path("letters/", letters.letters, name="letters"),
    path("letters/<int:letter_id>/", letters.settle, name="letter_settle"),
    path("account/", accounts.account, name="account"),
    path("act-for/<int:organisation_id>/", accounts.act_for, name="act_for"),
    path("", include("mosty.people.accounts.urls")),
    path("demo/", accounts.demo_entrance, name="demo"),
    path("demo/<int:user_id>/", accounts.demo_enter, name="demo_enter"),
]
