"""What machines ask for: robots.txt, the sitemap, the state of health."""

from django.conf import settings
from django.contrib.sitemaps import views as sitemaps
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from mosty.public import queries
from mosty.public.sitemaps import SITEMAPS

# Not for search engines: what needs an account, changes something, or is a file of a list.
CLOSED = ("/accounts/", "/desk/", "/people/", "/i18n/", "/*export.", "/*?")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """A demonstration stays out of search engines: what is illustrative must not look real."""
    closed = ("/",) if settings.DEMO_MODE else CLOSED
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    if not settings.DEMO_MODE:
        lines += ["", f"Sitemap: {request.build_absolute_uri(reverse('public:sitemap'))}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@gzip_page
def sitemap(request: HttpRequest) -> HttpResponse:
    """The index of the files below."""
    return sitemaps.index(request, sitemaps=SITEMAPS, sitemap_url_name="public:sitemap_section")


@require_safe
@gzip_page
def sitemap_section(request: HttpRequest, section: str) -> HttpResponse:
    """One file of the sitemap; 404 for a section that there is not."""
    return sitemaps.sitemap(request, sitemaps=SITEMAPS, section=section)


@require_safe
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """`database: ok`, `jobs: ok`: 503 when pages cannot be served.

    A silent worker is said but is no 503: the pages work, and a proxy must not take them away.
    """
    try:
        jobs = "ok" if queries.has_live_worker() else "no worker in the last minute"
    except DatabaseError:
        return _plain("database: not reachable\n", status=503)
    return _plain(f"database: ok\njobs: {jobs}\n")


def _plain(text: str, *, status: int = 200) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
