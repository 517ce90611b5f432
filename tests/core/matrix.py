"""Who gets in at the addresses of core: the gallery hides nothing, a scheme is anybody's choice."""

from tests.matrix import EVERYBODY, Row

ROWS = {
    "core:gallery": Row(EVERYBODY),
    "core:gallery_page": Row(EVERYBODY, args=lambda _world: {"page": "entry"}),
    "set_theme": Row(EVERYBODY, post=True),
}
