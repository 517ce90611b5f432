"""Addresses: one line per app; allauth brings those of accounts."""

from django.conf import settings
from django.urls import include, path

from mosty.core.theme import set_theme

urlpatterns = [
    path("", include("mosty.public.urls")),
    path("desk/", include("mosty.desk.urls")),
    path("municipalities/", include("mosty.places.urls")),
    path("programmes/", include("mosty.programmes.urls")),
    path("partnerships/", include("mosty.partnerships.urls")),
    path("calls/", include("mosty.calls.urls")),
    path("applications/", include("mosty.applications.urls")),
    path("applications/", include("mosty.applications.signing.urls")),
    path("applications/", include("mosty.applications.paper.urls")),
    path("applications/", include("mosty.applications.nominations.urls")),
    path("reviews/", include("mosty.reviews.urls")),
    path("decisions/", include("mosty.decisions.urls")),
    path("rounds/", include("mosty.matching.urls")),
    path("drafts/", include("mosty.core.drafts.urls")),
    path("people/", include("mosty.people.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("theme/", set_theme, name="set_theme"),
]

# Asked for by allauth when somebody tries too often.
handler429 = "mosty.people.accounts.limits.ask_for_patience"

if settings.GALLERY:
    urlpatterns.append(path("gallery/", include("mosty.core.urls")))
