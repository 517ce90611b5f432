"""The WSGI application for gunicorn: `gunicorn mosty.wsgi`."""

import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mosty.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402

from mosty.core.garbage import settle  # noqa: E402

# With the addresses come all views and forms, which else the first reader would wait for.
import_module(settings.ROOT_URLCONF)
settle()
