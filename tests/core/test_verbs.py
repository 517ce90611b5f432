"""Every verb that is written into history has words for readers."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from mosty.core.verbs import known_verbs, words_for
from tests.layers import APPS, ROOT


def recorded() -> Iterator[tuple[str, str]]:
    """Verbs given as text to `record(...)` and `Move(...)`, with the place."""
    for path in sorted((ROOT / "src/mosty").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            place = {"record": 0, "Move": 2}.get(name)
            if place is None or len(node.args) <= place:
                continue
            verb = node.args[place]
            if isinstance(verb, ast.Constant) and isinstance(verb.value, str):
                yield verb.value, f"{Path(path).relative_to(ROOT)}:{node.lineno}"


@pytest.mark.unit
def test_verbs_recorded_anywhere_have_words() -> None:
    missing = sorted(f"{where} {verb}" for verb, where in recorded() if verb not in known_verbs())
    assert missing == []


@pytest.mark.unit
def test_verbs_that_have_words_belong_to_an_app() -> None:
    assert {verb.split(".")[0] for verb in known_verbs()} <= set(APPS)


@pytest.mark.unit
def test_verbs_without_words_are_shown_as_they_stand() -> None:
    assert words_for("nobody.named_this") == "nobody.named_this"
