"""What a key stands for at one revision: classes, moving names, and names without a version.

A named pointer resolves by what is claimed of it, and by nothing else; a name without a version
resolves to the latest that counts of its family, else it stays (design section 3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain

from lineage.model.claim import Pointer, Requirement
from lineage.model.identity import Key, identify
from lineage.record.claimed import Claimed, Says
from lineage.record.latest import Candidate, latest
from lineage.versions.scheme import Answer
from lineage.versions.schemes import scheme
from lineage.vocabulary.nodes import NODES


def pointers(claimed: Claimed, canonical: Mapping[Key, Key]) -> dict[tuple[Key, str], Key]:
    """(family, name) to the component it stands for: of several claims the newest holds."""
    found: dict[tuple[Key, str], tuple[int, Key]] = {}
    for at in claimed.where(Says.POINTER):
        claim = claimed.statements[at]
        if isinstance(claim, Pointer):
            name = (canonical.get(claim.family, claim.family), claim.name)
            target = (int(claimed.newest[at]), canonical.get(claim.version, claim.version))
            found[name] = max(found.get(name, target), target)
    return {name: key for name, (_, key) in found.items()}


def bare(key: Key) -> bool:
    """Whether a reference by this key names a thing that has versions without saying which."""
    named = identify(key)
    return named.version is None and named.form != "digest" and NODES.get(named.kind).versioned


@dataclass(slots=True, kw_only=True)
class Resolver:
    """Keys as stated to keys of the view. ``known`` are the versions of each family that count.

    ``fixed`` are keys without a version that are things of their own (assemblies), ``versions``
    all versions of a family that anybody names.
    """

    canonical: Mapping[Key, Key]
    pointers: Mapping[tuple[Key, str], Key]
    known: Mapping[Key, list[Candidate]]
    fixed: frozenset[Key] = frozenset()
    versions: Mapping[Key, list[Key]] = field(default_factory=dict)
    _latest: dict[Key, Key] = field(default_factory=dict)
    _loose: frozenset[Key] | None = None

    def shown(self, key: Key) -> Key:
        """The shown key of the class."""
        return self.canonical.get(key, key)

    def current(self, key: Key) -> Key:
        """The key, or for one without a version the latest that counts of its family."""
        shown = self.canonical.get(key, key)
        if shown in self._latest:
            return self._latest[shown]
        found = shown
        if bare(shown) and shown not in self.fixed:
            best = latest(self.known.get(shown, ()))
            found = self.shown(best.key) if best is not None else shown
        self._latest[shown] = found
        return found

    def admitted(self, key: Key, wishes: list[Requirement]) -> Key:
        """Like ``current``, of the versions that all these wishes admit."""
        shown = self.shown(key)
        if not any(wish.raw for wish in wishes):
            return self.current(shown)
        if not bare(shown) or shown in self.fixed:
            return shown
        best = latest(
            one
            for one in self.known.get(shown, ())
            if all(_admits(wish, identify(one.key).version or "") for wish in wishes)
        )
        return shown if best is None else self.shown(best.key)

    def within(self, family: Key, when: str) -> list[Key]:
        """The known versions of a family in a range (a ``vers:`` one, or in the family's scheme).

        An empty range holds all; a version that cannot be compared is in none.
        """
        rule = Requirement(when, "vers" if when.startswith("vers:") else identify(family).scheme)
        return sorted(
            {
                self.shown(key)
                for key in self.versions.get(self.shown(family), ())
                if _admits(rule, identify(key).version or "")
            }
        )

    def loose(self, key: Key) -> bool:
        """Whether the key stands for a version that it does not name."""
        shown = self.canonical.get(key, key)
        return shown in self.known and bare(shown) and shown not in self.fixed

    def loose_keys(self) -> frozenset[Key]:
        """Every key of which ``loose`` is true, joined ones included."""
        if self._loose is None:
            keys = chain(self.known, self.canonical)
            self._loose = frozenset(key for key in keys if self.loose(key))
        return self._loose

    def upstream(self, key: Key, pointer: str) -> tuple[Key, bool]:
        """The component an edge leads to, and whether its pointer is stated by somebody."""
        if not pointer:
            return self.current(key), True
        shown = self.shown(key)
        family = identify(key).family
        target = self.pointers.get((self.shown(family), pointer))
        if target is not None:
            return target, True
        return shown, not bare(shown)


def _admits(wish: Requirement, version: str) -> bool:
    return not wish.raw or scheme(wish.scheme).contains(wish.raw, version) is Answer.YES
