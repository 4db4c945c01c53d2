"""The claims of a resolved Python environment: its assembly's set, and what holds everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lineage.ingest.python.distribution import Distribution
from lineage.ingest.python.environment import Environment
from lineage.ingest.python.name import local_version, public_version
from lineage.ingest.python.resolution import Resolution, resolve
from lineage.model.claim import (
    Claim,
    Component,
    Directness,
    Edge,
    Member,
    OfAssembly,
    OfComponent,
    Requirement,
    property_of,
)
from lineage.model.identity import Key, identify

PYTHON = Key("capability:python")


def environment_claims(
    subject: Key,
    distributions: Sequence[Distribution],
    marker_environment: Mapping[str, str],
) -> tuple[tuple[Claim, ...], tuple[str, ...]]:
    """Everything that a resolved environment says about itself and about its distributions.

    Also gives a warning for each active line whose distribution the environment does not hold.
    The names of the distributions must be distinct.
    """
    found = resolve(distributions, Environment(marker_environment))
    claims = [subject_claim(subject)]
    for distribution in distributions:
        claims += world_claims(distribution)
    claims += _assembly_claims(subject, distributions, found)
    marker = property_of(OfAssembly(), "marker_environment", dict(marker_environment))
    claims.append(Claim(marker, subject, "environment"))
    warnings = tuple(
        f"{path}: {distribution.name} needs {line.name}{line.requirement.raw}, which is not here"
        for distribution, line, path in found.absent
    )
    return tuple(claims), warnings


def subject_claim(subject: Key) -> Claim:
    """That there is the component which the document describes."""
    known = identify(subject)
    return Claim(Component(subject, known.kind, known.name, known.version))


def world_claims(distribution: Distribution) -> Iterator[Claim]:
    """What holds wherever the distribution is installed: itself, its lines, its properties."""
    key, about = distribution.key, OfComponent(distribution.key)
    yield Claim(
        Component(key, "framework", distribution.name, public_version(distribution.version)),
        path=distribution.path,
    )
    for path, line in distribution.lines:
        yield Claim(Edge("requires", about, line.family, line.requirement), path=path)
    if distribution.requires_python:
        wish = Requirement(raw=distribution.requires_python, scheme="pep440")
        path = f"{distribution.path}.requires_python"
        yield Claim(Edge("requires", about, PYTHON, wish), path=path)
    for name, value, path in distribution.properties:
        yield Claim(property_of(key, name, value), path=path)


def member_claims(
    subject: Key, distribution: Distribution, *, direct: Directness, extras: frozenset[str]
) -> Iterator[Claim]:
    """That the distribution is a member, with the extras asked for and the installed artefact."""
    key, path = distribution.key, distribution.path
    yield Claim(Member(key, direct, extras=tuple(sorted(extras))), subject, path)
    if distribution.artefact:
        artefact = property_of(key, "artefact", dict(distribution.artefact))
        yield Claim(artefact, subject, path)
    build = distribution.artefact.get("build") or local_version(distribution.version)
    if build:
        yield Claim(property_of(key, "build", build), subject, path)


def _assembly_claims(
    subject: Key, distributions: Sequence[Distribution], found: Resolution
) -> Iterator[Claim]:
    leans = {active.downstream.name for active in found.active}
    lacks = {distribution.name for distribution, _, _ in found.absent}
    for distribution in distributions:
        name = distribution.name
        direct = _directness(distribution)
        yield from member_claims(subject, distribution, direct=direct, extras=found.extras[name])
        known = "complete" if name in leans else "none"
        if name in lacks or not distribution.whole:
            known = "incomplete"
        dependencies = property_of(distribution.key, "dependencies", known)
        yield Claim(dependencies, subject, distribution.path)
    for active in found.active:
        downstream, upstream = OfComponent(active.downstream.key), active.upstream.key
        edge = Edge("depends_on", downstream, upstream, active.line.requirement)
        yield Claim(edge, subject, active.path)


def _directness(distribution: Distribution) -> Directness:
    if distribution.requested is None:
        return "unknown"
    return "direct" if distribution.requested else "transitive"
