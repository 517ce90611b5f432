"""What was shown is written, exactly and as a whole; or nothing, when the register has moved."""

from typing import Any

import pytest
from django.db import IntegrityError

from mosty.core.access import SYSTEM, VISITOR, NotAllowed
from mosty.core.facts import Fact, FactKind, Source
from mosty.core.history import HistoryEntry, history_of
from mosty.core.states import WrongState
from mosty.places.imports.commit import (
    Damaged,
    Overtaken,
    begin_writing,
    finish_writing,
    write_import,
)
from mosty.places.imports.storing import begin_import, drop_import, plan_again
from mosty.places.imports.tables import Import
from mosty.places.models import Kind, Name, Need, Offer, Organisation, Region, Theme
from mosty.places.naming import COLUMNS, labels_of
from mosty.places.queries import visible_to
from mosty.places.queries.search import find
from mosty.places.themes import load_themes
from tests.people import Bodies, Cast
from tests.places.importing import (
    CHUHUIV,
    GULBENE,
    HEAD,
    KULDIGA,
    counts,
    keep,
    lau,
    lines,
    plan,
    write,
)

pytestmark = pytest.mark.django_db


def state() -> tuple[Any, ...]:
    """Everything that an import can touch, to compare before and after."""
    return (
        list(Organisation.objects.order_by("code").values()),
        list(Name.objects.order_by("id").values()),
        list(Fact.objects.order_by("id").values()),
        list(Region.objects.order_by("code").values()),
        list(Source.objects.order_by("key").values()),
        Need.objects.count(),
        Offer.objects.count(),
    )


def town(code: str) -> Organisation:
    return Organisation.objects.select_related("region", "country").get(code=code)


def test_written_municipality_is_what_the_plan_showed() -> None:
    head = HEAD + (
        ",name_uk,official_name,former_names,region,region_name,legal_form,area_km2,website"
        ",languages,profile,needs,offers"
    )
    row = KULDIGA + (
        ",Кулдіга,Kuldīgas novads,Goldingen | Kuldiga,LV003,Kurzeme,novads,1757.1"
        ",https://kuldiga.lv,lv | en,rural | border,culture:3,tourism"
    )
    written = write(lines(row, head=head))
    assert (written.created, written.changed, written.regions) == (1, 0, 1)
    kuldiga = town("LV_0620200")
    assert (kuldiga.kind, kuldiga.scheme, kuldiga.side) == ("municipality", "gisco", "eu")
    assert (kuldiga.label_en, kuldiga.label_native, kuldiga.label_uk) == (
        "Kuldīga", "Kuldīga", "Кулдіга",
    )  # fmt: skip
    assert (kuldiga.lat, kuldiga.lon, kuldiga.legal_form) == (56.96785, 21.96817, "novads")
    assert (kuldiga.population, kuldiga.population_as_of) == (22028, "2020-01-01")
    assert (kuldiga.languages, kuldiga.profile) == (["lv", "en"], ["rural", "border"])
    assert kuldiga.website == "https://kuldiga.lv"
    assert kuldiga.standing == Organisation.Standing.CURRENT
    assert kuldiga.level == "public"
    assert list(kuldiga.names.order_by("id").values_list("text", "language", "use")) == [
        ("Kuldīga", "lv", "short"), ("Kuldīgas novads", "lv", "official"),
        ("Кулдіга", "uk", "exonym"), ("Goldingen", "lv", "former"), ("Kuldiga", "lv", "former"),
    ]  # fmt: skip
    assert [(need.theme_id, need.weight) for need in kuldiga.needs.all()] == [("culture", 3)]
    assert [(offer.theme_id, offer.weight) for offer in kuldiga.offers.all()] == [("tourism", 2)]
    assert kuldiga.needs.get().is_illustrative is False
    assert str(kuldiga.region) == "Kurzeme"


def test_written_figures_carry_source_and_date_and_one_is_shown() -> None:
    write(lines(KULDIGA + ",1757.1", head=HEAD + ",area_km2"))
    facts = {fact.kind: fact for fact in Fact.objects.select_related("source")}
    population, area = facts[FactKind.POPULATION], facts[FactKind.AREA]
    assert (population.number, population.as_of, population.source.title) == (
        22028, "2020-01-01", "Register",
    )  # fmt: skip
    assert (float(area.value), area.as_of, area.unit) == (1757.1, "2020-01-01", "km²")
    assert population.is_chosen
    assert area.is_chosen
    assert population.entered_by is None


