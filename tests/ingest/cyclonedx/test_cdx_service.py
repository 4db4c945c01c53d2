"""Services and data flows, hosts and drivers, vulnerabilities and remarks."""

from lineage.ingest.reader import Circumstance
from lineage.model.claim import Edge, OfFamily
from lineage.normalise.steps import normalise
from tests.ingest.cyclonedx.reading import (
    edge,
    edges,
    kept,
    kinds,
    mapped,
    members,
    sample,
    statements,
    values,
)

CHAT, SHOP = "service:acme/chat@1.4", "framework:acme/shop@2.0"


def test_services_are_no_members_but_their_lines_are_kept() -> None:
    reading = sample("service")
    assert members(reading) == {"model:acme/helper-7b@3"}
    assert kinds(reading)[CHAT] == "service"
    assert edges(reading, "depends_on") == {
        ("depends_on", SHOP, CHAT),
        ("depends_on", CHAT, "model:acme/helper-7b@3"),
        ("depends_on", CHAT, "service:acme/archive"),
    }


def test_nested_services_hold_everywhere() -> None:
    reading = sample("service")
    assert edges(reading, "contains") == {("contains", CHAT, "service:local/moderation@0.3")}
    (claim,) = [c for c in reading.claims if getattr(c.statement, "kind", "") == "contains"]
    assert claim.assembly is None


def test_data_flows_are_read_and_written() -> None:
    reading = sample("service")
    questions, transcripts = "dataset:acme/shop/questions", "dataset:acme/shop/transcripts"
    assert edges(reading, "reads", "written_by") == {
        ("reads", CHAT, questions),
        ("written_by", transcripts, CHAT),
        # the destination is a BOM-Link into this very document
        ("reads", "service:acme/archive", transcripts),
    }
    assert values(reading, questions, "classification") == ["PII"]
    assert values(reading, questions, "owner") == ["Ada"]
    assert len(kept(reading, CHAT, "data")) == 3


def test_what_a_service_says_of_itself() -> None:
    reading = sample("service")
    assert values(reading, CHAT, "endpoint") == ["https://chat.acme.example/v1"]
    assert values(reading, CHAT, "authenticated") == [True]
    assert values(reading, CHAT, "trust_boundary") == [False]
    assert values(reading, CHAT, "trust_zone") == ["intranet"]
    assert edges(reading, "supplied_by") == {("supplied_by", CHAT, "agent:local/Acme")}


def test_a_device_with_a_driver_is_a_host_that_provides_its_version() -> None:
    reading = sample("host")
    host = "host:local/gpu-01"
    assert reading.subject == host
    assert kinds(reading)[host] == "host"
    assert edges(reading, "provided_by") == {
        ("provided_by", "capability:nvidia-driver@535.104.05", host)
    }
    gpu = "hardware:local/A100%20PCIe%2080GB"
    assert members(reading) == {gpu, "framework:local/NVIDIA%20Linux%20Driver@535.104.05"}
    assert values(reading, gpu, "hardware_class") == ["gpu"]


def test_a_device_without_a_driver_is_hardware() -> None:
    reading = mapped(metadata={"component": {"type": "device", "name": "edge-7"}})
    assert reading.subject == "hardware:local/edge-7"


def test_affected_versions_and_vex_states() -> None:
    reading = sample("vex")
    cve = "vulnerability:CVE-2026-0001"
    found = {repr(e.downstream): dict(e.attributes) for e in statements(reading, Edge)}
    ranged = found[repr(OfFamily("pkg:pypi/lib", "vers:pypi/>=1.0|<1.2"))]  # type: ignore[arg-type]
    assert ranged["status"] == "affected"
    assert ranged["state"] == "not_affected"
    assert ranged["justification"] == "code_not_reachable"
    assert ranged["response"] == "update,will_not_fix"
    assert ("affected_by", "pkg:pypi/lib@1.2", cve) in edges(reading)
    # a BOM-Link into another document whose element is a purl says who is meant
    assert ("affected_by", "pkg:pypi/far@2", cve) in edges(reading)
    assert edge(reading, "affected_by", "ACME-7").attributes == ()
    assert values(reading, cve, "rating") == [
        {"severity": "high", "score": 8.1, "method": "CVSSv31"}
    ]
    details = values(reading, cve, "vulnerability_detail")
    assert {"cwes": [125], "source": {"name": "NVD"}} in details
    assert any(detail.get("affects") == {"ref": "nowhere"} for detail in details)
    assert values(reading, cve, "completeness") == [
        {"aggregate": "incomplete", "part": "vulnerabilities"}
    ]


def test_annotations_and_citations_go_to_whom_they_speak_of() -> None:
    reading = sample("vex")
    (annotation,) = kept(reading, "pkg:pypi/lib@1.1", "annotations")
    assert annotation["text"] == "Looked at it."
    cited = mapped(
        metadata={"component": {"type": "application", "name": "root"}},
        components=[{"type": "library", "name": "a", "version": "1"}],
        citations=[
            {"pointers": ["#/components/0/name"], "attributedTo": "x", "note": "one"},
            {"expressions": ["$..x"], "note": "all"},
        ],
    )
    assert [c["note"] for c in kept(cited, "framework:local/a@1", "citations")] == ["one"]
    assert [c["note"] for c in kept(cited, "framework:local/root", "citations")] == ["all"]


def test_a_document_of_advisories_needs_no_components() -> None:
    reading = mapped(
        metadata={"component": {"type": "application", "name": "root"}},
        vulnerabilities=[{"affects": [{"ref": "urn:cdx:aa/1#product"}], "description": "odd"}],
    )
    (key,) = [key for key, kind in kinds(reading).items() if kind == "vulnerability"]
    assert key.startswith("vulnerability:unnamed")
    assert values(reading, key, "vulnerability_detail")


MACHINE = {
    "type": "device",
    "name": "gpu-01",
    "bom-ref": "machine",
    "components": [
        {"type": "device-driver", "name": "nvidia-driver", "version": "550.54.15"},
        {
            "type": "device",
            "name": "A100",
            "components": [{"type": "device-driver", "name": "vbios-tool", "version": "1"}],
        },
    ],
}


def test_a_machine_in_another_document_is_the_host_that_its_own_document_describes() -> None:
    alone = mapped(metadata={"component": MACHINE})
    listed = mapped(
        metadata={"component": {"type": "application", "name": "chat"}},
        components=[{"type": "platform", "name": "rack", "components": [MACHINE]}],
    )
    host = "host:local/gpu-01"
    assert alone.subject == host
    for reading in (alone, listed):
        assert kinds(reading)[host] == "host"
        # A card that brings its driver is part of the machine, no machine of its own.
        assert kinds(reading)["hardware:local/A100"] == "hardware"
        assert edges(reading, "provided_by") == {
            ("provided_by", "capability:nvidia-driver@550.54.15", host),
            ("provided_by", "capability:vbios-tool@1", host),
        }
    assert {host, "hardware:local/A100"} <= members(listed)
    assert ("contains", host, "hardware:local/A100") in edges(listed, "contains")


def test_a_service_runs_on_the_machine_that_is_listed_beside_it() -> None:
    reading = mapped(
        components=[MACHINE],
        services=[{"name": "chat", "bom-ref": "chat"}],
        metadata={"component": {"type": "application", "name": "all"}},
        dependencies=[{"ref": "chat", "dependsOn": ["machine"]}],
    )
    found = normalise(reading, Circumstance())
    assert ("runs_on", "service:local/chat", "host:local/gpu-01") in edges(found, "runs_on")
