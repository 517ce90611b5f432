"""What the register asks of a person on My desk."""

import pytest

from mosty.core.access import VISITOR
from mosty.core.panels import tasks_for
from mosty.core.texts import Text
from mosty.places.models import Contact, Need, Offer, Organisation
from mosty.places.tasks import missing_on_own_page
from tests.people import Cast

pytestmark = pytest.mark.django_db


def test_task_names_what_is_missing_on_one_s_own_page(cast: Cast) -> None:
    [task] = missing_on_own_page(cast.chuhuiv.actor)
    assert task.title == "Complete the page of Chuhuiv"
    assert task.url == "/municipalities/UA63140110000017413/"
    assert task.about == (
        "What you look for; What you can give; Languages you work in; A few words about you; "
        "Who would do the work; A contact; Your website"
    )
    assert task in tasks_for(cast.chuhuiv.actor)


def test_task_goes_when_everything_is_said(cast: Cast) -> None:
    town = cast.chuhuiv.organisation
    assert town
    Need.objects.create(organisation=town, theme_id="water")
    Offer.objects.create(organisation=town, theme_id="waste")
    Organisation.objects.filter(pk=town.pk).update(
        languages=["uk"],
        about=Text.of(en="A town"),
        capacity=Text.of(en="One person, a day a week"),
        website="https://chuhuiv.example",
    )
    Contact.objects.create(organisation=town, office="Cooperation", email="coop@example.org")
    assert list(missing_on_own_page(cast.chuhuiv.actor)) == []


@pytest.mark.parametrize("who", ["officer", "expert", "funder", "stranger"])
def test_task_is_for_those_who_speak_for_a_body(cast: Cast, who: str) -> None:
    assert list(missing_on_own_page(getattr(cast, who).actor)) == []
    assert list(missing_on_own_page(VISITOR)) == []


def test_task_of_a_coordinator_is_the_page_of_the_association(cast: Cast) -> None:
    [task] = missing_on_own_page(cast.latvia.actor)
    assert task.url == "/municipalities/LPS/"
    assert "What you look for" not in task.about
