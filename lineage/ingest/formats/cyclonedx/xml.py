"""CycloneDX XML 1.0 to 1.7: validated by the official XSD, then turned into the JSON shape.

One mapping serves both: this file only brings XML into the shape of the 1.7 JSON schema, guided by
that schema (is the property an array? a number?) and by the rows of ``xml_table``. No DTD, no
entities, no network (known limits of XML parsers: billion laughs, external entities).
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import orjson
from lxml import etree

from lineage.errors import DocumentRefusedError
from lineage.ingest.formats.cyclonedx.xml_table import (
    ATTACHMENTS,
    ATTRIBUTES,
    ENTITIES,
    REFERENCES,
    RENAMED,
    REPEATED,
    TEXT_FIELDS,
)

VERSIONS = ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7")
_NAMESPACE = re.compile(r"^http://cyclonedx\.org/schema/bom/(\d+\.\d+)$")
_RESOURCES = "cyclonedx.schema._res"

Node = dict[str, Any]


def to_json(content: bytes, *, lenient: bool = False) -> tuple[dict[str, Any], str, list[str]]:
    """The document in JSON shape, its spec version, and what the XSD found wrong.

    Strict: they are raised as DocumentRefusedError, the first with its path and line; lenient: all
    findings come back as warnings.
    """
    root = _parse(content)
    version = _version_of(root)
    findings = _validate(root, version)
    if findings and not lenient:
        path, reason = findings[0]
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        faults = [{"path": path, "reason": reason} for path, reason in findings]
        raise DocumentRefusedError(
            format="cyclonedx", path=path, reason=reason + more, faults=faults
        )
    document = _object(root, _resolve(_schema()))
    document.update(bomFormat="CycloneDX", specVersion=version)
    return document, version, [f"{path}: {reason}" for path, reason in findings]


def _parse(content: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        line = f"line {error.lineno}" if error.lineno else "$"
        raise DocumentRefusedError(format="cyclonedx", path=line, reason=error.msg) from None
    except ValueError as error:
        raise DocumentRefusedError(format="cyclonedx", path="$", reason=str(error)) from None
    information: Any = root.getroottree().docinfo
    if information.doctype:
        raise DocumentRefusedError(
            format="cyclonedx", path="line 1", reason="a document type declaration is not allowed"
        )
    return root


def _version_of(root: etree._Element) -> str:
    name = etree.QName(root)
    match = _NAMESPACE.match(name.namespace or "")
    if name.localname != "bom" or not match:
        reason = f"root element '{root.tag}' is no CycloneDX bom"
        raise DocumentRefusedError(format="cyclonedx", path="bom", reason=reason)
    version = match.group(1)
    if version not in VERSIONS:
        reason = f"version {version} is not known; known: {', '.join(VERSIONS)}"
        raise DocumentRefusedError(format="cyclonedx", path="bom", reason=reason)
    return version


class _Local(etree.Resolver):
    """Gives the XSDs the SPDX list that lies beside them; nothing else is ever looked up."""

    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:  # type: ignore[override]
        """The file that an XSD imports."""
        del public_id
        library: Any = super()  # the stubs know neither the context nor resolve_empty
        if "spdx" in system_url:
            return library.resolve_string(_resource("spdx.SNAPSHOT.xsd"), context)
        return library.resolve_empty(context)


def _resource(name: str) -> bytes:
    return files(_RESOURCES).joinpath(name).read_bytes()


@cache
def _xsd(version: str) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Local())
    return etree.XMLSchema(etree.fromstring(_resource(f"bom-{version}.SNAPSHOT.xsd"), parser))


def _validate(root: etree._Element, version: str) -> list[tuple[str, str]]:
    schema = _xsd(version)
    if schema.validate(root):
        return []
    log: Any = schema.error_log
    return [(_place(root, entry), _plain(entry.message)) for entry in log]


def _place(root: etree._Element, entry: Any) -> str:
    """Dotted path of the element an XSD finding is about, items counted from 0, and its line."""
    tree: Any = root.getroottree()
    found = tree.xpath(entry.path) if entry.path else []
    element = found[0] if found else None
    parts: list[str] = []
    while element is not None and element is not root:
        tag = etree.QName(element).localname
        alike = [other for other in element.getparent() if other.tag == element.tag]
        parts.append(f"{tag}[{alike.index(element)}]" if len(alike) > 1 else tag)
        element = element.getparent()
    return f"{'.'.join(reversed(parts)) or 'bom'} (line {entry.line})"


def _plain(message: str) -> str:
    return re.sub(r"\{http://[^}]*\}", "", message)


@cache
def _schema() -> Node:
    document: Node = orjson.loads(_resource("bom-1.7.SNAPSHOT.schema.json"))
    return document


def _resolve(node: Node) -> Node:
    """The schema node with its reference followed and the alternatives of a choice laid together.

    An object alternative gives its properties, an array alternative its items.
    """
    reference = node.get("$ref", "")
    if reference.startswith("#/definitions/"):
        return _definition(reference.rsplit("/", 1)[1])
    if reference == "#":
        return _schema()
    choices = [*node.get("oneOf", ()), *node.get("anyOf", ())]
    if not choices or "properties" in node:
        return node
    merged: Node = {"properties": dict(node.get("properties", {}))}
    for choice in map(_resolve, choices):
        merged["properties"].update(choice.get("properties", {}))
        if choice.get("type") in ("array", "integer", "number", "boolean"):
            merged.setdefault("type", choice["type"])
        if "items" in choice:
            merged.setdefault("items", choice["items"])
    return merged


@cache
def _definition(name: str) -> Node:
    return _resolve(_schema()["definitions"][name])


def _object(element: etree._Element, schema: Node) -> dict[str, Any]:
    known = schema.get("properties", {})
    found: dict[str, Any] = {}
    for attribute, text in element.attrib.items():
        name = ATTRIBUTES.get(str(attribute), str(attribute))
        if not name.startswith("{http://www.w3.org/2001/XMLSchema-instance}"):
            found[name] = _scalar(str(text), _resolve(known.get(name, {})))
    own = etree.QName(element)
    for child in element:
        tag = etree.QName(child)
        if tag.namespace != own.namespace:
            found.setdefault(child.tag, []).append(_foreign(child))
            continue
        name = RENAMED.get((own.localname, tag.localname), tag.localname)
        if _is_repeated(own.localname, tag.localname, known):
            items = _resolve(_resolve(known.get(name, {})).get("items", {}))
            found.setdefault(name, []).append(_value(child, items))
        else:
            value = _value(child, _resolve(known.get(name, {})))
            if isinstance(value, list) and isinstance(found.get(name), list):
                value = found[name] + value
            found[name] = value
    return found


def _is_repeated(parent: str, tag: str, known: Node) -> bool:
    if tag in REPEATED.get(parent, ()):
        return _resolve(known.get(RENAMED.get((parent, tag), tag), {})).get("type") == "array"
    return tag in ENTITIES and _resolve(known.get(tag, {})).get("type") == "array"


def _value(element: etree._Element, schema: Node) -> Any:
    special = _SPECIAL.get(etree.QName(element).localname)
    if special is not None:
        value = special(element, schema)
        if value is not None:
            return value
    if schema.get("type") == "array" and not schema.get("_object"):
        return _items(element, _resolve(schema.get("items", {})))
    tag = etree.QName(element).localname
    if tag in TEXT_FIELDS:
        return {**_object(element, schema), TEXT_FIELDS[tag]: _text(element)}
    if len(element) == 0 and _is_attachment(element, schema):
        return {**_object(element, schema), "content": _text(element)}
    if len(element) or (element.attrib and schema.get("properties")):
        return _object(element, schema)
    if schema.get("properties"):
        return {}
    return _scalar(_text(element), schema)


def _items(element: etree._Element, items: Node) -> list[Any]:
    return [_value(child, items) for child in element]


def _is_attachment(element: etree._Element, schema: Node) -> bool:
    known = schema.get("properties", {})
    tag = etree.QName(element).localname
    return "content" in known and ("encoding" in known or tag in ATTACHMENTS)


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()


def _scalar(text: str, schema: Node) -> Any:
    kind = schema.get("type")
    try:
        if kind == "integer":
            return int(text)
        if kind == "number":
            number = float(text)
            return int(number) if number.is_integer() and "." not in text else number
    except ValueError:
        return text  # the XSD has said what is wrong with it; lenient reading keeps the words
    if kind == "boolean":
        return text in ("true", "1")
    return text


def _foreign(element: etree._Element) -> Any:
    """An element of another namespace, kept whole: text, or its attributes and children."""
    if len(element) == 0 and not element.attrib:
        return _text(element)
    kept: dict[str, Any] = {str(name): str(text) for name, text in element.attrib.items()}
    if _text(element):
        kept["$text"] = _text(element)
    for child in element:
        kept.setdefault(child.tag, []).append(_foreign(child))
    return kept


def _licenses(element: etree._Element, _schema_node: Node) -> list[Any]:
    choices = []
    for child in element:
        tag = etree.QName(child).localname
        if tag == "license":
            choices.append({"license": _object(child, _definition("license"))})
            continue
        known = _resolve(_definition("licenseChoice").get("items", {}))
        entry = _object(child, known)
        if tag == "expression":
            entry["expression"] = _text(child)
        choices.append(entry)
    return choices


def _dependencies(element: etree._Element, _schema_node: Node) -> list[Any] | None:
    if etree.QName(element.getparent()).localname == "composition":
        return [child.get("ref") for child in element]
    found = []
    for entry in element:
        row: dict[str, Any] = {"ref": entry.get("ref")}
        for child in entry:
            field = "provides" if etree.QName(child).localname == "provides" else "dependsOn"
            row.setdefault(field, []).append(child.get("ref"))
        found.append(row)
    return found


def _tools(element: etree._Element, schema: Node) -> Any:
    tags = {etree.QName(child).localname for child in element}
    if tags <= {"tool"}:
        if all(child.get("ref") for child in element):
            return [child.get("ref") for child in element]
        return [_object(child, _definition("tool")) for child in element]
    return _object(element, {"properties": schema.get("properties", {})})


def _reference(element: etree._Element, _schema_node: Node) -> str | None:
    reference = element.get("ref")
    return reference if len(element) == 0 and reference is not None else None


def _service_data(element: etree._Element, schema: Node) -> list[Any] | None:
    if schema.get("type") != "array":
        return None
    items = _resolve(schema.get("items", {}))
    if "flow" not in items.get("properties", {}):
        return None
    flows = []
    for child in element:
        if etree.QName(child).localname == "classification":
            flows.append({"flow": child.get("flow"), "classification": _text(child)})
            continue
        flow = _object(child, items)
        for inner in child:
            tag = etree.QName(inner).localname
            if tag == "classification":
                flow.update(flow=inner.get("flow"), classification=_text(inner))
            elif tag in ("source", "destination"):
                flow[tag] = [_text(url) for url in inner]
        flows.append(flow)
    return flows


def _copyright(element: etree._Element, schema: Node) -> list[Any] | None:
    if schema.get("type") != "array":
        return None
    return [{"text": _text(child)} for child in element]


def _datasets(element: etree._Element, _schema_node: Node) -> list[Any]:
    data = _definition("componentData")
    return [
        {"ref": _text(child)} if etree.QName(child).localname == "ref" else _object(child, data)
        for child in element
    ]


def _asserter(element: etree._Element, _schema_node: Node) -> Any:
    child = element[0]
    tag = etree.QName(child).localname
    if tag == "ref":
        return _text(child)
    name = "organizationalEntity" if tag == "organization" else "organizationalContact"
    return _object(child, _definition(name))


def _environment(element: etree._Element, _schema_node: Node) -> list[Any]:
    return [
        _text(child)
        if etree.QName(child).localname == "value"
        else {"name": child.get("name"), "value": _text(child)}
        for child in element
    ]


_SPECIAL: dict[str, Any] = {
    "licenses": _licenses,
    "dependencies": _dependencies,
    "taskDependencies": _dependencies,
    "runtimeTopology": _dependencies,
    "tools": _tools,
    "data": _service_data,
    "copyright": _copyright,
    "datasets": _datasets,
    "asserter": _asserter,
    "environmentVars": _environment,
    **dict.fromkeys(REFERENCES, _reference),
}
