"""The site's settings as the tests need them: nothing leaves the process, hashing is quick."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("MOSTY_GALLERY", "1")

from mosty.settings import *  # noqa: F403

DEBUG = False
DEMO_MODE = False
# Tests of it switch it on: it starts further processes after each run.
ANALYSE_RUNS = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ACCOUNT_RATE_LIMITS = False
RATE_LIMITS = {}

_database = globals()["DATABASES"]["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # A file as on a real server: one in memory is shared by threads without any locking.
    name = f"mosty-test-{os.getpid()}.sqlite3"
    _database["TEST"] = {"NAME": str(Path(tempfile.gettempdir()) / name)}
    # No disk need be waited for: the file is thrown away.
    _database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
