"""Forward compatibility: the package that lets an older driver serve a newer value."""

from __future__ import annotations

from lineage.model.claim import OfComponent, OfFamily
from lineage.model.identity import Key
from lineage.verdict.condition import Need
from lineage.verdict.host import Host
from lineage.verdict.outcome import Fix
from lineage.verdict.pack import Pack
from lineage.verdict.span import Span, numbers
from lineage.versions.scheme import Answer

_COMPATIBLE = "compatible"


def package(pack: Pack, need: Need, host: Host, capability: Key) -> Fix | None:
    """The package of the value's own line for this host's branch; None where no row allows it.

    Of a value that stands for several lines, the first one. Where nobody knows the device, the
    note says on which classes it works.
    """
    if need.value is None:
        return None
    name = pack.rule(capability).scheme
    found: list[tuple[tuple[int, ...], Key, tuple[str, ...]]] = []
    for fact in pack.view.facts.get("forward_compat", ()):
        row = fact.value
        if row.get("verdict") != _COMPATIBLE or pack.capability(str(row["capability"])) != need.key:
            continue
        line = str(row["value"])
        branch = Span(str(row["driver"]), name)
        classes = tuple(str(one) for one in row.get("classes") or ())
        if not Span(need.value, pack.rule(need.key).scheme).meets(line):
            continue
        if not any(branch.contains(one) is Answer.YES for one in host.given.get(capability, ())):
            continue
        if classes and host.classes and not host.classes <= set(classes):
            continue
        match fact.subject:
            case OfComponent(key) | OfFamily(key):
                found.append((numbers(line), key, classes))
    if not found:
        return None
    found.sort()
    _, key, classes = found[0]
    note = "" if host.classes or not classes else f"only on {', '.join(classes)}"
    return Fix(action="install", key=key, note=note)


def has_package(pack: Pack, need: Need) -> bool:
    """Whether any row speaks of forward packages for what asks."""
    return need.value is not None and any(
        pack.capability(str(fact.value["capability"])) == need.key
        for fact in pack.view.facts.get("forward_compat", ())
    )