def test_written_labels_are_those_that_naming_makes() -> None:
    write(lines(KULDIGA, CHUHUIV))
    for organisation in Organisation.objects.all():
        assert organisation.country is not None
        expected = labels_of(organisation.names.all(), languages=organisation.country.languages)
        for column in COLUMNS:
            assert getattr(organisation, column) == getattr(expected, column)


def test_second_run_creates_nothing_and_leaves_everything_as_it_was() -> None:
    write(lines(KULDIGA, GULBENE, CHUHUIV))
    before = state()
    assert counts(plan(lines(KULDIGA, GULBENE, CHUHUIV))) == {"same": 3}
    written = write(lines(KULDIGA, GULBENE, CHUHUIV))
    assert (written.created, written.changed, written.regions) == (0, 0, 0)
    assert state() == before


def test_changes_are_written_and_told_in_the_history_of_the_body(cast: Cast) -> None:
    officer = cast.officer.actor
    kuldiga = cast.kuldiga.organisation
    assert kuldiga is not None
    content = lines(
        "LV_0620200,Kuldīga,LV,21500,2022,Register,56.97,21.97,Кулдига,coast,culture:3,LV003",
        head=HEAD + ",name_uk,profile,needs,region",
    )
    written = write(content, by=officer)
    assert (written.created, written.changed) == (0, 1)
    kuldiga.refresh_from_db()
    assert (kuldiga.population, kuldiga.population_as_of) == (21500, "2022")
    assert (kuldiga.lat, kuldiga.profile) == (56.97, ["coast"])
    assert kuldiga.label_uk == "Кулдига"
    assert kuldiga.region is not None
    assert kuldiga.region.code == "LV003"
    entry = history_of(kuldiga, officer).get(verb="places.organisation_imported")
    assert (entry.actor_name, entry.user) == (str(cast.officer.user), cast.officer.user)
    assert entry.before["place"] == [56.96785, 21.96817]
    assert entry.after["place"] == [56.97, 21.97]
    assert entry.after["need culture"] == 3


def test_newer_figure_takes_the_place_of_the_older_one() -> None:
    write(lines(KULDIGA))
    write(lines(KULDIGA.replace("22028,2020-01-01", "21500,2023")))
    shown = Fact.objects.get(organisation__code="LV_0620200", is_chosen=True)
    assert (shown.number, shown.as_of) == (21500, "2023")
    assert Fact.objects.count() == 2
    # An older one comes beside it.
    write(lines(KULDIGA.replace("22028,2020-01-01", "24000,2011")))
    assert town("LV_0620200").population == 21500
    assert Fact.objects.count() == 3


def test_figure_that_its_source_corrects_is_corrected_everywhere() -> None:
    write(lines(KULDIGA))
    write(lines(KULDIGA.replace("22028", "22030")))
    assert Fact.objects.get().number == 22030
    assert town("LV_0620200").population == 22030


def test_renamed_town_is_called_anew_and_found_by_its_old_name() -> None:
    write(lines("UA63140170000087785,Красноград,UA,,,,,"))
    renamed = lines("UA63140170000087785,Берестин,UA,,,,,")
    assert write(renamed).changed == 0  # doubtful: nobody said yes
    assert write(renamed, with_doubtful=True).changed == 1
    berestyn = town("UA63140170000087785")
    assert berestyn.label_uk == "Берестин"
    assert list(berestyn.names.order_by("id").values_list("text", "use")) == [
        ("Красноград", "former"), ("Берестин", "short"),
    ]  # fmt: skip
    assert find(visible_to(VISITOR), "Krasnohrad").get() == berestyn
    assert counts(plan(renamed)) == {"same": 1}
    # And back again: the former name that stands there already is not doubled.
    write(lines("UA63140170000087785,Красноград,UA,,,,,"), with_doubtful=True)
    write(renamed, with_doubtful=True)
    assert sorted(berestyn.names.values_list("text", "use")) == [
        ("Берестин", "former"), ("Берестин", "short"), ("Красноград", "former"),
    ]  # fmt: skip


