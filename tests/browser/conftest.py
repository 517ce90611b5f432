"""A real Chromium against a live server; a page that must stay quiet.

`eyes` fail the test on any console message of weight, any error of a page, and any request that
leaves the live server. `look` opens an address in a scheme, language and width; `check` holds a
page against WCAG 2.2 AA and its own width; `walk` does so for a row of addresses.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

LAUNCH = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
# What a browser adds is the same whatever the database, and requests without one try the addresses
# on both. Drafts are saved, merged and sent while others wait and lock: those in a browser on both.
ON_BOTH = {"test_drafts.py"}
# Walks through pages in every look, held against WCAG: the same marks whatever the database.
LOOKS = ("no_violation", "are_accessible")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def chromium() -> str | None:
    """The browser that `dev.py test` found, or one on the path."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return os.environ.get("MOSTY_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a browser test, and one without a browser says so."""
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            if item.path.name not in ON_BOTH or any(word in item.name for word in LOOKS):
                item.add_marker(pytest.mark.once)
            if chromium() is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium: see python3 dev.py test"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": chromium(), "args": LAUNCH}


def sideways(page: Page) -> bool:
    """Whether the page is wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def violations(page: Page) -> str:
    """What axe finds against WCAG 2.2 AA, as a report; empty if nothing. It is handed to the
    browser from outside the page, so the site's policy on content stays in force."""
    options = {"preload": False, "runOnly": WCAG, "resultTypes": ["violations"]}
    results = Axe().run(page, options=options)
    return results.generate_report() if results.violations_count else ""


@dataclass
class Eyes:
    """Opens pages of the live server and remembers everything they should not have said."""

    browser: Browser
    server: LiveServer
    faults: list[str]
    contexts: list[BrowserContext]

    def look(
        self,
        path: str,
        *,
        scheme: str = "light",
        language: str = "en",
        viewport: dict[str, int] | None = None,
        client: Client | None = None,
        javascript: bool = True,
    ) -> Page:
        """A page at `path`, signed in as the client's person if one is given."""
        context = self.browser.new_context(
            color_scheme=scheme,  # type: ignore[arg-type]
            viewport=viewport or DESKTOP,  # type: ignore[arg-type]
            java_script_enabled=javascript,
            reduced_motion="reduce",
            locale="uk-UA" if language == "uk" else "en-GB",
        )
        self.contexts.append(context)
        cookies = [{"name": "django_language", "value": language, "url": self.server.url}]
        if client is not None:
            session = client.cookies["sessionid"].value
            cookies.append({"name": "sessionid", "value": session, "url": self.server.url})
        context.add_cookies(cookies)  # type: ignore[arg-type]
        page = context.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("request", lambda request: self._request(request.url))
        page.goto(self.server.url + path)
        return page

    def check(self, page: Page) -> None:
        """The page fits its window and violates nothing of WCAG 2.2 AA."""
        assert not sideways(page), page.url
        assert violations(page) == "", page.url

    def walk(self, paths: Sequence[str], **how: Any) -> None:
        """Every address is checked, one after the other in one window, as a person would."""
        page = self.look(paths[0], **how)
        self.check(page)
        for path in paths[1:]:
            page.goto(self.server.url + path)
            self.check(page)

    def _console(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(f"{message.type}: {message.text}")

    def _request(self, url: str) -> None:
        if not url.startswith((self.server.url, "data:", "blob:")):
            self.faults.append(f"request leaves the server: {url}")


@pytest.fixture
def eyes(browser: Browser, live_server: LiveServer, transactional_db: None) -> Iterator[Eyes]:
    """Pages that must stay quiet: faults fail the test when it ends."""
    made = Eyes(browser, live_server, [], [])
    yield made
    for context in made.contexts:
        context.close()
    assert made.faults == []


@pytest.fixture
def look(eyes: Eyes) -> Callable[..., Page]:
    """`look("/", language="uk", viewport=PHONE)`."""
    return eyes.look
