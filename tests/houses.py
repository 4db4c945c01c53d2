"""Opened houses for tests: the demo estate read into a database of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

from api.house import House
from api.settings import settings
from api.wiring import open_house
from lineage.model.document import Upload
from lineage.model.identity import Key

ESTATE = Path(__file__).parent.parent / "api" / "demo" / "estate"
_DOCUMENTS = (
    ("hosts/gpu-a100-01.cdx.json", None),
    ("chat-api.pip.json", "container:demo/chat-api@1.2"),
    ("chat.cdx.json", "service:demo/chat@1.2"),
    ("search.cdx.json", "service:demo/search@4.0"),
)


def make_template(folder: Path) -> Path:
    """A database with the documents of the demo estate, to be copied."""
    file = folder / "template.db"
    house = open_at(file, create=True)
    for name, subject in _DOCUMENTS:
        path = ESTATE / name
        key = Key(subject) if subject else None
        house.receive(Upload(content=path.read_bytes(), name=path.name, subject=key))
    house.record.close()
    return file


def copy_of(template: Path, folder: Path) -> Path:
    """A copy that a test may write to."""
    return Path(shutil.copy(template, folder / "lineage.db"))


def open_at(file: Path, *, create: bool = False, **more: object) -> House:
    """The house of a database file."""
    return open_house(settings(db=f"sqlite:///{file}", namespace="demo", **more), create=create)
