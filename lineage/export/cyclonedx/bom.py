"""A bill of materials of one component: its members, what it serves, and where that came from.

Members of the assembly are ``components`` with their ``dependencies``; services are ``services``;
whatever else stands upstream (base models, datasets, hosts) goes into a formula, whose components
are no part of the thing. What CycloneDX cannot say is counted, never dropped in silence.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from lineage.export.cyclonedx.component import OWN, component_of
from lineage.model.identity import Key
from lineage.record.view import Assembly, View, WorldEdge

_DERIVED = {
    "fine_tuned_from": "finetune", "adapter_of": "adapter", "merged_from": "merge",
    "quantized_from": "quantized", "distilled_from": "distilled", "pruned_from": "pruned",
    "converted_from": "converted",
}  # fmt: skip
_PEDIGREE = {*_DERIVED, "derived_from", "subset_of", "augmented_from", "revision_of"}
_LEANS = {"serves", "calls", "runs_on"}
_NAMESPACE = uuid.UUID("5b1fb1b4-4b8a-5f0e-9a59-0b6d3b0a6f11")


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """The document, and how many statements of each edge kind it could not say."""

    content: bytes
    unsaid: Mapping[str, int]


def export(view: View, key: Key) -> Export:
    """The bill of materials of ``key`` as this view knows it; equal views give equal bytes.

    The document carries no time: its serial number is made from its content.
    """
    content = _Bom(view, view.shown(key)).document()
    unsaid = content.pop("unsaid")
    body = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    content["serialNumber"] = f"urn:uuid:{uuid.uuid5(_NAMESPACE, body.decode())}"
    written = orjson.dumps(content, option=orjson.OPT_INDENT_2)
    return Export(content=written + b"\n", unsaid=unsaid)


class _Bom:
    def __init__(self, view: View, subject: Key) -> None:
        self._view = view
        self._subject = subject
        self._assembly: Assembly | None = view.assemblies.get(subject)
        self._members = frozenset(self._assembly.content.members if self._assembly else ())
        self._upstream: dict[Key, list[WorldEdge]] = defaultdict(list)
        for edge in view.edges:
            self._upstream[edge.downstream].append(edge)
        self._reached, self._edges = self._walk()
        self._unsaid: Counter[str] = Counter()

    def _walk(self) -> tuple[frozenset[Key], list[WorldEdge]]:
        """Everything upstream of the subject and of its members that holds everywhere."""
        waiting, seen = [self._subject, *self._members], {self._subject, *self._members}
        edges: list[WorldEdge] = []
        while waiting:
            for edge in self._upstream.get(waiting.pop(), ()):
                edges.append(edge)
                if edge.upstream not in seen:
                    seen.add(edge.upstream)
                    waiting.append(edge.upstream)
        edges.sort(key=lambda e: (e.downstream, e.kind, e.upstream, e.statements))
        return frozenset(seen), edges

    def document(self) -> dict[str, Any]:
        """The whole document, with ``unsaid`` beside."""
        made = {key: component_of(self._view, key) for key in sorted(self._reached)}
        for edge in self._edges:
            if not self._say(edge, made):
                self._unsaid[edge.kind] += 1
        services = [k for k in made if self._kind(k) == "service" and k != self._subject]
        others = [
            k for k in made
            if k != self._subject and k not in self._members and k not in services
        ]  # fmt: skip
        document: dict[str, Any] = {
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "serialNumber": "",
            "version": 1,
            "metadata": {"component": made[self._subject]},
            "components": [made[k] for k in sorted(self._members)],
            "dependencies": list(self._dependencies(made)),
            "unsaid": dict(sorted(self._unsaid.items())),
        }
        if services:
            document["services"] = [_as_service(made[k]) for k in services]
        if others:
            document["formulation"] = [{"components": [made[k] for k in others]}]
        return document

    def _say(self, edge: WorldEdge, made: Mapping[Key, dict[str, Any]]) -> bool:
        """Write one everywhere edge into its downstream component; False where there is no word."""
        downstream, upstream = made[edge.downstream], made[edge.upstream]
        if edge.kind in _LEANS:
            return True  # a line of dependencies
        if edge.kind == "trained_on" and self._kind(edge.downstream) == "model":
            card = downstream.setdefault("modelCard", {}).setdefault("modelParameters", {})
            card.setdefault("datasets", []).append({"ref": edge.upstream})
            return True
        if edge.kind in _PEDIGREE:
            ancestor = {k: v for k, v in upstream.items() if k not in ("pedigree", "modelCard")}
            ancestor["bom-ref"] = f"{edge.upstream} of {edge.downstream}"
            downstream.setdefault("pedigree", {}).setdefault("ancestors", []).append(ancestor)
            if edge.kind in _DERIVED:
                said = {"name": f"base_model:{_DERIVED[edge.kind]}", "value": upstream["name"]}
                downstream.setdefault("properties", []).append(said)
            return edge.kind in _DERIVED or edge.kind in ("derived_from", "revision_of")
        if edge.kind == "owned_by":
            name = component_of(self._view, edge.upstream)["name"]
            downstream.setdefault("properties", []).append({"name": f"{OWN}owner", "value": name})
            return True
        return False

    def _dependencies(self, made: Mapping[Key, dict[str, Any]]) -> Iterator[dict[str, Any]]:
        lines: dict[Key, set[Key]] = defaultdict(set)
        known: set[Key] = set()
        if self._assembly is not None:
            content = self._assembly.content
            for key, facts in content.members.items():
                if facts.direct == "direct":
                    lines[self._subject].add(key)
                if not facts.unknown:
                    known.add(key)
            for inner in content.edges:
                if inner.kind == "depends_on":
                    lines[inner.downstream].add(inner.upstream)
                else:
                    self._unsaid[inner.kind] += 1
            for outer in content.outer:
                self._unsaid[outer.kind] += 1
        for edge in self._edges:
            if edge.kind in _LEANS:
                lines[edge.downstream].add(edge.upstream)
        for key in sorted(lines.keys() | known):
            upstream = sorted(one for one in lines[key] if one in made)
            yield {"ref": key, "dependsOn": upstream}

    def _kind(self, key: Key) -> str:
        node = self._view.nodes.get(key)
        return node.kind if node else key.partition(":")[0]


def _as_service(component: dict[str, Any]) -> dict[str, Any]:
    """A service has a name, a version and properties, and neither a type nor a purl."""
    kept = ("bom-ref", "group", "name", "version", "description", "licenses")
    service = {name: component[name] for name in kept if name in component}
    properties = [
        one for one in component.get("properties", ()) if one["name"] != f"{OWN}kind"
    ]  # fmt: skip
    return service | ({"properties": properties} if properties else {})
