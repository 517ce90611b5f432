"""The words of all search keys, each in a row of its own, so that an index finds their beginnings.

Nobody writes here: the database does (triggers, migration 0012), whenever a search key, or what is
copied beside its words, changes. So the words are right whoever wrote the key (a form, an import of
a hundred thousand, a merger, its undoing), and the level that stands here is the body's own.
"""

from django.db import connection, models
from django.db.models import Q, QuerySet


class SearchWord(models.Model):
    """One word of one body. No foreign key: a row goes with its body, and nothing merges it."""

    pk = models.CompositePrimaryKey("organisation_id", "word")
    word = models.TextField()
    organisation_id = models.BigIntegerField()
    # Whether the key begins with it.
    is_first = models.BooleanField()
    # Copies of what a search asks for before it fetches a row.
    kind = models.CharField(max_length=12)
    standing = models.CharField(max_length=8)
    level = models.CharField(max_length=12)
    population = models.PositiveIntegerField(null=True)
    sort_en = models.CharField(max_length=200)

    class Meta:
        # Beginnings of words: PostgreSQL reads them out of an index in this order alone.
        indexes = [
            models.Index(
                fields=["word", "organisation_id"],
                opclasses=["text_pattern_ops", "int8_ops"],
                name="places_word_begins",
            ),
            models.Index(
                fields=[
                    "kind", "standing", "is_first", "word", "level", "population", "sort_en",
                    "organisation_id",
                ],
                opclasses=[
                    "text_ops", "text_ops", "bool_ops", "text_pattern_ops", "text_ops", "int4_ops",
                    "text_ops", "int8_ops",
                ],
                name="places_word_of_kind",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.word


def begins(text: str, field: str = "word") -> Q:
    """The field begins with the text: letters of ASCII and figures, in capitals or all small.

    Out of an index on both databases: the LIKE of SQLite takes none, that of PostgreSQL one that
    compares sign by sign. "{" is the sign after "z".
    """
    if connection.vendor == "sqlite":
        return Q(**{f"{field}__gte": text, f"{field}__lt": text + "{"})
    return Q(**{f"{field}__startswith": text})


def begun_by(word: str) -> QuerySet[SearchWord]:
    """The rows whose word begins so; `word` is folded (a to z, 0 to 9)."""
    return SearchWord.objects.filter(begins(word))
