"""Which versions are the latest of their streams, followed at the cost of what moved.

What ``latest_in_streams`` finds by a look at all holdings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from lineage.model.identity import Key, identify
from lineage.record.claimed import slot_of
from lineage.record.latest import Candidate, latest, latest_of_all
from lineage.record.snapshot import LiveHolding, SlotName, SlotState

_Said = tuple[int, tuple[int, bool] | None]
"""The revision that says a version last, and the newest mark, with its revision."""
_Line = tuple[str, Key]
"""A stream, and a family that it describes versions of."""


class Newest:
    """The latest assemblies of each stream, by key; ``slots`` must be passed as they are then."""

    def __init__(
        self,
        held: Mapping[SlotName, tuple[LiveHolding, ...]],
        slots: Mapping[SlotName, SlotState],
    ) -> None:
        self.latest: dict[Key, Candidate] = {}
        self._slots: dict[SlotName, dict[Key, _Said]] = {}
        self._said: dict[_Line, dict[Key, dict[SlotName, _Said]]] = {}
        self._versions: dict[_Line, dict[Key, Candidate]] = {}
        self._best: dict[_Line, Candidate] = {}
        self._of: dict[Key, dict[_Line, Candidate]] = {}
        self.follow(held, slots, held)

    def follow(
        self,
        held: Mapping[SlotName, tuple[LiveHolding, ...]],
        slots: Mapping[SlotName, SlotState],
        moved: Iterable[SlotName],
    ) -> dict[Key, tuple[Candidate | None, Candidate | None]]:
        """Go on; ``moved`` are the slots that say or hold something else. What is another now."""
        lines: dict[_Line, set[Key]] = {}
        for name in moved:
            for key in self._tell(name, held.get(name, ()), slots):
                lines.setdefault((name[0], identify(key).family), set()).add(key)
        turned: dict[Key, Candidate | None] = {}
        for line, keys in lines.items():
            for key in self._choose(line, keys):
                turned.setdefault(key, self.latest.get(key))
        for key in turned:
            of = self._of.get(key)
            if of:
                self.latest[key] = latest_of_all([of.values()])[key]
            else:
                self.latest.pop(key, None)
        return {
            key: (was, self.latest.get(key))
            for key, was in turned.items()
            if was != self.latest.get(key)
        }

    def _tell(
        self,
        name: SlotName,
        held: tuple[LiveHolding, ...],
        slots: Mapping[SlotName, SlotState],
    ) -> set[Key]:
        """Note what the slot says now; the versions of which it says something else."""
        was = self._slots.pop(name, {})
        now = dict(_spoken(held, slots))
        if now:
            self._slots[name] = now
        differ = {key for key in {*was, *now} if was.get(key) != now.get(key)}
        for key in differ:
            versions = self._said.setdefault((name[0], identify(key).family), {})
            said = versions.setdefault(key, {})
            if key in now:
                said[name] = now[key]
            else:
                del said[name]
        return differ

    def _choose(self, line: _Line, keys: Iterable[Key]) -> Iterator[Key]:
        """The latest of a line anew; the keys that are its latest now, or were."""
        said, versions = self._said[line], self._versions.setdefault(line, {})
        for key in keys:
            if said[key]:
                versions[key] = _candidate(key, said[key].values())
            else:
                del said[key], versions[key]
        best, was = latest(versions.values()), self._best.get(line)
        if best == was:
            return
        if was is not None:
            del self._of[was.key][line]
            yield was.key
        if best is None:
            del self._said[line], self._versions[line], self._best[line]
            return
        self._best[line] = best
        self._of.setdefault(best.key, {})[line] = best
        yield best.key


def _spoken(
    held: tuple[LiveHolding, ...], slots: Mapping[SlotName, SlotState]
) -> Iterator[tuple[Key, _Said]]:
    """What one slot says of each version that it describes."""
    keys = {one.assembly: one for one in held if one.assembly is not None}
    many = Counter(identify(key).family for key in keys)
    for key, holding in keys.items():
        slot = slot_of(slots, holding)
        # A document speaks of its subject, and of what it wraps it in.
        if slot.subject != key and many[identify(key).family] > 1:
            yield key, (holding.revision, None)
            continue
        mark = None if slot.latest is None else (slot.revision, slot.latest)
        yield key, (max(holding.revision, slot.revision), mark)


def _candidate(key: Key, said: Iterable[_Said]) -> Candidate:
    revisions, marks = zip(*said, strict=True)
    mark = max((one for one in marks if one is not None), default=None)
    return Candidate(
        key=key, revision=max(revisions), marked=mark[0] if mark is not None and mark[1] else None
    )
