"""Countries, regions, organisations, their names, needs and offers.

Official codes are the keys: KATOTTG for Ukrainian hromadas (categories H and K), GISCO_ID
(country_LAU) for EU municipalities. Names have history; figures are facts (core/facts.py).
"""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from mosty.core.publication import Precision, Published
from mosty.core.texts import TextField
from mosty.places.imports.tables import Import as Import
from mosty.places.imports.tables import ImportPart as ImportPart
from mosty.places.over_time import Merger as Merger
from mosty.places.over_time import Succession as Succession
from mosty.places.presence import Contact as Contact
from mosty.places.presence import Picture as Picture
from mosty.places.presence import TextLevel as TextLevel
from mosty.places.territory.tables import TerritoryStatus as TerritoryStatus
from mosty.places.word_index import SearchWord as SearchWord


def read_name(in_english: str, in_ukrainian: str) -> str:
    """The one of two names that the reader gets."""
    return in_ukrainian if in_ukrainian and get_language() == "uk" else in_english


class Country(models.Model):
    """A country by ISO 3166-1 (Greece is GR)."""

    class Side(models.TextChoices):
        """On which side of a bridge its municipalities stand."""

        UKRAINE = "ua", _("Ukraine")
        EU = "eu", _("European Union")
        OTHER = "other", _("Other")

    code = models.CharField(max_length=2, primary_key=True)
    name_en = models.CharField(max_length=80)
    name_uk = models.CharField(max_length=80)
    side = models.CharField(max_length=5, choices=Side.choices, default=Side.EU)
    # Official languages (ISO 639-1): what its municipalities work in until they say otherwise.
    languages = models.JSONField(default=list, blank=True)
    sort_en = models.CharField(max_length=200)
    sort_uk = models.CharField(max_length=200)

    class Meta:
        ordering = ["sort_en"]
        verbose_name = _("country")
        verbose_name_plural = _("countries")

    def __str__(self) -> str:
        return self.name_uk if get_language() == "uk" else self.name_en


