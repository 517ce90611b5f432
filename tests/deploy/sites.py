"""Further databases of the kind that this run of the tests uses, and the commands of a site."""

import os
import subprocess
import sys
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


def database(name: str, folder: Path) -> str:
    """The address of a new, empty database."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{folder}/{name}.sqlite3"
    own = f"site_{os.getpid()}_{name}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {own}")
        cursor.execute(f"CREATE DATABASE {own}")
    head, _slash, query = os.environ["DATABASE_URL"].partition("?")
    return f"{head.rsplit('/', 1)[0]}/{own}?{query}"


def settings_of(url: str, var: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "MOSTY_VAR": str(var),
        "DEBUG": "1",
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "mosty.settings",
    }


def manage(url: str, var: Path, *arguments: str) -> str:
    """What a management command of a site with this database prints."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **settings_of(url, var)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()
