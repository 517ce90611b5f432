"""Officers write who may apply, by what it is judged, how many of whom, and add files."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mosty.calls import locks
from mosty.calls.models import Call, Criterion, Document
from mosty.core.publication import Level
from mosty.core.texts import Text
from mosty.places.models import Region
from mosty.programmes.models import Phase
from tests.calls.making import draft, make_phase, published
from tests.calls.pages import send, shown, url
from tests.people import Bodies, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.web]


@pytest.fixture
def phase(bodies: Bodies) -> Phase:
    return make_phase(bodies)


@pytest.fixture
def officer(cast: Cast) -> Client:
    return cast.officer.client


def conditions(call: Call) -> list[tuple[str, dict[str, Any]]]:
    return [(one.kind, one.params) for one in call.conditions.all()]


@pytest.mark.parametrize(
    ("kind", "boxes", "params"),
    [
        ("size", {"least": "5000", "most": ""}, {"least": 5000}),
        ("metropolitan", {}, {}),
        ("kind", {"kinds": ["municipality"]}, {"kinds": ["municipality"]}),
        ("territory", {"without": ["active", "occupied"]}, {"without": ["active", "occupied"]}),
        ("association", {}, {}),
        ("partners", {"most": "0"}, {"most": 0}),
    ],
)
def test_condition_of_each_kind_is_added_once(
    kind: str, boxes: dict[str, Any], params: dict[str, Any], phase: Phase, officer: Client
) -> None:
    call = draft(phase, template="")
    address = url("add_condition", call, kind=kind)
    data = shown(officer, address)
    for _time in range(2):
        assert send(officer, address, data, **boxes).status_code == 302
    assert conditions(call) == [(kind, params)]


@pytest.mark.parametrize(
    ("kind", "boxes", "told"),
    [
        ("size", {}, "Give the least or the most number of inhabitants."),
        ("size", {"least": "50", "most": "5"}, "The most is less than the least."),
        ("size", {"least": "many"}, "Enter a whole number."),
        ("kind", {}, "This field is required."),
        ("region", {}, "Search and tick at least one."),
        ("territory", {}, "This field is required."),
        ("partners", {"most": "-1"}, "greater than or equal to 0"),
    ],
)
def test_condition_that_says_nothing_is_refused(
    kind: str, boxes: dict[str, Any], told: str, phase: Phase, officer: Client
) -> None:
    call = draft(phase, template="")
    address = url("add_condition", call, kind=kind)
    page = send(officer, address, shown(officer, address), **boxes).content.decode()
    assert told in page
    assert conditions(call) == []


def test_region_and_association_are_found_by_name_and_said_by_name(
    phase: Phase, officer: Client, bodies: Bodies
) -> None:
    call = draft(phase, template="")
    region, _made = Region.objects.update_or_create(
        code="UA63000000000041885",
        defaults={
            "country_id": "UA", "classification": "katottg", "sort_en": "kharkiv",
            "name_en": "Kharkiv oblast", "name_native": "Харківська область",
            "name_uk": "Харківська область",
        },
    )  # fmt: skip
    address = url("add_condition", call, kind="region")
    data = shown(officer, address)
    found = send(officer, address, data, regions_q="харків", regions_find="1").content.decode()
    assert f'value="{region.pk}"' in found
    assert "Please look at this again" not in found
    send(officer, address, data, regions=[str(region.pk)])
    association = bodies.ukrainian_association
    address = url("add_condition", call, kind="association")
    send(officer, address, shown(officer, address), associations=[str(association.pk)])
    assert conditions(call) == [
        ("region", {"codes": [region.code]}), ("association", {"codes": [association.code]})
    ]  # fmt: skip
    page = officer.get(url("conditions", call)).content.decode()
    assert "In one of these regions: Kharkiv oblast" in page
    assert f"Member of {association.name}" in page
    officer.cookies["django_language"] = "uk"
    assert "Харківська область" in officer.get(url("conditions", call)).content.decode()


def test_association_that_is_withheld_later_is_not_named_to_readers(
    phase: Phase, cast: Cast, bodies: Bodies
) -> None:
    call = draft(phase)
    association = bodies.ukrainian_association
    officer = cast.officer.client
    address = url("add_condition", call, kind="association")
    send(officer, address, shown(officer, address), associations=[str(association.pk)])
    officer.post(url("publish", call))
    name, code = association.name, association.code
    assert f"Member of {name}" in Client().get(call.get_absolute_url()).content.decode()
    type(association).objects.filter(pk=association.pk).update(level=Level.STAFF)
    page = Client().get(call.get_absolute_url()).content.decode()
    assert name not in page
    assert code not in page


def test_two_officers_change_conditions_and_both_stand(phase: Phase, cast: Cast) -> None:
    call = draft(phase)
    size = call.conditions.get(kind="size")
    one, two = cast.officer.client, cast.second_officer.client
    address = url("edit_condition", call, condition_id=size.pk)
    first, second = (shown(client, address) for client in (one, two))
    new = url("add_condition", call, kind="partners")
    send(two, new, shown(two, new), most="1")
    send(one, address, first, least="1000")
    assert send(two, address, second, most="60000").status_code == 302
    assert conditions(call) == [
        ("size", {"least": 1000, "most": 60000}),
        ("metropolitan", {}), ("partners", {"most": 1}),
    ]  # fmt: skip
    page = send(two, address, second, least="2000").content.decode()
    assert "Somebody has changed this meanwhile to: “1000”." in page


def test_conditions_of_an_open_call_stand(phase: Phase, officer: Client) -> None:
    call = published(phase)
    before = conditions(call)
    size = call.conditions.get(kind="size")
    page = officer.get(url("conditions", call)).content.decode()
    assert "what it asks stands" in page
    assert "Add a condition" not in page
    address = url("edit_condition", call, condition_id=size.pk)
    page = send(officer, address, shown(officer, address), least="1").content.decode()
    assert "what it asks stands" in page
    officer.post(url("remove_condition", call, condition_id=size.pk))
    assert conditions(call) == before


def test_condition_is_taken_out(phase: Phase, officer: Client) -> None:
    call = draft(phase)
    size = call.conditions.get(kind="size")
    officer.post(url("remove_condition", call, condition_id=size.pk))
    assert conditions(call) == [("metropolitan", {})]
    assert (
        officer.post(url("remove_condition", draft(phase), condition_id=size.pk)).status_code == 404
    )


def test_criteria_are_written_with_weights_and_words_of_scores(
    phase: Phase, officer: Client
) -> None:
    call = draft(phase)
    page = officer.get(url("criteria", call)).content.decode()
    assert "30 %" in page
    data = shown(officer, url("criteria", call))
    assert data["rows-0-anchor_1_en"] == ["Nothing is said, or it does not fit"]
    assert data["rows-0-anchor_3_uk"] == ["Сказано, але з прогалинами"]
    changes = {
        "rows-0-weight": "60", "rows-1-DELETE": "on", "rows-4-name_en": "Equality",
        "rows-4-weight": "10", "rows-4-anchor_5_en": "Women lead", "rows-4-ORDER": "1",
    }  # fmt: skip
    assert send(officer, url("criteria", call), data, **changes).status_code == 302
    rows = [(one.key, one.weight) for one in call.criteria.all()]
    assert rows == [("equality", 10), ("motivation", 60), ("capacity", 30), ("support", 20)]
    made = call.criteria.get(key="equality")
    assert made.anchors == {"5": Text.of(en="Women lead").dump()}
    kept = call.criteria.get(key="support")
    assert kept.about == Text.of(
        en="Whether mayor and council stand behind it.", uk="Чи підтримують голова й рада."
    )


def test_criteria_with_a_fault_are_refused_and_kept(phase: Phase, officer: Client) -> None:
    call = draft(phase)
    data = shown(officer, url("criteria", call))
    changes = {"rows-0-weight": "0", "rows-0-name_en": "Drive"}
    page = send(officer, url("criteria", call), data, **changes).content.decode()
    assert "greater than or equal to 1" in page
    assert 'value="Drive"' in page
    assert call.criteria.get(key="motivation").weight == 30


def test_two_officers_who_write_criteria_lose_nothing(phase: Phase, cast: Cast) -> None:
    call = draft(phase)
    one, two = cast.officer.client, cast.second_officer.client
    first, second = (shown(client, url("criteria", call)) for client in (one, two))
    send(one, url("criteria", call), first, **{"rows-0-weight": "70"})
    # Nothing was touched: what the colleague has made of it stands.
    assert send(two, url("criteria", call), second).status_code == 302
    assert call.criteria.get(key="motivation").weight == 70
    page = send(two, url("criteria", call), second, **{"rows-1-weight": "55"}).content.decode()
    assert "Somebody has changed this meanwhile to: “Motivation (70)" in page
    assert 'value="55"' in page
    assert call.criteria.get(key="give").weight == 20


def test_criteria_that_are_in_use_change_as_a_new_version_for_a_reason(
    phase: Phase, officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = published(phase)
    monkeypatch.setitem(locks._locks, locks.CRITERIA, [lambda _call: "Somebody has scored."])
    page = officer.get(url("criteria", call)).content.decode()
    assert "Somebody has scored." in page
    data = shown(officer, url("criteria", call))
    changes = {"rows-0-weight": "90"}
    page = send(officer, url("criteria", call), data, **changes).content.decode()
    assert "This field is required." in page
    send(officer, url("criteria", call), data, **changes, reason="A slip.")
    call.refresh_from_db()
    assert call.criteria_version == 2
    weights = Criterion.objects.filter(call=call, key="motivation").order_by("version")
    assert [one.weight for one in weights] == [30, 90]


def test_quotas_are_chosen_by_name(phase: Phase, officer: Client, bodies: Bodies) -> None:
    call = draft(phase)
    page = officer.get(url("quotas", call)).content.decode()
    assert f">{bodies.ukrainian_association.name}</option>" in page
    data = shown(officer, url("quotas", call))
    assert data["rows-0-of"] == ["partners:"]
    changes = {"rows-1-of": "country:UA", "rows-1-least": "1", "rows-1-most": "4"}
    assert send(officer, url("quotas", call), data, **changes).status_code == 302
    rows = [(one.by, one.key, one.least, one.most) for one in call.quotas.all()]
    assert rows == [("partners", "", 3, None), ("country", "UA", 1, 4)]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"rows-1-of": "partners:", "rows-1-least": "1"}, "“Without a partner yet” stands twice."),
        ({"rows-1-of": "country:UA"}, "Say at least or at most how many."),
        ({"rows-1-of": "country:UA", "rows-1-least": "5", "rows-1-most": "4"},
         "The most is less than the least."),
        ({"rows-1-of": "country:XX", "rows-1-least": "5"}, "Select a valid choice."),
        ({"rows-1-least": "5"}, "This field is required."),
    ],
)  # fmt: skip
def test_quota_that_makes_no_sense_is_refused(
    changes: dict[str, str], told: str, phase: Phase, officer: Client
) -> None:
    call = draft(phase)
    data = shown(officer, url("quotas", call))
    assert told in send(officer, url("quotas", call), data, **changes).content.decode()
    assert call.quotas.count() == 1


def test_quota_of_a_country_that_the_call_no_longer_names_stays_by_name(
    phase: Phase, officer: Client
) -> None:
    call = draft(phase)
    call.quotas.create(by="country", key="BE", most=2)
    page = officer.get(url("quotas", call)).content.decode()
    assert "Not of the countries of the call" in page
    assert ">Belgium</option>" in page


def test_two_officers_who_write_quotas_lose_nothing(phase: Phase, cast: Cast) -> None:
    call = draft(phase)
    one, two = cast.officer.client, cast.second_officer.client
    first, second = (shown(client, url("quotas", call)) for client in (one, two))
    send(one, url("quotas", call), first, **{"rows-1-of": "country:UA", "rows-1-most": "4"})
    changes = {"rows-1-of": "country:LV", "rows-1-most": "2"}
    page = send(two, url("quotas", call), second, **changes).content.decode()
    assert "Somebody has changed this meanwhile to: “Without a partner yet, Ukraine”." in page
    assert [one.key for one in call.quotas.all()] == ["", "UA"]


PDF = b"%PDF-1.7 terms"


def upload(client: Client, call: Call, body: bytes, name: str = "terms.pdf") -> str:
    data = {
        "file": SimpleUploadedFile(name, body), "language": "en",
        "title_record": "en", "title_en": "Terms of reference", "title_uk": "Умови",
    }  # fmt: skip
    response: Any = client.post(url("documents", call), data, follow=True)
    return str(response.content.decode())


def test_file_is_added_once_read_and_taken_out(phase: Phase, officer: Client) -> None:
    call = published(phase)
    for _time in range(2):
        assert "Terms of reference" in upload(officer, call, PDF)
    document = Document.objects.get()
    address = url("document", call, document_id=document.pk)
    assert b"".join(Client().get(address).streaming_content) == PDF  # type: ignore[attr-defined]
    gone = url("remove_document", call, document_id=document.pk)
    assert officer.post(gone.replace(call.slug, draft(phase).slug)).status_code == 404
    officer.post(gone)
    assert Document.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "name", "told"),
    [
        (b"MZ\x90\x00program", "tool.exe", "is not what its name says"),
        (b"<script>alert(1)</script>", "terms.pdf", "is not what its name says"),
        (b"PK\x03\x04 no office file", "letter.docx", "is not what its name says"),
        (b"", "terms.pdf", "The submitted file is empty."),
    ],
)
def test_file_that_is_no_document_is_refused(
    body: bytes, name: str, told: str, phase: Phase, officer: Client
) -> None:
    call = draft(phase)
    page = upload(officer, call, body, name)
    assert told in page
    assert 'value="Умови"' in page
    assert Document.objects.count() == 0


def test_file_that_is_too_large_is_refused(phase: Phase, officer: Client, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1000
    call = draft(phase)
    assert "at most 1000" in upload(officer, call, PDF + b" " * 1000).replace("\xa0", " ")
    assert Document.objects.count() == 0
