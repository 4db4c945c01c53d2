"""A wheel described where it lies says the same as the wheel that was sent."""

from __future__ import annotations

import orjson
import pytest

from lineage.errors import DocumentRefusedError, EnvironmentUnreadableError
from lineage.ingest.formats.wheel import READER
from lineage.ingest.reader import Circumstance
from lineage.ingest.readers import pick
from lineage.ingest.sources.wheel import scan_wheel
from tests.shared_objects import shared_object
from tests.wheels import wheel

FILE = "lamp-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"


@pytest.fixture
def place(tmp_path):
    files = {
        "lamp/_a.so": shared_object(["libglow.so.1"], constants=["libdimmer.so.4"]),
        "lamp/_b.so": b"\x7fELF nonsense",
    }
    content = wheel(files=files, lines=["Requires-Dist: shade>=3", "Requires-Python: >=3.11"])
    (tmp_path / FILE).write_bytes(content)
    return tmp_path / FILE


def read(content, name):
    return pick(content, name).read(content, Circumstance(name=name))


def test_it_says_the_same_in_the_same_slot(place):
    found = scan_wheel(place)
    assert found.name == f"{FILE}.json"
    scanned, sent = read(found.content, found.name), read(place.read_bytes(), FILE)
    assert {c.statement for c in scanned.claims} == {c.statement for c in sent.claims}
    assert (scanned.subject, scanned.element) == (sent.subject, sent.element)
    assert [q.path for q in sent.quarantined] == ["lamp/_b.so"]
    assert [q.path for q in scanned.quarantined] == ["unreadable.0"]
    assert "lamp/_b.so" in scanned.quarantined[0].reason
    assert scan_wheel(place).content == found.content


def test_what_is_no_wheel_is_refused(tmp_path):
    (tmp_path / "x.whl").write_bytes(b"hello")
    with pytest.raises(DocumentRefusedError, match="no readable zip"):
        scan_wheel(tmp_path / "x.whl")
    for name in ("gone.whl", ""):
        with pytest.raises(EnvironmentUnreadableError):
            scan_wheel(tmp_path / name)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"version": "2"}, "version"),
        ({"digest": "abc"}, "digest"),
        ({"size": "many"}, "size"),
        ({"size": -1}, "size"),
        ({"evidence": {"needed": "libx.so"}}, "evidence.needed"),
        ({"evidence": {"ships": [1]}}, "evidence.ships.0"),
        ({"metadata": {"name": "lamp"}}, "metadata.version"),
        ({"wheel": []}, "wheel"),
        ({"wheel": {"generator": 3}}, "wheel.generator"),
        ({"file": 3}, "file"),
    ],
)
def test_a_scan_that_is_not_right_is_refused_with_a_path(place, change, path):
    document = orjson.loads(scan_wheel(place).content) | change
    with pytest.raises(DocumentRefusedError) as refusal:
        READER.read(orjson.dumps(document), Circumstance())
    assert refusal.value.data["path"] == path


def test_a_shared_object_is_read_from_disk_and_not_kept(tmp_path):
    big = shared_object(["libglow.so.1"], padding=48 << 20)
    (tmp_path / FILE).write_bytes(wheel(files={"lamp/_a.so": big}, compression=0))
    value = orjson.loads(scan_wheel(tmp_path / FILE).content)
    assert value["evidence"]["needed"] == ["libglow.so.1"]
    assert value["size"] > 48 << 20
