"""Who leans on whom inside one content: the active lines of each pair as one conjunction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from lineage.model.claim import Requirement
from lineage.model.identity import Key
from lineage.record.view import Content, InnerEdge, MemberFacts
from lineage.verdict.held import RULE_KINDS
from lineage.verdict.line import Wish
from lineage.verdict.marker import Environment, active
from lineage.verdict.pack import Pack
from lineage.vocabulary.edges import RUNTIME


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


Bundle = tuple[Lean, ...]
"""The leans of one component inside a content; the same object wherever they are the same."""


@dataclass(slots=True)
class Leaning:
    """The leans of one content, by downstream and by upstream; ``others`` are its other edges."""

    down: dict[Key, Bundle] = field(default_factory=dict)
    up: dict[Key, list[Lean]] = field(default_factory=dict)
    on_capabilities: dict[Key, list[Lean]] = field(default_factory=dict)
    others: tuple[InnerEdge, ...] = ()

    def add(self, downstream: Key, bundle: Bundle) -> None:
        """Take the leans of a component in, behind those that it has."""
        self.down[downstream] = (
            self.down[downstream] + bundle if downstream in self.down else bundle
        )
        up = self.up
        for lean in bundle:
            on = lean.wish.on
            if on in up:
                up[on].append(lean)
            else:
                up[on] = [lean]


class Leanings:
    """The leans of the contents of one view; what contents have in common is made once."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._unknown = pack.held.those(lambda member: member.unknown)
        self._found: dict[tuple[bytes, bool, Environment | None], Leaning] = {}
        # By the identity of edges and members, which the view keeps.
        self._bundles: dict[Environment | None, dict[tuple[object, ...], Bundle]] = {}
        self._spoken: dict[tuple[int, Environment], list[tuple[Key, Wish]]] = {}
        self._inferred: dict[tuple[int, Environment, tuple[Key, ...]], Bundle] = {}

    def of(self, content: Content, environment: Environment, *, changed: bool) -> Leaning:
        """The leans of a content in an environment.

        Where the dependencies of a member are unknown, its universal lines that are active there
        count, marked inferred. ``changed`` says that the environment is that after the change:
        lines whose marker is no longer true fall away.
        """
        unknown = sorted(self._unknown.of(content), key=lambda one: one.component)
        place = (content.digest, changed, environment if changed or unknown else None)
        if place not in self._found:
            self._found[place] = self._made(content, environment if changed else None)
            self._infer(self._found[place], content, unknown, environment)
        return self._found[place]

    def _made(self, content: Content, environment: Environment | None) -> Leaning:
        inner = self._pack.held.inner(content)
        found = Leaning(others=inner.others)
        known = self._bundles.setdefault(environment, {})
        for downstream, edges in inner.ruled.items():
            extras: tuple[str, ...] = ()
            if environment is not None and downstream in content.members:
                extras = content.members[downstream].extras
            place = (*map(id, edges), extras)
            bundle = known.get(place)
            if bundle is None:
                bundle = known[place] = tuple(_bundled(edges, environment, extras))
            if bundle:
                found.add(downstream, bundle)
        for edge in content.outer:
            if edge.kind in RULE_KINDS:
                lean = Lean(
                    downstream=edge.downstream,
                    wish=Wish(
                        on=edge.upstream, lines=edge.requirements or (Requirement(),),
                        edge=edge.kind, statements=edge.statements,
                    ),
                    runtime=edge.dependency_scope in ("", RUNTIME),
                )  # fmt: skip
                found.on_capabilities.setdefault(edge.downstream, []).append(lean)
        return found

    def _infer(
        self,
        found: Leaning,
        content: Content,
        unknown: Iterable[MemberFacts],
        environment: Environment,
    ) -> None:
        """Add what the universal lines of these members say of other members."""
        families: dict[Key, list[Key]] | None = None
        for member in unknown:
            families = families or _families(self._pack, content)
            spoken = self._lines(member, environment)
            keys = tuple(
                key
                for upstream, _ in spoken
                for key in families.get(upstream, ())
                if key != member.component
            )
            place = (id(member), environment, keys)
            if place not in self._inferred:
                self._inferred[place] = tuple(
                    Lean(
                        downstream=member.component, wish=replace(wish, on=key), runtime=True,
                        inferred=True,
                    )
                    for upstream, wish in spoken
                    for key in families.get(upstream, ())
                    if key != member.component
                )  # fmt: skip
            if keys:
                found.add(member.component, self._inferred[place])

    def _lines(self, member: MemberFacts, environment: Environment) -> list[tuple[Key, Wish]]:
        """The families that universal lines of a member name there, all lines on one as one."""
        place = (id(member), environment)
        if place not in self._spoken:
            lines: dict[Key, list[tuple[Requirement, int]]] = {}
            for line in self._pack.lines(member.component):
                if line.kind in RULE_KINDS and active(line.requirement, environment, member.extras):
                    upstream = self._pack.family(line.upstream)
                    lines.setdefault(upstream, []).append((line.requirement, line.statement))
            self._spoken[place] = [
                (
                    upstream,
                    Wish(
                        on=upstream,
                        lines=tuple(one for one, _ in some),
                        edge="requires",
                        statements=tuple(statement for _, statement in some),
                    ),
                )
                for upstream, some in lines.items()
            ]
        return self._spoken[place]


def _bundled(
    edges: Iterable[InnerEdge], environment: Environment | None, extras: tuple[str, ...]
) -> Iterator[Lean]:
    """The leans of one component; with an environment only lines that are active there."""
    pairs: dict[tuple[Key, bool], list[InnerEdge]] = {}
    for edge in edges:
        if edge.downstream != edge.upstream:
            runtime = edge.dependency_scope in ("", RUNTIME)
            pairs.setdefault((edge.upstream, runtime), []).append(edge)
    for (upstream, runtime), some in pairs.items():
        lines = tuple(dict.fromkeys(one for edge in some for one in edge.requirements))
        if environment is not None and lines:
            lines = tuple(one for one in lines if active(one, environment, extras))
            if not lines:
                continue
        wish = Wish(
            on=upstream,
            lines=lines or (Requirement(),),
            edge=some[0].kind,
            statements=tuple(one for edge in some for one in edge.statements),
        )
        yield Lean(downstream=some[0].downstream, wish=wish, runtime=runtime, declared=bool(lines))


def _families(pack: Pack, content: Content) -> dict[Key, list[Key]]:
    found: dict[Key, list[Key]] = {}
    for key in content.members:
        node = pack.view.nodes.get(key)
        if node:
            found.setdefault(node.family, []).append(key)
    return found


def appearing(
    pack: Pack,
    content: Content,
    before: Environment,
    after: Environment,
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
