"""What a reproducible lineage needs to know of each kind of component, as rows.

The facts are those that the AI profile of SPDX 3.0.1 (ai_AIPackage, dataset_DatasetPackage,
build_Build) and the model card and formulation of CycloneDX 1.7 have fields for.
"""

from __future__ import annotations

from dataclasses import dataclass

from lineage.model.identity import Key, identify
from lineage.record.view import View, WorldEdge
from lineage.vocabulary.edges import EDGES
from queries.index import Index

_DERIVATION = tuple(kind.name for kind in EDGES if kind.edge_class == "derivation")
_SAID = ("value", "none", "not_applicable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One fact that a kind needs. Any one of the ways meets it.

    ``edges`` to an upstream of ``kinds`` (none: any kind); ``properties`` with a value (or said
    to be none or not applicable); ``version``: its key has one; ``digest``: its key is one;
    ``of_run``: the run that produced it may say it instead.
    """

    kind: str
    fact: str
    text: str
    edges: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    version: bool = False
    digest: bool = False
    of_run: bool = False


_COPIES = ("quantized_from", "converted_from", "pruned_from", "merged_from")

NEEDS: tuple[Need, ...] = (
    Need(kind="model", fact="origin", edges=_DERIVATION, text="what it was made from"),
    Need(kind="model", fact="data", edges=("trained_on", "produced_by", *_COPIES),
         text="the data it was trained on"),
    Need(kind="model", fact="run", edges=("produced_by",), text="the run that made it"),
    Need(kind="model", fact="hyperparameters", properties=("hyperparameter",), of_run=True,
         text="the hyperparameters of its training"),
    Need(kind="model", fact="licence", properties=("licence",), text="its licence"),
    Need(kind="model", fact="digest", properties=("digest",), digest=True,
         text="a digest of its content"),
    Need(kind="dataset", fact="origin", edges=_DERIVATION, text="where it comes from",
         properties=("data_content", "external_reference", "source_repository")),
    Need(kind="dataset", fact="licence", properties=("licence",), text="its licence"),
    Need(kind="dataset", fact="digest", properties=("digest",), digest=True,
         text="a digest of its content"),
    Need(kind="run", fact="code", edges=("used",), kinds=("code",), text="the code it ran"),
    Need(kind="run", fact="inputs", edges=("used", "trained_on"),
         kinds=("dataset", "model", "prompt"), text="the data it read"),
    Need(kind="run", fact="hardware", edges=("ran_on",), kinds=("hardware", "host"),
         text="the hardware it ran on"),
    Need(kind="run", fact="software", edges=("trained_with", "built_with", "ran_on"),
         kinds=("framework", "environment", "container"), text="the software it ran with"),
    Need(kind="run", fact="energy", properties=("energy", "co2e"), text="the energy it used"),
    Need(kind="code", fact="version", version=True, digest=True, text="the commit"),
    Need(kind="container", fact="origin", edges=("built_from", "produced_by", "built_with"),
         text="what it was built from"),
    Need(kind="container", fact="digest", properties=("digest",), version=True, digest=True,
         text="a digest of its content"),
    Need(kind="prompt", fact="version", properties=("digest",), version=True, digest=True,
         text="its version or digest"),
    Need(kind="framework", fact="version", version=True, digest=True, text="its version"),
    Need(kind="framework", fact="licence", properties=("licence",), text="its licence"),
)  # fmt: skip


def needs_of(kind: str) -> tuple[Need, ...]:
    """The facts that a component of that kind needs; () for a kind that needs none."""
    return tuple(need for need in NEEDS if need.kind == kind)


def is_met(need: Need, key: Key, view: View, index: Index) -> bool:
    """Whether somebody claims the fact of this component."""
    identity = identify(key)
    if (need.version and identity.version) or (need.digest and identity.form == "digest"):
        return True
    edges = index.upstream.get(key, ())
    if any(_fits(need, edge, view) for edge in edges):
        return True
    if _says(need, key, view):
        return True
    runs = [edge.upstream for edge in edges if edge.kind == "produced_by"] if need.of_run else []
    return any(_says(need, run, view) for run in runs)


def _fits(need: Need, edge: WorldEdge, view: View) -> bool:
    if edge.kind not in need.edges:
        return False
    node = view.nodes.get(edge.upstream)
    kind = node.kind if node else identify(edge.upstream).kind
    return not need.kinds or kind in need.kinds


def _says(need: Need, key: Key, view: View) -> bool:
    values = view.values.get(key, ())
    return any(value.name in need.properties and value.state in _SAID for value in values)
