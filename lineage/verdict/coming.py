"""Rule 4: everything that comes along, however far: what a pinned arrival asks for comes, too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lineage.model.claim import Requirement
from lineage.model.identity import Key, at_version
from lineage.verdict.arrival import Arrival, Arrivals
from lineage.verdict.candidate import Round
from lineage.verdict.line import admits, text_of
from lineage.verdict.offer import pin
from lineage.verdict.pack import Pack
from lineage.versions.scheme import Answer

Asked = tuple[Arrival, tuple[Requirement, ...]]
"""A new release and its lines on one thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A family that enters or moves: at ``version`` where one is pinned, by whose line.

    ``there`` says that the assembly has it, at another version.
    """

    family: Key
    requirement: str
    version: str | None
    asked_by: Key
    asker: str
    there: bool

    @property
    def key(self) -> Key:
        """What comes: the component where its version is pinned, else the family."""
        return at_version(self.family, self.version) if self.version else self.family

    @property
    def line(self) -> str:
        """Why it comes, in words: who asks for it, and how."""
        name = self.family.rpartition("/")[2]
        return f"{self.asker} needs {name} {self.requirement or '(any)'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """What comes along with the new releases.

    ``arrivals`` are the releases that lines pin and of whose lines something is known, ``moved``
    the members that have to move with all the new lines on each, ``pinned`` what those of them
    become of which that is known.
    """

    comings: tuple[Coming, ...]
    arrivals: tuple[Arrival, ...]
    moved: Mapping[Key, tuple[Asked, ...]]
    pinned: Mapping[Key, Arrival]


class Companies:
    """What comes along with the new releases of one change."""

    def __init__(self, pack: Pack, arrivals: Arrivals) -> None:
        self._pack = pack
        self._arrivals = arrivals
        # By the identity of arrivals, which are remembered.
        self._comings: dict[tuple[int, Key, bool], Coming] = {}

    def of(self, first: Iterable[Arrival], now: Round) -> Company:
        """What the first arrivals ask for that is not there, and what that asks for in its turn.

        Only a release whose version a line pins is followed: of any other nobody knows the lines.
        One that is asked for with other extras later on is followed with all of them.
        """
        comings: dict[tuple[Key, Key], Coming] = {}
        moved: dict[Key, dict[Key, Asked]] = {}
        followed: dict[Key, Arrival] = {}
        pinned: dict[Key, Key] = {}
        extras: dict[Key, frozenset[str]] = {}
        ahead = list(first)
        while ahead:
            arrival = ahead.pop(0)
            for family, wishes in arrival.lines.items():
                held = self.members(family, now)
                moves = [key for key in held if not self._stays(key, wishes, now)]
                if held and not moves:
                    continue
                coming = self._coming(arrival, family, wishes, there=bool(held))
                comings[family, arrival.key] = coming
                for key in moves:
                    moved.setdefault(key, {})[arrival.key] = (arrival, wishes)
                if coming.version is None:
                    continue
                pinned.update(dict.fromkeys(moves, coming.key))
                asked = extras.get(coming.key, frozenset()).union(
                    *(wish.extras for wish in wishes),
                    *(now.content.members[key].extras for key in held),
                )
                if coming.key in extras and asked == extras[coming.key]:
                    continue
                extras[coming.key] = asked
                one = self._arrivals.at(family, coming.version, asked, now)
                if one is not None:
                    followed[coming.key] = one
                    ahead.append(one)
        return Company(
            comings=tuple(comings.values()),
            arrivals=tuple(followed.values()),
            moved={key: tuple(some.values()) for key, some in moved.items()},
            pinned={key: followed[to] for key, to in pinned.items() if to in followed},
        )

    def members(self, family: Key, now: Round) -> list[Key]:
        """The members of that family."""
        keys = self._pack.view.families.get(family, ())
        return [key for key in keys if key in now.content.members]

    def _coming(
        self, arrival: Arrival, family: Key, wishes: tuple[Requirement, ...], *, there: bool
    ) -> Coming:
        """The same object wherever the same release asks for it."""
        place = (id(arrival), family, there)
        if place not in self._comings:
            self._comings[place] = Coming(
                family=family, requirement=text_of(wishes), version=pin(wishes),
                asked_by=arrival.key, asker=arrival.name, there=there,
            )  # fmt: skip
        return self._comings[place]

    def _stays(self, key: Key, wishes: tuple[Requirement, ...], now: Round) -> bool:
        version = self._pack.view.nodes[key].version or ""
        return key in now.gone or admits(wishes, version) is not Answer.NO
