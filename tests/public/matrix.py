"""The public pages are everybody's."""

from tests.matrix import EVERYBODY, Row

ROWS = {
    **{
        f"public:{name}": Row(EVERYBODY)
        for name in (
            "home about accessibility privacy sources licence robots sitemap health".split()
        )
    },
    "public:sitemap_section": Row(EVERYBODY, args=lambda _world: {"section": "partnerships"}),
}
