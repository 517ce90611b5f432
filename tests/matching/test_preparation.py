"""The preparation: early checks, forms without JavaScript, policies as versions, few queries."""

import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from mosty.core.access import NotAllowed
from mosty.core.history import HistoryEntry
from mosty.core.publication import Level
from mosty.core.texts import Text
from mosty.matching import checks, domain, queries, reasons
from mosty.matching.models import Policy, Round, RoundParticipant, RoundQuota
from mosty.places.models import Country, Region
from tests.matching.making import RATIONALE, WEIGHTS, Made, make_many, make_plain_town, run
from tests.people import Bodies, Cast


def seen(made: Made) -> list[tuple[str, bool, str]]:
    """What the early checks find: code, whether it stops a run, the sentence."""
    made.round.refresh_from_db()
    rows = list(queries.participants_of(made.round))
    found = checks.look(
        made.round, rows, list(queries.quotas_of(made.round)), checks.what_is_known(rows)
    )
    return [(check.code, check.stops, reasons.check(check)) for check in found]


def test_check_of_a_prepared_round_finds_nothing(made: Made) -> None:
    assert seen(made) == []


def test_check_sees_a_group_smaller_than_its_own_minimum(made: Made, bodies: Bodies) -> None:
    domain.set_quota(made.round, bodies.latvian_association, by=made.officer, least=5, most=None)
    codes = [(code, stops) for code, stops, _said in seen(made)]
    assert codes == [("quota_min_above_room", True), ("quotas_above_other_side", True)]
    assert seen(made)[0][2] == (
        "Latvian Association of Local and Regional Governments must get at least 5 pairs, but its "
        "towns (3) can have 3 at most."
    )


def test_check_sees_minima_inside_a_maximum(made: Made, bodies: Bodies) -> None:
    latvia = Country.objects.get(code="LV")
    domain.set_quota(made.round, latvia, by=made.officer, least=0, most=1)
    row = queries.participants_of(made.round).get(organisation=bodies.kuldiga)
    domain.set_participant(
        made.round, row.organisation, by=made.officer, association=None, least=0, most=1
    )
    domain.set_quota(made.round, bodies.latvian_association, by=made.officer, least=2, most=None)
    assert [(code, stops) for code, stops, _said in seen(made)] == [("quota_max_below_inner", True)]


def test_check_sees_towns_that_need_more_partners_than_there_are(made: Made) -> None:
    for town in made.left:
        domain.set_participant(made.round, town, by=made.officer, least=2, most=2)
    domain.set_participant(made.round, made.left[0], by=made.officer, least=4, most=4)
    codes = [code for code, _stops, _said in seen(made)]
    assert codes == ["minima_above_other_side", "town_min_above_other_side"]


def test_check_sees_quotas_that_overlap_without_nesting(made: Made, bodies: Bodies) -> None:
    talsi = made.right[2]
    domain.set_participant(made.round, talsi, by=made.officer, association=None)
    estonian = make_plain_town("LV_0999999", in_country="LV")
    region = Region.objects.create(
        country_id="LV", code="LV008", classification="NUTS3 2021", name_en="Vidzeme",
        sort_en="vidzeme",
    )  # fmt: skip
    for town in (talsi, bodies.gulbene):
        town.region = region
        town.save()
    domain.set_participant(made.round, estonian, by=made.officer)
    domain.set_quota(made.round, bodies.latvian_association, by=made.officer, least=0, most=2)
    domain.set_quota(made.round, region, by=made.officer, least=0, most=1)
    found = [row for row in seen(made) if row[0] == "quotas_overlap"]
    assert [stops for _code, stops, _said in found] == [True]
    assert "Vidzeme" in found[0][2]
    with pytest.raises(domain.Refused, match=r"Vidzeme.* share some towns"):
        domain.start_run(made.round, by=made.officer)


def test_check_sees_an_empty_quota(made: Made) -> None:
    region = Region.objects.create(
        country_id="LV", code="LV008", classification="NUTS3 2021", name_en="Vidzeme",
        sort_en="vidzeme",
    )  # fmt: skip
    domain.set_quota(made.round, region, by=made.officer, least=0, most=1)
    assert seen(made) == [
        ("quota_of_nobody", True, "No town of the round is in Vidzeme: its quota is empty.")
    ]
    with pytest.raises(domain.Refused, match="Vidzeme"):
        domain.start_run(made.round, by=made.officer)


