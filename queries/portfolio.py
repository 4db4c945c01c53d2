"""The same answer over the whole estate: one row per service, verdict and deciding cause.

A *service* here is the outermost thing that is affected: the service that carries an assembly over
the edges that the change table calls CARRIES, else the assembly that nobody carries. Services whose
affected assemblies have the same content on the same footing are twins and share a row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lineage.model.identity import Key
from lineage.record.view import View
from lineage.verdict.estate import Outcome
from lineage.verdict.footing import Footings
from lineage.verdict.target import Target
from queries.carrier import Carriers
from queries.cause import Causes
from queries.first import Firsts


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioRow:
    """One service and one cause, twins folded.

    ``service`` is the first of ``services``, the twins; ``same_lock`` says how many they are.
    ``cause`` is the component that decides, ``requirement`` the line or the piece of an artefact
    that speaks for it (null: neither). ``reason`` is the worst of those behind the verdict,
    ``count`` how many members of one twin it is about, 0 where it is about the service itself.
    ``owner`` and ``deployment_environment`` are null where nobody claims one.
    """

    service: str
    kind: str
    owner: str | None
    deployment_environment: str | None
    verdict: str
    reason: str | None
    cause: str
    requirement: str | None
    count: int
    same_lock: int
    services: tuple[str, ...]


_Mark = tuple[object, ...]


def portfolio_of(
    outcome: Outcome,
    view: View,
    target: Target,
    footings: Footings,
    firsts: Firsts,
    belongs: Callable[[Key], bool] | None = None,
) -> tuple[PortfolioRow, ...]:
    """Every row, worst first; then the cause that is behind most services, then the service.

    ``belongs`` narrows the services.
    """
    causes = Causes(outcome, target)
    carriers = Carriers(view, target.kind)
    under = _under(outcome, carriers)
    if belongs is not None:
        under = {service: parts for service, parts in under.items() if belongs(service)}
    twins: dict[_Mark, list[Key]] = {}
    for service, parts in under.items():
        twins.setdefault(_mark(service, parts, view, footings, causes, firsts), []).append(service)
    found = []
    for services in twins.values():
        named = tuple(sorted(services))
        first = Key(named[0])
        owner, place = (firsts.of(first, name) for name in ("owner", "deployment_environment"))
        for cause, count in causes.of(under[first]):
            found.append(
                PortfolioRow(
                    service=first,
                    kind=carriers.kind(first),
                    owner=owner,
                    deployment_environment=place,
                    verdict=cause.verdict,
                    reason=cause.reason,
                    cause=cause.key,
                    requirement=cause.requirement,
                    count=count,
                    same_lock=len(named),
                    services=named,
                )
            )
    behind: Counter[tuple[str, str]] = Counter()
    for row in found:
        behind[row.verdict, row.cause] += row.same_lock
    return tuple(
        sorted(
            found,
            key=lambda row: (
                causes.rank(row.verdict, row.reason)[0],
                -behind[row.verdict, row.cause],
                row.cause,
                -row.same_lock,
                row.service,
            ),
        )
    )


def _under(outcome: Outcome, carriers: Carriers) -> dict[Key, dict[Key, None]]:
    """The affected things below each service, itself included."""
    found: dict[Key, dict[Key, None]] = {}
    affected = dict.fromkeys(assembly or component for component, assembly in outcome.judged)
    for key in affected:
        for service in carriers.outermost(key):
            found.setdefault(service, {})[key] = None
    return found


def _mark(
    service: Key,
    parts: Iterable[Key],
    view: View,
    footings: Footings,
    causes: Causes,
    firsts: Firsts,
) -> _Mark:
    """Equal for twins: same owner and place, same contents on the same footings."""
    stood: list[object] = []
    for part in parts:
        assembly = view.assemblies.get(part)
        if assembly is not None and causes.decides(part):
            digests = sorted(stand.footing.digest for stand in footings.of(assembly))
            stood.append((assembly.content.digest, *digests))
        if causes.own(part):
            stood.append(part)
    claimed = [firsts.of(service, name) for name in ("owner", "deployment_environment")]
    node = view.nodes.get(service)
    return (node.kind if node else "", *claimed, *sorted(stood or [service], key=repr))
