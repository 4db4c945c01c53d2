"""Dependencies: who leans on whom in this assembly, who leans on nothing, who provides what."""

from __future__ import annotations

from lineage.ingest.formats.cyclonedx.component import read_external
from lineage.ingest.formats.cyclonedx.naming import Entry
from lineage.ingest.formats.cyclonedx.sheet import Sheet
from lineage.ingest.part import objects
from lineage.model.claim import Claim, Edge, OfComponent
from lineage.model.identity import Key

# What a composition says instead of "none" about a ref whose list is empty.
_NOT_NONE = frozenset(("incomplete", "unknown"))


def read_dependencies(sheet: Sheet, completeness: dict[Key, str]) -> None:
    """Every line as a ``depends_on`` edge in the assembly, the subject's own lines too.

    A ref with nothing in its list is declared free of dependencies, unless a composition calls
    its list incomplete or unknown; a component that is no ref is unknown: nothing is said.
    """
    leaning: dict[Key, str] = {}
    empty: dict[Key, str] = {}
    dependents: dict[Key, list[Key]] = {}
    say, refs, subject = sheet.claims.append, sheet.refs, sheet.subject
    for line, path in objects(sheet.document.get("dependencies"), "dependencies"):
        ref = str(line.get("ref", ""))
        entry = refs.get(ref) or sheet.resolve(ref)
        if entry is None:
            sheet.dangling(ref, f"{path}.ref")
            continue
        upstreams = line.get("dependsOn")
        if upstreams:
            leaning[entry.key] = path
            downstream = OfComponent(entry.key)
            for number, other_ref in enumerate(upstreams):
                other = refs.get(other_ref) or sheet.resolve(str(other_ref))
                if other is None:
                    sheet.dangling(str(other_ref), f"{path}.dependsOn[{number}]")
                elif other.key == entry.key:
                    sheet.dropped += 1
                    sheet.warn(f"{path}.dependsOn[{number}]", f"'{ref}' depends on itself")
                else:
                    dependents.setdefault(other.key, []).append(entry.key)
                    sheet.linked.add(other.key)
                    edge = Edge(
                        "depends_on",
                        downstream,
                        other.key,
                        requirement=other.wish,
                        dependency_scope=other.dependency_scope,
                    )
                    say(Claim(edge, subject, path))
        elif "provides" not in line or upstreams is not None:
            empty.setdefault(entry.key, path)
        _read_provides(sheet, entry, line.get("provides"), path)
    for key, path in empty.items():
        if key not in leaning and completeness.get(key) not in _NOT_NONE:
            sheet.tell(OfComponent(key), "dependencies", "none", path)
    for entry in sheet.entries:
        if entry.member:
            read_external(sheet, entry, dependents.get(entry.key, []))


def _read_provides(sheet: Sheet, entry: Entry, value: object, path: str) -> None:
    """``provides`` turned: the capability is provided by the ref; other ends are kept."""
    for number, ref in enumerate(value if isinstance(value, list) else ()):
        at = f"{path}.provides[{number}]"
        other = sheet.resolve(str(ref))
        if other is None:
            sheet.dangling(str(ref), at)
        elif not sheet.link("provided_by", other.key, entry.key, at):
            kept = {"field": "provides", "value": other.key}
            sheet.tell_inside(OfComponent(entry.key), "extension", kept, at)
