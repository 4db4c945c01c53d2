"""What an answer to a golden question has to say, and how it differs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from lineage.model.identity import identify

JUDGED = ("BREAKS", "REBUILD", "UNKNOWN")
UNHARMED = ("SURVIVES", "UNDECLARED", "NOTICE")

Json = dict[str, Any]


def differences(expect: Mapping[str, Any], answer: Json) -> list[str]:
    """Every way in which the answer is not what was expected; empty if it is."""
    affected: list[Json] = answer["affected"]
    return [
        *_sets(expect, affected),
        *_items(expect, affected),
        *_unharmed(expect, affected),
        *_said(expect, affected),
        *_counts(expect, answer),
        *_lists(expect, answer),
        *_words(expect, answer),
    ]


def by_key(affected: list[Json], text: str) -> list[Json]:
    """The items of a ``KEY`` or a ``KEY in ASSEMBLY``."""
    key, _, assembly = text.partition(" in ")
    return [i for i in affected if i["key"] == key and assembly in ("", i["assembly"] or "")]


def written(fix: Json | None) -> str:
    """A fix as text: what it names at its version, then all of it; empty for none."""
    if fix is None:
        return ""
    version = f"@{fix['version']}" if fix.get("version") else ""
    return f"{fix.get('key')}{version} {json.dumps(fix)}"


def _sets(expect: Mapping[str, Any], affected: list[Json]) -> Iterator[str]:
    wanted: dict[str, set[str]] = {}
    for text, (verdict, _) in expect["verdicts"].items():
        wanted.setdefault(verdict, set()).add(text.partition(" in ")[0])
    for verdict in expect.get("exact", JUDGED):
        found = {item["key"] for item in affected if item["verdict"] == verdict}
        for key in sorted(found - wanted.get(verdict, set())):
            reasons = sorted({str(i["reason"]) for i in affected if i["key"] == key})
            yield f"{key} is {verdict} ({', '.join(reasons)}) and should not be"


def _items(expect: Mapping[str, Any], affected: list[Json]) -> Iterator[str]:
    for text, (verdict, reason) in expect["verdicts"].items():
        items = by_key(affected, text)
        if not items:
            yield f"{text} is not in the answer; expected {verdict} {reason}"
        for item in items:
            got = f"{item['verdict']}/{item['reason']}"
            if item["verdict"] != verdict:
                yield f"{text} is {got}; expected {verdict} {reason}"
            elif reason and item["reason"] not in ([reason] if isinstance(reason, str) else reason):
                yield f"{text} is {got}; expected the reason {reason}"


def _unharmed(expect: Mapping[str, Any], affected: list[Json]) -> Iterator[str]:
    for key in expect.get("survives_or_undeclared", ()):
        for item in by_key(affected, key):
            if item["verdict"] not in UNHARMED:
                yield f"{key} is {item['verdict']}/{item['reason']}; expected no harm"
    for key in expect.get("absent", ()):
        if by_key(affected, key):
            yield f"{key} should not be reached"
    for assembly in expect.get("absent_assembly", ()):
        if any(item["assembly"] == assembly for item in affected):
            yield f"nothing in {assembly} should be reached"


def _said(expect: Mapping[str, Any], affected: list[Json]) -> Iterator[str]:
    for key, name in expect.get("names", {}).items():
        for item in by_key(affected, key):
            if item["name"] != name:
                yield f"{key} is called {item['name']}; expected {name}"
    for key, words in expect.get("because", {}).items():
        said = [json.dumps(item["because"]) for item in by_key(affected, key)]
        for word in words:
            if not any(word in text for text in said):
                yield f"{key} does not say {word!r} among its reasons"
    for key, wrong in expect.get("fix_excludes", {}).items():
        for item in by_key(affected, key):
            yield from (
                f"the fix of {key} names {word}" for word in wrong if word in written(item["fix"])
            )
    for key, wanted in expect.get("fix", {}).items():
        for item in by_key(affected, key):
            said_fix = written(item["fix"])
            if (wanted and wanted not in said_fix) or (not wanted and "compat" in said_fix):
                yield f"the fix of {key} is {said_fix or None}; expected {wanted!r}"


def _counts(expect: Mapping[str, Any], answer: Json) -> Iterator[str]:
    for field in ("counts", "completeness"):
        found = {name.lower(): value for name, value in (answer[field] or {}).items()}
        for name, wanted in expect.get(field, {}).items():
            got = found.get(name.lower(), 0)
            if got != wanted:
                yield f"{field}.{name} is {got}; expected {wanted}"


def _lists(expect: Mapping[str, Any], answer: Json) -> Iterator[str]:
    for field in ("enter", "leave", "move"):
        wanted = expect.get(field, ())
        there = list(_listed(answer[field]))
        families = {family for family, _ in there}
        for family in wanted:
            if family not in families:
                yield f"{family} is not in {field}"
        if isinstance(wanted, dict):
            for family, version in there:
                if family in wanted and wanted[family] != version:
                    yield f"{field} says {version} of {family}; expected {wanted[family]}"
        for family in expect.get(f"{field}_excludes", ()):
            if family in families:
                yield f"{family} is in {field} and should not be"


def _listed(rows: Any) -> Iterator[tuple[str, str | None]]:
    """Families with the version they come to, whatever the shape of the row."""
    for row in rows or ():
        if isinstance(row, str):
            named = identify(row)
            yield str(named.family), named.version
            continue
        named = identify(row["key"])
        yield str(named.family), row["to"] if "to" in row else row.get("version", named.version)


def _words(expect: Mapping[str, Any], answer: Json) -> Iterator[str]:
    for field in ("headline", "conditions", "warnings"):
        said = json.dumps(answer[field], ensure_ascii=False).lower()
        for word in expect.get(field, ()):
            if word.lower() not in said:
                yield f"{field} does not say {word!r}: {said[:300]}"
