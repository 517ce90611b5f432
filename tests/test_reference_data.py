"""Themes and countries stand in the database before every test, whichever ran before it."""

import pytest
from django.core.management import call_command

from mosty.places.models import Country, Theme
from tests.conftest import pytest_runtest_teardown


@pytest.mark.django_db(transaction=True)
def test_themes_and_countries_are_back_after_a_test_that_commits(
    request: pytest.FixtureRequest,
) -> None:
    before = (Country.objects.count(), Theme.objects.count())
    teardown = pytest_runtest_teardown(request.node, nextitem=request.node)
    next(teardown)
    call_command("flush", interactive=False, verbosity=0)
    assert (Country.objects.count(), Theme.objects.count()) == (0, 0)

    with pytest.raises(StopIteration):
        next(teardown)

    assert (Country.objects.count(), Theme.objects.count()) == before
    assert min(before) > 20
