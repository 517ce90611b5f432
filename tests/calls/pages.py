"""Forms of calls as a browser has them: what their boxes hold, sent back changed."""

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from mosty.calls.models import Call


class Boxes(HTMLParser):
    """What the boxes of the form of the page would send."""

    def __init__(self) -> None:
        super().__init__()
        self.data: dict[str, list[str]] = {}
        self.is_within = self.is_pattern = False
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_within = said.get("id") == "draft-form" or "enctype" in said
        self.is_pattern |= tag == "template"
        name = said.get("name", "")
        if not self.is_within or self.is_pattern:
            return
        if tag == "input" and name:
            is_box = said.get("type") in {"checkbox", "radio"}
            if "checked" in said or not is_box:
                self.data.setdefault(name, []).append(said.get("value", "on" if is_box else ""))
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            if "selected" in said or self.select not in self.data:
                self.data[self.select] = [said["value"]]
        elif tag == "textarea":
            self.area = name
            self.data[name] = [""]

    def handle_data(self, data: str) -> None:
        if self.area and not self.is_pattern:
            self.data[self.area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self.is_pattern = False
        elif tag == "form":
            self.is_within = False
        elif tag == "textarea":
            # A browser leaves the line that stands before the text out.
            if self.area and self.area in self.data:
                self.data[self.area][0] = self.data[self.area][0].removeprefix("\n")
            self.area = ""
        elif tag == "select":
            self.select = ""


def boxes(page: bytes | str) -> dict[str, list[str]]:
    """Name of each box of the form → what it holds."""
    parser = Boxes()
    parser.feed(page.decode() if isinstance(page, bytes) else page)
    return parser.data


def shown(client: Client, address: str) -> dict[str, list[str]]:
    """The form at an address, as it is shown."""
    response = client.get(address)
    assert response.status_code == 200
    found = boxes(response.content)
    assert found
    return found


def send(client: Client, address: str, data: dict[str, list[str]], **changes: Any) -> HttpResponse:
    """The form sent back with changes; a box that is `None` is not ticked."""
    sent: dict[str, Any] = {**data, **changes}
    given = {name: value for name, value in sent.items() if value is not None}
    response: Any = client.post(address, given)
    return response


def url(name: str, call: Call, **more: Any) -> str:
    """The address of a page of a call."""
    return reverse(f"calls:{name}", kwargs={"slug": call.slug, **more})
