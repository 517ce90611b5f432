"""Joins the style sheets into one where static files are collected.

In development `css/mosty.css` imports forty small files; over a slow line that would be forty
requests one after the other. `collectstatic` puts each in the place of its `@import`, inside its
layer and its medium, so that a reader fetches one file.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

ENTRY = "css/mosty.css"
IMPORT = re.compile(
    r'@import url\("(?P<path>[^"]+)"\) layer\((?P<layer>\w+)\)(?: (?P<medium>\w+))?;'
)
COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
URL = re.compile(r'url\("(?P<path>[^"]+)"\)')


def join(entry: str, files: dict[str, str]) -> str:
    """The text of `entry` with every import replaced by the file it names.

    `files` holds texts by path; addresses inside a file are turned so that they are right from the
    folder of `entry`. A file that is imported but missing raises `KeyError`.

    >>> join("css/a.css", {
    ...     "css/a.css": '@layer x;\\n@import url("p/b.css") layer(x) print;\\n',
    ...     "css/p/b.css": 'b { src: url("../../f.ttf") }',
    ... })
    '@layer x;\\n@media print{@layer x{b { src: url("../f.ttf") }}}\\n'
    """
    folder = posixpath.dirname(entry)

    def paste(found: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(folder, found["path"]))
        home = posixpath.dirname(path)

        def turn(address: re.Match[str]) -> str:
            target = posixpath.normpath(posixpath.join(home, address["path"]))
            return f'url("{posixpath.relpath(target, folder)}")'

        text = URL.sub(turn, COMMENT.sub("", files[path]).strip())
        block = f"@layer {found['layer']}{{{text}}}"
        return f"@media {found['medium']}{{{block}}}" if found["medium"] else block

    return IMPORT.sub(paste, COMMENT.sub("", files[entry]))


class JoinedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed as WhiteNoise does it, with the style sheets joined first."""

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[Any]:
        """Write the joined sheet over the collected one, then let Django hash and rewrite it."""
        if ENTRY in paths and not dry_run:
            names = [name for name in paths if name.startswith("css/") and name.endswith(".css")]
            files = {name: _text(*paths[name]) for name in names}
            self.delete(ENTRY)
            self.save(ENTRY, ContentFile(join(ENTRY, files).encode()))
            paths[ENTRY] = (self, ENTRY)
        yield from super().post_process(paths, dry_run, **options)


def _text(storage: Storage, path: str) -> str:
    with storage.open(path) as file:
        return str(file.read(), "utf-8")
