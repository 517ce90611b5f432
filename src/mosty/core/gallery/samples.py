"""What the gallery fills the parts with."""

from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.forms import formset_factory
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mosty.core.drafts.pages import Side
from mosty.core.gallery.forms import THEMES, FilterForm, NeedForm, SampleForm
from mosty.core.gallery.pictures import picture_samples
from mosty.core.gallery.signing import changes_sample, signing_sample
from mosty.core.navigation import Link

TONES = (
    ("quiet", gettext_lazy("Proposed")),
    ("blue", gettext_lazy("Approved")),
    ("good", gettext_lazy("Agreed")),
    ("warn", gettext_lazy("Answer awaited")),
    ("bad", gettext_lazy("Not possible")),
    ("wheat", gettext_lazy("Illustrative")),
)
PAIRS = (
    ("Zviahel", "Звягель", "Zamość", "Замость", "PL", 93, "warn"),
    ("Trostianets", "Тростянець", "Litoměřice", "Літомержице", "CZ", 92, "blue"),
    ("Kovel", "Ковель", "Kranj", "Крань", "SI", 86, "good"),
    ("Chortkiv", "Чортків", "Angers", "Анже", "FR", 80, "quiet"),
    ("Novohrodivka", "Новогродівка", "Santiago de Compostela", "Сантьяго", "ES", 74, "bad"),
)
PAGES = {
    "bad-request": ("400.html", 400),
    "refused": ("403.html", 403),
    "not-found": ("404.html", 404),
    "too-often": ("429.html", 429),
    "fault": ("500.html", 500),
    "form-expired": ("403_csrf.html", 403),
    "entry": ("gallery_entry.html", 200),
    "progress": ("parts/progress.html", 200),
}


def running() -> dict[str, Any]:
    """Work that goes on, as a job would report it."""
    return {
        "id": "running",
        "headline": _("Looking for the best pairs"),
        "text": _("comparing 900 possible pairs"),
        "now": 412,
        "total": 900,
        "running": True,
        "url": reverse("core:gallery_page", args=["progress"]),
    }


def draft_sample() -> dict[str, Any]:
    """A draft that is offered, with a field of which there are two versions."""
    by = _("Municipality officer, Chortkiv")
    mine = _("Pumps and generators for the hospital, before the winter.")
    theirs = _("Pumps for the water works; the hospital has its own.")
    side = Side(
        name="sample", label=_("What you look for"), version="sample", mine=mine, theirs=theirs,
        by=by, at="12:04",
    )  # fmt: skip
    return {
        "is_offered": True,
        "is_shared": True,
        "saved_at": "12:04",
        "draft": {"saved_by_name": by, "revision": 3},
        "content_json": "{}",
        "continue_url": "#drafts",
        "drop_url": "#drafts",
        "save_url": "#drafts",
        "sides": [side],
        "pattern": Side(),
    }


def samples(request: HttpRequest) -> dict[str, Any]:
    """The context of the gallery page."""
    here = reverse("core:gallery")
    today = timezone.localdate()
    needs = formset_factory(NeedForm, extra=1, can_delete=True)
    return {
        **picture_samples(),
        "title": _("Gallery of parts"),
        "eyebrow": _("For those who build"),
        "lead": _("Every part in every state, in the reader's language and colour scheme."),
        "breadcrumbs": [(_("Home"), "/"), (_("Gallery of parts"), "")],
        "figures": [
            {"label": _("Pairs"), "value": 8},
            {"label": _("Agreed"), "value": 2, "url": here},
            {"label": _("Inhabitants"), "value": 1284500, "note": _("2022, both sides")},
            {"label": _("Mean score"), "value": 81},
        ],
        "form": FilterForm(request.GET or QueryDict("q=Літо&country=CZ&theme=inclusion")),
        "exports": [("CSV", here + "?format=csv"), ("XLSX", here + "?format=xlsx")],
        "count_text": _("5 of 1,469 municipalities"),
        "draft": draft_sample(),
        "signing": signing_sample(),
        "changes": changes_sample(),
        "sort": request.GET.get("sort", "-score"),
        "pairs": PAIRS,
        "page_obj": Paginator(range(400), 10).get_page(request.GET.get("page", 7)),
        "known": {"is_authenticated": True},
        "account_navigation": [
            Link(_("My account"), here, current=True),
            Link(_("Passkeys and second factor"), here),
        ],
        "tones": TONES,
        "themes": [label for _key, label in THEMES],
        "sample_form": SampleForm(initial={"about": _("A partner for a shared music school.")}),
        "wrong_form": SampleForm(
            {"population": "-3", "about": "", "side": "need"}, auto_id="wrong_%s"
        ),
        "needs": needs(prefix="needs", initial=[{"theme": "health", "weight": 4}]),
        "tabs": [
            {"label": _("Overview"), "url": here, "current": True},
            {"label": _("Needs and offers"), "url": here + "?tab=needs", "count": 12},
            {"label": _("Partnerships"), "url": here + "?tab=partnerships", "count": 3},
        ],
        "timeline": [
            {"when": "1.11.2022", "label": _("Phase begins"), "state": "past"},
            {"when": "14.3.2023", "label": _("Call closes"), "state": "past"},
            {
                "when": "2.5.2023",
                "label": _("Round of matching"),
                "state": "now",
                "url": here,
                "note": _("Waiting for a second officer"),
            },
            {"when": "6.2023", "label": _("Answers of both sides"), "state": "next"},
            {"when": "30.9.2023", "label": _("Phase ends"), "state": "next"},
        ],
        "track": [
            {"label": _("Draft"), "state": "done"},
            {"label": _("Run"), "state": "done", "note": "2.5.2023"},
            {"label": _("Waiting for approval"), "state": "now"},
            {"label": _("Published"), "state": "next"},
        ],
        "stopped_track": [
            {"label": _("Offered"), "state": "done"},
            {"label": _("Declined"), "state": "stopped", "note": _("no capacity this year")},
        ],
        "tasks": [
            {
                "title": _("Approve the round “Spring 2023”"),
                "about": _("30 pairs, run by another officer"),
                "due": today + timedelta(days=5),
                "url": here,
            },
            {
                "title": _("Say which languages your administration works in"),
                "about": "Chortkiv · Чортків",
                "due": today - timedelta(days=3),
                "overdue": True,
                "url": here,
            },
            {"title": _("Look at your pair"), "url": here},
        ],
        "facts": [
            {
                "label": _("Inhabitants"),
                "value": 52873,
                "year": 2022,
                "source": "State Statistics Service of Ukraine",
            },
            {"label": _("Official code"), "value": "UA61060050000073024"},
            {
                "label": _("Working languages"),
                "value": _("Ukrainian, English, Polish"),
                "note": _("said by the municipality, 14 March 2023"),
            },
            {"label": _("Website"), "value": "chortkivmr.gov.ua", "url": here},
        ],
        "running": running(),
        "waiting": {
            **running(),
            "id": "waiting",
            "headline": _("Waiting for its turn"),
            "total": 0,
        },
        "done": {
            "id": "done",
            "headline": _("The round is ready"),
            "text": _("30 pairs, checked by the independent verifier"),
            "result_url": here,
            "result_label": _("Look at the pairs"),
        },
        "points": [
            _("Poland: at least 4 places, but only 3 of its municipalities take part"),
            _("the pair Kovel – Kranj is locked"),
        ],
        "when": date(2023, 3, 14),
        "pages": [(slug, reverse("core:gallery_page", args=[slug])) for slug in PAGES],
    }
