"""In which order lists of a hundred thousand bodies come, and how a page of them is found."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, overload

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.utils.functional import cached_property

from mosty.core.search import sort_column
from mosty.places.models import Country, Organisation


def country_rank(codes: Sequence[str], *, down: bool) -> Any:
    """The place of the country's name in the reader's alphabet, without a join."""
    rank = Case(
        *(When(country=code, then=Value(place)) for place, code in enumerate(codes)),
        default=Value(len(codes)),
        output_field=IntegerField(),
    )
    return rank.desc() if down else rank.asc()


def countries() -> list[str]:
    """The codes of all countries in the reader's alphabet."""
    return list(Country.objects.order_by(sort_column()).values_list("code", flat=True))


class Found(Sequence[int]):
    """Ids in an order, counted once and read page by page: what a paginator asks for."""

    @overload
    def __getitem__(self, part: int) -> int: ...

    @overload
    def __getitem__(self, part: slice) -> Sequence[int]: ...

    def __getitem__(self, part: int | slice) -> int | Sequence[int]:
        if isinstance(part, slice):
            start, stop, _step = part.indices(len(self))
            return self._between(start, stop) if start < stop else []
        place = range(len(self))[part]
        return self._between(place, place + 1)[0]

    @abstractmethod
    def _between(self, start: int, stop: int) -> list[int]: ...


class Ids(Found):
    """The ids of ordered rows, read from the nearer end.

    A database steps over every row before the page: so over half of them at most.
    """

    def __init__(self, rows: QuerySet[Organisation]) -> None:
        self._rows = rows

    @cached_property
    def _number(self) -> int:
        return self._rows.count()

    def __len__(self) -> int:
        return self._number

    def _between(self, start: int, stop: int) -> list[int]:
        ids = self._rows.values_list("pk", flat=True)
        if start + stop <= len(self):
            return list(ids[start:stop])
        return list(reversed(ids.reverse()[len(self) - stop : len(self) - start]))


class IdsByCountry(Found):
    """The ids of rows, country by country: only the rows of a page's countries are sorted."""

    def __init__(self, rows: QuerySet[Organisation], *, down: bool) -> None:
        self._rows = rows
        self._down = down
        self._codes = countries()

    @cached_property
    def _numbers(self) -> list[tuple[str | None, int]]:
        """Countries in the order of the list, each with its number of rows; none ranks last."""
        grouped = self._rows.order_by().values_list("country").annotate(number=Count("pk"))
        numbers = dict(grouped)
        order = [*self._codes, None]
        if self._down:
            order.reverse()
        return [(code, numbers[code]) for code in order if code in numbers]

    def __len__(self) -> int:
        return sum(number for _code, number in self._numbers)

    def _between(self, start: int, stop: int) -> list[int]:
        met: list[str | None] = []
        before = stepped_over = 0
        for code, number in self._numbers:
            if before + number <= start:
                stepped_over += number
            elif before < stop:
                met.append(code)
            before += number
        of_these = Q(country__in=[code for code in met if code])
        if None in met:
            of_these |= Q(country=None)
        rank = [country_rank(self._codes, down=self._down)] if len(met) > 1 else []
        rows = self._rows.filter(of_these).order_by(*rank, sort_column(), "pk")
        return list(rows.values_list("pk", flat=True)[start - stepped_over : stop - stepped_over])
