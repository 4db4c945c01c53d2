"""Who provides a capability, at which value, in which role (design section 5, Capabilities)."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.model.identity import Key
from lineage.record.view import Content, Fact
from lineage.verdict.pack import Pack, Provided
from lineage.verdict.span import head, numbers
from lineage.verdict.subject import known

RUNTIME, LIBRARY, BINDINGS = "runtime", "library", "bindings"
_RUNTIME_NUMBERS = 2
_LIBRARY_NUMBERS = 1


class Provisions:
    """What components provide, by the rows of the pack; remembered per component."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._found: dict[Key, tuple[Provided, ...]] = {}
        self._given: dict[tuple[Key, Key], tuple[Provided, ...]] = {}
        self._givers = pack.held.those(lambda member: bool(self.of(member.component)))
        self._giving: dict[bytes, tuple[Key, ...]] = {}

    def of(self, component: Key) -> tuple[Provided, ...]:
        """The capabilities that a component gives to the assembly it is in.

        A runtime gives the first two numbers, a library only the major.
        """
        if component not in self._found:
            self._found[component] = tuple(self._read(component))
        return self._found[component]

    def giving(self, content: Content) -> tuple[Key, ...]:
        """The members of a content that give anything at all."""
        found = self._giving.get(content.digest)
        if found is None:
            found = self._giving[content.digest] = tuple(
                sorted(one.component for one in self._givers.of(content))
            )
        return found

    def given(self, component: Key, capability: Key) -> tuple[Provided, ...]:
        """What it gives of one capability."""
        place = (component, capability)
        found = self._given.get(place)
        if found is None:
            found = tuple(one for one in self.of(component) if one.capability == capability)
            self._given[place] = found
        return found

    def _read(self, component: Key) -> Iterator[Provided]:
        seen: set[tuple[Key, str, str]] = set()
        for name in ("provides", "gpu"):
            for fact in self._pack.rows(name, component):
                one = self._provided(component, fact)
                if one and (one.capability, one.value, one.role) not in seen:
                    seen.add((one.capability, one.value, one.role))
                    yield one

    def _provided(self, component: Key, fact: Fact) -> Provided | None:
        capability = self._pack.capability(str(fact.value["capability"]))
        rule, role = str(fact.value["value"]), str(fact.value.get("role", RUNTIME))
        value = self._value(component, capability, rule if fact.name == "provides" else f"={rule}")
        if not value:
            return None
        if numbers(value):
            value = head(value, _LIBRARY_NUMBERS if role == LIBRARY else _RUNTIME_NUMBERS)
        return Provided(
            capability=capability, value=value, role=role, rule=rule, statement=fact.statement
        )

    def _value(self, component: Key, capability: Key, rule: str) -> str | None:
        found = known(component)
        if found is None:
            return None
        if rule == "version":
            node = self._pack.view.nodes.get(component)
            return node.version if node else found.version
        if rule == "mark":
            marks = self._pack.marked(found.family)
            return next((one.value for one in marks if one.capability == capability), None)
        return rule.removeprefix("=")
