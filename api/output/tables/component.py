"""One component on a screen."""

from __future__ import annotations

from rich.console import Console

from api.output.rows import cell
from api.output.tables.grid import grid
from queries.component import Answer, Membership
from queries.saying import ClaimedValue, Saying, StatedEdge

_MOST = 40


def draw(answer: Answer, console: Console) -> None:
    """What it is, properties with who claims them, edges, assemblies, members, findings."""
    title = f"{answer.name} {answer.version}" if answer.version else answer.name
    state = " (archived)" if answer.archived else ""
    console.print(f"{answer.kind} {title}{state}", style="bold", markup=False)
    console.print(answer.key, markup=False)
    others = [key for key in answer.keys if key != answer.key]
    if others:
        console.print(f"also: {', '.join(others)}", markup=False)
    if len(answer.versions) > 1:
        console.print(f"versions: {_listed(answer.versions)}", markup=False)
    for finding in answer.findings:
        text = f"! {finding.code}: {finding.text}: {_listed(finding.values)}"
        console.print(text, style="yellow", markup=False)
    _section(console, "Properties", ("name", "value", "claimed by"), _values(answer.properties))
    _section(console, "Attested", ("name", "value", "by", "evidence", "until"),
             _vouched(answer.properties))  # fmt: skip
    _section(console, "Made from and leans on", ("edge", "upstream", "claimed by"),
             [(_edge(e), e.upstream, _by(e.claimed_by)) for e in answer.upstream])  # fmt: skip
    _section(console, "What was made from it or leans on it", ("edge", "downstream", "claimed by"),
             [(_edge(e), e.downstream, _by(e.claimed_by)) for e in answer.downstream])  # fmt: skip
    _section(console, "Held by", ("assembly", "direct", "scope", "dependencies", "claimed by"),
             [(m.assembly, m.direct, m.dependency_scope, _known(m), _by(m.claimed_by))
              for m in answer.assemblies])  # fmt: skip
    if answer.members is not None:
        _section(console, "Members", ("component", "direct", "scope", "dependencies"),
                 [(m.component, m.direct, m.dependency_scope, _known(m))
                  for m in answer.members])  # fmt: skip
    console.print(f"revision {answer.revision}", markup=False)


def _section(
    console: Console, title: str, names: tuple[str, ...], lines: list[tuple[str, ...]]
) -> None:
    if not lines:
        return
    console.print()
    console.print(grid(names, lines[:_MOST], title=f"{title} ({len(lines)})"))
    if len(lines) > _MOST:
        more = len(lines) - _MOST
        console.print(f"{more} more: --output json shows all", markup=False)


def _values(properties: tuple[ClaimedValue, ...]) -> list[tuple[str, ...]]:
    return [
        (p.name, _value(p) if p.state == "value" else f"({p.state})", _by(p.claimed_by))
        for p in properties
        if not p.expired
    ]


def _vouched(properties: tuple[ClaimedValue, ...]) -> list[tuple[str, ...]]:
    return [
        (
            p.name,
            _value(p) if p.state == "value" else f"({p.state})",
            one.by,
            one.evidence,
            f"{one.expires} (expired)" if p.expired else one.expires,
        )
        for p in properties
        for one in p.attested
    ]


def _value(claimed: ClaimedValue) -> str:
    """A cell; a licence by its expression, else as it was written."""
    match claimed.value:
        case {"expression": str(text)} | {"raw": str(text)}:
            said = claimed.value.get("acknowledgement")
            return f"{text} ({said})" if said else text
    return cell(claimed.value)


def _edge(edge: StatedEdge) -> str:
    wish = " ".join(w.raw for w in edge.requirements if w.raw)
    marks = " ".join(filter(None, [edge.role if edge.role != "unspecified" else "", wish]))
    loose = " (unpinned)" if edge.unpinned else ""
    return f"{edge.kind} {marks}".rstrip() + loose


def _known(member: Membership) -> str:
    return "unknown" if member.dependencies_unknown else "known"


def _by(sayings: tuple[Saying, ...]) -> str:
    names = list(dict.fromkeys(f"{s.stream}@r{s.revision}" for s in sayings))
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _listed(values: tuple[str, ...]) -> str:
    more = f" and {len(values) - 10} more" if len(values) > 10 else ""
    return ", ".join(values[:10]) + more