class Region(models.Model):
    """A Ukrainian oblast (KATOTTG, category O or K) or an EU region (NUTS 3, with its year)."""

    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="regions")
    code = models.CharField(max_length=20, unique=True)
    classification = models.CharField(max_length=20)
    name_en = models.CharField(max_length=120)
    name_native = models.CharField(max_length=120, blank=True)
    name_uk = models.CharField(max_length=120, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    sort_en = models.CharField(max_length=200)

    class Meta:
        ordering = ["country_id", "sort_en"]
        verbose_name = _("region")
        verbose_name_plural = _("regions")

    def __str__(self) -> str:
        return read_name(self.name_en, self.name_uk)

    @property
    def name(self) -> str:
        """As a picker says it, like the name of a body."""
        return str(self)

    @property
    def second_name(self) -> str:
        """The other name beside it; empty when it says nothing new."""
        names = (self.name_native, self.name_en)
        return next((name for name in names if name and name != self.name), "")


class Kind(models.TextChoices):
    """What an organisation is."""

    MUNICIPALITY = "municipality", _("Municipality")
    ASSOCIATION = "association", _("Association")
    NETWORK = "network", _("Network")
    INSTITUTION = "institution", _("Institution")
    DONOR = "donor", _("Donor")


class Organisation(Published):
    """Anything that can apply, sign or report. A municipality is one with a territory.

    `label_*`, `search_key`, `sort_*` and `population*` are copies, made by `places.naming` from
    the names and the chosen facts, so that lists of a hundred thousand rows need no joins.
    """

    class Scheme(models.TextChoices):
        KATOTTG = "katottg", "KATOTTG"
        GISCO = "gisco", "GISCO_ID"
        OWN = "own", _("own key")

    class Standing(models.TextChoices):
        CURRENT = "current", _("Exists")
        FORMER = "former", pgettext_lazy("a body", "Former")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    scheme = models.CharField(_("code list"), max_length=8, choices=Scheme.choices)
    code = models.CharField(_("official code"), max_length=40, unique=True)
    code_year = models.CharField(_("year of the code list"), max_length=4, blank=True)
    standing = models.CharField(
        _("standing"), max_length=8, choices=Standing.choices, default=Standing.CURRENT
    )
    country = models.ForeignKey(
        Country,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="organisations",
        verbose_name=_("country"),
    )
    region = models.ForeignKey(
        Region,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="organisations",
        verbose_name=_("region"),
    )
    # Urban, settlement or rural hromada; city, town, commune …: the register's own word.
    legal_form = models.CharField(_("legal form"), max_length=40, blank=True)

    label_en = models.CharField(max_length=200)
    label_native = models.CharField(max_length=200, blank=True)
    label_uk = models.CharField(max_length=200, blank=True)
    search_key = models.TextField(blank=True)
    sort_en = models.CharField(max_length=200)
    sort_uk = models.CharField(max_length=200)

    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    precision = models.CharField(
        _("place shown as"),
        max_length=12,
        choices=Precision.choices,
        default=Precision.MUNICIPALITY,
    )
    precision_reason = models.CharField(_("reason"), max_length=300, blank=True)
    precision_review_on = models.DateField(_("look again on"), null=True, blank=True)
    # Spans [first day, last day or ""] in which only the region may be shown, copied from the
    # territory statuses by `places.domain.territory`: a map knows them however it came to the body.
    coarse_periods = models.JSONField(default=list, blank=True, editable=False)

    population = models.PositiveIntegerField(null=True, blank=True)
    population_as_of = models.CharField(max_length=10, blank=True)

    # Working languages (ISO 639-1) and tags of profile: urban, rural, mountain, coast, border.
    languages = models.JSONField(_("working languages"), default=list, blank=True)
    profile = models.JSONField(_("profile"), default=list, blank=True)
    website = models.URLField(_("website"), max_length=300, blank=True)
    about = TextField(_("about"), blank=True)
    # What it has done with others before, and who would work on a partnership.
    experience = TextField(_("experience"), blank=True)
    capacity = TextField(_("capacity"), blank=True)
    # Which of what stands here was invented for illustration (demo only).
    is_illustrative = models.BooleanField(default=False)

    class Meta:
        ordering = ["sort_en", "id"]
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        # Each holds all that a list asks for before it fetches its fifty rows, so that counting,
        # sorting and searching a hundred thousand read an index and not the table.
        indexes = [
            models.Index(fields=["kind", "standing", "sort_en", "level"], name="places_by_name_en"),
            models.Index(fields=["kind", "standing", "sort_uk", "level"], name="places_by_name_uk"),
            models.Index(
                fields=["kind", "standing", "country", "sort_en", "level"],
                name="places_by_country",
            ),
            models.Index(
                fields=["kind", "standing", "region", "sort_en", "level"],
                name="places_by_region",
            ),
            models.Index(
                fields=["kind", "standing", "population", "level"],
                name="places_by_population",
            ),
            models.Index(
                fields=[
                    "kind",
                    "standing",
                    "level",
                    "search_key",
                    "population",
                    "sort_en",
                    "sort_uk",
                ],
                name="places_by_words",
            ),
            # The few with a date are found without reading the many (core/looking_again.py).
            models.Index(
                fields=["level_review_on"],
                condition=Q(level_review_on__isnull=False),
                name="places_to_look_at",
            ),
            models.Index(
                fields=["precision_review_on"],
                condition=Q(precision_review_on__isnull=False),
                name="places_points_to_look_at",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return read_name(self.label_en, self.label_uk)

    @property
    def second_name(self) -> str:
        """The other name beside it: *Chortkiv · Чортків*; empty when it says nothing new."""
        # What a place calls itself comes first; for a Ukrainian town read in Ukrainian that is
        # the name already, and the Latin one stands beside it.
        for other in (self.label_native, self.label_en):
            if other and other != self.name:
                return other
        return ""

    @property
    def second_language(self) -> str:
        """The language of the second name (ISO 639-1) where it is known; needs the country."""
        if not self.second_name:
            return ""
        if self.second_name == self.label_en:
            return "en"
        if self.second_name == self.label_uk:
            return "uk"
        languages = self.country.languages if self.country and self.is_municipality else []
        return languages[0] if languages else ""

    def get_absolute_url(self) -> str:
        return reverse("places:profile", args=[self.code])

    @property
    def is_municipality(self) -> bool:
        return self.kind == Kind.MUNICIPALITY

    @property
    def side(self) -> str:
        """`ua`, `eu` or `other`; needs the country fetched."""
        return self.country.side if self.country else Country.Side.OTHER


class Name(models.Model):
    """One name of one organisation, with its language, kind and time."""

    class Use(models.TextChoices):
        SHORT = "short", _("As people say it")
        OFFICIAL = "official", pgettext_lazy("a name", "Official")
        FORMER = "former", pgettext_lazy("a name", "Former")
        EXONYM = "exonym", _("In another language")
        TRANSLITERATION = "transliteration", _("Transliteration")
        # How a second record of the body called it (domain/merging.py), or a usual misspelling.
        OTHER = "other", _("Other spelling")
        # An official code that it bore before; its address leads on to the present one.
        CODE = "code", _("Former code")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="names")
    text = models.CharField(pgettext_lazy("of a place", "name"), max_length=200)
    language = models.CharField(_("language"), max_length=3)
    use = models.CharField(_("kind"), max_length=16, choices=Use.choices)
    # As precise as the source: 2022, 2022-06 or 2022-06-16.
    since = models.CharField(_("from"), max_length=10, blank=True)
    until = models.CharField(_("to"), max_length=10, blank=True)
    source = models.ForeignKey(
        "core.Source", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["organisation_id", "id"]
        verbose_name = pgettext_lazy("of a place", "name")
        verbose_name_plural = _("names")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "text", "language", "use"], name="a_name_stands_once"
            )
        ]
        indexes = [
            models.Index(fields=["text"], condition=Q(use="code"), name="places_former_codes")
        ]

    def __str__(self) -> str:
        return self.text


