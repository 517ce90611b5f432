"""Addresses of applications."""

from django.urls import path

from mosty.applications.views import beginning, officers, sending, writing

app_name = "applications"
urlpatterns = [
    path("", beginning.list_own, name="list"),
    path("for/<slug:slug>/", beginning.apply, name="apply"),
    path("calls/<slug:slug>/", officers.of_call, name="of_call"),
    path("calls/<slug:slug>/file.<str:suffix>", officers.of_call_file, name="of_call_file"),
    path("calls/<slug:slug>/late/", officers.late, name="late"),
    path("<int:pk>/", sending.show, name="show"),
    path("<int:pk>/language/", writing.set_language, name="set_language"),
    path("<int:pk>/sections/<int:section_id>/", writing.section, name="section"),
    path("<int:pk>/sections/<int:section_id>/owner/", writing.own_section, name="own_section"),
    path("<int:pk>/questions/<int:question_id>/file/", writing.attach, name="attach"),
    path("<int:pk>/files/<int:file_id>/", writing.file, name="file"),
    path("<int:pk>/files/<int:file_id>/take-out/", writing.take_out, name="take_out"),
    path("<int:pk>/send/", sending.send, name="send"),
    path("<int:pk>/receipt/", sending.receipt, name="receipt"),
    path("<int:pk>/frozen.json", sending.frozen, name="frozen"),
    path("<int:pk>/take-back/", sending.take_back, name="take_back"),
    path("<int:pk>/withdraw/", sending.withdraw, name="withdraw"),
    path("<int:pk>/resume/", sending.resume, name="resume"),
]
