"""What narrows a question about the estate: an owner, a deployment environment.

A thing belongs to an owner where it, or something that contains, serves or runs on it, is said to.
What is not said of a carrier is what is said of the thing itself: a service that states its owner
runs an environment that states where it is deployed. A carrier of what belongs there belongs there
too, unless it is said to be somebody else's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from lineage.errors import ArgumentInvalidError
from lineage.model.identity import Key
from lineage.record.view import View
from lineage.verdict.estate import Outcome
from lineage.verdict.outcome import SWAPPED
from queries.carrier import Carriers

_CARRYING = "upgrade"
_NAMED = 8


class Narrowing:
    """What belongs to an owner, in a deployment environment; None narrows nothing.

    Raises ArgumentInvalidError where nobody states such a value.
    """

    def __init__(self, view: View, owner: str | None, deployment_environment: str | None) -> None:
        self._view = view
        self._carriers = Carriers(view, _CARRYING)
        asked = {"owner": owner, "deployment_environment": deployment_environment}
        self._wanted: dict[str, str] = {}
        self._said: dict[str, Mapping[Key, str]] = {}
        for name, text in asked.items():
            if text is not None:
                self._said[name] = _stated(view, name)
                self._wanted[name] = _meant(name, text, self._said[name].values())
        self._found: dict[Key, bool] = {}
        self._around: frozenset[Key] | None = None

    @property
    def owner(self) -> str | None:
        """The owner as it is stated."""
        return self._wanted.get("owner")

    @property
    def deployment_environment(self) -> str | None:
        """The deployment environment as it is stated."""
        return self._wanted.get("deployment_environment")

    def rooms(self, among: Iterable[Key] | None) -> list[Key]:
        """The assemblies that belong there, of these or of all.

        Raises ArgumentInvalidError where none does.
        """
        keys = self._view.assemblies if among is None else among
        found = [key for key in keys if self._is_inside(key)]
        if not found and among is not None:
            name, text = next(iter(self._wanted.items()))
            raise ArgumentInvalidError(name=name, reason=f"'{text}' has no part in that assembly")
        return found

    def belongs(self, key: Key) -> bool:
        """Whether a component belongs there, or carries what does."""
        return self._is_inside(key) or key in self._carrying()

    def outcome(self, outcome: Outcome) -> Outcome:
        """What of an outcome belongs there; what changes stays, wherever it is."""
        rooms = {key for key in outcome.judgements if self.belongs(key)}
        return replace(
            outcome,
            judged={
                place: one
                for place, one in outcome.judged.items()
                if (place[1] in rooms if place[1] is not None else self.belongs(place[0]))
                or (place[1] is None and one.verdict.verdict == SWAPPED)
            },
            judgements={key: one for key, one in outcome.judgements.items() if key in rooms},
            conditions={key: some for key, some in outcome.conditions.items() if self.belongs(key)},
        )  # fmt: skip

    def told(self, headline: str, outcome: Outcome) -> str:
        """The sentence with what it was narrowed to; that nobody was looked at is said."""
        if not outcome.judgements:
            headline += " No assembly belongs there: nothing was looked at."
        return f"For {' in '.join(self._wanted.values())}: {headline}"

    def _is_inside(self, key: Key) -> bool:
        if key not in self._found:
            self._found[key] = any(
                all(
                    (self._said[name].get(above) or self._said[name].get(key)) == wanted
                    for name, wanted in self._wanted.items()
                )
                for above in self._carriers.over(key)
            )
        return self._found[key]

    def _carrying(self) -> frozenset[Key]:
        if self._around is None:
            claimed = {key for some in self._said.values() for key in some}
            found: set[Key] = set()
            for key in (*self._view.assemblies, *claimed):
                if self._is_inside(key):
                    found |= self._carriers.over(key)
            self._around = frozenset(key for key in found if not self._is_others(key))
        return self._around

    def _is_others(self, key: Key) -> bool:
        return any(
            self._said[name].get(key, wanted) != wanted for name, wanted in self._wanted.items()
        )


def _stated(view: View, name: str) -> Mapping[Key, str]:
    """The first value of a property by the component that it is claimed of."""
    found: dict[Key, str] = {}
    for place, values in view.values.items():
        if any(value.name == name for value in values):
            for key in (place, *view.families.get(place, ())):
                first = view.first(key, name)
                if first is not None and first.state == "value":
                    found[key] = str(first.value)
    return found


def _meant(name: str, text: str, stated: Iterable[str]) -> str:
    """The stated value that the text means, whatever its case."""
    known = sorted(set(stated))
    alike = [one for one in known if one.casefold() == text.strip().casefold()]
    if text in known:
        return text
    if len(alike) == 1:
        return alike[0]
    more = f" and {len(known) - _NAMED} more" if len(known) > _NAMED else ""
    said = f"stated are {', '.join(known[:_NAMED])}{more}" if known else "nobody states any"
    raise ArgumentInvalidError(name=name, reason=f"nothing here has '{text}'; {said}")
