"""An image: membership, dependencies, digests, versions, capabilities, and what is broken in it."""

from lineage.model.claim import Edge, Member, Pointer
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

IMAGE = f"pkg:oci/chat@sha256:{'ab' * 32}?repository_url=registry.acme.example/chat"
TORCH = "pkg:pypi/torch@2.9.1"
NUMPY = "pkg:pypi/numpy@2.1.0"
CURL = "framework:local/libcurl"


def test_the_subject_is_the_assembly_and_no_member_of_itself() -> None:
    reading = sample("image")
    assert reading.subject == IMAGE
    assert reading.own_subject
    assert IMAGE not in members(reading)
    inside = {claim.assembly for claim in reading.claims if isinstance(claim.statement, Member)}
    assert inside == {IMAGE}


def test_a_digest_and_a_tag_state_a_pointer() -> None:
    (pointer,) = statements(sample("image"), Pointer)
    assert pointer.name == "stable"
    assert pointer.version == IMAGE
    assert pointer.family == "pkg:oci/chat?repository_url=registry.acme.example/chat"


def test_nested_components_are_members_and_nesting_is_an_edge_inside() -> None:
    reading = sample("image")
    library = f"framework:sha1:{'ef' * 20}"
    readme = "framework:oci/chat/README"
    assert {library, readme} <= members(reading)
    assert edges(reading, "contains") == {
        ("contains", TORCH, library),
        ("contains", TORCH, readme),
    }
    nested = [c for c in reading.claims if getattr(c.statement, "kind", "") == "contains"]
    assert {claim.assembly for claim in nested} == {IMAGE}


def test_lines_are_edges_inside_the_assembly_cycles_and_all() -> None:
    reading = sample("image")
    assert edges(reading, "depends_on") == {
        ("depends_on", IMAGE, TORCH),
        ("depends_on", TORCH, NUMPY),
        ("depends_on", TORCH, CURL),
        ("depends_on", NUMPY, TORCH),
    }
    lines = [c for c in reading.claims if getattr(c.statement, "kind", "") == "depends_on"]
    assert {claim.assembly for claim in lines} == {IMAGE}


def test_an_empty_list_is_none_a_missing_one_unknown_and_a_composition_says_more() -> None:
    reading = sample("image")
    assert values(reading, "pkg:pypi/jinja2@3.1.4", "dependencies") == ["none"]
    assert values(reading, CURL, "dependencies") == ["none"]
    assert values(reading, "framework:local/silent@5", "dependencies") == []
    assert values(reading, "framework:local/half@6", "dependencies") == ["incomplete"]
    assert values(reading, IMAGE, "completeness") == [
        {"aggregate": "complete", "part": "assemblies"},
        {"aggregate": "unknown", "part": "document"},
    ]


def test_dangling_refs_are_named_and_counted() -> None:
    reading = sample("image")
    assert any(w.startswith("dependencies[1].dependsOn[2]: 'nowhere'") for w in reading.warnings)
    assert any(w.startswith("dependencies[7].ref: 'ghost'") for w in reading.warnings)
    # and the line by which numpy leans on itself under its other ref
    assert dict(reading.facts)["dropped_joins"] == "3"


def test_a_ref_that_stands_twice_means_the_first() -> None:
    reading = sample("image")
    assert any(
        w.startswith("components[5].bom-ref: 'numpy' stands for components[1]")
        for w in reading.warnings
    )
    assert "framework:local/other@1" in members(reading)


def test_a_malformed_purl_is_quarantined_and_the_component_kept_by_name() -> None:
    reading = sample("image")
    (bad,) = reading.quarantined
    assert bad.path == "components[4].purl"
    assert bad.raw == "not a purl"
    assert kept(reading, "framework:local/broken@1", "purl") == ["not a purl"]
    assert "framework:local/broken@1" in members(reading)


def test_a_local_version_is_a_build_of_the_member_and_the_raw_purl_an_alias() -> None:
    reading = sample("image")
    assert values(reading, TORCH, "build") == ["cu128"]
    assert values(reading, TORCH, "alias") == ["pkg:pypi/Torch@2.9.1%2Bcu128"]
    assert values(reading, TORCH, "digest") == [f"sha256:{'cd' * 32}"]


