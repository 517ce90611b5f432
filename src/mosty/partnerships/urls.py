"""Addresses of partnerships."""

from django.urls import path

from mosty.partnerships import views

app_name = "partnerships"
urlpatterns = [
    path("", views.list_partnerships, name="list"),
    path("export.<str:suffix>", views.export_partnerships, name="list_file"),
    path("new/", views.report_partnership, name="report"),
    path("import/", views.list_imports, name="imports"),
    path("<int:pk>/", views.show_partnership, name="show"),
    path("<int:pk>/edit/", views.edit_partnership, name="edit"),
    path("<int:pk>/withdraw/", views.withdraw_partnership, name="withdraw"),
    path("<int:pk>/restore/", views.restore_partnership, name="restore"),
    path("<int:pk>/sources/new/", views.add_report, name="add_report"),
    path("<int:pk>/sources/<int:report>/", views.edit_report, name="edit_report"),
    path("<int:pk>/sources/<int:report>/remove/", views.remove_report, name="remove_report"),
]