@pytest.mark.parametrize("level", [Level.PARTNERS, Level.STAFF])
def test_check_tells_what_is_unknown_without_stopping(
    made: Made, bodies: Bodies, level: Level
) -> None:
    plain = make_plain_town("UA99", in_country="UA", lat=None, lon=None)
    domain.set_participant(made.round, plain, by=made.officer)
    bodies.chuhuiv.needs.update(level=level)
    assert [(code, stops) for code, stops, _said in seen(made)] == [
        ("nothing_said", False), ("no_place", False), ("entries_withheld", False),
    ]  # fmt: skip


def test_known_facts_of_a_participant_are_told_apart(made: Made) -> None:
    plain = make_plain_town("UA99", in_country="UA", lat=None, lon=None, languages=[])
    row = domain.set_participant(made.round, plain, by=made.officer)
    known = checks.what_is_known([row])[row.pk]
    assert known.unknown == ["place", "languages", "profile", "needs", "offers"]


def test_every_check_has_a_sentence(made: Made) -> None:
    source = Path(inspect.getfile(checks)).read_text(encoding="utf-8")
    codes = set(re.findall(r'Check\(\s*"(\w+)"', source))
    params = dict.fromkeys(
        ("town", "group", "one", "other", "least", "most", "towns", "room", "wanted", "count"), 2
    )
    said = {
        code: reasons.check(checks.Check(code, True, params, side=side))
        for code in codes
        for side in ("left", "right")
    }
    assert len(codes) == 14
    assert [code for code, text in said.items() if not text.strip() or "%" in text] == []


# --- forms, as a browser without JavaScript sends them ------------------------------------------


def test_round_is_opened_with_an_address_made_of_its_name(made: Made, cast: Cast) -> None:
    answer = cast.officer.client.post(
        "/rounds/new/",
        {"phase": made.phase.pk, "name_record": "uk", "name_uk": "Осінній раунд", "slug": "",
         "note_record": "en", "level": "programme", "contacts_until": "2022-11-01"},
    )  # fmt: skip
    opened = Round.objects.exclude(pk=made.round.pk).get()
    assert answer.url == f"/rounds/{opened.slug}/prepare/"
    assert opened.slug == "osinnii-raund"
    assert (opened.policy, str(opened.contacts_until)) == (made.policy, "2022-11-01")
    assert HistoryEntry.objects.filter(verb="matching.open_round").count() == 2


@pytest.mark.parametrize("slug", ["round-1", "new", "policies", "Round 1"])
def test_address_that_is_taken_or_reserved_is_refused(made: Made, cast: Cast, slug: str) -> None:
    page = cast.officer.client.post(
        "/rounds/new/",
        {"phase": made.phase.pk, "name_record": "en", "name_en": "Autumn", "slug": slug,
         "note_record": "en", "level": "programme"},
    )  # fmt: skip
    assert page.status_code == 200
    assert list(page.context["form"].errors) == ["slug"]
    assert Round.objects.count() == 1


def test_participant_is_searched_ticked_and_added(made: Made, cast: Cast) -> None:
    lviv = make_plain_town("UA46060250010015970", in_country="UA", label_en="Lviv")
    lviv.search_key = " lviv | lwow"
    lviv.save()
    client = cast.officer.client
    page = client.post(
        "/rounds/round-1/participants/add/",
        {"organisation_q": "Lwów", "organisation_find": "1", "least": "0", "most": "2"},
    )
    assert "Lviv" in page.content.decode()
    assert 'value="2"' in page.content.decode()
    assert RoundParticipant.objects.count() == 6
    client.post(
        "/rounds/round-1/participants/add/",
        {"organisation": str(lviv.pk), "least": "0", "most": "2", "association": ""},
    )
    row = queries.participants_of(made.round).get(organisation=lviv)
    assert (row.side, row.least, row.most) == ("left", 0, 2)


