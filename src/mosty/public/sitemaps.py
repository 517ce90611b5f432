"""What search engines may know of: public records only, whoever asks."""

from typing import Any

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from mosty.public import queries

PAGES = (
    "public:home",
    "public:about",
    "public:sources",
    "public:accessibility",
    "public:privacy",
    "public:licence",
    "places:list",
    "partnerships:list",
    "programmes:list",
    "calls:list",
)


class Pages(Sitemap[Any]):
    """The pages that are always there."""

    def items(self) -> Any:
        return PAGES

    def location(self, item: Any) -> str:
        return reverse(item)


class Municipalities(Sitemap[Any]):
    """A hundred thousand of them: five thousand a file."""

    limit = 5000

    def items(self) -> Any:
        return queries.municipalities_for_search()


class Partnerships(Sitemap[Any]):
    limit = 5000

    def items(self) -> Any:
        return queries.partnerships_for_search()


class Programmes(Sitemap[Any]):
    def items(self) -> Any:
        return queries.programmes_for_search()


class Calls(Sitemap[Any]):
    def items(self) -> Any:
        return queries.calls_for_search()


SITEMAPS: dict[str, type[Sitemap[Any]] | Sitemap[Any]] = {
    "pages": Pages,
    "programmes": Programmes,
    "calls": Calls,
    "partnerships": Partnerships,
    "municipalities": Municipalities,
}
