"""YAML as plain values, and the line on which each of them stands.

Only what JSON can say is read: no tags of Python's, no dates (they stay text), no duplicate keys,
no document that grows by its aliases.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from lineage.errors import DocumentRefusedError

FORMAT = "manifest"
LIMIT = 4 * 1024 * 1024
"""Bytes; a manifest is written by hand."""
_NODES = 200_000
_DEPTH = 40
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SCALARS = {f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float")}
_TEXTS = {f"tag:yaml.org,2002:{name}" for name in ("str", "timestamp", "value")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A document as plain values, and the line (from 1) of each dotted path."""

    value: Any
    lines: Mapping[str, int]

    def at(self, path: str) -> str:
        """A dotted path with its line: ``edges[2].kind (line 14)``."""
        place = path
        while place and place not in self.lines:
            place = place[: max(place.rfind("."), place.rfind("["), 0)]
        return f"{path or 'document'} (line {self.lines.get(place, 1)})"


def parse(content: bytes) -> Written:
    """The document; DocumentRefusedError with path and line where it is no such YAML."""
    if len(content) > LIMIT:
        raise refused("document", f"{len(content)} bytes, more than the {LIMIT} of a manifest")
    try:
        root = yaml.compose(content.decode("utf-8-sig"), Loader=_LOADER)
    except UnicodeDecodeError as error:
        raise refused("document", f"not UTF-8 text (byte {error.start})") from None
    except yaml.YAMLError as error:
        raise refused(_line_of(error), _problem(error)) from None
    except RecursionError:
        raise refused("document", "nested too deeply") from None
    if root is None:
        raise refused("document", "it is empty")
    building = _Building()
    value = building.plain(root, "", 0)
    return Written(value=value, lines=building.lines)


def refused(path: str, reason: str) -> DocumentRefusedError:
    """The refusal of a manifest."""
    return DocumentRefusedError(format=FORMAT, path=path, reason=reason.removesuffix("."))


class _Building:
    def __init__(self) -> None:
        self.lines: dict[str, int] = {}
        self._nodes = 0

    def plain(self, node: yaml.Node, path: str, depth: int) -> Any:
        line = node.start_mark.line + 1
        self._nodes += 1
        if depth > _DEPTH or self._nodes > _NODES:
            what = "nested too deeply" if depth > _DEPTH else "too many values"
            raise refused(f"{path or 'document'} (line {line})", what)
        self.lines[path] = line
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, depth)
        if isinstance(node, yaml.SequenceNode):
            return [
                self.plain(one, f"{path}[{number}]", depth + 1)
                for number, one in enumerate(node.value)
            ]
        return _scalar(node, f"{path or 'document'} (line {line})")

    def _mapping(self, node: yaml.MappingNode, path: str, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name_node, value_node in node.value:
            line = name_node.start_mark.line + 1
            if not isinstance(name_node, yaml.ScalarNode):
                raise refused(f"{path or 'document'} (line {line})", "a name is no text")
            name = str(name_node.value)
            inside = f"{path}.{name}" if path else name
            if name_node.tag == "tag:yaml.org,2002:merge":
                raise refused(f"{inside} (line {line})", "merge keys are not read: write it out")
            if name in found:
                raise refused(f"{inside} (line {line})", "the name stands here twice")
            found[name] = self.plain(value_node, inside, depth + 1)
            self.lines[inside] = line
        return found


def _scalar(node: yaml.Node, place: str) -> Any:
    if node.tag in _TEXTS:
        return str(node.value)
    if node.tag not in _SCALARS:
        raise refused(place, f"the tag {node.tag} is not read")
    try:
        value = yaml.constructor.SafeConstructor().construct_object(node)
    except (ValueError, yaml.YAMLError):
        raise refused(place, f"'{node.value}' cannot be read") from None
    if isinstance(value, float) and not math.isfinite(value):
        raise refused(place, f"'{node.value}' is no number that JSON has")
    if isinstance(value, int) and not -(2**53) < value < 2**53:
        raise refused(place, f"{node.value} is too large: write it as text")
    return value


def _line_of(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return f"line {mark.line + 1}, column {mark.column + 1}" if mark else "document"


def _problem(error: yaml.YAMLError) -> str:
    reason = getattr(error, "problem", None) or str(error).partition("\n")[0]
    return f"not YAML: {reason}"
