"""Whom a vulnerability affects, and whom a VEX state keeps out of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lineage.model.identity import Key
from lineage.record.view import View, WorldEdge
from lineage.verdict.outcome import Evidence
from lineage.vocabulary.properties import PRECEDENCE

AFFECTED_BY = "affected_by"
# What OpenVEX and CycloneDX 1.7 (analysis.state, versions.status) call not affected or fixed.
_STOPS = frozenset(
    {
        "not_affected", "fixed", "resolved", "resolved_with_pedigree", "false_positive",
        "unaffected",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Affected components with the evidence, and those that are said not to be."""

    affected: Mapping[Key, tuple[Evidence, ...]]
    stopped: frozenset[Key]


def affected(view: View, vulnerabilities: Collection[Key]) -> Hit:
    """Whom these vulnerabilities affect; where sources contradict each other the best decides."""
    edges: dict[Key, list[WorldEdge]] = {}
    for edge in view.edges:
        if edge.kind == AFFECTED_BY and edge.upstream in vulnerabilities:
            edges.setdefault(edge.downstream, []).append(edge)
    found: dict[Key, tuple[Evidence, ...]] = {}
    halted: set[Key] = set()
    for key, some in edges.items():
        some.sort(key=lambda one: _precedence(view, one))
        if _state(some[0]) in _STOPS:
            halted.add(key)
            continue
        found[key] = tuple(
            Evidence(
                on=one.upstream, requirement=_state(one) or None, edge=AFFECTED_BY,
                statements=one.statements,
            )
            for one in some
        )  # fmt: skip
    return Hit(affected=found, stopped=frozenset(halted))


def stopped(view: View, components: Collection[Key]) -> frozenset[Key]:
    """Components of which every stated vulnerability is said not to affect them, or to be fixed."""
    edges: dict[Key, dict[Key, list[WorldEdge]]] = {}
    for edge in view.edges:
        if edge.kind == AFFECTED_BY and edge.downstream in components:
            edges.setdefault(edge.downstream, {}).setdefault(edge.upstream, []).append(edge)
    return frozenset(
        key
        for key, by_upstream in edges.items()
        if all(
            _state(min(some, key=lambda one: _precedence(view, one))) in _STOPS
            for some in by_upstream.values()
        )
    )


def _state(edge: WorldEdge) -> str:
    stated = dict(edge.attributes)
    return (stated.get("state") or stated.get("status") or "").strip('"')


def _precedence(view: View, edge: WorldEdge) -> tuple[int, int]:
    sources = [one for number in edge.statements for one in view.sources.get(number, ())]
    rank = min(
        (PRECEDENCE.get(one.precedence).rank for one in sources if one.precedence in PRECEDENCE),
        default=len(PRECEDENCE),
    )
    return rank, -max((one.revision for one in sources), default=0)
