"""Where somebody is signed in, said plainly, and ended one by one or all at once."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from mosty.people.accounts.sessions import browser_in_words
from tests.people import Cast
from tests.people.signing_in import by_password

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def browsers(cast: Cast) -> list[Client]:
    """One person signed in at three places."""
    made = []
    for agent, address in ((FIREFOX, "192.0.2.1"), (PHONE, "192.0.2.2"), ("curl/8", "192.0.2.3")):
        client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
        by_password(client, cast.chuhuiv)
        made.append(client)
    return made


@pytest.fixture(autouse=True)
def proven(cast: Cast) -> None:
    cast.chuhuiv.user.emailaddress_set.create(
        email=cast.chuhuiv.user.email, verified=True, primary=True
    )


def is_in(client: Client) -> bool:
    return client.get("/desk/").status_code == 200


@pytest.mark.web
def test_sessions_are_listed_with_place_browser_and_this_one_marked(
    browsers: list[Client],
) -> None:
    page = browsers[0].get(reverse("usersessions_list"))
    rows = [(row.ip, browser_in_words(row.user_agent)) for row in page.context["sessions"]]
    assert rows == [
        ("192.0.2.1", "Firefox, Linux"),
        ("192.0.2.2", "Safari, iPhone"),
        ("192.0.2.3", "Another program"),
    ]
    assert page.text.count("This one") == 1
    assert page.text.index("192.0.2.1") < page.text.index("This one") < page.text.index("192.0.2.2")


@pytest.mark.web
def test_one_session_is_ended_and_the_others_stay(browsers: list[Client], cast: Cast) -> None:
    phone = UserSession.objects.get(ip="192.0.2.2")
    url = reverse("people:end_session", kwargs={"session_id": phone.pk})
    assert browsers[0].get(url).status_code == 405
    assert cast.kuldiga.client.post(url).status_code == 404
    assert [is_in(client) for client in browsers] == [True, True, True]

    browsers[0].post(url)

    assert [is_in(client) for client in browsers] == [True, False, True]


@pytest.mark.web
def test_all_other_sessions_are_ended(browsers: list[Client]) -> None:
    browsers[0].post(reverse("usersessions_list"))
    assert [is_in(client) for client in browsers] == [True, False, False]


@pytest.mark.unit
@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like "
         "Gecko) Version/18.0 Safari/605.1.15", "Safari, macOS"),
        ("", "Another program"),
    ],
)  # fmt: skip
def test_browser_is_called_as_people_call_it(agent: str, words: str) -> None:
    assert browser_in_words(agent) == words
