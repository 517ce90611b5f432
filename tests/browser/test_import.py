"""The import as people use it: choose a file, look at the plan, write it; quiet and accessible."""

from pathlib import Path

import pytest

from mosty.places.models import Organisation
from tests.browser.conftest import PHONE, Eyes
from tests.people import make_bodies, make_cast
from tests.places.importing import KULDIGA, keep, lines

TALSI = "LV_9,Talsi,LV,9000,2021,Register,57.24,22.58"
TWIN = "LV_0009999,Kuldīga,LV,,,,56.97,21.97"
WRONG = "LV_1,Town,LV,many,2020,S,26.75,57.17"


def test_import_by_hand_from_file_to_register(eyes: Eyes, tmp_path: Path) -> None:
    cast = make_cast(make_bodies())
    file = tmp_path / "towns.csv"
    file.write_bytes(lines(TALSI, KULDIGA, TWIN.replace("0009999", "0009998")).encode("utf-16"))
    page = eyes.look("/municipalities/import/", client=cast.officer.client)
    page.set_input_files("input[name=file]", str(file))
    page.get_by_role("button", name="Make the plan").click()
    page.get_by_role("heading", name="towns.csv").wait_for()
    assert page.get_by_text("UTF-16").is_visible()
    page.get_by_role("button", name="Write it").click()
    page.get_by_text("created,").wait_for()
    assert Organisation.objects.get(code="LV_9").population == 9000


@pytest.mark.parametrize(
    ("scheme", "language", "phone"),
    [("light", "en", False), ("dark", "uk", False), ("light", "uk", True), ("dark", "en", True)],
)
def test_import_pages_are_accessible_and_fit(
    eyes: Eyes, scheme: str, language: str, *, phone: bool
) -> None:
    cast = make_cast(make_bodies())
    planned = keep(lines(TALSI, KULDIGA, TWIN))
    refused = keep(lines(TALSI, WRONG))
    how = {
        "scheme": scheme, "language": language, "client": cast.officer.client,
        "viewport": PHONE if phone else None,
    }  # fmt: skip
    paths = [
        "/municipalities/import/",
        *(f"{planned.get_absolute_url()}?show={show}" for show in ("doubtful", "create", "change")),
        refused.get_absolute_url(),
    ]
    eyes.walk(paths, **how)
