"""Pages of partnerships: what they say to whom, what forms answer, how many queries they take."""

import csv
import io
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from mosty.core.access import SYSTEM
from mosty.partnerships import domain
from mosty.partnerships.models import Partnership, Report
from mosty.places.models import Theme
from tests.partnerships.world import PAGE, make_many
from tests.people import Bodies, Cast
from tests.places.territories import status

pytestmark = [pytest.mark.django_db, pytest.mark.web]

Pairs = tuple[Partnership, Partnership]
LIST = "/partnerships/"
TEXT = {"about_record": "en", "about_en": "", "about_uk": ""}
DATES = {f"{name}_{part}": "" for name in ("since", "read_on") for part in ("day", "month", "year")}
REPORT = {"source_url": PAGE, "source_title": "", "stage": "", "since_means": "", "note": ""}
LEVEL = {"level": "public", "level_reason": "", "level_review_on": ""}


def text_of(answer: Any) -> str:
    """The words of a page, without tags and with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def rows_of(answer: Any) -> list[list[str]]:
    """A CSV file without its head."""
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))[1:]


def test_list_shows_count_map_and_sources_of_what_is_open(cast: Cast, pairs: Pairs) -> None:
    visitor, member = Client().get(LIST), cast.funder.client.get(LIST)

    assert "1 partnership" in text_of(visitor)
    assert "2 partnerships" in text_of(member)
    assert "Chuhuiv Чугуїв Kuldīga LV Cities4Cities June 2022 signed example.org" in text_of(
        visitor
    )
    assert "Korop" not in visitor.content.decode()
    assert len(visitor.context["map"].bridges) == 1
    assert len(member.context["map"].bridges) == 2


def test_partnership_with_a_town_of_active_hostilities_warns_of_visits(
    bodies: Bodies, pairs: Pairs
) -> None:
    address = pairs[0].get_absolute_url()
    before = Client().get(address)
    assert "Before you plan a visit" not in text_of(before)
    status(bodies.chuhuiv, "active", "2022-02-24")
    answer = Client().get(address)
    assert (
        "Before you plan a visit Chuhuiv: Active hostilities since 24 February 2022, order 376. "
        "Hostilities are going on here. Plan no visit"
    ) in text_of(answer)
    # The bridge ends at the centre of the region, no longer at the town.
    assert answer.context["map"].bridges != before.context["map"].bridges


def test_partnership_inside_the_programme_is_not_there_for_others(cast: Cast, pairs: Pairs) -> None:
    address = pairs[1].get_absolute_url()

    assert Client().get(address).status_code == 404
    assert cast.stranger.client.get(address).status_code == 404
    assert "Korop and Gulbene" in text_of(cast.funder.client.get(address))
    assert "the town asked for it" not in text_of(cast.funder.client.get(address))
    assert "the town asked for it" in text_of(cast.officer.client.get(address))


def test_page_says_who_since_when_what_and_where_it_was_read(pairs: Pairs) -> None:
    page = text_of(Client().get(pairs[0].get_absolute_url()))

    assert "Chuhuiv and Kuldīga" in page
    assert "Reported by a source" in page
    assert "Earliest date known June 2022 signed" in page
    assert "Agreement signed culture and tourism June 2022 signed" in page
    assert "Source: example.org , read November 2026" in page
    assert "What was changed" not in page


def test_page_in_ukrainian_says_names_words_and_dates_in_ukrainian(pairs: Pairs) -> None:
    client = Client(headers={"accept-language": "uk"})

    page = text_of(client.get(pairs[0].get_absolute_url()))

    assert "Чугуїв і Кулдіга" in page
    assert "культура й туризм червень 2022 підписання" in page


def test_files_hold_exactly_what_the_list_shows(bodies: Bodies, cast: Cast, pairs: Pairs) -> None:
    pairs[0].themes.add(Theme.objects.get(pk="culture"))

    def codes(client: Client, query: str = "") -> list[list[str]]:
        answer = client.get(reverse("partnerships:list_file", args=["csv"]) + query)
        return [[row[1], row[3]] for row in rows_of(answer)]

    public = [bodies.chuhuiv.code, bodies.kuldiga.code]
    inner = [bodies.korop.code, bodies.gulbene.code]
    assert codes(Client()) == codes(cast.stranger.client) == [public]
    assert codes(cast.gulbene.client, "?sort=-name") == [inner, public]
    assert codes(cast.gulbene.client, "?year=2023") == [inner]
    # A year that only closed rows have is like one that there is not: it narrows nothing.
    assert codes(Client(), "?year=2023") == codes(Client(), "?year=1850") == [public]
    (row,) = rows_of(Client().get(reverse("partnerships:list_file", args=["csv"])))
    assert row == [
        "Chuhuiv", bodies.chuhuiv.code, "Kuldīga", bodies.kuldiga.code, "LV",
        "Reported by a source", "2022-06", "signed", "Culture and heritage", "Cities4Cities",
        "Agreement signed", "culture and tourism", "", PAGE, "",
    ]  # fmt: skip
    book = Client().get(reverse("partnerships:list_file", args=["xlsx"]))
    sheet = load_workbook(io.BytesIO(book.content)).active
    assert sheet is not None
    assert sheet.max_row == 2
    assert Client().get(reverse("partnerships:list_file", args=["pdf"])).status_code == 404


def test_illustrative_agreement_is_marked_on_page_list_and_file(
    bodies: Bodies, pairs: Pairs, settings: Any
) -> None:
    settings.DEMO_MODE = True
    domain.agree_partnership(
        [bodies.chuhuiv, bodies.kuldiga], phase=None, on=date(2023, 7, 26), by=SYSTEM
    )

    page = text_of(Client().get(pairs[0].get_absolute_url()))
    assert "That it was agreed is an illustration" in page
    listed = text_of(Client().get(LIST))
    assert "Agreed in the programme Illustrative" in listed
    (row,) = rows_of(Client().get(reverse("partnerships:list_file", args=["csv"])))
    assert row[5] == "Agreed in the programme (illustrative)"


def test_officer_reports_a_partnership_through_the_form(bodies: Bodies, cast: Cast) -> None:
    client, address = cast.officer.client, reverse("partnerships:report")
    given = TEXT | DATES | REPORT | LEVEL | {
        "about_record": "uk", "about_uk": "водопостачання", "since_year": "2023",
        "since_month": "6", "since_means": "meeting", "themes": ["water"],
    }  # fmt: skip

    searched = client.post(
        address, given | {"members": str(bodies.korop.pk), "members_q": "гулб", "members_find": "1"}
    )
    html = searched.content.decode()
    assert f'value="{bodies.korop.pk}" checked' in html
    assert f'value="{bodies.gulbene.pk}">' in html
    assert "водопостачання" in html
    assert Partnership.objects.count() == 0

    towns = [str(bodies.korop.pk), str(bodies.gulbene.pk)]
    answer = client.post(address, given | {"members": towns})
    made = Partnership.objects.get()
    assert answer["Location"] == made.get_absolute_url()
    told = made.reports.get()
    assert (told.since, told.since_means, told.about.record) == ("2023-06", "meeting", "uk")
    assert [theme.pk for theme in made.themes.all()] == ["water"]

    again = client.post(
        address,
        given | {"members": towns, "source_url": "https://example.org/other"},
        follow=True,
    )
    assert "They had a partnership in the list already: your source was added." in text_of(again)
    assert (Partnership.objects.count(), Report.objects.count()) == (1, 2)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"members": []}, "members", "Search and tick at least one."),
        ({"members": ["chuhuiv"]}, "members", "Choose at least 2."),
        ({"members": ["chuhuiv", "donor"]}, "members",
         "One of those chosen is not in the register any more. Search for it again."),
        ({"source_url": ""}, "source_url", "This field is required."),
        ({"since_day": "30", "since_month": "2", "since_year": "2023"}, "since",
         "There is no such date. Look at the day, the month and the year again."),
        ({"since_day": "3", "since_year": "2023"}, "since",
         "A day needs its month. Choose the month, or leave the day empty."),
        ({"since_year": "in May"}, "since",
         "There is no such date. Look at the day, the month and the year again."),
        ({"since_means": "visit"}, "since",
         "Write the date as well, or say nothing of what it is."),
        ({"is_inferred": "on"}, "note", "Say from what it is inferred."),
        ({"level": "programme"}, "level_reason", "Say why, so that others can look at it again."),
    ],
)  # fmt: skip
def test_report_form_names_the_field_and_the_remedy(
    bodies: Bodies, cast: Cast, changes: dict[str, Any], field: str, message: str
) -> None:
    towns = ["chuhuiv", "kuldiga"]
    data = TEXT | DATES | REPORT | LEVEL | {"members": towns} | changes
    data["members"] = [str(getattr(bodies, name).pk) for name in data["members"]]

    answer = cast.officer.client.post(reverse("partnerships:report"), data)

    assert answer.status_code == 200
    assert answer.context["form"].errors == {field: [message]}
    assert Partnership.objects.count() == 0


@pytest.mark.parametrize(
    ("day", "month", "year", "kept", "said"),
    [
        ("", "", "2022", "2022", "2022"),
        ("", "6", "2022", "2022-06", "June 2022"),
        ("6", "6", "2022", "2022-06-06", "6 June 2022"),
        ("", "", "", "", "not known"),
    ],
)
def test_date_is_kept_and_shown_as_precisely_as_known(
    bodies: Bodies, cast: Cast, day: str, month: str, year: str, kept: str, said: str
) -> None:
    data = TEXT | DATES | REPORT | LEVEL | {
        "members": [str(bodies.chuhuiv.pk), str(bodies.kuldiga.pk)],
        "since_day": day, "since_month": month, "since_year": year,
    }  # fmt: skip

    answer = cast.officer.client.post(reverse("partnerships:report"), data, follow=True)

    assert Partnership.objects.get().since == kept
    assert f"Earliest date known {said} " in text_of(answer)


def test_officer_edits_members_and_level(bodies: Bodies, cast: Cast, pairs: Pairs) -> None:
    client, address = cast.officer.client, reverse("partnerships:edit", args=[pairs[0].pk])
    seen = client.get(address).context["form"]["seen"].value()
    data = LEVEL | {"seen": seen, "tags": [str(tag.pk) for tag in pairs[0].tags.all()]}

    taken = client.post(address, data | {"members": [str(bodies.korop.pk), str(bodies.gulbene.pk)]})
    assert "Add your source to that one." in text_of(taken)

    towns = [str(bodies.chuhuiv.pk), str(bodies.kuldiga.pk), str(bodies.gulbene.pk)]
    answer = client.post(
        address, data | {"members": towns, "level": "staff", "level_reason": "asked for"}
    )
    assert answer.status_code == 302
    pairs[0].refresh_from_db()
    assert (pairs[0].members.count(), pairs[0].level) == (3, "staff")
    assert pairs[0].tags.count() == 1


def test_two_officers_edit_one_partnership_and_nothing_is_lost(
    bodies: Bodies, cast: Cast, pairs: Pairs
) -> None:
    address = reverse("partnerships:edit", args=[pairs[0].pk])
    first, second = cast.officer.client, cast.second_officer.client
    seen = first.get(address).context["form"]["seen"].value()
    base = LEVEL | {
        "seen": seen,
        "members": [str(bodies.chuhuiv.pk), str(bodies.kuldiga.pk)],
        "tags": [str(tag.pk) for tag in pairs[0].tags.all()],
    }

    second.post(address, base | {"themes": ["water"]})
    answer = first.post(address, base | {"level": "programme", "level_reason": "asked for"})

    assert answer.status_code == 302
    pairs[0].refresh_from_db()
    assert pairs[0].level == "programme"
    assert [theme.pk for theme in pairs[0].themes.all()] == ["water"]


def test_report_is_edited_and_removed_through_the_forms(cast: Cast, pairs: Pairs) -> None:
    client, told = cast.officer.client, pairs[0].reports.get()
    where = {"pk": pairs[0].pk, "report": told.pk}
    seen = client.get(reverse("partnerships:edit_report", kwargs=where)).context["form"]["seen"]
    data = TEXT | DATES | REPORT | {
        "seen": seen.value(), "stage": "visit", "source_url": "https://example.org/second",
        "since_year": "2021",
    }  # fmt: skip

    client.post(reverse("partnerships:edit_report", kwargs=where), data)
    told.refresh_from_db()
    pairs[0].refresh_from_db()
    assert (told.stage, told.source.url, told.since) == (
        "visit", "https://example.org/second", "2021",
    )  # fmt: skip
    assert pairs[0].since == "2021"

    remove = reverse("partnerships:remove_report", kwargs=where)
    assert "This is the only source." in text_of(client.post(remove, {"reason": "x"}, follow=True))
    client.post(reverse("partnerships:add_report", args=[pairs[0].pk]), TEXT | DATES | REPORT)
    assert "write the reason as well" in text_of(client.post(remove, {"reason": ""}, follow=True))
    client.post(remove, {"reason": "another town"})
    assert [report.source.url for report in pairs[0].reports.all()] == [PAGE]


def test_partnership_is_withdrawn_with_a_reason_and_taken_back(cast: Cast, pairs: Pairs) -> None:
    client, pk = cast.officer.client, pairs[0].pk
    withdraw, restore = (
        reverse(f"partnerships:{verb}", args=[pk]) for verb in ("withdraw", "restore")
    )

    assert "write the reason as well" in text_of(client.post(withdraw, {"reason": ""}, follow=True))
    page = text_of(client.post(withdraw, {"reason": "never was"}, follow=True))
    assert "Withdrawn: it stands in no list any more. never was" in page
    assert Client().get(pairs[0].get_absolute_url()).status_code == 404
    assert "It was withdrawn already." in text_of(
        client.post(withdraw, {"reason": "x"}, follow=True)
    )
    client.post(restore)
    assert Client().get(pairs[0].get_absolute_url()).status_code == 200


def test_town_page_shows_existing_partnerships(bodies: Bodies, pairs: Pairs) -> None:
    page = text_of(Client().get(bodies.chuhuiv.get_absolute_url()))

    assert "Existing partnerships" in page
    assert "Kuldīga LV" in page
    none = text_of(Client().get(bodies.korop.get_absolute_url()))
    assert "None is known here." in none


def test_empty_list_says_what_will_stand_there(cast: Cast) -> None:
    assert "They will stand here with their sources" in text_of(Client().get(LIST))
    assert "Add a partnership" in text_of(cast.officer.client.get(LIST))
    assert "Take all filters off" in text_of(Client().get(LIST + "?q=nothing"))


@pytest.mark.parametrize("count", [10, 1000])
def test_pages_take_a_bounded_number_of_queries(
    bodies: Bodies, cast: Cast, pairs: Pairs, count: int, django_assert_max_num_queries: Any
) -> None:
    make_many(bodies.chuhuiv, count)
    client = cast.officer.client
    for address in (
        LIST,
        LIST + "?q=town&country=LV&theme=culture&status=reported&sort=-partner&page=2",
        pairs[0].get_absolute_url(),
        bodies.chuhuiv.get_absolute_url(),
        reverse("partnerships:report"),
        reverse("partnerships:edit", args=[pairs[0].pk]),
    ):
        with django_assert_max_num_queries(25):
            assert client.get(address).status_code == 200
    with django_assert_max_num_queries(25):
        answer = client.get(reverse("partnerships:list_file", args=["csv"]))
        assert len(rows_of(answer)) == count + 2
