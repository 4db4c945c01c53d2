"""A lineage as a page to print and to file: sources, licences, claims, gaps.

Every claim names its sources by number; the sources are listed once, with the receipt of the
document that says so. What nobody says stands on the page as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from api.output import narrowing
from api.output.tables.leftout import left_out
from api.output.tables.provenance import amount, short
from queries.met import LineageItem, MetLicence
from queries.provenance import Answer, Upstream
from queries.saying import Saying

_PARTS = (("Data", "data"), ("Runs", "runs"), ("Code", "commits"), ("Hardware", "hardware"),
          ("Software", "software"), ("Evaluated on", "evaluations"))  # fmt: skip


def page(answer: Answer) -> Iterator[str]:
    """The Markdown of the page."""
    sources = _Sources(answer)
    yield f"# Evidence of {_text(short(answer.key))}\n\n"
    yield f"**{_text(answer.headline)}**\n\n"
    yield from _table(("", ""), _head(answer))
    yield "\n## Where it comes from\n\n"
    if answer.upstream:
        names = ("hops", "from", "edge", "to", "sources")
        yield from _table(names, [_hop(row, sources) for row in answer.upstream])
    else:
        yield "Nobody says what it was made from.\n" if answer.narrowed is None else "No row.\n"
    if (narrowed := narrowing.told(answer)) is not None:
        yield f"\n{_text(narrowed)}.\n"
    yield "\n## Licences and what they oblige to\n\n"
    if answer.licences:
        names = ("licence", "of", "category", "obliges to", "sources")
        yield from _table(names, [_licence(row, sources) for row in answer.licences])
    else:
        yield "Nobody states a licence of it or of anything it was made from.\n"
    for title, name in _PARTS:
        items: Sequence[LineageItem] = getattr(answer, name)
        if items:
            yield f"\n## {title}\n\n"
            columns = ("what", "of", "digests", "sources")
            yield from _table(columns, [_item(one, sources) for one in items])
    if answer.energy:
        yield "\n## Energy and emissions\n\n"
        rows = [
            (one.claim.name, one.key, amount(one), sources.of(one.claim.claimed_by))
            for one in answer.energy
        ]
        yield from _table(("what", "of", "amount", "sources"), rows)
    yield "\n## What nobody says\n\n"
    if answer.gaps:
        yield from _table(("fact", "of"), [(gap.text, gap.key) for gap in answer.gaps])
    else:
        yield "Nothing that a reproducible lineage needs is missing.\n"
    yield "\n## How complete this is\n\n"
    yield from (f"- {_text(line)}\n" for line in _completeness(answer))
    yield "\n## Sources\n\n"
    if sources.known:
        head = ("", "stream", "format", "since revision", "by", "rank", "receipt")
        yield from _table(head, sources.rows())
    else:
        yield "There is no claim to name a source of.\n"


class _Sources:
    """Numbers of the sources, in the order in which the page names them."""

    def __init__(self, answer: Answer) -> None:
        self.known: dict[Saying, int] = {}
        hops = (row.hop.claimed_by for row in answer.upstream if row.hop is not None)
        licences = (row.claimed_by for row in answer.licences)
        items = (one.claimed_by for _, name in _PARTS for one in getattr(answer, name))
        energy = (row.claim.claimed_by for row in answer.energy)
        for some in (*hops, *licences, *items, *energy):
            for one in some:
                self.known.setdefault(one, len(self.known) + 1)

    def of(self, sayings: Iterable[Saying]) -> str:
        """The numbers of these."""
        return " ".join(f"[{self.known[one]}]" for one in sayings)

    def rows(self) -> list[tuple[str, ...]]:
        """A row per source."""
        return [
            (f"[{number}]", one.stream, one.format, str(one.revision), one.principal,
             one.precedence, one.submission)
            for one, number in self.known.items()
        ]  # fmt: skip


def _head(answer: Answer) -> list[tuple[str, str]]:
    found = [
        ("key", answer.key),
        ("seen at revision", str(answer.revision)),
        ("public knowledge at", str(answer.pack_revision)),
        ("edges that were followed", "derivation and dependence" if answer.dependence else
         "derivation"),
        ("scope", answer.scope),
    ]  # fmt: skip
    if answer.stream is not None:
        found.append(("stream", answer.stream))
    if answer.depth is not None:
        found.append(("at most so many hops", str(answer.depth)))
    return found


def _hop(row: Upstream, sources: _Sources) -> tuple[str, ...]:
    hop = row.hop
    if hop is None:
        return str(row.depth), "", "", row.key, ""
    role = hop.role if hop.role not in ("", "unspecified") else ""
    origin = hop.origin if hop.origin != "declared" else ""
    loose = "version not said" if hop.unpinned else ""
    inside = f"in {hop.assembly}" if hop.assembly and hop.assembly != hop.downstream else ""
    edge = ", ".join(filter(None, [hop.edge, role, origin, loose, inside]))
    return str(row.depth), hop.downstream, edge, row.key, sources.of(hop.claimed_by)


def _licence(row: MetLicence, sources: _Sources) -> tuple[str, ...]:
    categories = dict.fromkeys(term.category for term in row.terms)
    obliges = dict.fromkeys(duty for term in row.terms for duty in term.obligations)
    said = row.licence or f"({row.state})"
    return said, row.key, ", ".join(categories), "; ".join(obliges), sources.of(row.claimed_by)


def _item(one: LineageItem, sources: _Sources) -> tuple[str, ...]:
    of = f"{one.edge} of {one.of}" if one.edge and one.of else ""
    return one.key, of, " ".join(one.digests), sources.of(one.claimed_by)


def _completeness(answer: Answer) -> list[str]:
    state = answer.completeness
    found = [state.formula]
    if state.truncated_by:
        found.append(f"the walk was ended by its {state.truncated_by}: there may be more")
    return [*found, *left_out(state)]


def _table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table without the columns in which nothing stands."""
    lines = list(rows)
    kept = [at for at in range(len(names)) if any(line[at] for line in lines)]
    yield f"| {' | '.join(names[at] for at in kept)} |\n"
    yield f"| {' | '.join('---' for _ in kept)} |\n"
    for line in lines:
        yield f"| {' | '.join(_text(line[at]) for at in kept)} |\n"


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
    return " ".join(escaped.split())
