"""A runtime that does not exist, known from rows alone: glow, its libraries, renames and sonames.

Its packages are called ``...-g1`` and ``...-g2`` by major, builds ``+g14`` or ``+g21``, sonames
``libglow.so.1``. Nothing here has a counterpart in the code.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lineage.graph.engines import csr, reference
from lineage.model.claim import (
    Component,
    Edge,
    Json,
    OfAssembly,
    OfComponent,
    OfFamily,
    OfPattern,
    Property,
    Requirement,
    Statement,
    Subject,
    json_text,
)
from lineage.model.identity import Key, identify
from lineage.model.revision import At
from queries import impact
from queries.affected import Affected
from queries.impact import Impact, ImpactAnswer
from queries.question import Handle
from tests.snapshots import Held, SnapshotViews, edge, member, said, snapshot

ENGINES = {"csr": csr.ENGINE, "reference": reference.ENGINE}
ROOM = "environment:acme/room"


def p(text: str) -> str:
    """A package by its short name: ``lamp@1.0``."""
    return f"pkg:pypi/{text}"


def fact(subject: Subject | str, name: str, **value: Any) -> Property:
    """A row of knowledge; a bare text is a component."""
    about = OfComponent(Key(subject)) if isinstance(subject, str) else subject
    more = {key.rstrip("_"): one for key, one in value.items()}
    return Property(about, name, Json(json_text({**more, "source": "the tests"})))


def releases(name: str, *versions: str, **value: Any) -> list[Statement]:
    """Known releases of a package."""
    found: list[Statement] = []
    for version in versions:
        key = Key(p(f"{name}@{version}"))
        found += [Component(key, "framework", name, version), fact(key, "release", **value)]
    return found


def pattern(text: str) -> OfPattern:
    """A pattern of families, or of texts."""
    return OfPattern(text)


def family(name: str, when: str = "") -> OfFamily:
    """A family of packages."""
    return OfFamily(Key(p(name)), when)


GLOW: list[Statement] = [
    fact("capability:glow", "capability", scheme="dotted", contract="major"),
    fact(pattern("glow-runtime-g*"), "provides", capability="glow", value="version",
         role="runtime"),
    fact(pattern("glow-beam-g*"), "provides", capability="glow", value="mark", role="library"),
    fact(family("glow-ray"), "provides", capability="glow", value="=2", role="library"),
    fact(family("glow-bind"), "provides", capability="glow", value="version", role="bindings"),
    fact(family("glow-ray"), "succeeds", old=p("glow-ray-g1"), capability="glow", major="2"),
    fact(family("glow-ray-g1"), "provides", capability="glow", value="mark", role="library"),
    fact(pattern(r"-g(\d)$"), "mark", where="name", capability="glow", value="{1}"),
    fact(pattern(r"^g(\d)(\d)$"), "mark", where="build", capability="glow", value="{1}.{2}"),
    fact(pattern("libglow.so.1"), "soname", library="glow", capability="glow", values=["1"]),
    fact(pattern("libglow.so.2"), "soname", library="glow", capability="glow", values=["2"]),
    fact(pattern("libbeam.so.7"), "soname", library="beam", capability="glow",
         values=["1", "2"]),
    *releases("glow-runtime-g1", "1.3.5", "1.4.2"),
    *releases("glow-runtime-g2", "2.0.1", "2.1.0"),
    *releases("glow-beam-g2", "7.5"),
    *releases("glow-ray", "21.0"),
    *releases("glow-bind", "1.4.0", "2.1.0"),
]  # fmt: skip


def needs(
    downstream: str, upstream: str, raw: str = "", extra: str | None = None, **more: Any
) -> Edge:
    """An active line between two members."""
    return edge(
        p(downstream), "depends_on", p(upstream), Requirement(raw, "pep440", extra=extra), **more
    )


def declares(downstream: str, name: str, raw: str = "", extra: str | None = None) -> Edge:
    """A declared line that belongs to no assembly, active only with its extra."""
    marker = f'extra == "{extra}"' if extra else None
    wish = Requirement(raw, "pep440", marker, extra)
    return Edge("requires", OfComponent(Key(p(downstream))), Key(p(name)), wish)


def file_of(package: str, **value: Any) -> Property:
    """The installed artefact of a member."""
    return said(p(package), "artefact", value)


def marker_environment(**values: str) -> Property:
    """What is true of the interpreter of the assembly."""
    return Property(OfAssembly(), "marker_environment", json_text(values))


def members(*names: str) -> list[Statement]:
    """Members whose dependencies are known."""
    found: list[Statement] = []
    for name in names:
        key = Key(p(name))
        found += [
            Component(key, "framework", identify(key).name, identify(key).version),
            member(key, "direct"),
            said(key, "dependencies", "complete"),
        ]
    return found


def handle(held: Iterable[Held], engine: str = "csr") -> Handle:
    """An opened estate of these holdings, with the invented pack."""
    pack: list[Held] = [("pack", "glow", None, GLOW, 1)]
    views = SnapshotViews(snapshot([*pack, *held]))
    return Handle(views=views, engine=ENGINES[engine](views))


def room(*statements: Statement, key: str = ROOM, world: Iterable[Statement] = ()) -> list[Held]:
    """One assembly and what is said everywhere."""
    about = Component(Key(key), identify(key).kind, identify(key).name)
    return [
        (key, "lock", key, list(statements), 2),
        (key, "lock", None, [about, *world], 2),
    ]


def ask(held: Iterable[Held], key: str, engine: str = "csr", **more: Any) -> ImpactAnswer:
    """The answer to an impact question about these holdings."""
    return impact.answer(Impact(key=key, at=At(), **more), handle(held, engine))


def verdicts(
    answer: ImpactAnswer, assembly: str | None = ROOM
) -> dict[str, tuple[str, str | None]]:
    """Verdict and reason by key (packages by short name) in one assembly."""
    return {
        one.key.removeprefix("pkg:pypi/"): (one.verdict, one.reason)
        for one in answer.affected
        if one.assembly == assembly
    }


def item(answer: ImpactAnswer, key: str, assembly: str | None = ROOM) -> Affected:
    """One item of the answer."""
    return next(
        one for one in answer.affected if one.key in (key, p(key)) and one.assembly == assembly
    )
