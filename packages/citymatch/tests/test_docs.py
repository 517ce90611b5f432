"""The documents are true: every code stands on its page, the README's examples print that."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import run
from example import EXAMPLE

import citymatch
from citymatch.criteria import CRITERIA
from citymatch.files.read_csv import COLUMNS

PACKAGE = Path(__file__).parents[1]
SCHEMAS = sorted((PACKAGE / "src/citymatch/schemas").glob("*.json"))

CALLS = {"Reason": 0, "fail": 0, "problem": 0, "_try": 0, "Problem": 5, "Bound": 0, "Relaxation": 0}
"""Which argument of a call is a code. A reader's own ``fail`` has row and field before it."""


def codes_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = (
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        )
        place = 2 if name == "fail" and path.parent.name == "files" else CALLS.get(name)
        if place is None or len(node.args) <= place:
            continue
        for leaf in ast.walk(node.args[place]):
            if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str):
                yield leaf.value


def test_codes_page_names_every_code() -> None:
    text = (PACKAGE / "docs/codes.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_]+)`", text))
    found = {code for path in (PACKAGE / "src").rglob("*.py") for code in codes_in(path)}
    # Codes put together from parts, such as town_min or wrong_size, are told apart by hand.
    whole = {code for code in found if re.fullmatch(r"[a-z]+(_[a-z]+)+", code)}
    assert len(whole) > 60
    assert whole - named == set()


def readme() -> str:
    return (PACKAGE / "README.md").read_text(encoding="utf-8")


def test_readme_names_every_function_of_the_package() -> None:
    called = set(re.findall(r"`(\w+)[(`]", readme()))
    public = {name for name in citymatch.__all__ if callable(getattr(citymatch, name))}
    functions = {name for name in public if name[0].islower()}
    assert functions - called == set()


def test_readme_names_every_command_format_and_schema() -> None:
    text = readme()
    shown = set(re.findall(r"^\| `(\w+) [A-Z]", text, re.MULTILINE))
    assert shown == verb_names()
    schemas = {path.name.removesuffix(".schema.json") for path in SCHEMAS}
    assert [name for name in schemas if f"`{name}`" not in text] == []
    formats = {json.loads(path.read_text(encoding="utf-8"))["title"] for path in SCHEMAS}
    assert [name for name in formats - {"suggestions"} if f"`{name}`" not in text] == []


def verb_names() -> set[str]:
    """Return the verbs as the command line's own help names them."""
    told = run("--help").stdout
    (listed,) = re.findall(r"COMMAND\n(.*?)\n\n", told, re.DOTALL)
    return set(re.findall(r"^    (\w+)", listed, re.MULTILINE))


def test_every_format_that_is_written_has_a_schema() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (PACKAGE / "src").rglob("*.py"))
    written = set(re.findall(r'_FORMAT = "(citymatch\.\w+/\d+)"', source))
    titles = {json.loads(path.read_text(encoding="utf-8"))["title"] for path in SCHEMAS}
    assert written == titles - {"suggestions"}


def test_readme_names_every_column_and_criterion() -> None:
    text = readme()
    for columns, _ in COLUMNS.values():
        assert f"`{','.join(columns)}`" in text
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == {*CRITERIA}


def test_links_of_the_documents_lead_somewhere() -> None:
    pages = [PACKAGE / "README.md", *(PACKAGE / "docs").glob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), (page.name, target)


def blocks(language: str) -> list[str]:
    text = (PACKAGE / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_readme_python_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    (program,) = blocks("python")
    exec(compile(program, "README.md", "exec"), {})
    assert capsys.readouterr().out == blocks("text")[0]


def test_readme_market_is_the_example_of_the_tests() -> None:
    (market,) = blocks("json")
    assert json.loads(market) == EXAMPLE


def test_readme_commands_print_what_they_say(tmp_path: Path) -> None:
    (tmp_path / "market.json").write_text(blocks("json")[0])
    lines = blocks("console")[0].splitlines()
    shown = []
    for line in lines:
        if not line.startswith("$ python -m citymatch "):
            shown.append(line)
            continue
        command = [sys.executable, *line.split()[2:]]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
        if "verify" in command:
            assert done.stdout.splitlines() == [lines[lines.index(line) + 1]]
    assert len(shown) == 1
