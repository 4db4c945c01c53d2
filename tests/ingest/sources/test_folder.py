"""What a push finds in a checkout."""

from __future__ import annotations

import shutil
from pathlib import Path

from lineage.ingest.sources.folder import collect

DOCUMENTS = Path(__file__).parents[2] / "documents"


def checkout(folder):
    samples = {
        "bom.json": DOCUMENTS / "cyclonedx" / "service.cdx.json",
        "locks/pylock.toml": DOCUMENTS / "pylock" / "pylock.toml",
        "lineage.yaml": DOCUMENTS / "manifest" / "lineage.yaml",
        "tests/bom.json": DOCUMENTS / "cyclonedx" / "image.cdx.json",
        "node_modules/x/bom.json": DOCUMENTS / "cyclonedx" / "image.cdx.json",
        ".cache/bom.json": DOCUMENTS / "cyclonedx" / "image.cdx.json",
        ".venv2/bom.json": DOCUMENTS / "cyclonedx" / "image.cdx.json",
        "env/bom.json": DOCUMENTS / "cyclonedx" / "image.cdx.json",
    }
    for inside, sample in samples.items():
        (folder / inside).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(sample, folder / inside)
    (folder / "env" / "pyvenv.cfg").write_text("home = x")
    (folder / "package.json").write_text('{"name": "chat"}')
    (folder / "notes.txt").write_text("nothing is pinned here\n")
    return folder


def test_documents_are_found_with_their_formats(tmp_path):
    found = [(one.inside, one.format) for one in collect(checkout(tmp_path))]
    assert found == [
        ("bom.json", "cyclonedx"),
        ("lineage.yaml", "manifest"),
        ("locks/pylock.toml", "pylock"),
    ]


def test_patterns_leave_out_files_and_folders(tmp_path):
    folder = checkout(tmp_path)
    assert [one.inside for one in collect(folder, exclude=("locks", "*.json"))] == ["lineage.yaml"]
    assert [one.inside for one in collect(folder, limit=100)] == []
