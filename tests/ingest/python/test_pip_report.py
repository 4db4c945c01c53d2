"""pip install --report: what it says of an environment, on samples and on real reports."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from lineage.errors import DocumentRefusedError, SubjectMissingError
from lineage.ingest.formats.pip_report import READER
from lineage.ingest.reader import Circumstance
from lineage.model.claim import Component, Edge, Member, OfAssembly, OfComponent, Property
from lineage.model.identity import Key
from lineage.normalise.steps import normalise

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "tests" / "documents" / "pip_report"
REPORTS = ROOT.parent / "shared" / "pip-reports"
INDEX = json.loads((REPORTS / "INDEX.json").read_text()) if REPORTS.is_dir() else []
SUBJECT = Key("environment:acme/chat")
CIRCUMSTANCE = Circumstance(subject=SUBJECT)


def read(content: bytes):
    return READER.read(content, CIRCUMSTANCE)


@pytest.fixture(scope="module")
def reading():
    return read((SAMPLES / "torch-cu128.json").read_bytes())


def said(reading, kind):
    return [c.statement for c in reading.claims if isinstance(c.statement, kind)]


def edges(reading, kind):
    return [e for e in said(reading, Edge) if e.kind == kind]


def facts(reading, key, name):
    about = OfComponent(Key(key))
    return [p.decoded() for p in said(reading, Property) if p.subject == about and p.name == name]


@pytest.mark.skipif(
    not INDEX, reason="needs ../shared: documents of others, kept beside the repository"
)
@pytest.mark.parametrize("row", INDEX, ids=lambda row: row["stack"])
def test_real_reports_have_the_counts_of_their_index(row):
    content = (REPORTS / f"{row['stack']}.json").read_bytes()
    reading = read(content)
    active = edges(reading, "depends_on")
    declared = [e for e in edges(reading, "requires") if e.upstream != "capability:python"]
    assert reading.quarantined == ()
    assert len(said(reading, Member)) == row["packages"]
    assert len({(e.downstream, e.upstream) for e in active}) == row["edges"]
    assert len(active) == row["active_requirement_lines"]
    assert len(declared) == row["declared_requirement_lines"]
    kept = normalise(reading, CIRCUMSTANCE)
    assert kept.quarantined == ()
    assert set(edges(kept, "depends_on")) == set(active)
    assert len(edges(kept, "depends_on")) == row["active_requirement_lines"]
    assert set(said(kept, Member)) == set(said(reading, Member))


@pytest.mark.skipif(
    not INDEX, reason="needs ../shared: documents of others, kept beside the repository"
)
def test_the_largest_report_is_read_in_half_a_second():
    content = (REPORTS / "vllm-0.11.2-cu12.json").read_bytes()
    started = time.process_time()
    read(content)
    assert time.process_time() - started < 0.5


def test_members_with_roots_and_extras_really_asked_for(reading):
    members = {m.component: (m.direct, m.extras) for m in said(reading, Member)}
    assert members["pkg:pypi/torch@2.9.1"] == ("direct", ())
    assert members["pkg:pypi/cuda-toolkit@12.8.1"] == ("transitive", ("cublas", "cudart"))
    assert len(members) == 7


def test_a_build_stays_on_the_member(reading):
    key = "pkg:pypi/torch@2.9.1"
    assert facts(reading, key, "build") == ["cu128"]
    [artefact] = facts(reading, key, "artefact")
    assert artefact == {
        "file": "torch-2.9.1+cu128-cp312-cp312-manylinux_2_28_x86_64.whl",
        "digest": artefact["digest"],
        "tags": ["cp312-cp312-manylinux_2_28_x86_64"],
        "index": "channel.example/whl/cu128",
        "build": "cu128",
    }
    assert artefact["digest"].startswith("sha256:")
    component = next(c for c in said(reading, Component) if c.key == key)
    assert (component.name, component.version) == ("torch", "2.9.1")


def test_only_lines_that_are_true_and_asked_for_are_edges(reading):
    pairs = {(e.downstream.key, e.upstream) for e in edges(reading, "depends_on")}
    assert pairs == {
        ("pkg:pypi/torch@2.9.1", "pkg:pypi/filelock@3.20.0"),
        ("pkg:pypi/torch@2.9.1", "pkg:pypi/cuda-toolkit@12.8.1"),
        ("pkg:pypi/torch@2.9.1", "pkg:pypi/jinja2@3.1.6"),
        ("pkg:pypi/cuda-toolkit@12.8.1", "pkg:pypi/nvidia-cublas-cu12@12.8.4.1"),
        ("pkg:pypi/cuda-toolkit@12.8.1", "pkg:pypi/nvidia-cuda-runtime-cu12@12.8.90"),
        ("pkg:pypi/jinja2@3.1.6", "pkg:pypi/markupsafe@3.0.3"),
    }


def test_two_active_lines_between_two_components_are_two_edges(reading):
    wishes = {e.requirement.raw for e in edges(reading, "depends_on") if "markupsafe" in e.upstream}
    assert wishes == {">=2.0", "!=2.5"}


def test_every_declared_line_holds_everywhere_active_or_not(reading):
    claims = [
        c
        for c in reading.claims
        if isinstance(c.statement, Edge) and c.statement.kind == "requires"
    ]
    assert {c.assembly for c in claims} == {None}
    wishes = {(c.statement.downstream.key, c.statement.upstream): c.statement for c in claims}
    optional = wishes["pkg:pypi/torch@2.9.1", "pkg:pypi/opt-einsum"].requirement
    assert (optional.raw, optional.marker, optional.extra) == (
        ">=3.3",
        'extra == "opt-einsum"',
        "opt-einsum",
    )
    toolkit = wishes["pkg:pypi/torch@2.9.1", "pkg:pypi/cuda-toolkit"].requirement
    assert (toolkit.extras, toolkit.extra) == (("cublas", "cudart"), None)
    python = wishes["pkg:pypi/torch@2.9.1", "capability:python"].requirement
    assert (python.raw, python.scheme) == (">=3.10", "pep440")


def test_a_line_that_names_its_own_package_is_kept_but_is_no_edge(reading):
    own = "pkg:pypi/cuda-toolkit@12.8.1"
    assert any(
        e.downstream == OfComponent(own) and e.upstream == "pkg:pypi/cuda-toolkit"
        for e in edges(normalise(reading, CIRCUMSTANCE), "requires")
    )
    assert not any(e.upstream == own and e.downstream.key == own for e in said(reading, Edge))


def test_what_is_known_of_dependencies(reading):
    assert facts(reading, "pkg:pypi/torch@2.9.1", "dependencies") == ["complete"]
    assert facts(reading, "pkg:pypi/filelock@3.20.0", "dependencies") == ["none"]


def test_the_marker_environment_belongs_to_the_assembly(reading):
    [claim] = [
        c
        for c in reading.claims
        if isinstance(c.statement, Property) and c.statement.name == "marker_environment"
    ]
    assert (claim.assembly, claim.statement.subject) == (SUBJECT, OfAssembly())
    assert claim.statement.decoded()["python_version"] == "3.12"


def test_licence_summary_and_addresses_are_properties(reading):
    kept = normalise(reading, CIRCUMSTANCE)
    assert facts(kept, "pkg:pypi/torch@2.9.1", "licence") == [
        {"acknowledgement": "declared", "expression": "BSD-3-Clause", "raw": "BSD-3-Clause"}
    ]
    [vague] = facts(kept, "pkg:pypi/jinja2@3.1.6", "licence")
    assert (vague["raw"], vague["expression"]) == ("BSD License", None)
    assert facts(kept, "pkg:pypi/torch@2.9.1", "description") == ["Tensors"]
    assert facts(kept, "pkg:pypi/markupsafe@3.0.3", "source_repository") == [
        "https://forge.example/markupsafe"
    ]


def test_a_bad_package_is_set_aside_and_the_rest_goes_in():
    reading = read((SAMPLES / "one-bad-package.json").read_bytes())
    assert [q.path for q in reading.quarantined] == [
        "install.1.metadata.name",
        "install.2",
        "install.3.metadata.requires_dist.0",
    ]
    assert len(said(reading, Member)) == 2
    assert facts(reading, "pkg:pypi/six@1.17.0", "dependencies") == ["incomplete"]
    assert "typing-extensions" in reading.warnings[0]


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (b"{", "$"),
        (b"[]", "$"),
        (b"{}", "version"),
        (b'{"version": "2"}', "version"),
        (b'{"version": 1}', "version"),
        (b'{"version": "1", "install": []}', "environment"),
        (b'{"version": "1", "environment": {"os_name": 1}}', "environment.os_name"),
        (b'{"version": "1", "environment": {}}', "install"),
        (b'{"version": "1", "environment": {}, "install": {}}', "install"),
    ],
)
def test_a_document_that_is_no_report_is_refused_with_a_path(content, path):
    with pytest.raises(DocumentRefusedError) as refusal:
        read(content)
    assert (refusal.value.data["path"], refusal.value.data["format"]) == (path, "pip_report")


def test_without_a_subject_it_asks_for_one():
    with pytest.raises(SubjectMissingError):
        READER.read((SAMPLES / "torch-cu128.json").read_bytes(), Circumstance())


def test_the_order_of_packages_does_not_matter():
    report = json.loads((SAMPLES / "torch-cu128.json").read_bytes())
    first = normalise(read(json.dumps(report).encode()), CIRCUMSTANCE)
    report["install"].reverse()
    second = normalise(read(json.dumps(report).encode()), CIRCUMSTANCE)
    assert [(c.assembly, c.statement) for c in first.claims] == [
        (c.assembly, c.statement) for c in second.claims
    ]


def test_markers_never_see_this_machine():
    report = json.loads((SAMPLES / "torch-cu128.json").read_bytes())
    del report["environment"]["platform_system"]
    reading = read(json.dumps(report).encode())
    assert not any("cuda-toolkit" in e.upstream for e in edges(reading, "depends_on"))
