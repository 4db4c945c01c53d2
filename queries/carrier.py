"""What carries what: from a thing to the outermost things that contain, serve or run on it."""

from __future__ import annotations

from collections.abc import Iterable

from lineage.model.identity import Key, identify
from lineage.record.view import View
from lineage.verdict.crossing import kinds
from lineage.verdict.held import nested_in

_SERVICE = "service"


class Carriers:
    """The carriers of one view over the edges that carry this kind of change, each found once."""

    def __init__(self, view: View, change: str) -> None:
        self._view = view
        self._above: dict[Key, dict[Key, None]] = {}
        self._closures: dict[Key, frozenset[Key]] = {}
        over = kinds(change, "CARRIES") or kinds(change, "EXPOSED")
        for edge in view.edges:
            if edge.kind in over:
                self._above.setdefault(edge.upstream, {})[edge.downstream] = None
        for key, members in nested_in(view).items():
            for member in members:
                self._above.setdefault(member, {})[key] = None

    def outermost(self, key: Key) -> tuple[Key, ...]:
        """The services above (or the thing itself) that no other service carries.

        Without a service the outermost of what there is; things that carry each other are all
        outermost.
        """
        if key not in self._above:
            return (key,)
        reached = self._closure(key)
        services = frozenset(one for one in reached if self.kind(one) == _SERVICE)
        return tuple(sorted(self._tops(services or reached)))

    def over(self, key: Key) -> frozenset[Key]:
        """Everything that carries a thing, however far, itself included."""
        return self._closure(key) if key in self._above else frozenset({key})

    def kind(self, key: Key) -> str:
        """The kind of a component."""
        node = self._view.nodes.get(key)
        return node.kind if node else identify(key).kind

    def _tops(self, among: frozenset[Key]) -> Iterable[Key]:
        for one in among:
            above = self._closure(one) & among - {one}
            if all(one in self._closure(other) for other in above):
                yield one

    def _closure(self, key: Key) -> frozenset[Key]:
        if key not in self._closures:
            found, left = {key}, [key]
            while left:
                for above in self._above.get(left.pop(), ()):
                    if above not in found:
                        found.add(above)
                        left.append(above)
            self._closures[key] = frozenset(found)
        return self._closures[key]