def test_regions_get_the_mean_of_their_people_as_centre() -> None:
    content = lau(
        ("EE_1", "Small", 100, 58.0, 24.0, "EE004"),
        ("EE_2", "Large", 300, 59.0, 26.0, "EE004"),
        ("EE_3", "Empty", 0, 59.5, 27.0, "EE008"),
    )
    assert write(content).regions == 2
    region = Region.objects.get(code="EE004")
    assert (region.lat, region.lon) == (58.75, 25.5)
    empty = Region.objects.get(code="EE008")
    assert (empty.lat, empty.lon) == (59.5, 27.0)
    assert (region.country_id, region.classification, region.name_en) == (
        "EE", "NUTS 2021", "EE004",
    )  # fmt: skip


def test_regions_are_named_when_the_names_come_later() -> None:
    write(lau(("EE_1", "Town", 100, 58.0, 24.0, "EE004")))
    import_ = keep(lines("EE_1,Town,EE004,Lääne-Eesti", head="code,name,region,region_name"))
    begin_writing(import_, by=SYSTEM)
    assert write_import(import_, by=SYSTEM).regions == 1
    assert Region.objects.get(code="EE004").name_en == "Lääne-Eesti"


def test_former_units_are_written_as_former_and_existing_ones_left() -> None:
    unit = ("LV_0620200", "Kuldīgas novads", 22028, 56.96785, 21.96817, "LV003")
    write(lines(KULDIGA))
    write(lau(unit, ("LV_0500200", "Gulbenes novads", 20300, 57.17767, 26.75291, "LV008")))
    assert town("LV_0500200").standing == Organisation.Standing.FORMER
    assert town("LV_0620200").standing == Organisation.Standing.CURRENT


def test_plan_with_a_refused_row_is_not_written(cast: Cast) -> None:
    import_ = keep(lines(KULDIGA, "LV_1,,LV,,,,,"))
    assert import_.stage == "unusable"
    with pytest.raises(WrongState):
        begin_writing(import_, by=SYSTEM)
    assert not Organisation.objects.filter(code="LV_1").exists()


@pytest.mark.parametrize("moved", ["code", "place", "name", "fact", "body", "legal_form"])
def test_nothing_is_written_when_the_register_moved_underneath(moved: str) -> None:
    write(lines(KULDIGA))
    head = HEAD + ",name_uk,legal_form"
    import_ = keep(
        lines(
            GULBENE + ",,",
            "LV_0620200,Kuldīga,LV,22030,2020-01-01,Register,56.97,21.97,Кулдіга,novads",
            head=head,
        )
    )
    kuldiga = town("LV_0620200")
    if moved == "code":
        write(lines(GULBENE))
    elif moved == "place":
        Organisation.objects.filter(pk=kuldiga.pk).update(lat=57.0)
    elif moved == "name":
        Name.objects.create(organisation=kuldiga, text="Кулдіга", language="uk", use="exonym")
    elif moved == "fact":
        Fact.objects.update(value=22029)
    elif moved == "legal_form":
        Organisation.objects.filter(pk=kuldiga.pk).update(legal_form="town")
    else:
        kuldiga.delete()
    before = state()
    begin_writing(import_, by=SYSTEM)
    with pytest.raises(Overtaken) as caught:
        write_import(import_, by=SYSTEM)
    row = 2 if moved == "code" else 3
    code = "LV_0500200" if moved == "code" else "LV_0620200"
    assert caught.value.moved == [(row, code, moved)]
    assert state() == before


def test_overtaken_import_says_what_moved_and_can_be_planned_again(cast: Cast) -> None:
    import_ = keep(lines("LV_1,Ogre,LV,,,,,", "LV_2,Talsi,LV,,,,,"))
    write(lines("LV_1,Somebody else,LV,,,,,"))
    begin_writing(import_, by=cast.officer.actor)
    assert finish_writing(import_, by=cast.officer.actor) is False
    import_.refresh_from_db()
    assert import_.stage == "stale"
    assert import_.result == {"moved": [[2, "LV_1", "code"]], "moved_count": 1}
    assert not Organisation.objects.filter(code="LV_2").exists()
    again = plan_again(import_, by=cast.officer.actor)
    import_.refresh_from_db()
    assert (import_.stage, again.stage, again.file_name) == ("dropped", "reading", "towns.csv")


