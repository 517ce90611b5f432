"""Bodies over time: what became of one, what was before it, under which words it is found."""

import re

import pytest
from django.test import Client

from mosty.core.access import VISITOR, NotAllowed
from mosty.core.publication import Level
from mosty.core.states import ReasonMissing
from mosty.places import naming
from mosty.places.domain import figures, names, succession
from mosty.places.domain.changes import Refused
from mosty.places.models import Name, Organisation, Succession
from mosty.places.queries import over_time
from tests.people import Bodies, Cast, make_town

pytestmark = [pytest.mark.django_db, pytest.mark.web]

ALSUNGA = "/municipalities/LV_0624200/"
KULDIGA = "/municipalities/LV_0620200/"
LAW = {"title": "Law on administrative territories and populated areas", "publisher": "Saeima"}


def alsunga(bodies: Bodies) -> Organisation:
    """What Kuldīgas novads took in on 1 July 2021."""
    town = make_town("LV_0624200", "Alsunga", "Alsungas novads", "Алсунга", in_country="LV",
                     lat=56.98, lon=21.56, population=1286)  # fmt: skip
    Name.objects.create(organisation=town, text="Алсунга", language="uk", use="exonym")
    naming.refresh(town)
    return town


def record(cast: Cast, before: Organisation, after: Organisation, **values: str) -> Succession:
    given = {"kind": "merged", "day": "2021-07-01"} | values
    source = figures.source_of(**LAW)
    return succession.record_succession(
        before, after, by=cast.officer.actor, source=source, **given
    )


def said(client: Client, at: str) -> str:
    html = client.get(at).content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_succession_ends_the_body_before_and_both_pages_tell_it(cast: Cast, bodies: Bodies) -> None:
    old = alsunga(bodies)
    record(cast, old, bodies.kuldiga)
    old.refresh_from_db()
    assert old.standing == "former"
    page = said(Client(), ALSUNGA)
    assert "Exists no more" in page
    assert "What became of it Kuldīga" in page
    assert "merged into, since 1 July 2021; Law on administrative territories" in page
    assert "Before it Alsunga" in said(Client(), KULDIGA)
    html = Client().get(ALSUNGA).content.decode()
    assert f'href="{KULDIGA}"' in html


def test_succession_recorded_twice_stands_once(cast: Cast, bodies: Bodies) -> None:
    old = alsunga(bodies)
    assert record(cast, old, bodies.kuldiga) == record(cast, old, bodies.kuldiga)
    with pytest.raises(Refused, match="stands here already, since 2021-07-01"):
        record(cast, old, bodies.kuldiga, day="2022")


def test_search_for_a_former_body_finds_what_it_became(cast: Cast, bodies: Bodies) -> None:
    old = alsunga(bodies)
    names.add_name(old, by=cast.officer.actor, text="Alschwangen", language="de", use="exonym")
    record(cast, old, bodies.kuldiga)
    for words in ("alsunga", "Алсунга", "Alschwangen", "LV_0624200"):
        html = Client().get("/municipalities/", {"q": words}).content.decode()
        rows = re.findall(r'<th scope="row".*?</th>', html, re.DOTALL)
        assert len(rows) == 1, words
        assert KULDIGA in rows[0]
        assert "formerly Alsunga" in rows[0]
    text = b"".join(
        Client().get("/municipalities/export.csv", {"q": "alsunga"}).streaming_content  # type: ignore[attr-defined]
    )
    assert text.decode().count("LV_0620200") == 1
    assert "formerly" not in said(Client(), "/municipalities/?q=kuldiga")


def test_search_follows_a_chain_and_keeps_parts_apart(cast: Cast, bodies: Bodies) -> None:
    old = alsunga(bodies)
    record(cast, old, bodies.kuldiga, day="2009")
    record(cast, bodies.kuldiga, bodies.gulbene, day="2021")
    record(cast, old, bodies.chuhuiv, kind="part", day="2000")
    found = over_time.formerly(VISITOR, "alsunga")
    assert found == {bodies.kuldiga.pk: ["Alsunga"], bodies.gulbene.pk: ["Alsunga"]}


