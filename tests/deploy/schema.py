"""What a database looks like, whichever way it was made: tables, columns, rules, triggers.

As a program it prints that of the site's own database.
"""

import json
import sys
from typing import Any

import django
from django.apps import apps
from django.db import connection


def described() -> dict[str, Any]:
    """Of each table the columns with their types, and the rules by what they say: names of rules
    hold a hash of how they came about."""
    tables: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            # Tables of others are theirs to keep.
            if not model._meta.app_config.name.startswith("mosty."):
                continue
            table = model._meta.db_table
            columns = [
                [column.name, str(column.type_code), column.display_size, bool(column.null_ok)]
                for column in connection.introspection.get_table_description(cursor, table)
            ]
            rules = connection.introspection.get_constraints(cursor, table).values()
            tables[table] = {
                "columns": sorted(columns),
                "rules": sorted(json.dumps(_rule(rule), sort_keys=True) for rule in rules),
            }
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute(
                "SELECT trigger_name || ' ' || event_manipulation, action_statement"
                " FROM information_schema.triggers"
            )
        triggers = sorted(list(row) for row in cursor.fetchall())
    return {"tables": tables, "triggers": triggers}


def _rule(rule: dict[str, Any]) -> dict[str, Any]:
    kinds = ("primary_key", "unique", "index", "check")
    columns = rule["columns"] if rule["index"] else sorted(rule["columns"] or [])
    foreign = list(rule["foreign_key"]) if rule["foreign_key"] else None
    orders = list(rule.get("orders") or [])
    return {"columns": columns, "foreign": foreign, "orders": orders} | {
        kind: bool(rule[kind]) for kind in kinds
    }


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(described()))
