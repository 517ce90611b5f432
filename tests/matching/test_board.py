"""The board: what it shows of a round and to whom, what a decision costs, how many queries."""

import pytest
from django.test import Client
from django.urls import reverse

import citymatch
from mosty.core.publication import Level, Precision
from mosty.matching import domain, queries, reasons
from mosty.matching.board import towns
from mosty.matching.models import Override, Run
from tests.matching.making import Made, approve, make_many, run
from tests.people import Bodies, Cast

PARTLY = "there is time to try only a part"


def board(made: Made, **query: str) -> tuple[str, dict[str, str]]:
    return reverse("matching:board", args=[made.round.slug]), query


@pytest.mark.web
def test_board_without_a_run_leads_to_the_preparation(cast: Cast, made: Made) -> None:
    page = cast.officer.client.get(board(made)[0])
    assert page.templates[0].name == "matching/board_empty.html"
    assert reverse("matching:prepare", args=[made.round.slug]) in page.text


@pytest.mark.web
def test_board_shows_every_pair_with_bars_that_add_up_to_its_views(cast: Cast, made: Made) -> None:
    finished = run(made)

    page = cast.officer.client.get(board(made)[0])

    pairs = list(finished.pairs.all())
    rows = page.context["rows"]
    assert {row.pair.pk for row in rows} == {pair.pk for pair in pairs}
    for row in rows:
        points = [round(bar.points, 4) for bar in row.bars]
        assert points == [row.pair.left_view / 10_000, row.pair.right_view / 10_000]
    assert page.context["figures"][0]["value"] == finished.size
    assert len(page.context["map"].bridges) == finished.size


@pytest.mark.web
def test_board_sorted_by_name_lists_the_pairs_in_the_order_of_the_alphabet(
    cast: Cast, made: Made
) -> None:
    run(made)
    address, _none = board(made)
    client = cast.officer.client
    for sort, turned in (("left", False), ("-left", True), ("right", False), ("nonsense", None)):
        rows = client.get(address, {"sort": sort}).context["rows"]
        side = "right" if sort == "right" else "left"
        names = [getattr(row, side).name for row in rows]
        if turned is None:
            scores = [row.pair.score for row in rows]
            assert scores == sorted(scores, reverse=True)
        else:
            assert names == sorted(names, reverse=turned)


@pytest.mark.web
def test_board_panel_of_any_two_towns_says_why_or_why_not(cast: Cast, made: Made) -> None:
    finished = run(made)
    client = cast.officer.client
    chosen = set(finished.pairs.values_list("left__code", "right__code"))
    for left in made.left:
        for right in made.right:
            page = client.get(board(made)[0], {"left": left.code, "right": right.code})
            panel = page.context["panel"]
            assert panel.is_pair is ((left.code, right.code) in chosen)
            assert panel.reasons
            assert ("Why this pair" if panel.is_pair else "Why not this pair") in page.text
            # The two in the panel never stand among their own next best.
            assert right.code not in {one.town.code for one in panel.next_left}
            assert left.code not in {one.town.code for one in panel.next_right}


@pytest.mark.web
@pytest.mark.parametrize(
    ("left", "right"), [("nobody", "LV_0620200"), ("LV_0620200", "LV_0500200")]
)
def test_board_panel_of_towns_that_are_no_two_sides_of_it_is_not_found(
    left: str, right: str, cast: Cast, made: Made
) -> None:
    run(made)
    page = cast.officer.client.get(board(made)[0], {"left": left, "right": right})
    assert page.status_code == 404


@pytest.mark.web
def test_board_decision_shows_the_cost_of_the_engine_before_it_is_saved(
    cast: Cast, made: Made
) -> None:
    run(made)
    chosen = made.round.current_run.pairs.first()
    address = reverse(
        "matching:decide", args=[made.round.slug, "veto", chosen.left.code, chosen.right.code]
    )
    client = cast.officer.client

    page = client.get(address)
    response = client.post(address, {"reason": "Too far", "seen": page.context["seen"]})

    market = queries.market_of(made.round.current_run)
    result = queries.result_of(made.round.current_run)
    regret = citymatch.regret(market, result, chosen.left.code, chosen.right.code)
    cost = page.context["cost"]
    assert (cost.d_size, cost.d_floor, cost.d_score) == (
        regret.d_size,
        regret.d_floor,
        regret.d_score,
    )
    override = Override.objects.get()
    assert (override.kind, override.reason, override.cost["d_score"]) == (
        "veto",
        "Too far",
        regret.d_score,
    )
    assert response.url.startswith(board(made)[0])


