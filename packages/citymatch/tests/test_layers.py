"""What may import what: the checker stands apart, one module knows OR-Tools, none looks out."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src/citymatch"
MODULES = sorted(SOURCE.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield node.module or ""


def test_layers_verify_shares_nothing_with_the_solver() -> None:
    allowed = ("citymatch.model", "citymatch.files", "citymatch.criteria", "citymatch.verify")
    own = [path for path in MODULES if path.parent.name == "verify"]
    assert len(own) > 3
    for path in own:
        inside = [name for name in imports(path) if name.startswith("citymatch")]
        assert all(name.startswith(allowed) for name in inside), path


def test_layers_only_the_network_knows_the_solver() -> None:
    knowing = [p.name for p in MODULES if any(n.startswith("ortools") for n in imports(p))]
    assert knowing == ["network.py"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_layers_no_clock_no_chance_no_outside(path: Path) -> None:
    barred = {"django", "mosty", "time", "datetime", "random", "socket", "urllib", "requests"}
    if path.name != "__main__.py" and path.parent.name != "commands":
        barred |= {"argparse", "os", "pathlib", "signal", "subprocess", "sys", "tempfile"}
    assert {name.partition(".")[0] for name in imports(path)}.isdisjoint(barred)
    assert all(name != "open" for name in called(path))


def called(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id
