"""Search by name in any spelling, or by code.

`search_key` holds the folded words of all names; each word of the query must begin one of them. The
words stand in a table of their own (places/word_index.py), so that their beginnings come out of an
index: one letter means eighteen thousand of a hundred thousand bodies. What is found comes best
first: the name itself, then a name that holds the words whole, then one that begins with them, and
the largest among equals.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from mosty.core.search import search_words, sort_key
from mosty.places.models import Kind, Name, Organisation
from mosty.places.word_index import SearchWord, begins, begun_by

# A code begins with the country: UA63140110000017413, LV_0620200, PT_0101.
_CODE = re.compile(r"[A-Za-z]{2}(?:_\w|\d)[\w.-]*")


def found(rows: QuerySet[Organisation], query: str) -> QuerySet[Organisation]:
    """The organisations of `rows` that the words mean, unordered; no words mean all of them."""
    code = query.strip()
    if _CODE.fullmatch(code):
        return rows.filter(_bears(code.upper()))
    words = _telling(query)
    if not words:
        return rows.none() if query.strip() else rows
    # The longest word means the fewest, as a rule: these alone are looked at for the others.
    longest, *others = sorted(words, key=len, reverse=True)
    rows = rows.filter(pk__in=begun_by(longest).values("organisation_id"))
    return rows.filter(*(_has_word_begun_by(word) for word in others))


def _has_word_begun_by(word: str) -> Exists:
    return Exists(begun_by(word).filter(organisation_id=OuterRef("pk")))


def _telling(query: str) -> list[str]:
    """The words of a query without those that another one begins with: they narrow nothing."""
    words = list(dict.fromkeys(search_words(query)))
    return [word for word in words if not any(o != word and o.startswith(word) for o in words)]


def one_word(query: str) -> str:
    """The only word of a query; empty for a code, several words or none."""
    words = _telling(query)
    return words[0] if len(words) == 1 and not _CODE.fullmatch(query.strip()) else ""


def find(rows: QuerySet[Organisation], query: str) -> QuerySet[Organisation]:
    """`found`, best first."""
    return found(rows, query).order_by(*best_first(query))


def best_first(query: str) -> list[Any]:
    """What to order by, so that the likeliest comes first; the same on both databases."""
    words = search_words(query)
    if not words:
        return ["sort_en", "pk"]
    name = query.strip()
    is_name = Q(sort_en=sort_key(name, "en"))
    if _may_be_ukrainian(name):
        is_name |= Q(sort_uk=sort_key(name, "uk"))
    holds_words = Q()
    for word in words:
        holds_words &= Q(search_key__contains=f" {word} ") | Q(search_key__endswith=f" {word}")
    begins = Q(search_key__startswith=" " + " ".join(words))
    rank = Case(
        When(is_name, then=Value(0)),
        When(holds_words, then=Value(1)),
        When(begins, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return [rank, F("population").desc(nulls_last=True), "sort_en", "pk"]


def _may_be_ukrainian(name: str) -> bool:
    """Plain Latin letters write no Ukrainian name."""
    return not name.isascii()


# More than live anywhere.
_NOBODY_KNOWS = 10**12


class Hit(NamedTuple):
    """A body that a word means; hits compare as `best_first` orders, or as `by_size` does."""

    rank: int
    # Negative where the largest come first; those not known come last either way.
    size: int
    sort_en: str
    pk: int

    @classmethod
    def of(
        cls, rank: int, population: int | None, sort_en: str, pk: int, *, up: bool = False
    ) -> "Hit":
        if population is None:
            return cls(rank, _NOBODY_KNOWS, sort_en, pk)
        return cls(rank, population if up else -population, sort_en, pk)


def likeliest(
    rows: QuerySet[SearchWord], query: str, *, most: int, is_wide: bool = False
) -> list[Hit]:
    """What `find` gives for the one word of a query, out of an index alone; at most `most`.

    `rows` are the words of the bodies among which is looked. A wide word means so many that those
    whose name does not even begin with it are asked for only when the others are too few.
    """
    word = one_word(query)
    parts = [rows.filter(begins(word))]
    if is_wide:
        inside = rows.filter(is_first=False)
        first = rows.filter(begins(word), is_first=True)
        parts = [inside.filter(word=word), first, inside.filter(begins(word))]
    hits: dict[int, Hit] = {}

    def add(some: Iterable[Hit]) -> None:
        for hit in some:
            hits[hit.pk] = min(hit, hits.get(hit.pk, hit))

    for part in parts:
        add(_hits(part, word, query.strip(), most=most))
        if is_wide and part is not parts[0] and len(hits) >= most:
            break
    # Whose name is the word holds it whole, and stands among those found.
    if _may_be_ukrainian(query) and any(hit.rank <= 1 for hit in hits.values()):
        add(_called_so(rows, word, query.strip(), most=most))
    return sorted(hits.values())[:most]


def _called_so(rows: QuerySet[SearchWord], word: str, name: str, *, most: int) -> list[Hit]:
    """The largest of those whose Ukrainian name is the word: it ranks them first, and stands in no
    index of words."""
    # All kinds and standings stand there so that the index of names is read.
    bodies = Organisation.objects.order_by().filter(
        kind__in=Kind.values, standing__in=Organisation.Standing.values,
        sort_uk=sort_key(name, "uk"),
    )  # fmt: skip
    called = rows.filter(word=word, organisation_id__in=bodies.values("pk"))
    ordered = called.order_by(F("population").desc(nulls_last=True), "sort_en", "organisation_id")
    values = ordered.values_list("population", "sort_en", "organisation_id")
    return [Hit.of(0, *row) for row in values[:most]]


def _hits(rows: QuerySet[SearchWord], word: str, name: str, *, most: int) -> list[Hit]:
    rank = Case(
        When(word=word, sort_en=sort_key(name, "en"), then=Value(0)),
        When(word=word, then=Value(1)),
        When(is_first=True, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    largest = F("population").desc(nulls_last=True)
    ordered = rows.annotate(rank=rank).order_by("rank", largest, "sort_en", "organisation_id")
    values = ordered.values_list("rank", "population", "sort_en", "organisation_id")
    return _once(values, lambda row: Hit.of(*row), most=most)


def by_size(rows: QuerySet[SearchWord], query: str, *, most: int, up: bool) -> list[Hit]:
    """The bodies that the one word of a query means by their population, out of an index alone."""
    count = F("population")
    first = count.asc(nulls_last=True) if up else count.desc(nulls_last=True)
    found = rows.filter(begins(one_word(query)))
    values = found.order_by(first, "sort_en", "organisation_id").values_list(
        "population", "sort_en", "organisation_id"
    )
    return _once(values, lambda row: Hit.of(0, *row, up=up), most=most)


def _once(values: Any, hit: Callable[[Any], Hit], *, most: int) -> list[Hit]:
    """A body comes once for each of its words that begins so, its best one first: that one counts,
    until there are `most`."""
    hits: dict[int, Hit] = {}
    start, step = 0, max(50, most + most // 4)
    while len(hits) < most:
        part = list(values[start : start + step])
        for row in part:
            hits.setdefault(row[-1], hit(row))
        if len(part) < step:
            break
        start += step
    return list(hits.values())


def number(rows: QuerySet[SearchWord], word: str, *, most: int) -> int:
    """How many bodies the word means, counted up to `most`."""
    bodies = rows.filter(begins(word)).order_by().values("organisation_id").distinct()
    return bodies[:most].count()


def _bears(code: str) -> Q:
    """Bears this code or one that begins with it now, or bore exactly this one before.

    One list of ids, each half of it out of an index: with a plain "or" each row is read.
    """
    bears = Organisation.objects.order_by().filter(begins(code, "code")).values("pk")
    bore = Name.objects.order_by().filter(use=Name.Use.CODE, text=code).values("organisation_id")
    return Q(pk__in=bears.union(bore))