def test_a_purl_without_version_takes_the_version_beside_it() -> None:
    reading = sample("image")
    assert "pkg:pypi/jinja2@3.1.4" in members(reading)
    # as an alias it would join all versions
    assert values(reading, "pkg:pypi/jinja2@3.1.4", "alias") == []
    assert kept(reading, "pkg:pypi/jinja2@3.1.4", "purl") == ["pkg:pypi/jinja2"]


def test_scopes() -> None:
    reading = sample("image")
    scopes = {(m.component, m.dependency_scope) for m in statements(reading, Member)}
    assert (NUMPY, "optional") in scopes
    assert ("pkg:pypi/jinja2@3.1.4", "development") in scopes
    lines = {(e.upstream, e.dependency_scope) for e in statements(reading, Edge)}
    assert (NUMPY, "optional") in lines
    assert values(reading, TORCH, "member_scope") == ["required"]


def test_what_comes_from_outside_is_required_in_its_range() -> None:
    reading = sample("image")
    wish = edge(reading, "requires").requirement
    assert wish is not None
    assert (wish.raw, wish.scheme) == ("vers:generic/>=8.7.1|<9.0.0", "vers")
    assert edges(reading, "requires") == {("requires", TORCH, CURL)}
    assert edge(reading, "depends_on", "libcurl").requirement == wish
    assert values(reading, CURL, "is_external") == [True]


def test_provides_is_turned_and_only_a_capability_is_provided() -> None:
    reading = sample("image")
    assert edges(reading, "provided_by") == {("provided_by", "capability:AES-128-GCM", TORCH)}
    assert kept(reading, "capability:AES-128-GCM", "provides") == [NUMPY]


def test_licences_repositories_and_properties() -> None:
    reading = sample("image")
    expression = "BSD-3-Clause AND MIT"
    assert values(reading, TORCH, "licence") == [
        {"expression": expression, "raw": expression, "acknowledgement": "concluded"}
    ]
    assert values(reading, TORCH, "source_repository") == ["https://github.com/acme/torch.git"]
    assert edges(reading, "built_from") == {("built_from", TORCH, "pkg:github/acme/torch")}
    assert values(reading, TORCH, "scan:layer") == ["4"]
    assert kept(reading, TORCH, "properties") == [
        {"name": "licence", "value": "not a licence claim"}
    ]


def test_the_kinds() -> None:
    def kind(**raw: object) -> str:
        reading = mapped(
            metadata={"component": {"type": "application", "name": "root"}},
            components=[{"name": "x", "version": "1", **raw}],
        )
        return next(kind for key, kind in kinds(reading).items() if key != reading.subject)

    assert kind(type="machine-learning-model") == "model"
    assert kind(type="data") == "dataset"
    assert kind(type="data", data=[{"type": "source-code"}]) == "code"
    assert kind(type="device") == kind(type="firmware") == "hardware"
    assert kind(type="device-driver") == kind(type="platform") == "framework"
    assert kind(type="container") == "container"
    assert kind(type="operating-system") == kind(type="file") == "framework"
    assert kind(type="cryptographic-asset", cryptoProperties={"assetType": "protocol"}) == (
        "capability"
    )
    assert kind(type="cryptographic-asset", cryptoProperties={"assetType": "certificate"}) == (
        "framework"
    )


def test_the_kind_stands_in_front_of_a_purl_that_means_another() -> None:
    reading = mapped(
        metadata={"component": {"type": "application", "name": "root"}},
        components=[
            {"type": "data", "name": "corpus", "purl": "pkg:huggingface/acme/corpus"},
            {"type": "library", "name": "cfg", "purl": "pkg:huggingface/acme/m@1#config.py"},
        ],
    )
    # a subpath names a file, not its package
    assert members(reading) == {"dataset:pkg:huggingface/acme/corpus", "framework:local/root/cfg"}
