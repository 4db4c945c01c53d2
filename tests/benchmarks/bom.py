"""A CycloneDX BOM of any size: packages with hashes, licences and a layered dependency graph."""

from __future__ import annotations

import random
from typing import Any

import orjson


def bom(components: int = 18_000, *, seed: int = 7) -> bytes:
    """A valid 1.6 document; 18,000 components are about 12 MB.

    Every component has a purl, a digest, a licence, a supplier, a link and two properties, as
    scanners write them, and leans on up to six others that stand before it.
    """
    chance = random.Random(seed)
    refs = [
        f"pkg:pypi/package-{number}@{number % 40}.{number % 7}.0" for number in range(components)
    ]
    document: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
        "version": 1,
        "metadata": {
            "timestamp": "2026-11-01T12:00:00Z",
            "component": {
                "type": "application",
                "bom-ref": "root",
                "name": "monolith",
                "version": "4.2.0",
            },
        },
        "components": [_component(number, ref, chance) for number, ref in enumerate(refs)],
        "dependencies": [{"ref": "root", "dependsOn": refs[:100]}],
    }
    for number, ref in enumerate(refs):
        upstream = sorted(
            {chance.randrange(number) for _ in range(chance.randrange(7))} if number else ()
        )
        document["dependencies"].append(
            {"ref": ref, "dependsOn": [refs[other] for other in upstream]}
        )
    return orjson.dumps(document)


def _component(number: int, purl: str, chance: random.Random) -> dict[str, Any]:
    name, _, version = purl.removeprefix("pkg:pypi/").partition("@")
    return {
        "type": "library",
        "bom-ref": purl,
        "supplier": {"name": f"Supplier {number % 50}"},
        "name": name,
        "version": version,
        "scope": "required" if number % 9 else "optional",
        "hashes": [{"alg": "SHA-256", "content": f"{chance.getrandbits(256):064x}"}],
        "licenses": [{"license": {"id": ("MIT", "Apache-2.0", "BSD-3-Clause")[number % 3]}}],
        "purl": purl,
        "externalReferences": [{"type": "website", "url": f"https://example.com/{name}"}],
        "properties": [
            {"name": "scan:location", "value": f"/usr/lib/python3/site-packages/{name}"},
            {"name": "scan:found-by", "value": "python-installed-package"},
        ],
    }
