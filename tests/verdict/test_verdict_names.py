"""No family, vendor or capability of the pack stands in the code that judges, asks or walks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from lineage.knowledge.pack import public_files
from lineage.model.claim import OfComponent, OfFamily, OfPattern
from lineage.model.identity import identify

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("lineage/verdict", "queries", "lineage/graph")
VENDORS = ("torch", "cuda", "nvidia", "cudnn", "tensorflow", "pytorch", "cupy")


def names_of_the_pack() -> set[str]:
    """Names of capabilities and families, with more than three letters."""
    found: set[str] = set()
    for file in public_files():
        for row in file.rows:
            capability = row.value.get("capability")
            if isinstance(capability, str) and ":" not in capability:
                found.add(capability)
            match row.subject:
                case OfComponent(key) | OfFamily(key):
                    found.add(identify(key).name)
                case OfPattern(pattern):
                    found.add(pattern)
    return {name.lower() for name in found if len(name) > 3}


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Every string literal of a file, docstrings included, with its line."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def docstrings(path: Path) -> set[str]:
    """The docstrings of a file."""
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    tree = ast.parse(path.read_text("utf-8"))
    found = (
        ast.get_docstring(one, clean=False) for one in ast.walk(tree) if isinstance(one, kinds)
    )
    return {one for one in found if one}


def files() -> list[Path]:
    """The files that must not know a name."""
    return sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def test_no_name_of_the_pack_is_a_literal() -> None:
    names = names_of_the_pack()
    assert {"cuda", "python", "torch"} <= names, "the pack speaks of something"
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in files()
        for spoken in (docstrings(path),)
        for line, text in literals(path)
        if text not in spoken and text.lower() in names
    ]
    assert wrong == []


def test_no_vendor_is_named_at_all() -> None:
    word = re.compile("|".join(VENDORS), re.IGNORECASE)
    wrong = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in files()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if word.search(line)
    ]
    assert wrong == []
