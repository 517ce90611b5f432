"""Addresses of matching."""

from django.urls import path

from mosty.matching.views import (
    agreeing,
    approving,
    board,
    files,
    lists,
    policies,
    preparing,
    running,
    scenarios,
)

app_name = "matching"
urlpatterns = [
    path("", lists.rounds, name="rounds"),
    path("rounds.<str:suffix>", lists.rounds_file, name="rounds_file"),
    path("new/", lists.open_round, name="open_round"),
    path("policies/<slug:programme>/", policies.policies, name="policies"),
    path("policies/<slug:programme>/new/", policies.write_policy, name="write_policy"),
    path("policies/<slug:programme>/<int:number>/", policies.policy, name="policy"),
    path("<slug:slug>/", board.board, name="board"),
    path("<slug:slug>/analysis/", board.analysis, name="analysis"),
    path("<slug:slug>/analysis/start/", board.analyse, name="analyse"),
    path("<slug:slug>/compare/", board.compare, name="compare"),
    path("<slug:slug>/towns/<str:code>/", board.town, name="town"),
    path("<slug:slug>/decide/<slug:kind>/<str:left>/<str:right>/", board.decide, name="decide"),
    path("<slug:slug>/decisions/undo/", board.undo, name="undo"),
    path("<slug:slug>/decisions/<int:override_id>/withdraw/", board.withdraw, name="withdraw"),
    path("<slug:slug>/edit/", lists.edit_round, name="edit_round"),
    path("<slug:slug>/prepare/", preparing.prepare, name="prepare"),
    path("<slug:slug>/participants/fill/", preparing.fill_participants, name="fill_participants"),
    path("<slug:slug>/participants/add/", preparing.add_participant, name="add_participant"),
    path("<slug:slug>/participants/<int:pk>/", preparing.participant, name="participant"),
    path(
        "<slug:slug>/participants/<int:pk>/remove/",
        preparing.remove_participant,
        name="remove_participant",
    ),
    path("<slug:slug>/quotas/add/", preparing.add_quota, name="add_quota"),
    path("<slug:slug>/quotas/<int:pk>/", preparing.quota, name="quota"),
    path("<slug:slug>/quotas/<int:pk>/remove/", preparing.remove_quota, name="remove_quota"),
    path("<slug:slug>/contacts/add/", preparing.add_contact, name="add_contact"),
    path("<slug:slug>/contacts/<int:pk>/remove/", preparing.remove_contact, name="remove_contact"),
    path("<slug:slug>/policy/", preparing.choose_policy, name="choose_policy"),
    path("<slug:slug>/runs/", running.runs, name="runs"),
    path("<slug:slug>/runs/start/", running.start_run, name="start_run"),
    path("<slug:slug>/runs/<int:number>/", running.run, name="run"),
    path("<slug:slug>/runs/<int:number>/stop/", running.stop_run, name="stop_run"),
    path("<slug:slug>/runs/<int:number>/<slug:name>.json", files.run_file, name="run_file"),
    path("<slug:slug>/runs/<int:number>/pairs.<str:suffix>", files.pairs_file, name="pairs_file"),
    path("<slug:slug>/scenarios/", scenarios.scenarios, name="scenarios"),
    path("<slug:slug>/scenarios/new/", scenarios.add_scenario, name="add_scenario"),
    path("<slug:slug>/scenarios/compare/", scenarios.side_by_side, name="side_by_side"),
    path(
        "<slug:slug>/scenarios/compare.<str:suffix>",
        scenarios.side_by_side_file,
        name="side_by_side_file",
    ),
    path("<slug:slug>/scenarios/<int:number>/", scenarios.scenario, name="scenario"),
    path(
        "<slug:slug>/scenarios/<int:number>/again/", scenarios.rerun_scenario, name="rerun_scenario"
    ),
    path("<slug:slug>/scenarios/<int:number>/stop/", scenarios.stop_scenario, name="stop_scenario"),
    path(
        "<slug:slug>/scenarios/<int:number>/adopt/",
        scenarios.adopt_scenario,
        name="adopt_scenario",
    ),
    path(
        "<slug:slug>/scenarios/<int:number>/remove/",
        scenarios.remove_scenario,
        name="remove_scenario",
    ),
    path("<slug:slug>/approval/", approving.approval, name="approval"),
    path("<slug:slug>/approval/approve/", approving.approve, name="approve"),
    path("<slug:slug>/approval/send-back/", approving.send_back, name="send_back"),
    path("<slug:slug>/close/", approving.close_round, name="close_round"),
    path("<slug:slug>/pairs/<int:pk>/agree/", agreeing.agree_pair, name="agree_pair"),
    path("<slug:slug>/pairs/<int:pk>/retract/", agreeing.retract_pair, name="retract_pair"),
]
