"""The import rule of docs/developers/architecture.md, read from the code with `ast`.

Between apps there is one line: an app imports only what stands before it (foreign keys given as
strings count too, except core's, which point at users and organisations by design). Within an app:
models ← queries ← rules ← domain ← forms, jobs ← views. No app imports another's views, forms or
templates; the engine imports neither Django nor the site; no import hides inside a function.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = (
    "core places people programmes partnerships calls applications reviews decisions matching "
    "activities funding proposals papers results desk public api"
).split()
FILES = {"models": 0, "queries": 1, "rules": 2, "domain": 3, "forms": 4, "jobs": 4, "views": 5}
MAY_IMPORT_ENGINE = {"matching", "reviews", "decisions"}
FORBIDDEN_ABROAD = {"views", "forms"}
LABEL = re.compile(r"^([a-z]+)\.[A-Z]\w+$")


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every module imported, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((name.name, node.lineno) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((f"{node.module}.{name.name}", node.lineno) for name in node.names)


def hidden(tree: ast.AST) -> Iterator[int]:
    """Lines of imports inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    yield inner.lineno


def string_keys(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Apps named by a relation given as a string: `ForeignKey("places.Organisation")`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "").endswith(("Key", "Field")):
            values = [*node.args[:1], *(k.value for k in node.keywords if k.arg == "to")]
            for value in values:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    found = LABEL.match(value.value)
                    if found and found[1] in APPS:
                        yield found[1], value.lineno


def faults(root: Path = ROOT) -> list[str]:
    """One line per broken rule: `file:line what`."""
    found: list[str] = []
    for path in sorted((root / "src/mosty").rglob("*.py")):
        parts = path.relative_to(root / "src/mosty").with_suffix("").parts
        if parts[0] not in APPS or "migrations" in parts:
            continue
        app, own = parts[0], parts[1]
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for name, line in imports(tree):
            words = name.split(".")
            if words[0] == "citymatch" and app not in MAY_IMPORT_ENGINE:
                found.append(f"{path}:{line} only matching, reviews and decisions use the engine")
            if words[0] != "mosty" or len(words) < 2 or words[1] not in APPS:
                continue
            other, rest = words[1], words[2] if len(words) > 2 else ""
            if other == app:
                # Core's files are mechanisms: its models.py only gathers their tables.
                in_order = app == "core" or FILES.get(rest, 0) <= FILES.get(own, 9)
                if not in_order:
                    found.append(f"{path}:{line} {own} may not import {rest}")
            elif APPS.index(other) > APPS.index(app):
                found.append(f"{path}:{line} {app} stands before {other}")
            elif rest in FORBIDDEN_ABROAD:
                found.append(f"{path}:{line} {rest} of another app")
        for other, line in string_keys(tree):
            if app != "core" and APPS.index(other) > APPS.index(app):
                found.append(f"{path}:{line} {app} stands before {other} (key as string)")
        for line in hidden(tree):
            found.append(f"{path}:{line} import inside a function")
    for path in sorted((root / "packages/citymatch/src").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for name, line in imports(tree):
            if name.split(".")[0] in {"django", "mosty"}:
                found.append(f"{path}:{line} the engine knows neither Django nor the site")
    return found