@pytest.mark.web
@pytest.mark.parametrize("seen", ["", "forged", "stale"])
def test_board_decision_whose_cost_was_not_seen_saves_nothing_and_keeps_the_reason(
    seen: str, cast: Cast, made: Made
) -> None:
    run(made)
    chosen, other = made.round.current_run.pairs.all()[:2]
    address = reverse(
        "matching:decide", args=[made.round.slug, "veto", chosen.left.code, chosen.right.code]
    )
    client = cast.officer.client
    if seen == "stale":
        seen = client.get(address).context["seen"]
        domain.add_override(
            made.round, "veto", left=other.left, right=other.right, reason="Meanwhile",
            by=made.second,
        )  # fmt: skip

    page = client.post(address, {"reason": "My long reason", "seen": seen})

    assert not Override.objects.filter(reason="My long reason").exists()
    assert "My long reason</textarea>" in page.text


@pytest.mark.web
def test_board_decision_taken_back_stays_on_record(cast: Cast, made: Made) -> None:
    run(made)
    chosen = made.round.current_run.pairs.first()
    override = domain.add_override(
        made.round, "lock", left=chosen.left, right=chosen.right, reason="Agreed by phone",
        by=made.officer,
    )  # fmt: skip
    address = reverse("matching:withdraw", args=[made.round.slug, override.pk])
    client = cast.second_officer.client

    asked = client.get(address)
    client.post(address, {"reason": "It was another town"})

    override.refresh_from_db()
    assert "Agreed by phone" in asked.text
    assert (override.withdrawn_reason, override.withdrawn_by_id) == (
        "It was another town",
        cast.second_officer.user.pk,
    )
    page = client.get(board(made)[0])
    assert "It was another town" in page.text


@pytest.mark.web
def test_board_undo_takes_the_newest_decision_back_first(cast: Cast, made: Made) -> None:
    run(made)
    one, two = made.round.current_run.pairs.all()[:2]
    for pair in (one, two):
        domain.add_override(
            made.round, "veto", left=pair.left, right=pair.right, reason="No", by=made.officer
        )
    cast.officer.client.post(
        reverse("matching:undo", args=[made.round.slug]), {"reason": "Too quick"}
    )
    standing = queries.overrides_in_force(made.round)
    assert [(row.left_id, row.right_id) for row in standing] == [(one.left_id, one.right_id)]


