"""A call: what is asked of whom, until when, judged how, how many."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mosty.calls.around import Enquiry as Enquiry
from mosty.calls.around import Extension as Extension
from mosty.calls.around import Watch as Watch
from mosty.calls.workflow import CALL
from mosty.core.publication import Published
from mosty.core.texts import Text, TextField
from mosty.places.models import Country
from mosty.programmes.models import Phase

# Clocks differ and networks stall: what reaches the server this long after the deadline is taken,
# and the log says so.
GRACE = timedelta(seconds=60)


class Audience(models.TextChoices):
    """Who may apply."""

    MUNICIPALITY = "municipality", _("Municipalities")
    ASSOCIATION = "association", _("Associations of municipalities")


class Way(models.TextChoices):
    """How a municipality comes to its application."""

    DIRECT = "direct", _("Directly")
    ASSOCIATION = "association", _("Through its association")
    EITHER = "either", _("Directly or through its association")


class Stage(models.TextChoices):
    """Where a call stands at a moment; told from its state and its dates, never stored."""

    DRAFT = "draft", _("Not published yet")
    ANNOUNCED = "announced", _("Announced")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class Call(Published):
    """One call of a phase. Times are kept in UTC and said in `zone`."""

    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="calls")
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    name = TextField(_("name"))
    about = TextField(_("what it is about"), blank=True)
    offer = TextField(_("what those who are chosen get"), blank=True)
    audience = models.CharField(
        _("who may apply"), max_length=12, choices=Audience.choices, default=Audience.MUNICIPALITY
    )
    way = models.CharField(
        _("how they apply"), max_length=12, choices=Way.choices, default=Way.DIRECT
    )
    # Of these countries; none named: of every country.
    countries = models.ManyToManyField(
        Country, blank=True, related_name="+", verbose_name=_("countries")
    )
    languages = models.JSONField(_("languages of applications"), default=list, blank=True)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    zone = models.CharField(_("time zone"), max_length=40, default="Europe/Brussels")
    places = models.PositiveSmallIntegerField(_("places"), null=True, blank=True)
    email = models.EmailField(_("e-mail address for questions"), blank=True)
    lowest = models.PositiveSmallIntegerField(_("lowest score"), default=1)
    highest = models.PositiveSmallIntegerField(_("highest score"), default=5)
    # Which of the versions of its criteria counts.
    criteria_version = models.PositiveSmallIntegerField(default=1, editable=False)
    # Up to which version those concerned were told of corrections; the first is the publication.
    told_version = models.PositiveSmallIntegerField(default=1, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=CALL.choices(), default="draft", editable=False
    )
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Written to show how calls work; nobody published it.
    is_illustrative = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = [F("closes_at").desc(nulls_first=True), "pk"]
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at=None) | Q(opens_at=None) | Q(closes_at__gt=F("opens_at")),
                name="call_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(opens_at__isnull=False, closes_at__isnull=False),
                name="a_published_call_has_its_dates",
            ),
            models.CheckConstraint(
                condition=Q(highest__gt=F("lowest")), name="scores_go_from_low_to_high"
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return reverse("calls:show", args=[self.slug])

    def stage_at(self, moment: datetime | None = None) -> Stage:
        """Where it stands; without a moment: now. The grace after the deadline is not open to see,
        only `takes_at` knows it."""
        if self.state != "published" or self.opens_at is None or self.closes_at is None:
            return Stage.CANCELLED if self.state == "cancelled" else Stage.DRAFT
        at = moment or timezone.now()
        if at < self.opens_at:
            return Stage.ANNOUNCED
        return Stage.OPEN if at <= self.closes_at else Stage.CLOSED

    def takes_at(self, moment: datetime) -> bool:
        """Whether an application that reaches the server at that moment is in time."""
        if self.state != "published" or self.opens_at is None or self.closes_at is None:
            return False
        return self.opens_at <= moment <= self.closes_at + GRACE

    @property
    def closes_there(self) -> datetime | None:
        """The deadline in the zone of the call."""
        return self.closes_at.astimezone(ZoneInfo(self.zone)) if self.closes_at else None

    @property
    def opens_there(self) -> datetime | None:
        """The beginning in the zone of the call."""
        return self.opens_at.astimezone(ZoneInfo(self.zone)) if self.opens_at else None


class Section(models.Model):
    """A part of the form, which one person may own."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="sections")
    title = TextField(_("title"))
    about = TextField(_("introduction"), blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def __str__(self) -> str:
        return str(self.title)


class Question(models.Model):
    """One question of a call.

    `options` and `columns` are lists of `{"key", "text"}`, the text as `core.texts.Text` dumps it.
    """

    class Kind(models.TextChoices):
        SHORT = "short", _("Short text")
        LONG = "long", _("Long text")
        NUMBER = "number", _("Number")
        CHOICE = "choice", _("One of several")
        SEVERAL = "several", _("Several of a list")
        TABLE = "table", _("Table")
        FILE = "file", _("File")

    class Need(models.TextChoices):
        OPTIONAL = "optional", _("Optional")
        REQUIRED = "required", _("Required")
        LATER = "later", _("Required from a day on")

    class Reuse(models.TextChoices):
        NOTHING = "", _("Nothing")
        ABOUT = "about", _("What the profile says about the body")
        EXPERIENCE = "experience", _("Experience, from the profile")
        CAPACITY = "capacity", _("Capacity, from the profile")
        NEEDS = "needs", _("Needs, from the profile")
        OFFERS = "offers", _("Offers, from the profile")
        POPULATION = "population", _("Population, from the register")
        WEBSITE = "website", _("Website, from the profile")

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="questions")
    # The same key in another call: the same question, whose answer can be used again.
    key = models.SlugField(_("key"), max_length=40)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.LONG)
    text = TextField(_("question"))
    help = TextField(_("help"), blank=True)
    need = models.CharField(
        _("required"), max_length=8, choices=Need.choices, default=Need.OPTIONAL
    )
    needed_from = models.DateField(_("required from"), null=True, blank=True)
    most_letters = models.PositiveIntegerField(
        _("most characters"), null=True, blank=True, validators=[MaxValueValidator(20_000)]
    )
    least = models.DecimalField(_("least"), max_digits=14, decimal_places=2, null=True, blank=True)
    most = models.DecimalField(_("most"), max_digits=14, decimal_places=2, null=True, blank=True)
    options = models.JSONField(default=list, blank=True)
    columns = models.JSONField(default=list, blank=True)
    most_rows = models.PositiveSmallIntegerField(
        _("most rows"), default=10, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    reuse = models.CharField(
        _("begin with"), max_length=12, choices=Reuse.choices, blank=True, default=""
    )
    # Left out where reviewers must not know who applies.
    tells_who = models.BooleanField(_("the answer tells who applies"), default=False)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["section__order", "section_id", "order", "pk"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self) -> str:
        return str(self.text)

    @property
    def said_options(self) -> list[tuple[str, Text]]:
        """Key and words of each answer to choose from."""
        return [(row["key"], Text.load(row["text"])) for row in self.options]

    @property
    def said_columns(self) -> list[tuple[str, Text]]:
        """Key and words of each column of a table."""
        return [(row["key"], Text.load(row["text"])) for row in self.columns]

    @property
    def blank_lines(self) -> range:
        """As many lines as an answer written by hand takes, at most a page of them."""
        return range(min(24, max(2, (self.most_letters or 100) // 90)))

    @property
    def blank_rows(self) -> range:
        """As many rows as a printed form has room for."""
        return range(min(self.most_rows, 6))


class Condition(models.Model):
    """One condition of eligibility, as data; `calls.eligibility` evaluates it.

    `params` by kind: size `{"least", "most"}` in inhabitants, both included, either may be absent;
    metropolitan `{}`; kind `{"kinds"}`; region `{"codes"}`; territory `{"without"}` classes;
    association `{"codes"}` (none: any); partners `{"most"}`.
    """

    class Kind(models.TextChoices):
        SIZE = "size", _("Inhabitants")
        METROPOLITAN = "metropolitan", _("No part of a metropolitan area")
        KIND = "kind", _("Kind of organisation")
        REGION = "region", _("Region")
        TERRITORY = "territory", _("Status of the territory")
        ASSOCIATION = "association", _("Member of an association")
        PARTNERS = "partners", _("Existing partnerships")

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="conditions")
    kind = models.CharField(_("condition"), max_length=12, choices=Kind.choices)
    params = models.JSONField(default=dict, blank=True)
    note = TextField(_("note"), blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")

    def __str__(self) -> str:
        return self.get_kind_display()


class Criterion(models.Model):
    """By what applications are judged; `anchors` says in words what a score means.

    Once somebody has scored, criteria stand still: a change makes a new version.
    """

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="criteria")
    version = models.PositiveSmallIntegerField(default=1, editable=False)
    key = models.SlugField(_("key"), max_length=40)
    name = TextField(_("name"))
    about = TextField(_("what is looked for"), blank=True)
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    # Score → `core.texts.Text` as it dumps itself.
    anchors = models.JSONField(default=dict, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["version", "order", "pk"]
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        constraints = [
            models.UniqueConstraint(
                fields=["call", "version", "key"], name="a_criterion_stands_once_in_a_version"
            )
        ]

    def __str__(self) -> str:
        return str(self.name)


class Quota(models.Model):
    """How many at least and at most of one kind may be accepted."""

    class By(models.TextChoices):
        COUNTRY = "country", _("Country")
        ASSOCIATION = "association", _("Association")
        REGION = "region", _("Region")
        SIZE = "size", _("Size")
        PARTNERS = "partners", _("No partner yet")

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="quotas")
    by = models.CharField(_("of"), max_length=12, choices=By.choices)
    # Code of the country, association or region, key of the size class; nothing for partners.
    key = models.CharField(_("which"), max_length=40, blank=True)
    least = models.PositiveSmallIntegerField(_("at least"), null=True, blank=True)
    most = models.PositiveSmallIntegerField(_("at most"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        constraints = [
            models.UniqueConstraint(fields=["call", "by", "key"], name="a_quota_stands_once"),
            models.CheckConstraint(
                condition=Q(least__isnull=False) | Q(most__isnull=False),
                name="a_quota_has_a_bound",
            ),
            models.CheckConstraint(
                condition=Q(least=None) | Q(most=None) | Q(most__gte=F("least")),
                name="a_quota_can_be_met",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_by_display()} {self.key}".strip()


def _document_path(document: "Document", name: str) -> str:
    return f"calls/{document.call_id}/{document.sha256[:24]}-{name}"


class Document(models.Model):
    """A file that belongs to a call: terms, a template, a map."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="documents")
    title = TextField(_("title"))
    language = models.CharField(_("language"), max_length=5)
    file = models.FileField(_("file"), upload_to=_document_path)
    file_name = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self) -> str:
        return str(self.title)