@pytest.mark.django_db(transaction=True)
def test_a_fault_of_the_database_leaves_nothing_half_written() -> None:
    import_ = keep(lines(KULDIGA + ",", GULBENE + ",water", head=HEAD + ",needs"))
    # The list is closed and no theme ever goes; should one be gone, the database refuses it.
    Theme.objects.filter(slug="water").delete()
    begin_writing(import_, by=SYSTEM)
    before = state()
    with pytest.raises(IntegrityError):
        finish_writing(import_, by=SYSTEM)
    assert state() == before
    import_.refresh_from_db()
    assert import_.stage == "planned"
    load_themes()
    begin_writing(import_, by=SYSTEM)
    assert finish_writing(import_, by=SYSTEM) is True
    assert Organisation.objects.count() == 2


def test_region_that_is_gone_is_told_and_nothing_is_written() -> None:
    write(lau(("EE_1", "Town", 100, 58.0, 24.0, "EE004")))
    head = "code,name,region"
    import_ = keep(lines("EE_1,Town,EE008", "EE_2,Village,EE004", head=head))
    Organisation.objects.update(region=None)
    Region.objects.all().delete()
    before = state()
    begin_writing(import_, by=SYSTEM)
    with pytest.raises(Overtaken) as caught:
        write_import(import_, by=SYSTEM)
    assert (3, "EE_2", "region") in caught.value.moved
    assert state() == before


def test_altered_plan_is_not_written() -> None:
    import_ = keep(lines(KULDIGA))
    part = import_.parts.get()
    part.content = keep(lines(GULBENE)).parts.get().content
    part.save()
    begin_writing(import_, by=SYSTEM)
    with pytest.raises(Damaged):
        write_import(import_, by=SYSTEM)
    assert Organisation.objects.count() == 0


def test_two_clicks_write_once() -> None:
    import_ = keep(lines(KULDIGA))
    same = Import.objects.get(pk=import_.pk)
    begin_writing(import_, by=SYSTEM)
    with pytest.raises(WrongState):
        begin_writing(same, by=SYSTEM)
    write_import(import_, by=SYSTEM)
    assert Organisation.objects.count() == 1


def test_only_officers_import(cast: Cast) -> None:
    import_ = keep(lines(KULDIGA))
    for person in cast.everybody():
        if person.key.endswith("officer"):
            continue
        with pytest.raises(NotAllowed):
            begin_writing(import_, by=person.actor)
        with pytest.raises(NotAllowed):
            drop_import(import_, by=person.actor)
        with pytest.raises(NotAllowed):
            begin_import(import_.file, by=person.actor, name="x.csv")
    with pytest.raises(NotAllowed):
        begin_writing(import_, by=VISITOR)
    import_.refresh_from_db()
    assert import_.stage == "planned"
    assert Import.objects.count() == 1


def test_import_leaves_one_line_of_history_for_itself(cast: Cast) -> None:
    import_ = keep(lines(KULDIGA), by=cast.officer.actor)
    begin_writing(import_, by=cast.officer.actor)
    write_import(import_, by=cast.officer.actor)
    entries = HistoryEntry.objects.filter(object_type="places.import", object_id=import_.pk)
    assert list(entries.order_by("id").values_list("verb", flat=True)) == [
        "places.import_planned", "places.import_started", "places.import_written",
    ]  # fmt: skip
    import_.refresh_from_db()
    assert import_.result == {"created": 0, "changed": 1, "same": 0, "regions": 0}
    assert import_.written_at is not None


def test_kept_file_is_the_one_that_was_sent(bodies: Bodies) -> None:
    content = lines(KULDIGA).encode("utf-16")
    import_ = keep(content)
    assert import_.file.read() == content
    assert import_.file.name.startswith("imports/")
    assert Kind.MUNICIPALITY in {body.kind for body in Organisation.objects.all()}
