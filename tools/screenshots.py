"""Pictures of the demonstration for the documentation.

    python3 dev.py demo                      # in one terminal
    .venv/bin/python tools/screenshots.py    # in another; [address] [folder] may follow

Each picture is a page as a role sees it, in a scheme, a language and a width.
"""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
LAUNCH = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
# A page longer than this is shown as far as it says most.
MOST_HEIGHT = 1700


@dataclass(frozen=True)
class Shot:
    """One picture; `role` is a part of the name on the demo's entrance, empty for a visitor."""

    name: str
    path: str
    role: str = ""
    scheme: str = "light"
    language: str = "en"
    is_phone: bool = False
    is_whole: bool = True


OFFICER = "Programme officer, Brussels"
BOARD = "/rounds/illustrative-round/"
SHOTS = (
    Shot("home", "/"),
    Shot("home-uk", "/", language="uk", scheme="dark"),
    Shot("municipality", "/municipalities/UA63140170000087785/"),
    Shot(
        "municipality-phone", "/municipalities/UA63140170000087785/", language="uk", is_phone=True
    ),
    Shot("municipalities", "/municipalities/", is_whole=False),
    Shot("board", BOARD, role=OFFICER),
    Shot("board-dark", BOARD, role=OFFICER, scheme="dark"),
    Shot("board-uk", BOARD, role=OFFICER, language="uk"),
    Shot("board-phone", BOARD, role=OFFICER, is_phone=True),
    Shot("desk", "/desk/", role="Second programme officer"),
)


def take(browser: Browser, address: str, shot: Shot, folder: Path) -> None:
    """One picture, in a fresh browser."""
    context = browser.new_context(
        color_scheme="dark" if shot.scheme == "dark" else "light",
        viewport=PHONE if shot.is_phone else DESKTOP,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    page = context.new_page()
    if shot.role:
        page.goto(f"{address}/people/demo/")
        page.locator(".door", has_text=shot.role).locator("button").first.click()
    language = {"name": "django_language", "value": shot.language, "url": address}
    context.add_cookies([language])  # type: ignore[list-item]
    response = page.goto(address + shot.path)
    if response is None or not response.ok:
        raise SystemExit(f"{shot.name}: {shot.path} did not answer")
    page.evaluate("document.fonts.ready")
    height = page.evaluate("document.documentElement.scrollHeight")
    if shot.is_whole:
        page.set_viewport_size(
            {"width": page.viewport_size["width"], "height": min(height, MOST_HEIGHT)}
        )  # type: ignore[index]
    page.screenshot(path=folder / f"{shot.name}.png")
    context.close()
    print(f"{shot.name}.png")


def main(arguments: list[str]) -> None:
    address = arguments[0] if arguments else "http://127.0.0.1:8000"
    folder = Path(arguments[1]) if len(arguments) > 1 else ROOT / "docs/pictures"
    folder.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("MOSTY_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=LAUNCH)
        for shot in SHOTS:
            take(browser, address, shot, folder)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
