"""The page of one body: what it shows to whom, and that nothing else gets out."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from mosty.core.access import SYSTEM
from mosty.core.facts import Fact, Source
from mosty.core.publication import Level
from mosty.core.texts import Text, Wording
from mosty.places import naming
from mosty.places.domain import entries, names, organisations
from mosty.places.models import Affiliation, Name, Need, Offer, Organisation, Theme
from tests.people import Bodies, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.web]

CHUHUIV = "/municipalities/UA63140110000017413/"


def page(client: Client, at: str = CHUHUIV) -> str:
    response = client.get(at)
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    """What a reader reads in the main part, in one line."""
    main = html[html.index("<main") : html.index("</main>")]
    bare = re.sub(r"<(script|style|template).*?</\1>", " ", main, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", bare).split())


def fact(body: Organisation, kind: str, value: str, as_of: str, **more: object) -> Fact:
    source, _made = Source.objects.get_or_create(
        key=f"source-{as_of}", defaults={"title": f"Yearbook of {as_of}"}
    )
    return Fact.objects.create(
        organisation=body, kind=kind, value=Decimal(value), as_of=as_of, source=source, **more
    )


@pytest.mark.parametrize("number", [1, 26])
def test_profile_asks_as_few_questions_whatever_it_shows(
    django_assert_max_num_queries: DjangoAssertNumQueries, cast: Cast, number: int
) -> None:
    town = cast.chuhuiv.organisation
    assert town
    for theme in Theme.objects.all()[:number]:
        Need.objects.create(organisation=town, theme=theme)
        Offer.objects.create(organisation=town, theme=theme)
    for place in range(number):
        Name.objects.create(organisation=town, text=f"Name {place}", language="de", use="exonym")
        fact(town, "population", f"{30000 + place}", f"{1990 + place}")
        names.add_name(town, by=SYSTEM, text=f"More {place}", language="pl", use="exonym")
    for client in (Client(), cast.chuhuiv.client, cast.officer.client):
        with django_assert_max_num_queries(25):
            page(client)


def test_profile_leads_with_both_spellings_country_and_region(
    client: Client, bodies: Bodies
) -> None:
    html = page(client)
    said = words(html)
    assert "Ukraine · Kharkivska UA Chuhuiv · Чугуїв" in said
    assert '<span class="name-beside" lang="uk">Чугуїв</span>' in html
    assert "<title>Chuhuiv · Mosty</title>" in html
    client.cookies["django_language"] = "uk"
    assert "Чугуїв · Chuhuiv" in words(page(client))


def test_profile_shows_the_chosen_figure_and_what_other_sources_say(
    client: Client, bodies: Bodies
) -> None:
    fact(bodies.chuhuiv, "population", "36789", "2022-01-01", is_chosen=True)
    fact(bodies.chuhuiv, "population", "31000", "2024")
    fact(bodies.chuhuiv, "area_km2", "512.70", "2022", is_chosen=True)
    said = words(page(client))
    assert "Population 36,789 1 January 2022 Yearbook of 2022-01-01 1 more source" in said
    assert "36,789 1 January 2022, Yearbook of 2022-01-01 shown" in said
    assert "31,000 2024, Yearbook of 2024" in said
    assert "Area 512.7 km² 2022 Yearbook of 2022" in said


def test_profile_shows_needs_beside_offers_with_weight_and_text(
    client: Client, bodies: Bodies
) -> None:
    Need.objects.create(
        organisation=bodies.chuhuiv, theme_id="water", weight=3, text=Text.of(en="Pumps")
    )
    Offer.objects.create(
        organisation=bodies.chuhuiv, theme_id="water", weight=1, text=Text.of(en="Engineers")
    )
    said = words(page(client))
    assert "Water and wastewater Most important Pumps Useful Engineers" in said


def test_profile_labels_a_text_in_another_language(client: Client, bodies: Bodies) -> None:
    Need.objects.create(
        organisation=bodies.chuhuiv, theme_id="water", text=Text.of(record="uk", uk="Насоси")
    )
    html = page(client)
    assert '<p lang="uk">Насоси</p>' in html
    assert "Written in Ukrainian; there is no translation yet." in words(html)


def test_profile_says_that_a_translation_is_a_machine_s_or_outdated(
    client: Client, bodies: Bodies
) -> None:
    text = Text.of(record="uk", uk="Насоси").translate("en", "Pumps", state=Wording.MACHINE)
    need = Need.objects.create(organisation=bodies.chuhuiv, theme_id="water", text=text)
    assert "Pumps Translated by a machine." in words(page(client))
    need.text = text.write("Насоси й труби")
    need.save()
    assert "The original has changed since this was translated." in words(page(client))


def test_profile_marks_what_is_illustrative(client: Client, bodies: Bodies) -> None:
    Need.objects.create(organisation=bodies.chuhuiv, theme_id="water", is_illustrative=True)
    assert "No body named here has said, asked for or agreed to this." in words(page(client))
    Need.objects.create(organisation=bodies.chuhuiv, theme_id="youth")
    html = page(client)
    row = re.search(r"<tr>(?:(?!<tr>).)*Water and wastewater.*?</tr>", html, re.DOTALL)[0]  # type: ignore[index]
    other = re.search(r"<tr>(?:(?!<tr>).)*Youth.*?</tr>", html, re.DOTALL)[0]  # type: ignore[index]
    assert row.count("Illustrative") == 1
    assert "Illustrative" not in other


def test_profile_tells_working_languages_or_those_of_the_country(
    client: Client, bodies: Bodies
) -> None:
    assert "Working languages Ukrainian official in the country" in words(page(client))
    Organisation.objects.filter(pk=bodies.chuhuiv.pk).update(languages=["uk", "en", "pl"])
    assert "Working languages Ukrainian, English, Polish" in words(page(client))


def test_profile_tells_names_with_kind_and_dates(client: Client, bodies: Bodies) -> None:
    names.add_name(
        bodies.chuhuiv, by=SYSTEM, text="Чугуев", language="ru", use="former",
        since="1780", until="1991-08-24",
    )  # fmt: skip
    said = words(page(client))
    assert "Formerly Чугуев" in said
    assert "Former Чугуев Russian 1780 – 24 August 1991" in said


def test_profile_tells_associations_and_members(client: Client, bodies: Bodies) -> None:
    Affiliation.objects.create(
        member=bodies.kuldiga, association=bodies.latvian_association, is_inferred=True
    )
    said = words(page(client, "/municipalities/LV_0620200/"))
    assert "Associations Latvian Association of Local and Regional Governments inferred" in said
    said = words(page(client, "/municipalities/LPS/"))
    assert "Members 1 municipality in the register Kuldīga LV" in said


def test_profile_of_a_former_code_leads_on_to_the_present_one(
    client: Client, bodies: Bodies
) -> None:
    organisations.edit_organisation(
        bodies.chuhuiv, by=SYSTEM, values={"code": "UA63140170000087785"}
    )
    response = client.get(CHUHUIV)
    assert (response.status_code, response["Location"]) == (
        301,
        "/municipalities/UA63140170000087785/",
    )
    said = words(page(client, response["Location"]))
    assert "Former code UA63140110000017413" in said
    assert client.get("/municipalities/ua63140170000087785/").status_code == 301
    assert client.get("/municipalities/UA99/").status_code == 404


def test_profile_of_a_former_code_keeps_quiet_of_a_hidden_body(
    client: Client, bodies: Bodies
) -> None:
    organisations.edit_organisation(
        bodies.chuhuiv, by=SYSTEM, values={"code": "UA63140170000087785"}
    )
    Organisation.objects.filter(pk=bodies.chuhuiv.pk).update(level=Level.STAFF)
    assert client.get(CHUHUIV).status_code == 404


@pytest.mark.parametrize("level", [Level.STAFF, Level.PROGRAMME])
def test_profile_leaves_out_what_is_not_open(cast: Cast, level: Level) -> None:
    town = cast.chuhuiv.organisation
    assert town
    secret = {"level": level, "level_reason": "War"}
    Need.objects.create(
        organisation=town, theme_id="water", text=Text.of(en="Hidden need"), **secret
    )
    Offer.objects.create(
        organisation=town, theme_id="waste", text=Text.of(en="Hidden offer"), **secret
    )
    fact(town, "population", "4242", "2025", **secret)
    Organisation.objects.filter(pk=town.pk).update(population=None)
    people = {
        "visitor": Client(),
        "stranger": cast.stranger.client,
        "kuldiga": cast.kuldiga.client,
        "chuhuiv": cast.chuhuiv.client,
        "officer": cast.officer.client,
    }
    knowing = {"chuhuiv", "officer"} | ({"kuldiga"} if level == Level.PROGRAMME else set())
    for who, client in people.items():
        html = page(client)
        for text in ("Hidden need", "Hidden offer", "4,242"):
            assert (text in html) is (who in knowing), (who, text)


def test_profile_never_tells_where_a_withheld_place_is(cast: Cast) -> None:
    town = cast.chuhuiv.organisation
    assert town
    Organisation.objects.filter(pk=town.pk).update(
        precision="withheld", precision_reason="Close to the front."
    )
    for client in (Client(), cast.kuldiga.client):
        html = page(client)
        assert "The place is withheld. Reason: Close to the front." in words(html)
        assert 'id="place-map"' not in html
        assert "49.8" not in html
        assert "36.6" not in html
    html = page(cast.chuhuiv.client)
    assert "You see the exact place; for everybody else it is withheld." in words(html)
    assert 'id="place-map"' in html


def test_profile_shows_the_region_alone_when_that_is_asked(client: Client, bodies: Bodies) -> None:
    Organisation.objects.filter(pk=bodies.chuhuiv.pk).update(precision="region")
    html = page(client)
    assert "The map shows the centre of the region, not the place itself." in words(html)
    assert 'class="dot-ring"' in html


def test_profile_shows_its_history_inside_the_programme(cast: Cast) -> None:
    town = cast.chuhuiv.organisation
    assert town
    entries.set_entry(
        Need,
        town,
        Theme.objects.get(pk="water"),
        by=cast.chuhuiv.actor,
        values={"text": Text.of(en="Pumps")},
    )
    organisations.edit_organisation(
        town,
        by=cast.officer.actor,
        values={"precision": "withheld", "precision_reason": "Close to the front"},
    )
    assert "What was changed" not in words(page(Client()))
    assert "What was changed" not in words(page(cast.stranger.client))
    kuldiga = words(page(cast.kuldiga.client))
    assert "Officer, Chuhuiv (Chuhuiv) added a need" in kuldiga
    assert "changed the place" not in kuldiga
    assert "changed the place or who may see the record" in words(page(cast.officer.client))


@pytest.mark.parametrize(
    ("who", "links"),
    [
        ("visitor", set()),
        ("stranger", set()),
        ("kuldiga", set()),
        ("latvia", set()),
        ("funder", set()),
        ("chuhuiv", {"edit/", "names/", "needs/", "offers/", "figures/add/"}),
        ("officer", {"edit/", "names/", "needs/", "offers/", "figures/", "figures/add/"}),
    ],
)
def test_profile_offers_changes_to_those_who_may_make_them(
    cast: Cast, who: str, links: set[str]
) -> None:
    town = cast.chuhuiv.organisation
    assert town
    Need.objects.create(organisation=town, theme_id="water")
    client = Client() if who == "visitor" else getattr(cast, who).client
    html = page(client)
    pages = "edit/|names/|needs/|offers/|figures/(?:add/)?"
    found = set(re.findall(rf'href="{CHUHUIV}({pages})"', html))
    assert found == links


def test_profile_tells_the_body_itself_what_is_missing(cast: Cast) -> None:
    html = page(cast.chuhuiv.client)
    assert "What is missing, and why it helps" in html
    assert f'href="{CHUHUIV}needs/add/"' in html
    assert f'href="{CHUHUIV}edit/#id_languages"' in html
    assert "What is missing" not in page(cast.kuldiga.client)


def test_profile_escapes_what_people_typed(client: Client, bodies: Bodies) -> None:
    Need.objects.create(
        organisation=bodies.chuhuiv,
        theme_id="water",
        text=Text.of(en="<script>alert(1)</script>\n<b>x</b>"),
    )
    html = page(client)
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>&lt;b&gt;x&lt;/b&gt;" in html


def test_profile_of_a_former_body_says_so(client: Client, bodies: Bodies) -> None:
    Organisation.objects.filter(pk=bodies.gulbene.pk).update(standing="former")
    naming.refresh(bodies.gulbene)
    assert "Exists no more" in words(page(client, "/municipalities/LV_0500200/"))