class Affiliation(models.Model):
    """A municipality belongs to an association, from a date to a date."""

    member = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="affiliations")
    association = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="member_affiliations"
    )
    since = models.CharField(_("from"), max_length=10, blank=True)
    until = models.CharField(_("to"), max_length=10, blank=True)
    source = models.ForeignKey(
        "core.Source", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_inferred = models.BooleanField(default=False)
    # Nobody said so: it stands here so that the demonstration has associations that vouch.
    is_illustrative = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "association"], name="a_member_joins_once"),
            models.CheckConstraint(
                condition=~Q(member=models.F("association")), name="nobody_joins_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} – {self.association}"


class Theme(models.Model):
    """A field of cooperation; the list is closed and translated (places/themes.py)."""

    slug = models.SlugField(max_length=40, primary_key=True)
    name_en = models.CharField(max_length=80)
    name_uk = models.CharField(max_length=80)
    about_en = models.CharField(max_length=300, blank=True)
    about_uk = models.CharField(max_length=300, blank=True)
    sector = models.CharField("DAC", max_length=5, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "slug"]
        verbose_name = _("theme")
        verbose_name_plural = _("themes")

    def __str__(self) -> str:
        return self.name_uk if get_language() == "uk" else self.name_en

    @property
    def about(self) -> str:
        return self.about_uk if get_language() == "uk" else self.about_en


class ThemeEntry(Published):
    """Theme + weight + text; what is common to a need and an offer."""

    class Weight(models.IntegerChoices):
        SOME = 1, _("Useful")
        MUCH = 2, _("Important")
        MOST = 3, _("Most important")

    theme = models.ForeignKey(
        Theme, on_delete=models.PROTECT, related_name="+", verbose_name=_("theme")
    )
    weight = models.PositiveSmallIntegerField(
        _("weight"), choices=Weight.choices, default=Weight.MUCH
    )
    text = TextField(_("in a few words"), blank=True)
    is_illustrative = models.BooleanField(default=False)

    class Meta:
        abstract = True
        ordering = ["-weight", "theme__order"]

    def __str__(self) -> str:
        return f"{self.theme} ({self.weight})"


class Need(ThemeEntry):
    """What a body looks for."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="needs")

    class Meta(ThemeEntry.Meta):
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "theme"], name="one_need_per_theme")
        ]


class Offer(ThemeEntry):
    """What a body can give."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="offers")

    class Meta(ThemeEntry.Meta):
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "theme"], name="one_offer_per_theme")
        ]
