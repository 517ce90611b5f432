"""The tables of core; each is defined beside the functions that use it."""

from mosty.core.drafts.models import Draft, Sending
from mosty.core.facts import Fact, Source
from mosty.core.history import HistoryEntry
from mosty.core.jobs import Timetable, WorkerBeat
from mosty.core.mail import Letter
from mosty.core.signoff import Signatory, Signature
from mosty.core.versions import Version

__all__ = [
    "Draft",
    "Fact",
    "HistoryEntry",
    "Letter",
    "Sending",
    "Signatory",
    "Signature",
    "Source",
    "Timetable",
    "Version",
    "WorkerBeat",
]
