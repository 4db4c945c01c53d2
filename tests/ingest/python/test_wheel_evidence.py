"""A wheel that was handed in decides a verdict about environments that installed its release."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lineage import flow
from lineage.graph.engines import csr
from lineage.ingest.sources.environment import scan
from lineage.model.document import Upload
from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.record.store import Record
from lineage.record.views import RecordViews
from lineage.verdict.binding import Bindings
from lineage.verdict.footing import Footings
from lineage.verdict.pack import Pack
from lineage.verdict.provision import Provisions
from queries import impact
from queries.impact import Impact
from queries.question import Handle
from tests.installations import install, venv
from tests.shared_objects import shared_object
from tests.wheels import wheel

LOCK = b"""lock-version = "1.0"
created-by = "hand"
[[packages]]
name = "nvidia-cuda-runtime-cu12"
version = "12.8.90"
[[packages]]
name = "lamp"
version = "1.0"
[[packages.wheels]]
name = "lamp-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"
url = "https://index.example/packages/lamp-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"
hashes = {sha256 = "00"}
"""
SAMPLES = Path(__file__).parents[2] / "documents"
CUDART = {"nvidia/libcudart.so.12": shared_object(soname="libcudart.so.12")}
FILE = "lamp-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    record = Record.open(f"sqlite:///{tmp_path}/r.db", create=True, namespace="local")
    flow.load_pack(record)
    flow.receive(record, Upload(content=LOCK, name="chat.pylock.toml"))
    yield record
    record.close()


@pytest.fixture
def judged(record: Record) -> Callable[[], dict[str, tuple[str, str | None]]]:
    def ask() -> dict[str, tuple[str, str | None]]:
        views = RecordViews(record)
        question = Impact(key="capability:cuda", from_range="12", to="13", at=At())
        answer = impact.answer(question, Handle(views=views, engine=csr.ENGINE(views)))
        return {item.key: (item.verdict, item.reason) for item in answer.affected if item.assembly}

    return ask


def bound(*needed: str, **more: object) -> bytes:
    return wheel(files={"lamp/_bulb.so": shared_object(needed, **more)})


def send(record: Record, content: bytes, name: str = FILE):
    return flow.receive(record, Upload(content=content, name=name))


def test_a_soname_of_the_old_value_binds(record, judged):
    assert "pkg:pypi/lamp@1.0" not in judged()
    receipt = send(record, bound("libcudart.so.12"))
    assert receipt.members == 0
    assert receipt.subject == "pkg:pypi/lamp@1.0"
    assert judged()["pkg:pypi/lamp@1.0"] == ("BREAKS", "BOUND")
    assert send(record, bound("libcudart.so.12")).unchanged


def test_a_name_that_it_opens_binds_where_it_needs_nothing(record, judged):
    send(record, bound("libc.so.6", constants=["libcublas.so.12"]))
    assert judged()["pkg:pypi/lamp@1.0"] == ("BREAKS", "BOUND")


def test_what_it_ships_does_not_bind(record, judged):
    own = shared_object(soname="libcudart.so.12")
    content = wheel(files={"lamp/_b.so": shared_object(["libcudart.so.12"]), "lamp/l.so": own})
    send(record, content)
    assert "pkg:pypi/lamp@1.0" not in judged()


def test_another_file_of_the_release_says_nothing_about_the_installed_one(record, judged):
    name = "lamp-1.0-cp313-cp313-manylinux_2_28_x86_64.whl"
    send(record, bound("libcudart.so.12"), name)
    assert "pkg:pypi/lamp@1.0" not in judged()


def test_a_mended_file_replaces_what_it_said_and_another_stands_beside_it(record, judged):
    send(record, bound("libcudart.so.12"))
    other = "lamp-1.0-cp313-cp313-manylinux_2_28_x86_64.whl"
    send(record, bound("libcudart.so.13"), other)
    assert judged()["pkg:pypi/lamp@1.0"] == ("BREAKS", "BOUND")
    send(record, bound("libcudart.so.13"))
    assert judged().get("pkg:pypi/lamp@1.0", ("", None))[0] != "BREAKS"


def test_a_wheel_given_as_part_of_a_service_is_its_member(record):
    key = "service:local/chat@1"
    content = bound("libcudart.so.12")
    receipt = flow.receive(record, Upload(content=content, name=FILE, subject=key))
    assert receipt.members == 1
    assert [one.refused for one in flow.reread(record)] == [None, None]


def test_a_scan_of_an_environment_decides_by_its_own_files(record, judged, tmp_path):
    packages = venv(tmp_path / "room")
    install(packages, "nvidia_cuda_runtime_cu12", "12.8.90", files=CUDART)
    bulb = {"bulb/x.so": shared_object(["libcudart.so.12"])}
    install(packages, "bulb", "1.0", files=bulb, tag="cp312-cp312-manylinux_2_28_x86_64")
    install(packages, "shade", "1.0", files={"shade/__init__.py": b""})
    found = scan(tmp_path / "room")
    receipt = send(record, found.content, found.name)
    assert (receipt.subject, receipt.members) == ("environment:local/room", 3)
    verdicts = judged()
    assert verdicts["pkg:pypi/bulb@1.0"] == ("BREAKS", "BOUND")
    assert verdicts["pkg:pypi/nvidia-cuda-runtime-cu12@12.8.90"] == ("SWAPPED", None)
    assert "pkg:pypi/shade@1.0" not in verdicts


def test_a_binary_in_a_wheel_that_calls_itself_pure_still_binds(record, judged, tmp_path):
    packages = venv(tmp_path / "room")
    install(packages, "nvidia_cuda_runtime_cu12", "12.8.90", files=CUDART)
    install(packages, "bulb", "1.0", files={"bulb/x.so": shared_object(["libcudart.so.12"])})
    found = scan(tmp_path / "room")
    send(record, found.content, found.name)
    assert judged()["pkg:pypi/bulb@1.0"] == ("BREAKS", "BOUND")


def test_the_channels_of_a_lock_are_those_of_all_its_files(record):
    content = (SAMPLES / "uv_lock" / "chat.uv.lock").read_bytes()
    receipt = send(record, content, "web.uv.lock")
    assert receipt.subject == "environment:local/web"
    view = RecordViews(record).view(At())
    pack = Pack(view)
    stand, *_ = Footings(pack, Provisions(pack)).of(view.assemblies[receipt.subject])
    assert stand.footing.channels == {"index.example"}
    numbers = Bindings(pack).admitted_tags(
        view.assemblies[receipt.subject].content.members[Key("pkg:pypi/numpy@2.5.5")]
    )
    assert {tag.split("-")[0] for tag in numbers} == {"cp312", "cp313"}
    assert set(pack.versions(Key("pkg:pypi/numpy"))) >= {"2.4.6", "2.5.5"}
