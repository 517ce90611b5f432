"""The words of all search keys in rows of their own, kept by the database itself.

A later migration that has SQLite make the table of organisations anew takes the triggers away with
the old table, and calls `install` again; `tests/places/test_word_index.py` holds that they stand.
"""

from django.db import migrations, models

TABLE = "places_organisation"
COPIES = ("kind", "standing", "level", "population", "sort_en")
_COLUMNS = f"word, is_first, organisation_id, {', '.join(COPIES)}"
_WATCHED = ("search_key", *COPIES)


def _copies(row):
    return ", ".join(f"{row}.{name}" for name in ("id", *COPIES))


def _sqlite_words(row, *, source=""):
    """The INSERT for one row, or for all of a table."""
    key = f"json_each('[' || replace(json_quote(trim({row}.search_key)), ' ', '\",\"') || ']')"
    return (
        f"INSERT INTO places_searchword ({_COLUMNS})"
        f" SELECT part.value, min(part.key) = 0, {_copies(row)}"
        f" FROM {source}{key} AS part WHERE part.value <> '' GROUP BY {row}.id, part.value"
    )


_SQLITE_FORGET = "DELETE FROM places_searchword WHERE organisation_id = OLD.id"
_SQLITE = (
    f"CREATE TRIGGER places_words_insert AFTER INSERT ON {TABLE}"
    f" BEGIN {_sqlite_words('NEW')}; END",
    f"CREATE TRIGGER places_words_update AFTER UPDATE OF {', '.join(_WATCHED)} ON {TABLE}"
    f" WHEN {' OR '.join(f'OLD.{name} IS NOT NEW.{name}' for name in _WATCHED)}"
    f" BEGIN {_SQLITE_FORGET}; {_sqlite_words('NEW')}; END",
    f"CREATE TRIGGER places_words_delete AFTER DELETE ON {TABLE} BEGIN {_SQLITE_FORGET}; END",
    _sqlite_words("body", source=f"{TABLE} AS body, "),
)


def _postgres_words(row, *, source=""):
    key = f"string_to_table(trim({row}.search_key), ' ') WITH ORDINALITY AS part (word, place)"
    copies = _copies(row)
    return (
        f"INSERT INTO places_searchword ({_COLUMNS})"
        f" SELECT part.word, min(part.place) = 1, {copies}"
        f" FROM {source}{key} WHERE part.word <> '' GROUP BY part.word, {copies}"
    )


_POSTGRES = (
    f"""
    CREATE FUNCTION places_keep_words() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' THEN
            DELETE FROM places_searchword WHERE organisation_id = OLD.id;
        END IF;
        IF TG_OP <> 'DELETE' THEN
            {_postgres_words("NEW")};
        END IF;
        RETURN NULL;
    END $$
    """,
    f"CREATE TRIGGER places_words_insert AFTER INSERT ON {TABLE}"
    " FOR EACH ROW EXECUTE FUNCTION places_keep_words()",
    f"CREATE TRIGGER places_words_update AFTER UPDATE OF {', '.join(_WATCHED)} ON {TABLE}"
    " FOR EACH ROW WHEN ("
    + " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in _WATCHED)
    + ") EXECUTE FUNCTION places_keep_words()",
    f"CREATE TRIGGER places_words_delete AFTER DELETE ON {TABLE}"
    " FOR EACH ROW EXECUTE FUNCTION places_keep_words()",
    _postgres_words("body", source=f"{TABLE} AS body CROSS JOIN "),
)


def install(apps, schema_editor):
    """Have the database keep the words, and fill in those of the bodies that stand there."""
    remove(apps, schema_editor)
    write = _POSTGRES if schema_editor.connection.vendor == "postgresql" else _SQLITE
    for statement in write:
        schema_editor.execute(statement)


def remove(apps, schema_editor):
    """Take the triggers and all words away."""
    is_postgres = schema_editor.connection.vendor == "postgresql"
    for when in ("insert", "update", "delete"):
        on = f" ON {TABLE}" if is_postgres else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS places_words_{when}{on}")
    if is_postgres:
        schema_editor.execute("DROP FUNCTION IF EXISTS places_keep_words")
    schema_editor.execute("DELETE FROM places_searchword")


class Migration(migrations.Migration):

    dependencies = [
        ('places', '0011_partners_and_reviews'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('pk', models.CompositePrimaryKey('organisation_id', 'word', blank=True, editable=False, primary_key=True, serialize=False)),
                ('word', models.TextField()),
                ('organisation_id', models.BigIntegerField()),
                ('is_first', models.BooleanField()),
                ('kind', models.CharField(max_length=12)),
                ('standing', models.CharField(max_length=8)),
                ('level', models.CharField(max_length=12)),
                ('population', models.PositiveIntegerField(null=True)),
                ('sort_en', models.CharField(max_length=200)),
            ],
            options={
                'indexes': [models.Index(fields=['word', 'organisation_id'], name='places_word_begins', opclasses=['text_pattern_ops', 'int8_ops']), models.Index(fields=['kind', 'standing', 'is_first', 'word', 'level', 'population', 'sort_en', 'organisation_id'], name='places_word_of_kind', opclasses=['text_ops', 'text_ops', 'bool_ops', 'text_pattern_ops', 'text_ops', 'int4_ops', 'text_ops', 'int8_ops'])],
            },
        ),
        migrations.AddIndex(
            model_name='name',
            index=models.Index(condition=models.Q(('use', 'code')), fields=['text'], name='places_former_codes'),
        ),
        migrations.RunPython(install, remove),
    ]
