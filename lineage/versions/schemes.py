"""The version schemes that are built, by name."""

from __future__ import annotations

from lineage.versions.cargo import Cargo
from lineage.versions.compute_capability import ComputeCapability
from lineage.versions.conda import Conda
from lineage.versions.deb import Deb
from lineage.versions.dotted import Dotted
from lineage.versions.opaque import Opaque
from lineage.versions.pep440 import Pep440
from lineage.versions.rpm import Rpm
from lineage.versions.scheme import Scheme
from lineage.versions.semver import Semver
from lineage.versions.vers import Vers

_OPAQUE = Opaque()
_SCHEMES: dict[str, Scheme] = {
    found.name: found
    for found in (
        Pep440(),
        Semver(),
        Cargo(),
        Conda(),
        Deb(),
        Rpm(),
        Dotted(),
        ComputeCapability(),
        Vers(),
        _OPAQUE,
    )
}


def scheme(name: str) -> Scheme:
    """The scheme of that name; an unknown one compares by equality only (opaque)."""
    return _SCHEMES.get(name, _OPAQUE)


def names() -> tuple[str, ...]:
    """The names of all schemes that are built."""
    return tuple(_SCHEMES)
