"""Everything that is wrong with a file of rows: its shape first, then whether it can be judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lineage.errors import KnowledgeInvalidError
from lineage.knowledge.pack import PackFile, examine_file, public_files
from lineage.knowledge.rows import Faults, Row
from lineage.model.claim import OfComponent, OfFamily
from lineage.model.identity import identify
from lineage.versions.scheme import Scheme
from lineage.versions.schemes import names, scheme
from lineage.vocabulary.nodes import NODES

_FREE = frozenset({"", "*", "none"})


def check(content: bytes, name: str) -> tuple[PackFile | None, Faults]:
    """The file, or None and every fault with its dotted path.

    Beside the shape: conditions, ranges and values can be read in the scheme that compares them.
    Capabilities are those of the file itself and of the public pack; of others nothing is known.
    """
    file, faults = examine_file(content, name)
    if file is None:
        return None, faults
    schemes = _schemes([*public_files(), file])
    found = tuple(
        KnowledgeInvalidError(file=name, path=f"{row.path}.{place}", reason=reason)
        for row in file.rows
        for place, reason in _senseless(row, schemes)
    )
    return (None if found else file), found


def _schemes(files: Iterable[PackFile]) -> Mapping[str, Scheme]:
    return {
        identify(row.subject.key).name: scheme(str(row.value["scheme"]))
        for file in files
        for row in file.rows
        if row.kind == "capability" and isinstance(row.subject, OfComponent)
    }


def _senseless(row: Row, schemes: Mapping[str, Scheme]) -> Iterator[tuple[str, str]]:
    if row.kind == "capability":
        yield from _capability(row)
    if isinstance(row.subject, OfFamily) and row.subject.when:
        own = identify(row.subject.family)
        order = schemes.get(own.name) if own.kind == "capability" else scheme(own.scheme)
        if order is not None and not _readable(order, row.subject.when):
            yield "subject.when", f"'{row.subject.when}' is no range of scheme {order.name}"
    order = schemes.get(_name(row.value.get("capability")))
    if order is not None and row.kind != "provides" and row.kind != "mark":
        for field in ("range", "value"):
            text = row.value.get(field)
            if isinstance(text, str) and not _readable(order, text):
                yield f"value.{field}", f"'{text}' is no range of scheme {order.name}"
        for at, text in enumerate(row.value.get("values") or ()):
            if not _readable(order, text):
                yield f"value.values[{at}]", f"'{text}' is no range of scheme {order.name}"
    for at, given in enumerate(row.value.get("given") or ()):
        order = schemes.get(_name(given["capability"]))
        if order is not None and not _readable(order, given["range"]):
            reason = f"'{given['range']}' is no range of scheme {order.name}"
            yield f"value.given[{at}].range", reason


def _capability(row: Row) -> Iterator[tuple[str, str]]:
    text = str(row.value["scheme"])
    if text not in names():
        yield "value.scheme", f"'{text}' is no scheme; known: {', '.join(names())}"
    if isinstance(row.subject, OfComponent) and identify(row.subject.key).kind != "capability":
        yield "subject.component", f"not a {NODES.get('capability').name}"


def _readable(order: Scheme, text: str) -> bool:
    return order.name == "opaque" or text in _FREE or order.bounded(text) is not None


def _name(text: object) -> str:
    """A capability as a row names it, without its kind."""
    return str(text or "").rpartition(":")[2]
