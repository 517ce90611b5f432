"""The lasting thing that two (or more) municipalities have; here as far as sources report it."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mosty.core.publication import Published
from mosty.core.states import Move, State, Workflow
from mosty.core.texts import TextField
from mosty.places.models import Organisation, Theme
from mosty.programmes.models import Phase, Strand

PARTNERSHIP = Workflow(
    name="partnership",
    field="status",
    states=(
        State("reported", _("Reported by a source"), _("Reported by a source"), _("Report")),
        State("agreed", _("Agreed in the programme"), _("Agreed in the programme"), _("Agreement")),
        State("withdrawn", _("Withdrawn"), _("Withdrawn"), _("End")),
    ),
    moves=(
        Move("reported", "agreed", "partnerships.agree", "partnerships.agree_partnership"),
        Move(
            "reported",
            "withdrawn",
            "partnerships.withdraw",
            "partnerships.withdraw_partnership",
            needs_reason=True,
        ),
        Move(
            "agreed",
            "withdrawn",
            "partnerships.withdraw",
            "partnerships.withdraw_partnership",
            needs_reason=True,
        ),
        Move("withdrawn", "reported", "partnerships.restore", "partnerships.restore_partnership"),
        Move("withdrawn", "agreed", "partnerships.restore", "partnerships.restore_partnership"),
    ),
)


class Stage(models.TextChoices):
    """What the source tells of; not every living partnership has a paper."""

    LISTED = "listed", _("Listed as partners")
    ANNOUNCED = "announced", _("Announced")
    MEETING = "meeting", _("Met")
    VISIT = "visit", _("Visited")
    LETTER = "letter_of_intent", _("Letter of intent")
    AGREEMENT = "agreement", _("Agreement signed")
    PROGRAMME = "programme", _("Partners in a programme")
    MENTORSHIP = "mentorship", _("Mentorship")
    AID = "aid", _("Aid")


class Meaning(models.TextChoices):
    """What the date is the date of: often a first meeting, not a signature."""

    SINCE = "since", _("beginning of the partnership")
    SIGNATURE = "signature", _("signed")
    MEETING = "meeting", _("meeting")
    VISIT = "visit", _("visit")
    ANNOUNCED = "announced", _("announced")
    LISTED = "listed", _("seen in a list")
    START = "start", _("start of the work")
    PUBLISHED = "published", _("report published")
    CHARTER = "charter", _("twinning charter")
    AGREED = "agreed", _("agreed in the programme")


class ProgrammeTag(models.Model):
    """A programme that counts partnerships as its own, whether or not it is run here."""

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    name = TextField(_("name"))
    # The strand that it stands for, when the programme is run here.
    strand = models.ForeignKey(
        Strand, null=True, blank=True, on_delete=models.SET_NULL, related_name="tags"
    )
    source = models.ForeignKey(
        "core.Source", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["slug"]
        verbose_name = _("programme tag")
        verbose_name_plural = _("programme tags")

    def __str__(self) -> str:
        return str(self.name)


class Partnership(Published):
    """Two or more municipalities that work together; known from reports or agreed here.

    It stands once, whatever the number of sources and programmes that count it. `since` and
    `since_means` are copies of the earliest date that a report or the agreement gives.
    """

    members = models.ManyToManyField(
        Organisation, related_name="partnerships", verbose_name=_("municipalities")
    )
    # Ids of the members in order, so that the same municipalities have one partnership, not two.
    members_key = models.CharField(max_length=400, blank=True, editable=False)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=PARTNERSHIP.choices(),
        default="reported",
        editable=False,
    )
    themes = models.ManyToManyField(Theme, blank=True, verbose_name=_("themes"))
    tags = models.ManyToManyField(
        ProgrammeTag, blank=True, related_name="partnerships", verbose_name=_("programmes")
    )
    phases = models.ManyToManyField(
        Phase, blank=True, related_name="partnerships", verbose_name=_("phases")
    )
    agreed_on = models.DateField(_("agreed on"), null=True, blank=True, editable=False)
    since = models.CharField(max_length=10, blank=True, db_index=True, editable=False)
    since_means = models.CharField(
        max_length=12, choices=Meaning.choices, blank=True, editable=False
    )
    # Agreed while trying the demo out: no town ever agreed to it. What sources report stays real.
    is_illustrative = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["id"]
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="agreed") | Q(agreed_on__isnull=False),
                name="what_is_agreed_has_its_day",
            ),
            models.UniqueConstraint(
                fields=["members_key"],
                condition=~Q(status="withdrawn") & ~Q(members_key=""),
                name="the_same_members_stand_once",
            ),
        ]

    def __str__(self) -> str:
        return " – ".join(str(member) for member in self.members.all())

    def get_absolute_url(self) -> str:
        return reverse("partnerships:show", args=[self.pk])


class Report(models.Model):
    """What one source tells of a partnership."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="reports")
    # The row of a list that it was read from, so that reading it again makes no second one.
    reference = models.CharField(max_length=60, unique=True, null=True, blank=True)
    source = models.ForeignKey(
        "core.Source", on_delete=models.PROTECT, related_name="+", verbose_name=_("source")
    )
    stage = models.CharField(_("what is known"), max_length=20, choices=Stage.choices, blank=True)
    # In the source's words; the partnership's themes are how it maps to the closed list.
    about = TextField(_("what the source says"), blank=True)
    # As precise as the source: 2022, 2022-06 or 2022-06-16.
    since = models.CharField(_("date"), max_length=10, blank=True)
    since_means = models.CharField(
        _("what the date is"), max_length=12, choices=Meaning.choices, blank=True
    )
    is_inferred = models.BooleanField(_("not stated, inferred"), default=False)
    note = models.CharField(_("note"), max_length=500, blank=True)
    # When the source was read, as precisely as noted.
    read_on = models.CharField(_("read"), max_length=10, blank=True)

    class Meta:
        ordering = ["partnership", "id"]
        verbose_name = _("report")
        verbose_name_plural = _("reports")

    def __str__(self) -> str:
        return str(self.source)