@pytest.mark.web
def test_board_says_what_would_bring_two_towns_together_when_asked(
    cast: Cast, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished = run(made)
    chosen = set(finished.pairs.values_list("left__code", "right__code"))
    left, right = next(
        (left.code, right.code)
        for left in made.left
        for right in made.right
        if (left.code, right.code) not in chosen
    )
    client = cast.officer.client
    query = {"left": left, "right": right}

    unasked = client.get(board(made)[0], query)
    asked = client.get(board(made)[0], {**query, "ways": "1"})

    market, result = queries.market_of(finished), queries.result_of(finished)
    found = citymatch.what_would_change(market, result, left, right)
    assert unasked.context["ways"] is None
    assert "What would bring them together?" in unasked.text
    assert (len(asked.context["ways"].rows), asked.context["ways"].is_whole) == (len(found), True)
    assert [way.words in asked.text for way in asked.context["ways"].rows] == [True] * len(found)
    assert PARTLY not in asked.text
    # Where the time is over before anything was tried, the page says so, and nothing untrue.
    monkeypatch.setattr(towns, "PATIENCE_SECONDS", 0.0)
    hurried = client.get(board(made)[0], {**query, "ways": "1"})
    assert (hurried.context["ways"].rows, hurried.context["ways"].is_whole) == ((), False)
    assert PARTLY in hurried.text
    assert "No single change" not in hurried.text


@pytest.mark.web
def test_board_compare_lists_pairs_that_went_came_and_stayed(cast: Cast, made: Made) -> None:
    first = run(made)
    chosen = first.pairs.first()
    domain.add_override(
        made.round, "veto", left=chosen.left, right=chosen.right, reason="No", by=made.officer
    )
    second = run(made)

    page = cast.officer.client.get(reverse("matching:compare", args=[made.round.slug]))

    def keys(of: Run) -> set[tuple[str, str]]:
        return set(of.pairs.values_list("left__code", "right__code"))

    found = page.context["difference"]
    assert (page.context["old"].pk, page.context["new"].pk) == (first.pk, second.pk)
    assert {(one.left.code, one.right.code) for one in found.gone} == keys(first) - keys(second)
    assert {(one.left.code, one.right.code) for one in found.come} == keys(second) - keys(first)
    assert found.stayed == len(keys(first) & keys(second))
    assert found.figures[2].after == reasons.points(second.score)


@pytest.mark.web
def test_board_of_an_approved_round_tells_the_programme_pairs_but_no_reasons_of_staff(
    cast: Cast, made: Made
) -> None:
    run(made)
    chosen = made.round.current_run.pairs.first()
    domain.add_override(
        made.round, "lock", left=chosen.left, right=chosen.right, reason="Known only to staff",
        by=made.officer,
    )  # fmt: skip
    approve(made)
    query = {"left": chosen.left.code, "right": chosen.right.code}

    for person in (cast.latvia, cast.chuhuiv, cast.funder):
        page = person.client.get(board(made)[0], query)
        assert page.context["panel"].is_pair is True
        assert "Known only to staff" not in page.text
        assert "matching:decide" not in page.text
        assert page.context["may_decide"] is False
    assert "Known only to staff" in cast.officer.client.get(board(made)[0], query).text
    assert Client().get(board(made)[0]).status_code == 404


@pytest.mark.web
def test_board_town_that_is_withheld_from_a_reader_leaves_no_trace(cast: Cast, made: Made) -> None:
    approve(made)
    pair = made.round.current_run.pairs.first()
    pair.right.level = Level.STAFF
    pair.right.save(update_fields=["level"])
    name, code = pair.right.label_en, pair.right.code

    page = cast.funder.client.get(board(made)[0])

    assert name not in page.text
    assert code not in page.text
    assert page.context["figures"][0]["value"] == made.round.current_run.size - 1
    asked = cast.funder.client.get(board(made)[0], {"left": pair.left.code, "right": code})
    assert asked.status_code == 404


@pytest.mark.web
def test_board_place_that_is_withheld_is_not_drawn(cast: Cast, made: Made) -> None:
    approve(made)
    pair = made.round.current_run.pairs.first()
    pair.left.precision = Precision.WITHHELD
    pair.left.save(update_fields=["precision"])

    seen = {
        person.key: len(person.client.get(board(made)[0]).context["map"].bridges)
        for person in (cast.officer, cast.funder)
    }

    size = made.round.current_run.size
    assert seen == {"officer": size, "funder": size - 1}


@pytest.mark.web
def test_board_town_without_a_partner_gets_ways_that_work(
    cast: Cast, bodies: Bodies, made: Made
) -> None:
    domain.set_quota(made.round, bodies.latvian_association, by=made.officer, least=0, most=2)
    run(made)
    page = cast.officer.client.get(board(made)[0])
    alone = [row for row in page.context["alone"] if row.is_alone]
    assert len(alone) == 2

    town = next(row.town for row in alone if row.side == "left")
    asked = cast.officer.client.get(reverse("matching:town", args=[made.round.slug, town.code]))

    assert asked.context["ways"].rows
    assert asked.context["alone"].why in asked.text


@pytest.mark.web
@pytest.mark.parametrize("count", [6, 30])
def test_board_asks_a_bounded_number_of_queries(
    count: int, cast: Cast, bodies: Bodies, django_assert_max_num_queries: object
) -> None:
    many = make_many(cast, bodies, count)
    run(many)
    client = cast.officer.client
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        page = client.get(board(many)[0])
    assert len(page.context["rows"]) == count