def test_bounds_the_wrong_way_round_are_refused(made: Made, cast: Cast) -> None:
    row = queries.participants_of(made.round).first()
    assert row is not None
    page = cast.officer.client.post(
        f"/rounds/round-1/participants/{row.pk}/", {"least": "3", "most": "1", "association": ""}
    )
    assert list(page.context["form"].errors) == ["most"]
    row.refresh_from_db()
    assert (row.least, row.most) == (0, 1)


def test_participant_is_taken_out_with_a_reason(made: Made, cast: Cast) -> None:
    row = queries.participants_of(made.round).first()
    assert row is not None
    address = f"/rounds/round-1/participants/{row.pk}/remove/"
    cast.officer.client.post(address, {"reason": ""})
    assert queries.participants_of(made.round).count() == 6
    cast.officer.client.post(address, {"reason": "Has no staff now."})
    assert queries.participants_of(made.round).count() == 5
    page = cast.officer.client.get("/rounds/round-1/prepare/").content.decode()
    assert "Has no staff now." in page


def test_quota_is_set_changed_and_taken_away(made: Made, cast: Cast) -> None:
    client = cast.officer.client
    client.post(
        "/rounds/round-1/quotas/add/", {"group": "association:LPS", "least": "1", "most": ""}
    )
    quota = RoundQuota.objects.get()
    assert (quota.key, quota.least, quota.most) == ("association:LPS", 1, None)
    client.post(f"/rounds/round-1/quotas/{quota.pk}/", {"least": "1", "most": "2"})
    quota.refresh_from_db()
    assert (quota.least, quota.most) == (1, 2)
    client.post(f"/rounds/round-1/quotas/{quota.pk}/remove/")
    assert RoundQuota.objects.count() == 0
    verbs = list(
        HistoryEntry.objects.filter(verb__contains="quota")
        .order_by("pk")
        .values_list("verb", flat=True)
    )
    assert verbs == ["matching.set_quota", "matching.set_quota", "matching.remove_quota"]


def test_quota_of_a_group_without_towns_cannot_be_chosen(made: Made, cast: Cast) -> None:
    page = cast.officer.client.post(
        "/rounds/round-1/quotas/add/", {"group": "country:PL", "least": "1", "most": ""}
    )
    assert list(page.context["form"].errors) == ["group"]


def test_contact_is_noted_with_its_source(made: Made, cast: Cast, bodies: Bodies) -> None:
    cast.officer.client.post(
        "/rounds/round-1/contacts/add/",
        {"left": bodies.chuhuiv.pk, "right": bodies.kuldiga.pk, "why_record": "en",
         "why_en": "They met in 2021.", "source_url": "https://example.org/report"},
    )  # fmt: skip
    (contact,) = queries.contacts_of(made.round)
    assert contact.source is not None
    assert (str(contact.why), contact.source.url) == (
        "They met in 2021.", "https://example.org/report",
    )  # fmt: skip


def test_run_is_started_and_found_again_by_its_address(made: Made, cast: Cast) -> None:
    answer = cast.officer.client.post("/rounds/round-1/runs/start/")
    assert answer.url == "/rounds/round-1/runs/1/"
    page = cast.officer.client.get(answer.url).content.decode()
    assert "Verified" in page
    assert "To the board" in page


def test_run_at_work_is_shown_with_its_progress_and_can_be_stopped(made: Made, cast: Cast) -> None:
    waiting = domain.start_run(made.round, by=made.officer)
    client = cast.officer.client
    assert "Waiting for a worker" in client.get("/rounds/round-1/runs/1/").content.decode()
    waiting.begin_work("floor")
    waiting.advance_work("floor", 0.4)
    asked = client.get("/rounds/round-1/runs/1/", headers={"HX-Request": "true"})
    part = asked.content.decode()
    assert "Raising the floor" in part
    assert 'hx-get="/rounds/round-1/runs/1/"' in part
    assert "<html" not in part
    assert "HX-Refresh" not in asked.headers
    client.post("/rounds/round-1/runs/1/stop/")
    ended = client.get("/rounds/round-1/runs/1/", headers={"HX-Request": "true"})
    assert ended.headers["HX-Refresh"] == "true"
    page = client.get("/rounds/round-1/runs/1/").content.decode()
    assert "Programme officer stopped this run." in page


