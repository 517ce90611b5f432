"""The first page: bridges, figures, who sees which; its weight and its queries."""

import gzip
import re
from datetime import date
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client
from django.test.utils import override_settings

from mosty.core.access import SYSTEM, VISITOR
from mosty.core.pictures.places import BridgeState
from mosty.core.publication import Level
from mosty.matching.models import Pair, Round
from mosty.partnerships import domain
from mosty.places.models import Organisation
from mosty.public import queries
from tests.matching.making import approve, make_round
from tests.partnerships.world import make_many, make_partnerships, report
from tests.people import Bodies, Cast
from tests.programmes.world import make_programme

pytestmark = [pytest.mark.django_db, pytest.mark.web]

LIMIT_KB = 250


def text_of(content: bytes) -> str:
    """The words of a page, without tags and with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", content.decode()))


def names(found: queries.Bridges) -> list[str]:
    return [f"{bridge.left}–{bridge.right}" for bridge in found.shown]


def test_home_without_anything_says_what_will_stand_there() -> None:
    page = text_of(Client().get("/").content)

    assert "No bridge stands yet" in page
    assert "Find your municipality" in page


def test_home_shows_open_bridges_on_the_map_and_in_the_list(bodies: Bodies, cast: Cast) -> None:
    make_partnerships(bodies)

    visitor, member = Client().get("/"), cast.funder.client.get("/")

    assert [bridge.title for bridge in visitor.context["map"].bridges] == [
        "Chuhuiv – Kuldīga: Reported by a source"
    ]
    listed = text_of(visitor.content)
    assert "Reported by a source 1 Chuhuiv and Kuldīga LV" in listed
    assert "Korop" not in listed
    assert len(member.context["map"].bridges) == 2
    assert "Chuhuiv and Kuldīga LV Korop and Gulbene LV" in text_of(member.content)


def test_home_figures_count_only_what_is_open(bodies: Bodies, cast: Cast) -> None:
    make_partnerships(bodies)
    domain.agree_partnership(
        [bodies.korop, bodies.kuldiga], phase=None, on=date(2023, 7, 26), by=SYSTEM
    )
    Organisation.objects.filter(pk=bodies.gulbene.pk).update(level=Level.STAFF)
    Organisation.objects.filter(pk=bodies.chuhuiv.pk).update(standing="former")

    assert queries.figures(VISITOR) == queries.Figures(
        ukrainian=1, european=1, partnerships=2, agreed=1, countries=1
    )
    assert queries.figures(cast.officer.actor) == queries.Figures(
        ukrainian=1, european=2, partnerships=3, agreed=1, countries=1
    )


def test_bridges_of_hidden_towns_and_withdrawn_partnerships_are_gone(bodies: Bodies) -> None:
    public, _inner = make_partnerships(bodies)
    assert names(queries.bridges(VISITOR)) == ["Chuhuiv–Kuldīga"]

    Organisation.objects.filter(pk=bodies.kuldiga.pk).update(level=Level.PROGRAMME)
    assert queries.bridges(VISITOR) == queries.Bridges([], 0)
    Organisation.objects.filter(pk=bodies.kuldiga.pk).update(level=Level.PUBLIC)
    domain.withdraw_partnership(public, reason="over", by=SYSTEM)
    assert queries.bridges(SYSTEM).total == 1


def test_agreed_bridges_come_first_then_those_of_the_programme_then_the_newest(
    bodies: Bodies, monkeypatch: pytest.MonkeyPatch
) -> None:
    phase = make_programme(bodies).phase
    report(bodies.chuhuiv, bodies.kuldiga, since="2025")
    report(bodies.chuhuiv, bodies.gulbene, since="1999", phases=[phase])
    report(bodies.korop, bodies.kuldiga, since="2024")
    domain.agree_partnership(
        [bodies.korop, bodies.gulbene], phase=phase, on=date(2023, 7, 26), by=SYSTEM
    )
    monkeypatch.setattr(queries, "MOST_BRIDGES", 3)

    found = queries.bridges(VISITOR)

    assert names(found) == ["Chuhuiv–Gulbene", "Chuhuiv–Kuldīga", "Korop–Gulbene"]
    assert found.total == 4
    assert [state for state, _rows in found.by_state] == [BridgeState.AGREED, BridgeState.REPORTED]
    page = text_of(Client().get("/").content)
    assert "3 of 4 bridges are drawn, so that they can be told apart." in page


def test_home_in_ukrainian_says_names_and_states_in_ukrainian(bodies: Bodies) -> None:
    make_partnerships(bodies)

    page = text_of(Client(headers={"accept-language": "uk"}).get("/").content)

    assert "Мости між громадами" in page
    assert "Відомо з джерела 1 Чугуїв і Кулдіга LV" in page


def test_demo_entrance_stands_on_the_home_page_of_a_demo_only(settings: Any) -> None:
    assert "/people/demo/" not in Client().get("/").content.decode()
    settings.DEMO_MODE = True
    assert "/people/demo/" in Client().get("/").content.decode()


@pytest.mark.parametrize("count", [10, 1000])
def test_home_takes_a_bounded_number_of_queries(
    bodies: Bodies, cast: Cast, count: int, django_assert_max_num_queries: Any
) -> None:
    make_many(bodies.chuhuiv, count)
    for client in (Client(), cast.officer.client):
        with django_assert_max_num_queries(25):
            answer = client.get("/")
        assert len(answer.context["map"].bridges) == min(count, queries.MOST_BRIDGES)


def linked(html: str) -> set[str]:
    """What a browser fetches with a page: paths below /static/."""
    found = re.findall(r'<(?:link|script|img|use)\b[^>]*?(?:href|src)="/static/([^"#]+)', html)
    return set(found)


def test_first_visit_to_the_home_page_weighs_less_than_its_bound(
    bodies: Bodies, tmp_path: Path, settings: Any
) -> None:
    make_many(bodies.chuhuiv, queries.MOST_BRIDGES)
    settings.STATIC_ROOT = str(tmp_path)
    storages = settings.STORAGES | {
        "staticfiles": {"BACKEND": "mosty.core.stylesheet.JoinedStaticFilesStorage"}
    }
    with override_settings(STORAGES=storages):
        call_command("collectstatic", verbosity=0, interactive=False)
        answer = Client(headers={"accept-encoding": "gzip"}).get("/")
    page = answer.content
    assert answer["Content-Encoding"] == "gzip"

    weights = {"/": len(page)}
    waiting = linked(gzip.decompress(page).decode())
    while waiting:
        name = waiting.pop()
        weights[name] = weight_of(tmp_path / name)
        if name.endswith(".css"):
            sheet = (tmp_path / name).read_text(encoding="utf-8")
            near = re.findall(r'url\("?([^")]+)"?\)', sheet)
            beside = {str(Path(name).parent / each) for each in near}
            waiting |= {str(Path(each)) for each in map(normal, beside)} - weights.keys()

    assert {Path(name).suffix for name in weights} >= {".css", ".js", ".svg", ".ttf"}
    assert sum(weights.values()) < LIMIT_KB * 1000, weights


def normal(path: str) -> str:
    """`css/../fonts/x.ttf` as `fonts/x.ttf`."""
    parts: list[str] = []
    for part in Path(path).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def weight_of(path: Path) -> int:
    """Bytes as they go over the wire: brotli where WhiteNoise made it, else the file itself."""
    packed = path.with_name(path.name + ".br")
    return (packed if packed.exists() else path).stat().st_size


def test_weight_counts_what_brotli_makes_of_a_file(tmp_path: Path) -> None:
    plain = tmp_path / "a.css"
    plain.write_text("a { color: inherit }\n" * 100, encoding="utf-8")
    assert weight_of(plain) == 2100
    (tmp_path / "a.css.br").write_bytes(brotli.compress(plain.read_bytes()))
    assert weight_of(plain) < 100


def test_home_links_only_files_that_exist() -> None:
    missing = [
        name for name in linked(Client().get("/").content.decode()) if finders.find(name) is None
    ]
    assert missing == []


def test_illustrative_round_stands_on_the_home_page_of_a_demo_and_is_labelled(
    bodies: Bodies, cast: Cast, settings: Any
) -> None:
    made = make_round(cast, bodies)
    approve(made)
    Round.objects.update(is_illustrative=True)
    pairs = Pair.objects.count()
    assert pairs == 3
    assert queries.bridges(VISITOR) == queries.Bridges([], 0)

    settings.DEMO_MODE = True
    # A pair that is a partnership too is shown as what it really is.
    pair = Pair.objects.select_related("left", "right")[0]
    report(pair.left, pair.right)
    found = queries.bridges(VISITOR)

    assert (found.total, found.also_partners) == (3, 1)
    assert [(bridge.state, bridge.is_illustrative) for bridge in found.shown].count(
        (BridgeState.APPROVED, True)
    ) == 2
    answer = Client().get("/")
    page = text_of(answer.content)
    assert "Illustrative, not agreed 2 Illustrative" in page
    assert (
        "no town named here has agreed to this. 1 more pair of the round is a partnership" in page
    )
    titles = [bridge.title for bridge in answer.context["map"].bridges]
    assert sum(title.endswith(": Illustrative, not agreed") for title in titles) == 2
    assert Client().get(f"/rounds/{made.round.slug}/").status_code == 200


def test_round_that_is_not_illustrative_stays_inside_even_in_a_demo(
    bodies: Bodies, cast: Cast, settings: Any
) -> None:
    approve(make_round(cast, bodies))
    Round.objects.update(is_illustrative=False)
    settings.DEMO_MODE = True

    assert queries.bridges(VISITOR).shown == []
