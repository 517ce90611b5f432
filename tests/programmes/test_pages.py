"""Pages of programmes: what they say to whom, what forms answer, how many queries they take."""

import csv
import io
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from mosty.core.access import SYSTEM
from mosty.core.publication import Level
from mosty.core.texts import Text
from mosty.programmes import domain
from mosty.programmes.models import (
    Milestone,
    Objective,
    OtherDate,
    Participant,
    Partner,
    Phase,
    Programme,
    Target,
)
from tests.partnerships.world import make_towns
from tests.people import Bodies, Cast
from tests.programmes.world import PAGE, ProgrammeWorld, make_phase

pytestmark = [pytest.mark.django_db, pytest.mark.web]

NO_DATE = {"as_of_day": "", "as_of_month": "", "as_of_year": ""}
NO_SOURCE = {"source_url": "", "source_title": "", **NO_DATE}


def url(name: str, world: ProgrammeWorld, **more: Any) -> str:
    return reverse(f"programmes:{name}", kwargs=world.path | more)


def text_of(content: bytes) -> str:
    """The words of a page, without tags and with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", content.decode()))


def test_phase_page_says_dates_aims_partners_with_sources(world: ProgrammeWorld) -> None:
    page = text_of(Client().get(world.phase.get_absolute_url()).content)

    assert "Ended · 1 November 2022 – 30 September 2023" in page
    assert "Rebuild together Rebuilding Ukraine , 2023" in page
    assert "30 new partnerships Rebuilding Ukraine , 2023" in page
    assert "Leads Council of European Municipalities and Regions" in page
    # Who takes part is open inside the programme only.
    assert "Chuhuiv" not in page
    assert "Either nobody has been chosen yet, or the list is not open to you." in page


def test_phase_page_shows_participants_inside_the_programme(
    world: ProgrammeWorld, cast: Cast
) -> None:
    page = text_of(cast.kuldiga.client.get(world.phase.get_absolute_url()).content)

    assert "From Ukraine 1 Association of Ukrainian Cities 1 Chuhuiv · Чугуїв UA" in page
    assert "Add municipalities" not in page
    assert "Add municipalities" in text_of(
        cast.officer.client.get(world.phase.get_absolute_url()).content
    )


def test_phase_page_marks_what_is_illustrative(world: ProgrammeWorld) -> None:
    Participant.objects.update(is_illustrative=True, level=Level.PUBLIC)

    page = text_of(Client().get(world.phase.get_absolute_url()).content)

    assert "Marked municipalities did not take part in the real phase" in page
    assert "Chuhuiv · Чугуїв UA Illustrative" in page


def test_page_of_a_phase_in_ukrainian(world: ProgrammeWorld) -> None:
    client = Client(headers={"accept-language": "uk"})

    page = text_of(client.get(world.phase.get_absolute_url()).content)

    assert "Завершено · 1 листопада 2022 – 30 вересня 2023" in page
    assert "Мости довіри · CEMR strand" in page


def test_participants_file_holds_exactly_what_the_list_shows(
    world: ProgrammeWorld, bodies: Bodies, cast: Cast
) -> None:
    domain.add_participants(world.phase, [bodies.kuldiga, bodies.gulbene], by=SYSTEM)

    def codes(client: Client, query: str) -> list[str]:
        answer = client.get(url("participants_file", world, suffix="csv") + query)
        text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
        return [row[0] for row in csv.reader(io.StringIO(text))][1:]

    assert codes(Client(), "") == []
    assert codes(cast.stranger.client, "") == []
    assert codes(cast.kuldiga.client, "?side=eu&sort=-name") == [
        bodies.kuldiga.code,
        bodies.gulbene.code,
    ]
    sheet = load_workbook(
        io.BytesIO(cast.funder.client.get(url("participants_file", world, suffix="xlsx")).content)
    ).active
    assert sheet is not None
    assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == [
        "Chuhuiv", "Gulbene", "Kuldīga",
    ]  # fmt: skip
    assert cast.funder.client.get(url("participants_file", world, suffix="pdf")).status_code == 404


def test_programmes_file_has_a_line_per_phase(world: ProgrammeWorld, bodies: Bodies) -> None:
    domain.add_strand(world.programme, name=Text.of(en="Slovenian strand"), by=SYSTEM)

    answer = Client().get(reverse("programmes:list_file", args=["csv"]))

    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    assert list(csv.reader(io.StringIO(text)))[1:] == [
        ["Bridges of Trust", "CEMR strand", "Phase 2", "2022-11-01", "2023-09-30", ""],
        ["Bridges of Trust", "Slovenian strand", "", "", "", ""],
    ]


def test_new_programme_strand_and_phase_through_the_forms(cast: Cast) -> None:
    client = cast.officer.client
    name = {"name_record": "en", "name_en": "Paths", "name_uk": "Шляхи"}
    about = {"about_record": "en", "about_en": "", "about_uk": ""}
    level = {"level": "public", "level_reason": "", "level_review_on": ""}

    answer = client.post(
        reverse("programmes:create"), name | about | level | NO_SOURCE | {"website": ""}
    )
    programme = Programme.objects.get()
    assert answer["Location"] == programme.get_absolute_url() == "/programmes/paths/"
    assert programme.name.wordings["uk"][0] == "Шляхи"

    client.post(
        reverse("programmes:create_strand", args=["paths"]),
        {"name_record": "en", "name_en": "First", "name_uk": ""} | about | NO_SOURCE,
    )
    answer = client.post(
        reverse("programmes:create_phase", args=["paths", "first"]),
        {"name_record": "en", "name_en": "Pilot", "name_uk": ""} | about | level
        | {"starts_day": "", "starts_month": "3", "starts_year": "2021"}
        | {"ends_day": "", "ends_month": "", "ends_year": ""}
        | NO_SOURCE | {"source_url": PAGE, "as_of_year": "2021"},
    )  # fmt: skip
    phase = Phase.objects.get()
    assert answer["Location"] == "/programmes/paths/first/pilot/"
    assert (phase.starts, phase.ends, phase.as_of) == ("2021-03", "", "2021")
    assert phase.source is not None
    assert (phase.source.url, phase.source.title) == (PAGE, "example.org")


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"name_en": "", "name_uk": ""}, "name", "Write this in at least one language."),
        ({"starts_year": ""}, "starts", "Write the year as well: four figures."),
        ({"starts_day": "31", "starts_month": "2"}, "starts",
         "There is no such date. Look at the day, the month and the year again."),
        ({"starts_day": "3", "starts_month": ""}, "starts",
         "A day needs its month. Choose the month, or leave the day empty."),
        ({"ends_year": "2020"}, "ends",
         "The phase would end before it begins. Look at both dates again."),
        ({"level": "staff"}, "level_reason", "Say why, so that others can look at it again."),
        ({"source_url": "not an address"}, "source_url", "Enter a valid URL."),
    ],
)  # fmt: skip
def test_phase_form_names_the_field_and_the_remedy(
    world: ProgrammeWorld, cast: Cast, changes: dict[str, str], field: str, message: str
) -> None:
    client = cast.officer.client
    data = form_data(client, url("edit_phase", world)) | {"name_en": "Changed"} | changes

    answer = client.post(url("edit_phase", world), data)

    assert answer.status_code == 200
    assert answer.context["form"].errors == {field: [message]}
    assert f">{message}<" in answer.content.decode()
    world.phase.refresh_from_db()
    assert str(world.phase) == "Phase 2"


def form_data(client: Client, address: str) -> dict[str, str]:
    """What a browser would send back of the form at an address, unchanged."""
    form = client.get(address).context["form"]
    data: dict[str, str] = {}
    for bound in form:
        widget = bound.field.widget
        if hasattr(widget, "decompress"):
            parts = widget.decompress(bound.initial)
            data |= {
                f"{bound.html_name}{name}": str(part or "")
                for name, part in zip(widget.widgets_names, parts, strict=True)
            }
        elif isinstance(bound.value(), bool):
            data |= {bound.html_name: "on"} if bound.value() else {}
        else:
            value = bound.value()
            data[bound.html_name] = "" if value is None else str(getattr(value, "pk", value))
    return data


def test_two_officers_edit_one_phase_and_nothing_is_lost(world: ProgrammeWorld, cast: Cast) -> None:
    address = url("edit_phase", world)
    first, second = cast.officer.client, cast.second_officer.client
    mine, theirs = form_data(first, address), form_data(second, address)

    second.post(address, theirs | {"name_en": "Second phase"})
    answer = first.post(address, mine | {"ends_day": "31", "ends_month": "12"})

    assert answer.status_code == 302
    world.phase.refresh_from_db()
    assert (str(world.phase), world.phase.ends) == ("Second phase", "2023-12-31")


def test_two_officers_edit_one_field_and_the_later_is_asked(
    world: ProgrammeWorld, cast: Cast
) -> None:
    address = url("edit_phase", world)
    first, second = cast.officer.client, cast.second_officer.client
    mine, theirs = form_data(first, address), form_data(second, address)
    second.post(address, theirs | {"name_en": "Second phase"})

    answer = first.post(address, mine | {"name_en": "Phase two"})

    assert answer.context["form"].errors == {
        "name": [
            "Somebody has changed this meanwhile to: “Second phase”. "
            "Yours is kept here; save once more if it is to stand."
        ]
    }
    again = {
        key: value
        for key, value in answer.context["form"].data.items()
        if key != "csrfmiddlewaretoken"
    }
    assert first.post(address, again).status_code == 302
    world.phase.refresh_from_db()
    assert str(world.phase) == "Phase two"


def test_rows_form_changes_adds_and_takes_out(world: ProgrammeWorld, cast: Cast) -> None:
    row = Target.objects.get()
    base = {"rows-TOTAL_FORMS": "2", "rows-INITIAL_FORMS": "1"}
    kept = {"pk": str(row.pk), "value": "30", "text_record": "en", "text_en": "new partnerships",
            "text_uk": "нових партнерств", "source_url": PAGE, "as_of_day": "", "as_of_month": "",
            "as_of_year": "2023"}  # fmt: skip
    new = {"pk": "", "value": "10", "text_record": "en", "text_en": "associations", "text_uk": "",
           "source_url": "", **NO_DATE}  # fmt: skip
    data = base | {f"rows-0-{name}": value for name, value in kept.items()}
    data |= {f"rows-1-{name}": value for name, value in new.items()}

    cast.officer.client.post(url("edit_rows", world, rows="targets"), data)

    assert [(target.value, str(target.text)) for target in Target.objects.order_by("order")] == [
        (30, "new partnerships"),
        (10, "associations"),
    ]
    data |= {"rows-0-DELETE": "on", "rows-1-value": "", "rows-1-text_en": ""}
    cast.officer.client.post(url("edit_rows", world, rows="targets"), data)
    assert [str(target.text) for target in Target.objects.all()] == ["associations"]


def test_rows_that_were_not_touched_do_not_undo_what_another_officer_wrote(
    world: ProgrammeWorld, cast: Cast
) -> None:
    address = url("edit_rows", world, rows="targets")
    (shown, blank) = cast.officer.client.get(address).context["formset"].forms
    row = Target.objects.get()
    domain.set_rows(world.phase, Target, [{"pk": row.pk, "text": row.text, "value": 36}], by=SYSTEM)

    data = {"rows-TOTAL_FORMS": "2", "rows-INITIAL_FORMS": "1"}
    stale = {"pk": str(row.pk), "seen": shown.initial["seen"], "value": "30", "text_record": "en",
             "text_en": "new partnerships", "text_uk": "", "source_url": PAGE, "as_of_day": "",
             "as_of_month": "", "as_of_year": "2023"}  # fmt: skip
    new = {"value": "9", "text_record": "en", "text_en": "countries", "text_uk": "", **NO_DATE}
    data |= {f"rows-0-{name}": value for name, value in stale.items()}
    data |= {f"rows-1-{name}": value for name, value in new.items()}
    assert cast.officer.client.post(address, data).status_code == 302

    assert [target.value for target in Target.objects.order_by("order")] == [36, 9]
    assert blank.initial == {}


@pytest.mark.parametrize(
    ("rows", "model", "values"),
    [
        ("objectives", Objective, {"text_record": "en", "text_en": "Learn", "text_uk": ""}),
        ("milestones", Milestone, {"text_record": "en", "text_en": "Launch", "text_uk": "",
                                   "on_day": "15", "on_month": "2", "on_year": "2023"}),
        ("other-dates", OtherDate, {"kind": "end", "on_day": "", "on_month": "11",
                                    "on_year": "2023"}),
    ],
)  # fmt: skip
def test_rows_forms_of_every_kind_add_a_row(
    world: ProgrammeWorld, cast: Cast, rows: str, model: Any, values: dict[str, str]
) -> None:
    model.objects.all().delete()
    data = {"rows-TOTAL_FORMS": "1", "rows-INITIAL_FORMS": "0"}
    data |= {f"rows-0-{name}": value for name, value in (values | NO_SOURCE).items()}

    answer = cast.officer.client.post(url("edit_rows", world, rows=rows), data)

    assert answer.status_code == 302
    assert model.objects.count() == 1
    assert cast.officer.client.get(url("edit_rows", world, rows="nothing")).status_code == 404


def test_rows_form_with_a_fault_saves_nothing(world: ProgrammeWorld, cast: Cast) -> None:
    data = {"rows-TOTAL_FORMS": "1", "rows-INITIAL_FORMS": "0", "rows-0-value": "-1",
            "rows-0-text_record": "en", "rows-0-text_en": "x", "rows-0-text_uk": ""}  # fmt: skip

    answer = cast.officer.client.post(url("edit_rows", world, rows="targets"), data)

    assert answer.context["formset"].errors == [
        {"value": ["Ensure this value is greater than or equal to 0."]}
    ]
    assert Target.objects.get().value == 30


def test_participants_are_searched_ticked_and_added(
    world: ProgrammeWorld, bodies: Bodies, cast: Cast
) -> None:
    client, address = cast.officer.client, url("add_participants", world)
    terms = {"association": str(bodies.latvian_association.pk), "association_basis": "stated",
             "least_partners": "0", "most_partners": "2", "level": "programme",
             **NO_SOURCE}  # fmt: skip

    searched = client.post(address, terms | {"towns_q": "кулд", "towns_find": "1"})
    assert f'value="{bodies.kuldiga.pk}"' in searched.content.decode()
    assert 'name="most_partners" value="2"' in searched.content.decode()
    assert "Not saved yet" not in searched.content.decode()
    assert Participant.objects.count() == 1

    # Chuhuiv takes part already and is not offered again.
    again = client.post(address, terms | {"towns_q": "chuhuiv", "towns_find": "1"})
    assert "Nothing else was found under this name." in again.content.decode()

    towns = [str(bodies.kuldiga.pk), str(bodies.gulbene.pk)]
    answer = client.post(address, terms | {"towns": towns})
    assert answer["Location"] == world.phase.get_absolute_url()
    rows = Participant.objects.exclude(organisation=bodies.chuhuiv)
    assert [(str(row), str(row.association.code), row.most_partners) for row in rows] == [  # type: ignore[union-attr]
        ("Gulbene", "LPS", 2),
        ("Kuldīga", "LPS", 2),
    ]


def test_adding_nobody_or_crossed_bounds_is_refused_with_the_remedy(
    world: ProgrammeWorld, bodies: Bodies, cast: Cast
) -> None:
    terms = {"association": "", "association_basis": "stated", "least_partners": "3",
             "most_partners": "1", "level": "programme", "towns_q": "", **NO_SOURCE}  # fmt: skip

    answer = cast.officer.client.post(url("add_participants", world), terms)

    assert answer.context["form"].errors == {
        "towns": ["Search and tick at least one."],
        "most_partners": ["At most must not be less than at least. Change one of them."],
    }
    forged = cast.officer.client.post(
        url("add_participants", world),
        terms | {"towns": str(bodies.donor.pk), "least_partners": "0"},
    )
    assert list(forged.context["form"].errors) == ["towns"]
    assert Participant.objects.count() == 1


def test_partner_is_added_edited_and_removed_with_a_reason(
    world: ProgrammeWorld, bodies: Bodies, cast: Cast
) -> None:
    client = cast.officer.client
    values = {"part": "funder", "text_record": "en", "text_en": "Pays", "text_uk": "", **NO_SOURCE}
    client.post(url("add_partner", world), values | {"organisation": str(bodies.donor.pk)})
    partner = Partner.objects.get(organisation=bodies.donor)
    assert (partner.part, str(partner.text)) == ("funder", "Pays")

    twice = client.post(url("add_partner", world), values | {"organisation": str(bodies.donor.pk)})
    assert twice.context["form"].errors == {"part": ["This organisation has this part already."]}

    data = form_data(client, url("edit_partner", world, pk=partner.pk))
    client.post(url("edit_partner", world, pk=partner.pk), data | {"is_inferred": "on"})
    partner.refresh_from_db()
    assert partner.is_inferred is True

    client.post(url("remove_partner", world, pk=partner.pk), {"reason": ""})
    assert Partner.objects.filter(pk=partner.pk).exists()
    client.post(url("remove_partner", world, pk=partner.pk), {"reason": "never did"})
    assert not Partner.objects.filter(pk=partner.pk).exists()


def test_participant_is_edited_and_removed_with_a_reason(world: ProgrammeWorld, cast: Cast) -> None:
    client = cast.officer.client
    address = url("edit_participant", world, code=world.participant.organisation.code)
    client.post(address, form_data(client, address) | {"most_partners": "3", "level": "public"})
    world.participant.refresh_from_db()
    assert (world.participant.most_partners, world.participant.level) == (3, "public")

    remove = url("remove_participant", world, code=world.participant.organisation.code)
    page = client.post(remove, {"reason": " "}, follow=True)
    assert "write the reason as well" in page.content.decode()
    assert Participant.objects.count() == 1
    client.post(remove, {"reason": "the council voted against it"})
    assert Participant.objects.count() == 0


def test_empty_pages_say_what_to_do_next(cast: Cast) -> None:
    visitor = text_of(Client().get(reverse("programmes:list")).content)
    officer = text_of(cast.officer.client.get(reverse("programmes:list")).content)

    assert "The secretariat has not entered anything yet." in visitor
    assert "Add a programme" in officer
    searched = text_of(Client().get(reverse("programmes:list") + "?q=nothing").content)
    assert "No programme has this name" in searched


@pytest.mark.parametrize("count", [10, 1000])
def test_pages_take_a_bounded_number_of_queries(
    world: ProgrammeWorld,
    bodies: Bodies,
    cast: Cast,
    count: int,
    django_assert_max_num_queries: Any,
) -> None:
    phases = [world.phase, *(make_phase(world.strand, f"Phase {number}") for number in range(3, 6))]
    Partner.objects.bulk_create(
        Partner(phase=phase, organisation=body, part=part, source=world.partner.source)
        for phase in phases
        for body in (bodies.donor, bodies.latvian_association, bodies.ukrainian_association)
        for part in ("partner", "funder")
    )
    Participant.objects.bulk_create(
        Participant(
            phase=world.phase,
            organisation=town,
            association=bodies.latvian_association,
            level=Level.PUBLIC,
        )
        for town in make_towns(count)
    )
    client = cast.officer.client
    for address in (
        reverse("programmes:list"),
        world.programme.get_absolute_url(),
        world.phase.get_absolute_url(),
        url("participants", world),
        url("participants", world) + "?q=town&side=eu&sort=-population",
        url("add_participants", world),
        url("edit_phase", world),
        url("edit_rows", world, rows="targets"),
    ):
        with django_assert_max_num_queries(25):
            assert client.get(address).status_code == 200
    with django_assert_max_num_queries(25):
        answer = client.get(url("participants_file", world, suffix="csv"))
        rows = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(rows)))) == count + 2
