"""Small documents made by hand, for the tests of the record."""

from __future__ import annotations

import orjson

from lineage.model.claim import Claim, Component, Edge, Member, OfComponent, property_of
from lineage.model.identity import Key
from lineage.record.submission import Submission


def package(number: int, version: int = 0) -> Key:
    return Key(f"pkg:pypi/p{number}@1.{version}")


def claims(subject: Key, versions: dict[int, int]) -> tuple[Claim, ...]:
    """An environment of packages (number: version), each leaning on the one before."""
    found = [Claim(Component(subject, "environment", subject.rpartition("/")[2]))]
    ordered = sorted(versions)
    for place, number in enumerate(ordered):
        key = package(number, versions[number])
        found.append(Claim(Component(key, "framework", f"p{number}", f"1.{versions[number]}")))
        found.append(Claim(Member(key, "direct"), subject))
        if place:
            before = ordered[place - 1]
            upstream = package(before, versions[before])
            found.append(Claim(Edge("depends_on", OfComponent(key), upstream), subject))
        else:
            found.append(Claim(property_of(key, "dependencies", "none"), subject))
    return tuple(found)


def submission(name: str, versions: dict[int, int], **said: object) -> Submission:
    """The document of such an environment; ``said`` are fields of the submission."""
    subject = Key(f"environment:local/{name}")
    fields: dict[str, object] = {
        "content": orjson.dumps([name, sorted(versions.items())]),
        "stream": f"made/{subject}",
        "slot": f"made {subject}",
        "subject": subject,
        "reader": "made",
        "reader_version": "1",
        "claims": claims(subject, versions),
    }
    return Submission(**{**fields, **said})  # type: ignore[arg-type]
