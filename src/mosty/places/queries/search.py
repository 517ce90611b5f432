"""Search by name in any spelling, or by code.

`search_key` holds the folded words of all names; each word of the query must begin one of them.
What is found comes best first: the name itself, then a name that holds the words whole, then one
that begins with them, and the largest among equals.
"""

import re
from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from mosty.core.search import search_words, sort_key
from mosty.places.models import Name, Organisation

# A code begins with the country: UA63140110000017413, LV_0620200, PT_0101.
_CODE = re.compile(r"[A-Za-z]{2}(?:_\w|\d)[\w.-]*")


def found(rows: QuerySet[Organisation], query: str) -> QuerySet[Organisation]:
    """The organisations of `rows` that the words mean, unordered; no words mean all of them."""
    code = query.strip()
    if _CODE.fullmatch(code):
        return rows.filter(_bears(code.upper()))
    words = search_words(query)
    if not words:
        return rows.none() if query.strip() else rows
    for word in words:
        rows = rows.filter(search_key__contains=f" {word}")
    return rows


def find(rows: QuerySet[Organisation], query: str) -> QuerySet[Organisation]:
    """`found`, best first."""
    return found(rows, query).order_by(*best_first(query))


def best_first(query: str) -> list[Any]:
    """What to order by, so that the likeliest comes first; the same on both databases."""
    words = search_words(query)
    if not words:
        return ["sort_en", "pk"]
    name = query.strip()
    is_name = Q(sort_en=sort_key(name, "en")) | Q(sort_uk=sort_key(name, "uk"))
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


def _bears(code: str) -> Q:
    """Bears this code or one that begins with it now, or bore exactly this one before.

    One list of ids, each half of it out of an index: with a plain "or" each row is read.
    """
    bears = Organisation.objects.order_by().filter(code__startswith=code).values("pk")
    bore = Name.objects.order_by().filter(use=Name.Use.CODE, text=code).values("organisation_id")
    return Q(pk__in=bears.union(bore))
