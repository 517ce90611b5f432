"""The WSGI application for gunicorn: `gunicorn mosty.wsgi`."""

import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mosty.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402

from mosty.applications.paper import pdf  # noqa: E402
from mosty.core.garbage import settle  # noqa: E402

# What the first reader would else wait for: with the addresses come all views and forms; and pages
# of calls say whether a PDF can be made here, for which its library is loaded.
import_module(settings.ROOT_URLCONF)
pdf.is_possible()
settle()