@pytest.mark.parametrize("hidden", ["old", "new"])
def test_succession_tells_nothing_of_a_body_that_one_may_not_know_of(
    cast: Cast, bodies: Bodies, hidden: str
) -> None:
    old = alsunga(bodies)
    record(cast, old, bodies.kuldiga)
    body = old if hidden == "old" else bodies.kuldiga
    Organisation.objects.filter(pk=body.pk).update(level=Level.STAFF)
    assert over_time.formerly(VISITOR, "alsunga") == {}
    at, other = (KULDIGA, "Alsung") if hidden == "old" else (ALSUNGA, "Kuldīga")
    assert other not in said(Client(), at)
    assert other in said(cast.officer.client, at)


def test_succession_refuses_a_ring_and_says_which_way_round(cast: Cast, bodies: Bodies) -> None:
    old = alsunga(bodies)
    record(cast, old, bodies.kuldiga, day="2021")
    record(cast, bodies.kuldiga, bodies.gulbene, day="2021")
    with pytest.raises(Refused, match="opposite already: Alsunga → Kuldīga → Gulbene"):
        record(cast, bodies.gulbene, old, day="2021")
    with pytest.raises(Refused, match="does not come after itself"):
        record(cast, old, old)
    with pytest.raises(Refused, match="Alsunga had become Kuldīga by then"):
        record(cast, bodies.gulbene, old, kind="part", day="2022-01-01")
    # A part that went over before the whole did is no ring.
    record(cast, bodies.kuldiga, old, kind="part", day="2000")


def test_withdrawn_succession_lets_the_body_exist_again(cast: Cast, bodies: Bodies) -> None:
    old, officer = alsunga(bodies), cast.officer.actor
    first = record(cast, old, bodies.kuldiga)
    second = record(cast, old, bodies.gulbene, kind="split")
    with pytest.raises(ReasonMissing):
        succession.withdraw_succession(first, by=officer, reason=" ")
    succession.withdraw_succession(first, by=officer, reason="Wrong law.")
    old.refresh_from_db()
    assert old.standing == "former"
    succession.withdraw_succession(second, by=officer, reason="Wrong too.")
    succession.withdraw_succession(second, by=officer, reason="Twice is once.")
    old.refresh_from_db()
    assert old.standing == "current"
    assert "What became of it" not in said(Client(), ALSUNGA)
    page = said(cast.officer.client, f"{ALSUNGA}over-time/")
    assert "Wrong law." in page
    assert "Wrong too." in page
    assert over_time.formerly(VISITOR, "alsunga") == {}


def test_succession_is_the_secretariat_s(cast: Cast, bodies: Bodies) -> None:
    with pytest.raises(NotAllowed):
        succession.record_succession(
            bodies.gulbene, bodies.kuldiga, by=cast.kuldiga.actor, kind="merged", day="2021",
            source=figures.source_of(**LAW),
        )  # fmt: skip


def test_page_records_and_withdraws_a_succession(cast: Cast, bodies: Bodies) -> None:
    old, client = alsunga(bodies), cast.officer.client
    at = f"{KULDIGA}over-time/"
    found = client.post(at, {"other_q": "alsunga", "other_find": "1"}).content.decode()
    assert f'value="{old.pk}"' in found
    sent = {
        "direction": "before", "other": str(old.pk), "kind": "merged",
        "source_title": LAW["title"],
    }  # fmt: skip
    names_of_day = re.findall(r'name="(day_\w+)"', found)
    sent |= dict(zip(names_of_day, ("1", "7", "2021"), strict=True))
    response = client.post(at, sent)
    assert (response.status_code, response["Location"]) == (302, at)
    row = Succession.objects.get()
    assert (row.predecessor, row.successor, row.day) == (old, bodies.kuldiga, "2021-07-01")
    client.post(f"{at}{row.pk}/withdraw/", {"reason": ""})
    row.refresh_from_db()
    assert row.withdrawn_reason == ""
    client.post(f"{at}{row.pk}/withdraw/", {"reason": "Another law."})
    row.refresh_from_db()
    assert row.withdrawn_reason == "Another law."
    refused = client.post(at, sent | {"other": str(bodies.gulbene.pk), "source_title": ""})
    assert "This field is required" in refused.content.decode()
