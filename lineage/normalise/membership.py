"""Direct members: what the subject's own dependsOn lines say (design section 4, Membership)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lineage.model.claim import (
    Claim,
    Directness,
    Edge,
    Member,
    OfAssembly,
    OfComponent,
    Property,
    Requirement,
)
from lineage.model.document import Circumstance, Reading
from lineage.model.identity import Key
from lineage.normalise.end import everywhere
from lineage.normalise.kind import Kinds
from lineage.vocabulary.edges import RUNTIME

_UNSAID = ("unknown", "")
_NEVER = "service"  # "services ... are not" (design section 4, Membership)


def direct_members(reading: Reading, circumstance: Circumstance) -> Reading:  # noqa: ARG001
    """The subject's own ``depends_on`` lines turned into direct members.

    They make no ``depends_on`` edge. Where the ends say an everywhere kind, that edge is stated as
    well, and what is no member has only that. A service is never a member by such a line: where
    the ends say nothing finer (an application leans on a service), the line stays the
    ``depends_on`` that it is, a need of the assembly as a whole. Anything else that the subject
    leans on is a member by that line. Members that another member leans on are transitive where
    the document states the subject's lines; the others stay unknown. What a reader already knows
    stays.
    """
    kinds = Kinds(reading)
    own: dict[Key, list[Claim]] = defaultdict(list)
    rest: list[Claim] = []
    for claim in reading.claims:
        assembly = claim.assembly
        if assembly is not None and _is_own_line(claim, assembly):
            own[assembly].append(claim)
        else:
            rest.append(claim)
    by_assembly: dict[Key, list[Claim]] = defaultdict(list)
    for claim in rest:
        if claim.assembly is not None:
            by_assembly[claim.assembly].append(claim)
    claims = [c for c in rest if not isinstance(c.statement, Member)]
    for assembly in sorted(by_assembly.keys() | own.keys()):
        claims += _members(assembly, by_assembly[assembly], own[assembly], kinds)
    return replace(reading, claims=tuple(claims))


def _is_own_line(claim: Claim, assembly: Key) -> bool:
    edge = claim.statement
    if not isinstance(edge, Edge) or edge.kind != "depends_on":
        return False
    return edge.downstream in (OfAssembly(), OfComponent(assembly))


def _members(
    assembly: Key, inside: Sequence[Claim], own: Sequence[Claim], kinds: Kinds
) -> Iterator[Claim]:
    """The member claims of one assembly, and the everywhere edges of its subject."""
    members = [c for c in inside if isinstance(c.statement, Member)]
    known = {c.statement.component for c in members if isinstance(c.statement, Member)}
    wishes: dict[Key, list[Claim]] = defaultdict(list)
    for line in own:
        edge = line.statement
        assert isinstance(edge, Edge)
        finer = everywhere(line, assembly, kinds)
        if finer is not None:
            yield finer
        if edge.upstream in known:
            wishes[edge.upstream].append(line)
        elif finer is None and kinds.of(edge.upstream) == _NEVER:
            yield replace(line, statement=replace(edge, downstream=OfAssembly()))
        elif finer is None:
            wishes[edge.upstream].append(line)
    stated = bool(own) or _says_its_lines(inside)
    leaned_on = {
        c.statement.upstream
        for c in inside
        if isinstance(c.statement, Edge) and c.statement.kind == "depends_on"
    }
    for claim in members:
        member = claim.statement
        assert isinstance(member, Member)
        lines = wishes.get(member.component)
        if lines:
            yield from (replace(claim, statement=m) for m in _asked(member, lines))
        elif member.direct == "unknown" and stated and member.component in leaned_on:
            yield replace(claim, statement=replace(member, direct="transitive"))
        else:
            yield claim
    for component in sorted(wishes.keys() - known):
        for line in wishes[component]:
            for member in _asked(Member(component), [line]):
                yield Claim(member, assembly, line.path)


def _says_its_lines(inside: Sequence[Claim]) -> bool:
    return any(
        isinstance(c.statement, Property)
        and c.statement.name == "dependencies"
        and c.statement.subject == OfAssembly()
        and c.statement.decoded() not in _UNSAID
        and c.statement.state in ("value", "none")
        for c in inside
    )


def _asked(member: Member, lines: Sequence[Claim]) -> Iterator[Member]:
    """The member once for each thing that the subject wishes of it."""
    direct: Directness = "direct"
    edges = [line.statement for line in lines if isinstance(line.statement, Edge)]
    wishes: set[Requirement | None] = {edge.requirement for edge in edges} - {None}
    scopes = {edge.dependency_scope for edge in edges}
    scope = scopes.pop() if len(scopes) == 1 else RUNTIME
    for wish in wishes or {member.requirement}:
        asked = set(member.extras) | set(wish.extras if wish else ())
        yield Member(
            member.component,
            direct,
            wish,
            tuple(sorted(asked)),
            member.dependency_scope if scope == RUNTIME else scope,
        )