def test_approval_page_says_who_may_and_why_you_may_not(made: Made, cast: Cast) -> None:
    run(made)
    own = cast.officer.client.get("/rounds/round-1/approval/").content.decode()
    assert "You started the run behind this proposal." in own
    other = cast.second_officer.client.get("/rounds/round-1/approval/").content.decode()
    assert "You started the run" not in other
    answer = cast.second_officer.client.post("/rounds/round-1/approval/approve/", {"run": "1"})
    assert answer.url == "/rounds/round-1/"
    made.round.refresh_from_db()
    assert made.round.state == "approved"


def test_approval_of_another_proposal_than_the_one_shown_is_not_taken(
    made: Made, cast: Cast
) -> None:
    run(made)
    run(made)
    cast.second_officer.client.post("/rounds/round-1/approval/approve/", {"run": "1"})
    made.round.refresh_from_db()
    assert made.round.state == "proposed"


# --- policies ------------------------------------------------------------------------------------


def test_policy_version_is_frozen(made: Made) -> None:
    made.policy.rationale = Text.of(en="Something else.")
    with pytest.raises(TypeError):
        made.policy.save()


def test_next_version_says_what_differs(made: Made) -> None:
    weights = {"left": {**WEIGHTS["left"], "contact": 25}, "right": WEIGHTS["right"]}
    made_next = domain.write_policy(
        made.policy.programme, by=made.officer, weights=weights, rationale=RATIONALE,
        absolute_floor=200_000,
    )  # fmt: skip
    found = queries.policy_diff(made.policy, made_next)
    assert (made_next.number, made_next.tie_key) == (2, made.policy.tie_key)
    assert {(row.code, row.side, row.criterion) for row in found} == {
        ("weight", "left", name) for name in ("needs", "languages", "size", "distance", "contact")
    } | {("absolute_floor", "", "")}
    contact = next(row for row in found if row.criterion == "contact")
    assert (contact.before, contact.after) == (0.05, 0.208333)


def test_scaled_weights_are_no_new_version(made: Made) -> None:
    double = {side: {name: 2 * value for name, value in rows.items()}
              for side, rows in WEIGHTS.items()}  # fmt: skip
    with pytest.raises(domain.Refused, match="Nothing differs from version 1"):
        domain.write_policy(
            made.policy.programme, by=made.officer, weights=double, rationale=RATIONALE
        )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"rationale": Text()}, "Say why"),
        ({"weights": {"left": {}, "right": {"needs": 1}}}, "weight above 0"),
        ({"weights": {"left": {"needs": -1, "size": 2}, "right": {"needs": 1}}}, "0 or more"),
        ({"weights": {"left": {"charm": 1}, "right": {"needs": 1}}}, "no criterion called charm"),
        ({"weights": {"left": {"needs": float("nan")}, "right": {"needs": 1}}}, "0 or more"),
        ({"stages": ["score", "size"]}, "order is fixed"),
        ({"stages": []}, "at least one stage"),
        ({"absolute_floor": 1_000_001}, "between 0 and 100"),
    ],
)
def test_policy_that_says_nothing_is_refused(made: Made, values: dict[str, Any], said: str) -> None:
    given = {"weights": WEIGHTS, "rationale": RATIONALE, "absolute_floor": 1, **values}
    with pytest.raises(domain.Refused, match=said):
        domain.write_policy(made.policy.programme, by=made.officer, **given)
    assert Policy.objects.count() == 1


