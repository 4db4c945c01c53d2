"""Who leans on whom inside one content: the active lines of each pair as one conjunction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lineage.model.claim import Requirement
from lineage.model.identity import Key
from lineage.record.view import Content, InnerEdge, MemberFacts
from lineage.verdict.line import Wish
from lineage.verdict.marker import active
from lineage.verdict.pack import Pack
from lineage.vocabulary.changes import CROSSINGS

RUNTIME_SCOPE = "runtime"
RULE_KINDS = frozenset(
    kind for row in CROSSINGS if row.effect == "RULES" for kind in row.edge_kinds
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lean:
    """One component leans on another: its active lines, in runtime scope or not.

    ``inferred`` marks universal lines that were read for want of edges, ``declared`` is false for
    an edge that states no requirement.
    """

    downstream: Key
    wish: Wish
    runtime: bool
    inferred: bool = False
    declared: bool = True


@dataclass(slots=True)
class Leaning:
    """The leans of one content, by downstream and by upstream, and its declared families."""

    down: dict[Key, list[Lean]] = field(default_factory=dict)
    up: dict[Key, list[Lean]] = field(default_factory=dict)
    on_capabilities: dict[Key, list[Lean]] = field(default_factory=dict)

    def add(self, lean: Lean) -> None:
        """Take a lean in."""
        self.down.setdefault(lean.downstream, []).append(lean)
        self.up.setdefault(lean.wish.on, []).append(lean)


Shared = dict[tuple[int, ...], tuple[list[InnerEdge], Lean]]
"""The lean that some edges make, by the identity of the edges, which it keeps alive."""


def leaning(
    pack: Pack,
    content: Content,
    environment: tuple[tuple[str, str], ...],
    *,
    changed: bool,
    shared: Shared | None = None,
) -> Leaning:
    """The leans of a content in an environment.

    Where the dependencies of a member are unknown, its universal lines that are active there
    count, marked inferred. ``changed`` says that the environment is that after the change: lines
    whose marker is no longer true fall away. ``shared`` are leans of other contents of the view,
    which have most of their edges in common.
    """
    found = Leaning()
    known = shared if shared is not None else {}
    pairs: dict[tuple[Key, Key, bool], list[InnerEdge]] = {}
    for edge in content.edges:
        if edge.kind in RULE_KINDS and edge.downstream != edge.upstream:
            runtime = edge.dependency_scope in ("", RUNTIME_SCOPE)
            pairs.setdefault((edge.downstream, edge.upstream, runtime), []).append(edge)
    for (downstream, upstream, runtime), edges in pairs.items():
        place = tuple(map(id, edges))
        if place in known and not changed:
            found.add(known[place][1])
            continue
        lines = tuple(dict.fromkeys(one for edge in edges for one in edge.requirements))
        if changed and lines:
            extras = content.members[downstream].extras if downstream in content.members else ()
            lines = tuple(one for one in lines if active(one, environment, extras))
            if not lines:
                continue
        declared = bool(lines)
        wish = Wish(
            on=upstream,
            lines=lines or (Requirement(),),
            edge=edges[0].kind,
            statements=tuple(one for edge in edges for one in edge.statements),
        )
        lean = Lean(downstream=downstream, wish=wish, runtime=runtime, declared=declared)
        found.add(lean)
        if not changed:
            known[place] = edges, lean
    families: dict[Key, list[Key]] | None = None
    for member in content.members.values():
        if member.unknown:
            families = families or _families(pack, content)
            for lean in _inferred(pack, member, environment, families):
                found.add(lean)
    for edge in content.outer:
        if edge.kind in RULE_KINDS:
            lean = Lean(
                downstream=edge.downstream,
                wish=Wish(
                    on=edge.upstream, lines=edge.requirements or (Requirement(),),
                    edge=edge.kind, statements=edge.statements,
                ),
                runtime=edge.dependency_scope in ("", RUNTIME_SCOPE),
            )  # fmt: skip
            found.on_capabilities.setdefault(edge.downstream, []).append(lean)
    return found


def _families(pack: Pack, content: Content) -> dict[Key, list[Key]]:
    found: dict[Key, list[Key]] = {}
    for key in content.members:
        node = pack.view.nodes.get(key)
        if node:
            found.setdefault(node.family, []).append(key)
    return found


def _inferred(
    pack: Pack,
    member: MemberFacts,
    environment: tuple[tuple[str, str], ...],
    families: dict[Key, list[Key]],
) -> Iterator[Lean]:
    lines: dict[Key, list[tuple[Requirement, int]]] = {}
    for line in pack.lines(member.component):
        upstream = pack.family(line.upstream)
        if (
            line.kind in RULE_KINDS
            and upstream in families
            and active(line.requirement, environment, member.extras)
        ):
            lines.setdefault(upstream, []).append((line.requirement, line.statement))
    for upstream, some in lines.items():
        for key in families[upstream]:
            if key != member.component:
                wish = Wish(
                    on=key,
                    lines=tuple(one for one, _ in some),
                    edge="requires",
                    statements=tuple(statement for _, statement in some),
                )
                yield Lean(downstream=member.component, wish=wish, runtime=True, inferred=True)


def appearing(
    pack: Pack,
    content: Content,
    before: tuple[tuple[str, str], ...],
    after: tuple[tuple[str, str], ...],
) -> Iterator[Lean]:
    """Declared lines on members that only the changed environment turns on."""
    families = _families(pack, content)
    for member in content.members.values():
        for line in pack.lines(member.component):
            upstream = pack.family(line.upstream)
            if line.kind not in RULE_KINDS or upstream not in families:
                continue
            wish = line.requirement
            if active(wish, after, member.extras) and not active(wish, before, member.extras):
                for key in families[upstream]:
                    if key != member.component:
                        made = Wish(
                            on=key, lines=(wish,), edge=line.kind, statements=(line.statement,)
                        )
                        yield Lean(downstream=member.component, wish=made, runtime=True)
