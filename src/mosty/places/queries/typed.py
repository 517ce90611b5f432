"""What a list answers while somebody types: the likeliest bodies, and of each what tells it from
the others. All that takes longer comes with the whole list, once the typing rests."""

from mosty.core.access import Actor
from mosty.places import queries
from mosty.places.queries import over_time, register

# While somebody types, the likeliest are enough.
MOST = 10
# What a row shows; to fetch the others takes a third of the answer's time.
SHOWN = (
    "code", "kind", "standing", "level", "label_en", "label_uk", "label_native", "population",
    "country__name_en", "country__name_uk", "country__languages",
    "region__name_en", "region__name_uk", "region__name_native",
)  # fmt: skip


def likeliest(actor: Actor, wanted: register.Wanted) -> list[register.Row]:
    """The first ten rows of the list, without needs, offers and what later steps add."""
    formerly = over_time.formerly(actor, wanted.q)
    ids = register.first_ids(actor, wanted, formerly=formerly, most=MOST)
    if not ids:
        return []
    rows = queries.visible_to(actor).select_related("country", "region")
    bodies = rows.only(*SHOWN).in_bulk(ids)
    return [
        register.Row(bodies[pk], None, (), (), (), formerly.get(pk, ()))
        for pk in ids
        if pk in bodies
    ]
