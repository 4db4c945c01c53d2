"""The pack that is shipped: every row is whole, cited, and says what the sources say."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import orjson
import pytest

from lineage.knowledge.pack import (
    STREAM,
    claims,
    public_files,
    public_readings,
    shipped_names,
)
from lineage.knowledge.rows import Row
from lineage.model.claim import Component, OfComponent, OfFamily, OfPattern, Property
from lineage.model.encoding import decode, encode
from lineage.model.identity import identify
from lineage.versions.scheme import Answer
from lineage.versions.schemes import scheme
from lineage.vocabulary.knowledge import GRADES, KNOWLEDGE

ROWS = tuple(row for file in public_files() for row in file.rows)
SHARED = Path(__file__).parents[2].parent / "shared"
HOSTS = re.compile(r"https?://([a-zA-Z0-9.-]+)")
# Places that publish documents; packages and images are named by key, never by address.
DOCUMENTATION = frozenset(
    {"developer.nvidia.com", "docs.nvidia.com", "github.com", "raw.githubusercontent.com",
     "docs.cupy.dev", "docs.openvino.ai", "docs.vllm.ai", "onnxruntime.ai",
     "packaging.python.org", "peps.python.org",
     "sourceforge.net", "www.neowin.net"}
)  # fmt: skip


def rows(row_type: str, key: str = "", /, **value: object) -> list[Row]:
    return [
        row
        for row in ROWS
        if row.kind == row_type
        and (not key or key in (getattr(row.subject, "key", ""), getattr(row.subject, "family", ""),
                                getattr(row.subject, "pattern", "")))
        and all(row.value.get(name) == wanted for name, wanted in value.items())
    ]  # fmt: skip


def test_every_type_has_rows_and_every_row_its_source():
    counts = Counter(row.kind for row in ROWS)
    assert set(counts) == set(KNOWLEDGE.names())
    assert min(counts.values()) > 0
    assert sum(counts.values()) > 2000
    for row in ROWS:
        assert row.value["source"].strip()
        assert row.value.get("grade") in GRADES


def test_the_files_are_small_and_cite_documents_only():
    for file in public_files():
        assert file.name.endswith(".json")
        assert {one.lower() for one in HOSTS.findall(file.content.decode())} <= DOCUMENTATION
    assert sum(len(file.content) for file in public_files()) < 3_000_000


def test_claims_are_statements_about_the_world_that_survive_encoding():
    seen = set()
    for file in public_files():
        for claim in claims(file):
            assert claim.assembly is None
            assert decode(encode(claim.statement)) == claim.statement
            assert isinstance(claim.statement, Property | Component)
            seen.add(encode(claim.statement))
    assert len(seen) == sum(len(claims(file)) for file in public_files())


def test_readings_take_one_slot_a_file():
    found = public_readings()
    assert {one.element for one in found} == {file.name for file in public_files()}
    assert {one.slot_kind for one in found} == {"element"}
    assert {one.precedence for one in found} == {"public-pack"}
    assert {one.format for one in found} == {"knowledge"}
    assert STREAM == "pack/public"


def test_ranges_and_values_can_be_read_in_the_scheme_of_their_capability():
    schemes = {}
    for row in rows("capability"):
        assert isinstance(row.subject, OfComponent)
        schemes[identify(row.subject.key).name] = scheme(row.value["scheme"])
        assert row.value["contract"] in {"backward", "major", "none"}
    for row in rows("requires"):
        assert schemes[row.value["capability"]].bounded(row.value["range"]) is not None, row
        assert row.value["kind"] in {"minimum", "full", "floor", "line"}
        for given in row.value.get("given", []):
            rule = schemes[given["capability"]]
            assert rule.name == "opaque" or rule.bounded(given["range"]) is not None
    for kind in ("built_for", "tested_with", "soname", "forward_compat", "gpu"):
        for row in rows(kind):
            name = row.value["capability"]
            assert name in schemes or identify(name).version is None
            for value in row.value.get("values", [row.value.get("value")]):
                if name in schemes and value not in {"none", "*"}:
                    assert schemes[name].bounded(value) is not None, row


def test_the_conditions_of_families_can_be_read_in_their_scheme():
    for row in ROWS:
        if isinstance(row.subject, OfFamily) and row.subject.when:
            found = scheme(identify(row.subject.family).scheme)
            assert found.bounded(row.subject.when) is not None, row


def test_the_names_that_no_judging_code_may_know():
    names = shipped_names()
    assert {"cuda", "torch", "nvidia-cuda-runtime-cu12", "A100", "compute-capability"} <= names
    assert not {name for name in names if ":" in name or "@" in name}


def test_patterns_compile():
    for row in ROWS:
        if isinstance(row.subject, OfPattern) and row.kind == "mark":
            re.compile(row.subject.pattern)
        if row.kind == "gpu":
            name = identify(row.subject.family).name
            assert re.search(row.value["match"], name, re.IGNORECASE)


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [("A100", "8.0", "datacenter"), ("H100", "9.0", "datacenter"), ("T4", "7.5", "datacenter"),
     ("GeForce RTX 4090", "8.9", "consumer/workstation"), ("Jetson AGX Orin", "8.7", "jetson")],
)  # fmt: skip
def test_known_gpus(name, value, kind):
    found = [row for row in rows("gpu") if identify(row.subject.family).name == name]
    assert [(row.value["value"], row.value["class"]) for row in found] == [(value, kind)]


@pytest.mark.parametrize(
    ("device", "name"),
    [("NVIDIA A100-SXM4-80GB", "A100"), ("NVIDIA A10", "A10"), ("NVIDIA GH200 480GB", "GH200"),
     ("NVIDIA GeForce RTX 4070 Ti", "GeForce RTX 4070 Ti"), ("Tesla V100-PCIE-16GB", "V100"),
     ("NVIDIA L40S", "L40S"), ("NVIDIA RTX 6000 Ada Generation", "RTX 6000 Ada")],
)  # fmt: skip
def test_device_names_are_recognised_by_the_longest_match(device, name):
    found = []
    for row in rows("gpu"):
        match = re.search(row.value["match"], device, re.IGNORECASE)
        if match:
            found.append((len(match.group()), identify(row.subject.family).name))
    assert max(found)[1] == name


def test_there_are_71_gpus_and_43_toolkits():
    assert len(rows("gpu")) == 71
    full = [row for row in rows("requires", kind="full") if "cuda-toolkit" in row.value["source"]]
    assert len([row for row in full if "given" not in row.value]) == 37
    assert len([row for row in full if "given" in row.value]) == 33
    assert len(rows("forward_compat")) == 84


@pytest.mark.parametrize(
    ("value", "driver"),
    [("12.4.1", ">=550.54.15"), ("12.4.0", ">=550.54.14"), ("13.0.2", ">=580.95.05"),
     ("13.1.0", ">=590.44.01"), ("12.9.1", ">=575.57.08"), ("13.2.0", ">=595.45.04")],
)  # fmt: skip
def test_updates_are_numbers(value, driver):
    found = rows("requires", f"capability:cuda@{value}", kind="full")
    assert [row.value["range"] for row in found if "given" not in row.value] == [driver]


@pytest.mark.parametrize(
    ("key", "driver"),
    [("capability:cuda@12.9.1", ">=576.57"), ("capability:cuda@12.4.0", ">=551.61"),
     ("capability:cuda@11.0.3", ">=451.82"), ("capability:cudnn@9.17.0", ">=527.41")],
)  # fmt: skip
def test_on_windows_other_drivers_are_asked_for_and_only_there(key, driver):
    windows = {"capability": "platform", "range": "win32"}
    found = [row for row in rows("requires", key) if windows in row.value.get("given", [])]
    assert [row.value["range"] for row in found] == [driver]
    (rule,) = rows("capability", "capability:platform")
    assert rule.value["from"] == "environment:sys_platform"
    order = scheme(rule.value["scheme"])
    assert order.contains(windows["range"], "win32") is Answer.YES
    assert order.contains(windows["range"], "linux") is not Answer.YES


@pytest.mark.parametrize(
    ("release", "major", "number", "last"),
    [("9.10.2", "12", 11, "5.0"), ("9.10.2", "11", 9, "5.0"), ("9.17.0", "13", 7, "7.5"),
     ("9.17.0", "12", 7, "7.5"), ("9.5.1", "12", 9, "5.0")],
)  # fmt: skip
def test_cudnn_lists_the_devices_it_was_tested_with(release, major, number, last):
    given = [{"capability": "cuda", "range": major}]
    found = [
        row.value["value"]
        for row in rows("tested_with", f"capability:cudnn@{release}")
        if row.value["capability"] == "compute-capability" and row.value["given"] == given
    ]
    assert len(found) == number
    assert min(found, key=lambda one: float(one)) == last


@pytest.mark.parametrize(
    ("major", "driver", "floor"), [("13", ">=580", ">=7.5"), ("12", ">=525", ">=5.0")]
)
def test_a_major_has_a_minimum_driver_and_a_floor_of_gpus(major, driver, floor):
    found = [row for row in rows("requires", "capability:cuda") if row.subject.when == major]
    wanted = {("nvidia-driver", "minimum", driver), ("compute-capability", "floor", floor)}
    assert {(r.value["capability"], r.value["kind"], r.value["range"]) for r in found} == wanted


@pytest.mark.parametrize(
    ("driver", "value", "verdict"),
    [("535", "13.0", "compatible"), ("570", "13.2", "compatible"), ("580", "13.0", "not_needed"),
     ("590", "13.0", "not_compatible"), ("580", "12.9", "not_compatible")],
)  # fmt: skip
def test_forward_compatibility_of_branches(driver, value, verdict):
    found = rows("forward_compat", driver=driver, value=value)
    assert [row.value["verdict"] for row in found] == [verdict]
    assert not rows("forward_compat", driver="550")
    assert not rows("forward_compat", driver="525")


@pytest.mark.parametrize(
    ("soname", "library", "capability", "values"),
    [("libcudart.so.12", "cudart", "cuda", ["12"]), ("libcufft.so.11", "cufft", "cuda", ["12"]),
     ("libcufft.so.12", "cufft", "cuda", ["13"]),
     ("libcusparse.so.12", "cusparse", "cuda", ["12", "13"]),
     ("libcurand.so.10", "curand", "cuda", ["11", "12", "13"]),
     ("libcusolver.so.12", "cusolver", "cuda", ["13"]),
     ("libcublas.so.13", "cublas", "cuda", ["13"]),
     ("libnccl.so.2", "nccl", "cuda", ["11", "12", "13"]),
     ("libcudnn.so.9", "cudnn", "cudnn", ["9"]),
     ("libcuda.so.1", "cuda-driver", "nvidia-driver", ["*"])],
)  # fmt: skip
def test_sonames_are_not_the_version_of_cuda(soname, library, capability, values):
    (row,) = rows("soname", soname)
    found = (row.value["library"], row.value["capability"], row.value["values"])
    assert found == (library, capability, values)


def test_every_versioned_soname_of_a_cuda_library_in_an_artefact_has_a_row():
    known = {row.subject.pattern for row in rows("soname")}
    cuda = re.compile(r"^lib(cu|nv|nccl)\w*\.so\.\d")
    for row in rows("artefact"):
        needed = {*row.value["needed"], *row.value.get("opened", [])} - set(
            row.value.get("ships", [])
        )
        assert {one for one in needed if cuda.match(one)} <= known, row


@pytest.mark.parametrize(
    ("where", "text", "capability", "value"),
    [("name", "faiss-gpu-cu12", "cuda", "12"), ("name", "cupy-cuda13x", "cuda", "13"),
     ("name", "jax-cuda12-pjrt", "cuda", "12"), ("name", "dgl-cu118", "cuda", "11.8"),
     ("name", "nvidia-dali-cuda120", "cuda", "12.0"), ("name", "nvidia-cublas", "cuda", None),
     ("name", "cuda-python", "cuda", None), ("name", "cucim", "cuda", None),
     ("build", "cu128", "cuda", "12.8"), ("build", "cpu", "cuda", "none"),
     ("build", "cuda128_py312h", "cuda", "12.8"), ("build", "nv25.11.cu130", "cuda", "13.0"),
     ("build", "rocm6.4", "rocm", "6.4"), ("build", "rocm6.4", "cuda", "none"),
     ("tag", "cp312-cp312-manylinux_2_28_x86_64", "python", "3.12"),
     ("tag", "cp39-abi3-manylinux_2_28_x86_64", "python", ">=3.9"),
     ("tag", "cp39-abi3-manylinux_2_28_x86_64", "glibc", ">=2.28"),
     ("tag", "cp38-abi3-manylinux1_x86_64", "glibc", ">=2.5"),
     ("tag", "py3-none-any", "python", ">=3"), ("tag", "py3-none-any", "glibc", None)],
)  # fmt: skip
def test_marks_mean_one_value(where, text, capability, value):
    found = set()
    for row in rows("mark", where=where, capability=capability):
        match = re.search(row.subject.pattern, text)
        if match:
            found.add(
                re.sub(r"\{(\d)\}", lambda one, m=match: m.group(int(one[1])), row.value["value"])
            )
    assert found == ({value} if value else set())


@pytest.mark.parametrize(
    ("name", "capability", "roles"),
    [("nvidia-cuda-runtime-cu12", "cuda", {("version", "runtime")}),
     ("nvidia-cuda-runtime", "cuda", {("version", "runtime")}),
     ("nvidia-cuda-nvrtc-cu12", "cuda", {("mark", "library")}),
     ("nvidia-cudnn-cu12", "cuda", {("mark", "library")}),
     ("nvidia-cudnn-cu12", "cudnn", {("version", "runtime")}),
     ("nvidia-cufft", "cuda", {("=13", "library")}),
     ("nvidia-cublas", "cuda", {("version", "library")}),
     ("cuda-bindings", "cuda", {("version", "bindings")}), ("cuda-core", "cuda", set()),
     ("cupy-cuda12x", "cuda", set())],
)  # fmt: skip
def test_providers_have_one_role(name, capability, roles):
    key, found = f"pkg:pypi/{name}", set()
    for row in rows("provides", capability=capability):
        if isinstance(row.subject, OfFamily):
            hit = row.subject.family == key
        else:
            hit = isinstance(row.subject, OfPattern) and re.fullmatch(row.subject.pattern, key)
        if hit:
            found.add((row.value["value"], row.value["role"]))
    assert found == roles


def test_renamed_distributions_have_successors():
    olds = {row.value["old"]: row.subject.family for row in rows("succeeds", capability="cuda")}
    assert olds["pkg:pypi/nvidia-cuda-runtime-cu12"] == "pkg:pypi/nvidia-cuda-runtime"
    assert olds["pkg:pypi/nvidia-cudnn-cu12"] == "pkg:pypi/nvidia-cudnn-cu13"
    assert "pkg:pypi/faiss-gpu-cu12" not in olds


def test_builds_of_a_release_and_their_channels():
    found = {(r.value.get("build"), r.value.get("channel"), r.value["value"])
             for r in rows("built_for", "pkg:pypi/torch@2.9.1")}  # fmt: skip
    assert (None, None, "12.8") in found
    assert ("cu130", "whl/cu130", "13.0") in found
    assert ("cpu", "whl/cpu", "none") in found


def test_a_condition_of_cudnn_on_new_gpus():
    (row,) = rows("requires", "capability:cudnn@9.10.2", range=">=570.26")
    given = {one["capability"]: one["range"] for one in row.value["given"]}
    assert given == {"cuda": "12", "compute-capability": ">9.0"}
    rule = scheme("compute-capability")
    assert rule.contains(given["compute-capability"], "12.0") is Answer.YES
    assert rule.contains(given["compute-capability"], "9.0a") is Answer.NO


def test_an_excerpt_says_what_it_covers():
    (whole,) = rows("release", "pkg:pypi/torch@2.9.1")
    assert "covers" not in whole.value
    assert any("nvidia-cuda-runtime-cu12==12.8.90" in line for line in whole.value["requires"])
    (excerpt,) = rows("release", "pkg:pypi/torch@2.10.0")
    assert "pkg:pypi/nvidia-*" in excerpt.value["covers"]


@pytest.mark.skipif(
    not SHARED.is_dir(), reason="needs ../shared: documents of others, kept beside the repository"
)
def test_every_package_of_the_resolutions_has_a_release_row_with_all_its_lines():
    known = {row.subject.key: row for row in rows("release")}
    seen = 0
    for path in sorted((SHARED / "pip-reports").glob("*.json")):
        document = orjson.loads(path.read_bytes())
        if not isinstance(document, dict):
            continue
        for item in document["install"]:
            metadata = item["metadata"]
            key = identify(
                f"pkg:pypi/{metadata['name'].replace('.', '-')}@{metadata['version']}"
            ).key
            value = known[key].value
            assert value["requires"] == (metadata.get("requires_dist") or [])
            assert value.get("requires_python") == metadata.get("requires_python")
            seen += 1
    assert seen == 867
