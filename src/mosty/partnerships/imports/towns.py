"""Finds the towns that a list names: by code, else by any name that they bear or bore.

A name counts when it is the same but for marks and alphabets ("Kuldiga", "Чугуїв"). Present names
go before former ones, bodies that exist before those that did. What is left over is for a person:
nothing is guessed.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from mosty.core.search import fold, search_words, sort_key
from mosty.partnerships.imports.layout import Town
from mosty.places.imports.problems import Problem
from mosty.places.models import Kind, Name, Organisation
from mosty.places.queries import search
from mosty.places.queries.codes import by_code

MOST_NEAR = 4


@dataclass(frozen=True, slots=True)
class Found:
    """The body, or why there is none."""

    body: Organisation | None
    problems: tuple[Problem, ...] = ()


class Finder:
    """The towns of one file; looked up together, a few queries for each country."""

    def __init__(self, towns: Iterable[Town]) -> None:
        wanted = list(dict.fromkeys(towns))
        self._by_code = by_code({town.code for town in wanted if town.code})
        # (country, folded name) -> ids that bear it now, and those that bore it.
        self._now: dict[tuple[str, str], set[int]] = {}
        self._before: dict[tuple[str, str], set[int]] = {}
        self._bodies: dict[int, Organisation] = {}
        names: dict[str, set[str]] = {}
        for town in wanted:
            if not town.code:
                names.setdefault(town.country, set()).update(town.names)
        for country, texts in names.items():
            self._look_up(country, texts)

    def find(self, town: Town, *, column: str) -> Found:
        """The one body that is meant; `column` is where its code would stand."""
        if town.code:
            body = self._by_code.get(town.code)
            if body is None or body.kind != Kind.MUNICIPALITY:
                return Found(None, (Problem("town_code", column, town.code),))
            return Found(body)
        said = " / ".join(town.names)
        ids = self._candidates(town)
        if not ids:
            problems = [Problem("town_unknown", column, said, town.country)]
            if near := self._near(town):
                problems.append(Problem("town_near", column, near))
            return Found(None, tuple(problems))
        bodies = sorted((self._bodies[pk] for pk in ids), key=lambda body: (body.sort_en, body.pk))
        if town.region:
            inside = [body for body in bodies if _is_in(body, town.region)]
            if not inside:
                return Found(None, (Problem("town_elsewhere", column, said, _shown(bodies)),))
            bodies = inside
        if len(bodies) > 1:
            return Found(None, (Problem("town_many", column, said, _shown(bodies)),))
        return Found(bodies[0])

    def _look_up(self, country: str, texts: set[str]) -> None:
        towns = Organisation.objects.filter(kind=Kind.MUNICIPALITY, country=country)
        keys = {sort_key(text, "en") for text in texts}
        found = set(towns.filter(sort_en__in=keys).values_list("pk", flat=True))
        named = Name.objects.filter(
            text__in=texts, organisation__country=country, organisation__kind=Kind.MUNICIPALITY
        )
        found |= set(named.values_list("organisation_id", flat=True))
        self._remember(country, found)
        # Other spellings stand in the search key only; it is asked for the few that are left.
        for text in texts:
            key = country, fold(text)
            if search_words(text) and key not in self._now and key not in self._before:
                others = search.found(towns, text).values_list("pk", flat=True)[:50]
                self._remember(country, set(others))

    def _remember(self, country: str, ids: set[int]) -> None:
        for body in Organisation.objects.filter(pk__in=ids).select_related("region", "country"):
            self._bodies[body.pk] = body
        for name in Name.objects.filter(organisation_id__in=ids).exclude(use=Name.Use.CODE):
            is_former = name.use == Name.Use.FORMER or bool(name.until)
            names = self._before if is_former else self._now
            for text in _each(name.text):
                names.setdefault((country, fold(text)), set()).add(name.organisation_id)
        for pk in ids:
            body = self._bodies[pk]
            for label in {body.label_en, body.label_native, body.label_uk} - {""}:
                for text in _each(label):
                    self._now.setdefault((country, fold(text)), set()).add(pk)

    def _candidates(self, town: Town) -> set[int]:
        for names in (self._now, self._before):
            each = [names.get((town.country, fold(text)), set()) for text in town.names]
            hits = [ids for ids in each if ids]
            if not hits:
                continue
            # Where one name is that of several, the other tells which.
            both = set.intersection(*hits)
            ids = both or set.union(*hits)
            standing = {
                pk for pk in ids if self._bodies[pk].standing == Organisation.Standing.CURRENT
            }
            return standing or ids
        return set()

    def _near(self, town: Town) -> str:
        """Towns whose names begin with the first word of this one."""
        towns = Organisation.objects.filter(kind=Kind.MUNICIPALITY, country=town.country)
        for text in town.names:
            words = search_words(text)
            if words and len(words[0]) > 2:
                rows = search.find(towns, words[0]).select_related("region")[:MOST_NEAR]
                if shown := _shown(list(rows)):
                    return shown
        return ""


def _each(name: str) -> set[str]:
    """A name in two languages at once ("Lahti / Lahtis") is also either of them."""
    return {name, *(part.strip() for part in name.split(" / "))}


def _is_in(body: Organisation, region: str) -> bool:
    """Whether the body lies in the oblast that a file calls so, with or without the word itself."""
    if body.region is None:
        return False
    first = fold(region).split()[:1]
    names = (body.region.name_en, body.region.name_uk, body.region.name_native)
    return any(first == fold(name).split()[:1] for name in names if name)


def _shown(bodies: list[Organisation]) -> str:
    return "; ".join(
        f"{body.label_en} ({', '.join([*_region(body), body.code])})" for body in bodies[:MOST_NEAR]
    )


def _region(body: Organisation) -> list[str]:
    return [body.region.name_en] if body.region else []
