"""Rules of the house that no linter knows: names in code, hosts, paths, sizes, empty folders."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _tracked(*patterns: str) -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        return [path for pattern in patterns for path in ROOT.rglob(pattern)]
    return [ROOT / line for line in done.stdout.splitlines() if (ROOT / line).is_file()]


def _literals(path: Path) -> Iterator[tuple[int, str]]:
    """String literals of a Python file that are not docstrings."""
    tree = ast.parse(path.read_text())
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and id(node) not in docstrings:
            yield getattr(node, "lineno", 0), text


def _named_by_the_pack() -> set[str]:
    """Family and capability names of the shipped knowledge, three letters or more."""
    from lineage.knowledge.pack import shipped_names

    words = {
        "torch", "cuda", "nvidia", "cudnn", "tensorflow", "pytorch", "cupy", "rocm", "vllm",
        "numpy", "jax", "tensorrt", "onnxruntime", "triton", "glibc",
    }  # fmt: skip
    return words | {name for name in shipped_names() if len(name) > 2}


# Words that a family of the pack happens to share with the field's own vocabulary.
_ALLOWED = {
    "packaging",
    "networkx",
    "numpy",
    "graphql",
    "mode",
    "dataset",
    "evaluate",
    "click",
    "wheel",
}


def test_no_name_of_the_pack_stands_in_the_code_that_judges() -> None:
    names = {name.lower() for name in _named_by_the_pack()} - _ALLOWED
    found = []
    for path in _tracked("lineage/verdict/*.py", "lineage/graph/*.py", "queries/*.py"):
        for line, text in _literals(path):
            words = set(re.split(r"[^a-z0-9-]+", text.lower()))
            hits = words & names
            if hits:
                found.append(f"{path.relative_to(ROOT)}:{line}: {sorted(hits)}")
    assert found == []


def test_no_package_registry_is_named() -> None:
    # put together here so that this file does not name one either
    hosts = re.compile(
        "|".join(
            rf"{name}\.{end}"
            for name, end in (
                ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "(org|com)"),
                ("crates", "io"), ("deb" + "ian", "(org|com|io)"), ("sona" + "type", "(org|com)"),
                (r"repo1?\.maven", ""), (r"proxy", "golang"),
            )
        )
    )  # fmt: skip
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in _tracked("*")
        if (match := hosts.search(path.read_bytes().decode("utf-8", "replace")))
    ]
    assert found == []


def test_no_path_of_a_machine_is_named() -> None:
    places = re.compile(r"(?<![\w.])/(?:work|root)/\w+")
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in _tracked("*.py", "*.toml", "*.md", "*.json", "*.yml", "Makefile", "*.cfg")
        if (match := places.search(path.read_text(errors="replace")))
    ]
    assert found == []


def test_no_file_is_longer_than_400_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in _tracked("*.py")
        if (lines := path.read_text().count("\n")) > 400
    }
    assert long == {}


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "misc", "base", "manager"])
def test_no_file_is_called_so(name: str) -> None:
    assert [path for path in _tracked("*.py") if path.stem == name] == []


@pytest.mark.parametrize(
    "folder",
    ["lineage", "api", "migrations", "queries", "tests", "docs/tutorial", "docs/how-to",
     "docs/reference", "docs/explanation", "docs/decisions"],
)  # fmt: skip
def test_no_folder_is_empty(folder: str) -> None:
    assert any((ROOT / folder).rglob("*.*"))
