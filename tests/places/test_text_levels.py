"""A level on a single text of a record: chosen beside it, and true wherever the text is read."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from mosty.core.access import VISITOR
from mosty.core.history import HistoryEntry
from mosty.core.publication import Level
from mosty.core.texts import Text
from mosty.places.domain import merging, organisations
from mosty.places.domain.text_levels import Circle
from mosty.places.models import Organisation, TextLevel
from mosty.places.queries import presence
from tests.partnerships.world import report
from tests.people import Bodies, Cast, make_town
from tests.places.test_forms import form_at

pytestmark = [pytest.mark.django_db, pytest.mark.web]

PAGE = "/municipalities/UA63140110000017413/"
EDIT = f"{PAGE}edit/"
SAID = {"about_record": "en", "about_en": "A town", "capacity_record": "en",
        "capacity_en": "Two people"}  # fmt: skip
NARROW = {"capacity_level": "partners", "texts_reason": "Names of people",
          "texts_review_on": "2031-05-06"}  # fmt: skip


def say(cast: Cast, **more: Any) -> Any:
    client = cast.chuhuiv.client
    return client.post(EDIT, form_at(client, EDIT) | SAID | more)


def readers(cast: Cast, words: str) -> set[str]:
    keys = ("officer", "chuhuiv", "kuldiga", "korop", "ukraine", "funder", "stranger")
    browsers = {"visitor": Client()} | {key: getattr(cast, key).client for key in keys}
    return {key for key, each in browsers.items() if words in each.get(PAGE).content.decode()}


def test_text_for_partners_is_read_by_them_alone_and_says_so(cast: Cast, bodies: Bodies) -> None:
    report(bodies.chuhuiv, bodies.kuldiga)
    assert say(cast, **NARROW).status_code == 302
    row = TextLevel.objects.get()
    assert (row.organisation, row.text, row.level) == (bodies.chuhuiv, "capacity", "partners")
    assert (row.level_reason, row.level_review_on) == ("Names of people", date(2031, 5, 6))
    assert readers(cast, "Two people") == {"officer", "chuhuiv", "kuldiga"}
    assert readers(cast, "Names of people; looked at again on 6 May 2031") == {
        "officer", "chuhuiv", "kuldiga",
    }  # fmt: skip
    assert "visitor" in readers(cast, "A town")


def test_text_that_is_opened_again_is_read_by_everybody(cast: Cast) -> None:
    say(cast, **NARROW)
    assert "visitor" not in readers(cast, "Two people")
    assert say(cast, capacity_level="public").status_code == 302
    assert "visitor" in readers(cast, "Two people")
    row = TextLevel.objects.get()
    assert (row.level_reason, row.level_review_on) == ("", None)


def test_text_that_is_narrowed_needs_a_reason_and_nothing_is_lost(cast: Cast) -> None:
    page = say(cast, **NARROW | {"texts_reason": ""})
    assert page.context["form"].errors.keys() == {"texts_reason"}
    assert "Two people" in page.content.decode()
    assert not TextLevel.objects.exists()
    assert "officer" not in readers(cast, "Two people")


def test_form_shows_what_stands_and_changes_nothing_by_itself(cast: Cast) -> None:
    say(cast, **NARROW)
    before, entries = TextLevel.objects.values().get(), HistoryEntry.objects.count()
    form = cast.chuhuiv.client.get(EDIT).context["form"]
    assert (form["capacity_level"].value(), form["about_level"].value()) == ("partners", "public")
    assert form["texts_reason"].value() == "Names of people"
    folded = [group for group in form.groups() if group.is_folded]
    assert [group.is_open for group in folded] == [True]
    assert say(cast).status_code == 302
    assert TextLevel.objects.values().get() == before
    assert HistoryEntry.objects.count() == entries


def test_level_of_a_text_that_a_colleague_changed_meanwhile_stays(cast: Cast) -> None:
    client = cast.chuhuiv.client
    open_form = form_at(client, EDIT) | SAID
    organisations.edit_organisation(
        cast.chuhuiv.organisation, by=cast.officer.actor, values={},  # type: ignore[arg-type]
        circles={"experience": Circle(Level.STAFF, "A thing of the ministry")},
    )  # fmt: skip
    assert client.post(EDIT, open_form).status_code == 302
    row = TextLevel.objects.get()
    assert (row.text, row.level, row.level_reason) == (
        "experience", "staff", "A thing of the ministry",
    )  # fmt: skip


def test_history_of_a_narrow_text_is_as_narrow(cast: Cast, bodies: Bodies) -> None:
    for level, told in (("public", "programme"), ("programme", "programme"), ("staff", "staff")):
        HistoryEntry.objects.get_queryset()._raw_delete("default")
        say(cast, capacity_level=level, texts_reason="Why", capacity_en=f"Two people, {level}")
        entries = HistoryEntry.objects.filter(object_id=bodies.chuhuiv.pk)
        assert {entry.level for entry in entries} == {told}, level
    HistoryEntry.objects.get_queryset()._raw_delete("default")
    # What it was before is told in the same line: it stays as narrow as that was.
    say(cast, capacity_level="public", capacity_en="Three people")
    assert set(HistoryEntry.objects.values_list("level", flat=True)) == {"staff"}


@pytest.mark.parametrize("who", ["kuldiga", "ukraine", "funder", "stranger"])
def test_nobody_else_sets_who_may_see_a_text(cast: Cast, who: str) -> None:
    client = getattr(cast, who).client
    assert client.post(EDIT, SAID | NARROW).status_code == 403
    assert not TextLevel.objects.exists()


def test_page_asks_nothing_more_where_no_text_has_a_level(
    cast: Cast, bodies: Bodies, django_assert_num_queries: Any
) -> None:
    say(cast)
    town = bodies.chuhuiv
    town.refresh_from_db()
    town.has_text_levels = False  # type: ignore[attr-defined]
    with django_assert_num_queries(0):
        assert set(presence.texts(town, VISITOR)) == {"about", "capacity"}


def _merged(cast: Cast, bodies: Bodies, twin: Organisation) -> None:
    by = cast.officer.actor
    seen = merging.plan_merge(bodies.kuldiga, twin, by=by).mark
    merging.merge(bodies.kuldiga, twin, by=by, reason="One town.", seen=seen)


@pytest.mark.parametrize(
    ("kept_says", "kept_level", "gone_level", "expected"),
    [
        # The words of the second record come over with their level, or with the narrower one.
        ("", None, "partners", ["partners"]),
        ("", "programme", "staff", ["staff"]),
        ("", "staff", "partners", ["staff"]),
        # Where the record that stays has words of its own, their level stays too.
        ("Ours", None, "staff", []),
        ("Ours", "programme", "staff", ["programme"]),
    ],
)
def test_merging_never_makes_a_text_more_public_nor_hides_another(
    cast: Cast, bodies: Bodies, kept_says: str, kept_level: str | None, gone_level: str,
    expected: list[str],
) -> None:  # fmt: skip
    twin = make_town("LV_9999999", "Kuldiga", "", "", in_country="LV", lat=56.9, lon=21.9,
                     population=None)  # fmt: skip
    Organisation.objects.filter(pk=twin.pk).update(about=Text.of(en="Theirs"))
    if kept_says:
        Organisation.objects.filter(pk=bodies.kuldiga.pk).update(about=Text.of(en=kept_says))
    for body, level in ((bodies.kuldiga, kept_level), (twin, gone_level)):
        if level:
            TextLevel.objects.create(organisation=body, text="about", level=level)
    twin.refresh_from_db()
    bodies.kuldiga.refresh_from_db()
    _merged(cast, bodies, twin)
    bodies.kuldiga.refresh_from_db()
    assert str(bodies.kuldiga.about) == (kept_says or "Theirs")
    assert [row.level for row in TextLevel.objects.all()] == expected
    merging.undo_merge(bodies.kuldiga.mergers.get(), by=cast.officer.actor, reason="Two towns.")
    levels = dict(TextLevel.objects.values_list("organisation__code", "level"))
    assert levels == {"LV_9999999": gone_level} | ({"LV_0620200": kept_level} if kept_level else {})
