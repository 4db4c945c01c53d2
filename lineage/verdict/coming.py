"""Rule 4: everything that comes along, however far: what a pinned arrival asks for comes, too."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lineage.model.claim import Requirement
from lineage.model.identity import Key, at_version
from lineage.verdict.arrival import Arrival, Arrivals
from lineage.verdict.candidate import Round
from lineage.verdict.line import admits
from lineage.verdict.offer import pin
from lineage.verdict.pack import Pack
from lineage.versions.scheme import Answer

Members = Callable[[Key, Round], list[Key]]


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
    """What comes along with the new releases, and the releases of it that are known."""

    comings: tuple[Coming, ...]
    arrivals: tuple[Arrival, ...]


def company(
    pack: Pack, arrivals: Arrivals, first: Iterable[Arrival], now: Round, members: Members
) -> Company:
    """What the first arrivals ask for that is not there, and what that asks for in its turn.

    Only a release whose version a line pins is followed: of any other nobody knows the lines.
    """
    found: list[Coming] = []
    followed: dict[Key, Arrival] = {}
    ahead = list(first)
    while ahead:
        arrival = ahead.pop(0)
        for family, wishes in arrival.lines.items():
            held = members(family, now)
            if held and all(_stays(pack, key, wishes, now) for key in held):
                continue
            version = pin(wishes)
            coming = Coming(
                family=family, requirement=_text(wishes), version=version, asked_by=arrival.key,
                asker=arrival.name, there=bool(held),
            )  # fmt: skip
            found.append(coming)
            if version is None or coming.key in followed:
                continue
            extras = {extra for wish in wishes for extra in wish.extras}
            for key in held:
                extras.update(now.content.members[key].extras)
            one = arrivals.at(family, version, extras, now)
            if one is not None:
                followed[coming.key] = one
                ahead.append(one)
    return Company(comings=tuple(found), arrivals=tuple(followed.values()))


def _stays(pack: Pack, key: Key, wishes: tuple[Requirement, ...], now: Round) -> bool:
    version = pack.view.nodes[key].version or ""
    return key in now.gone or admits(wishes, version) is not Answer.NO


def _text(wishes: Iterable[Requirement]) -> str:
    return ",".join(dict.fromkeys(one.raw for one in wishes if one.raw))