def test_policy_by_anybody_but_an_officer_is_refused(made: Made, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        domain.write_policy(
            made.policy.programme, by=cast.latvia.actor, weights=WEIGHTS, rationale=RATIONALE
        )


def test_policy_is_written_for_a_round_and_used_by_it(made: Made, cast: Cast) -> None:
    fields = {f"{side}_{name}": "10" for side in ("left", "right") for name in reasons.OFFERED}
    answer = cast.officer.client.post(
        "/rounds/policies/bridges/new/?round=round-1",
        {**fields, "stages": ["size", "floor", "score"], "absolute_floor": "12.5", "tie_key": "",
         "rationale_record": "en", "rationale_en": "Everything counts alike."},
    )  # fmt: skip
    assert answer.url == "/rounds/round-1/prepare/"
    written = Policy.objects.get(number=2)
    made.round.refresh_from_db()
    assert made.round.policy == written
    left = {name: weight for name, weight in written.weights["left"].items() if weight}
    assert (written.absolute_floor, left) == (125_000, dict.fromkeys(reasons.OFFERED, 10.0))
    page = cast.latvia.client.get("/rounds/policies/bridges/2/").content.decode()
    assert "Everything counts alike." in page
    assert "Absolute floor: 0.0 → 12.5 of 100" in page


def test_policy_without_a_rationale_keeps_what_was_typed(made: Made, cast: Cast) -> None:
    page = cast.officer.client.post(
        "/rounds/policies/bridges/new/",
        {"left_needs": "77", "right_needs": "1", "stages": ["size"], "absolute_floor": "0",
         "rationale_record": "en"},
    )  # fmt: skip
    assert list(page.context["form"].errors) == ["rationale"]
    assert 'value="77"' in page.content.decode()
    assert Policy.objects.count() == 1


# --- queries -------------------------------------------------------------------------------------


def _filled(cast: Cast, bodies: Bodies, count: int) -> Made:
    return make_many(cast, bodies, count)


@pytest.mark.parametrize("count", [5, 500])
def test_preparation_page_takes_few_queries(
    cast: Cast, bodies: Bodies, count: int, django_assert_max_num_queries: Any
) -> None:
    made = _filled(cast, bodies, count)
    domain.set_quota(made.round, bodies.latvian_association, by=made.officer, least=1, most=3)
    client = cast.officer.client
    with django_assert_max_num_queries(25):
        page = client.get("/rounds/round-1/prepare/")
    assert page.context["figures"][0]["value"] == count


@pytest.mark.parametrize("count", [10, 1000])
def test_list_of_rounds_takes_few_queries(
    made: Made, cast: Cast, count: int, django_assert_max_num_queries: Any
) -> None:
    Round.objects.bulk_create(
        Round(phase=made.phase, slug=f"r-{number}", name=Text.of(en=f"R {number}"))
        for number in range(count - 1)
    )
    client = cast.officer.client
    with django_assert_max_num_queries(25):
        page = client.get("/rounds/")
    assert page.context["count_text"] == f"{count} rounds"
    with django_assert_max_num_queries(25):
        lines = client.get("/rounds/rounds.csv").getvalue().decode().splitlines()
    assert len(lines) == count + 1


def test_list_of_rounds_is_searched_narrowed_and_sorted(made: Made, cast: Cast) -> None:
    for number in (2, 3):
        domain.open_round(
            made.phase, by=made.officer, slug=f"r-{number}",
            name=Text.of(en=f"Autumn {number}", uk=f"Осінь {number}"),
        )  # fmt: skip
    client = cast.officer.client

    def names(query: str) -> list[str]:
        rows = client.get(f"/rounds/?{query}").context["rows"]
        return [str(row["round"]) for row in rows]

    assert names("q=осінь") == ["Autumn 3", "Autumn 2"]
    assert names("q=autumn+2") == ["Autumn 2"]
    assert names("sort=created") == ["Round one", "Autumn 2", "Autumn 3"]
    assert names("state=approved") == []
    assert names("state=nonsense&phase=x") == ["Autumn 3", "Autumn 2", "Round one"]


def test_run_page_and_approval_take_few_queries(
    cast: Cast, bodies: Bodies, django_assert_max_num_queries: Any
) -> None:
    made = make_many(cast, bodies, 30)
    run(made)
    client = cast.officer.client
    for address in ("runs/1/", "runs/", "approval/", "runs/1/pairs.csv", "runs/1/market.json"):
        with django_assert_max_num_queries(25):
            answer = client.get(f"/rounds/round-1/{address}")
            content = answer.getvalue() if answer.streaming else answer.content
        assert len(content) > 100
