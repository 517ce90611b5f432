"""Programmes keep nothing of people: their records are about bodies, dates and aims."""

from mosty.core.personal import free

PUBLISHED = "what a programme publishes about itself"

free(
    {
        "programmes.Programme": PUBLISHED,
        "programmes.Strand": PUBLISHED,
        "programmes.Phase": PUBLISHED,
        "programmes.OtherDate": PUBLISHED,
        "programmes.Objective": PUBLISHED,
        "programmes.Target": PUBLISHED,
        "programmes.Count": PUBLISHED,
        "programmes.Milestone": PUBLISHED,
        "programmes.Partner": "which bodies carry the programme, in which part",
        "programmes.Participant": "which municipalities take part",
    }
)
