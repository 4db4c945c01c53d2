"""Whether a host supports what stands on it, and how: the rows of the pack read for rule 5."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from lineage.model.claim import OfComponent, OfFamily
from lineage.model.identity import Key
from lineage.record.view import Fact
from lineage.verdict.condition import FLOOR, FULL, MINIMUM, HostCondition, Need, Said
from lineage.verdict.forward import has_package, package
from lineage.verdict.gpu_code import runs
from lineage.verdict.host import Host
from lineage.verdict.ladder import Reading, Step, read, steps
from lineage.verdict.outcome import BREAKS, SURVIVES, UNKNOWN, Evidence
from lineage.verdict.pack import Pack
from lineage.verdict.span import Span, head
from lineage.verdict.subject import known
from lineage.versions.scheme import Answer

_HARD = (MINIMUM, FLOOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A row, the capability of hosts that it asks for, and what it takes as given."""

    fact: Fact
    capability: Key
    given: tuple[tuple[Key, Span], ...]


def _applies(row: _Row, need: Need, host: Host) -> bool:
    """Whether all that the row takes as given is so; what is not known does not count."""
    for capability, span in row.given:
        values = (need.beside or {}).get(capability) or host.given.get(capability, ())
        if not any(span.contains(one) is Answer.YES or span.touches(one) for one in values):
            return False
    return True


class Support:
    """Checks needs against hosts by the rows of a pack."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._tables_of: dict[Key, list[Fact]] = {}
        self._asking: dict[tuple[Key, bool], tuple[_Row, ...]] = {}
        self._steps: dict[tuple[int, ...], tuple[Step, ...]] = {}
        for fact in pack.view.facts.get("requires", ()):
            match fact.subject:
                case OfComponent(key) | OfFamily(key):
                    found = known(key)
                    family = pack.view.shown(found.family) if found else key
                    self._tables_of.setdefault(family, []).append(fact)

    def check(
        self, need: Need, host: Host, only: Key | None = None
    ) -> tuple[list[Said], list[HostCondition]]:
        """What a host says to a need: findings, the worst of which counts, and conditions.

        No finding where nothing is asked, or where a host that is only described does not say.
        ``only`` narrows it to what is asked of that capability, or by it.
        """
        findings: list[Said] = []
        conditions: list[HostCondition] = []
        for capability, rows in self._tables(need, host).items():
            if only is None or only in (capability, need.key):
                self._table(need, host, capability, rows, findings, conditions)
        declared = list(self._declared(need, host))
        for condition in (*runs(self._pack, need, host), *declared):
            if only is not None and only != condition.capability:
                continue
            conditions.append(condition)
            if condition.holds is Answer.NO:
                findings.append(_finding(BREAKS, "HOST", condition))
            elif condition.holds is Answer.CANNOT_COMPARE and not host.partial:
                findings.append(_finding(UNKNOWN, "TARGET", condition))
            elif condition.holds is Answer.YES and condition in declared:
                findings.append(replace(_finding(SURVIVES, "CONTRACT", condition), weak=True))
        return findings, conditions

    def _declared(self, need: Need, host: Host) -> Iterator[HostCondition]:
        """Its own lines on what hosts give: they have to hold for every value of the host."""
        for capability, text, statement in need.lines:
            span = Span(text, self._pack.rule(capability).scheme)
            values = host.given.get(capability) or (None,)
            answers = [
                (_ORDER.index(span.contains(one) if one else Answer.CANNOT_COMPARE), one)
                for one in values
            ]
            worst, value = min(answers, key=lambda row: row[0])
            yield HostCondition(
                capability=capability, requirement=text, kind=MINIMUM, holds=_ORDER[worst],
                host=host.key, because=need.asker, why=need.why, value=value,
                statements=(statement,) if statement else (),
            )  # fmt: skip

    def _tables(self, need: Need, host: Host) -> dict[Key, list[Fact]]:
        """The rows about the need by the capability of hosts that they ask for."""
        found: dict[Key, list[Fact]] = {}
        for row in self._rows(need):
            if _applies(row, need, host):
                found.setdefault(row.capability, []).append(row.fact)
        return found

    def _rows(self, need: Need) -> tuple[_Row, ...]:
        """The rows about what the need speaks of that ask hosts for something; remembered."""
        alone = need.value is None
        place = (need.key if alone else self._family(need.key), alone)
        if place not in self._asking:
            facts = (
                self._pack.rows("requires", need.key)
                if alone
                else self._tables_of.get(place[0], ())
            )
            self._asking[place] = tuple(self._outside(facts))
        return self._asking[place]

    def _outside(self, facts: Iterable[Fact]) -> Iterator[_Row]:
        for fact in facts:
            capability = self._pack.capability(str(fact.value["capability"]))
            kind = str(fact.value.get("kind", ""))
            if kind in (*_HARD, FULL) and self._pack.rule(capability).outside:
                yield _Row(fact=fact, capability=capability, given=tuple(self._given(fact)))

    def _given(self, fact: Fact) -> Iterator[tuple[Key, Span]]:
        for one in fact.value.get("given") or ():
            capability = self._pack.capability(str(one["capability"]))
            yield capability, Span(str(one.get("range", "")), self._pack.rule(capability).scheme)

    def _family(self, key: Key) -> Key:
        node = self._pack.view.nodes.get(key)
        return node.family if node else key

    def _table(
        self,
        need: Need,
        host: Host,
        capability: Key,
        rows: Sequence[Fact],
        findings: list[Said],
        conditions: list[HostCondition],
    ) -> None:
        silent = capability not in host.given
        worst: Answer | None = None
        last: HostCondition | None = None
        for kind in (*_HARD, FULL):
            facts = [one for one in rows if one.value.get("kind") == kind]
            if not facts or (kind == FULL and worst is Answer.NO):
                continue
            condition = self._one(need, host, capability, kind, facts)
            if condition is None:
                continue
            conditions.append(condition)
            if silent and host.partial:
                continue
            if kind == FULL:
                if worst is not Answer.NO and worst is not Answer.CANNOT_COMPARE:
                    findings.append(self._full(condition, need, host))
                    last = None
            elif condition.holds is Answer.NO:
                worst = Answer.NO
                fix = package(self._pack, need, host, capability)
                helps = has_package(self._pack, need)
                findings.append(replace(_finding(BREAKS, "HOST", condition), fix=fix, helps=helps))
            elif condition.holds is Answer.CANNOT_COMPARE:
                worst = worst or Answer.CANNOT_COMPARE
                findings.append(_finding(UNKNOWN, "TARGET", condition))
            else:
                last = condition
        if last is not None and worst is None:
            backward = self._pack.rule(capability).contract == "backward"
            findings.append(
                replace(_finding(SURVIVES, "BACKWARD" if backward else "CONTRACT", last), weak=True)
            )

    def _one(
        self,
        need: Need,
        host: Host,
        capability: Key,
        kind: str,
        facts: Sequence[Fact],
    ) -> HostCondition | None:
        """On several values of a host (two kinds of GPU) the worst counts."""
        worst: tuple[Reading, str | None] | None = None
        for given in host.given.get(capability) or (None,):
            found = self._read(need, capability, given, facts, full=kind == FULL)
            if found is not None and (
                worst is None or _ORDER.index(found.holds) < _ORDER.index(worst[0].holds)
            ):
                worst = (found, given)
        if worst is None:
            return None
        reading, given = worst
        return HostCondition(
            capability=capability,
            requirement=_text([one.range for one in reading.rows]),
            kind=kind,
            holds=reading.holds,
            host=host.key,
            because=need.asker,
            why=need.why,
            value=given,
            statements=tuple(one.statement for one in reading.rows),
        )

    def _read(
        self, need: Need, capability: Key, given: str | None, facts: Sequence[Fact], *, full: bool
    ) -> Reading | None:
        name = self._pack.rule(capability).scheme
        place = tuple(map(id, facts))  # the pack keeps its facts
        if place not in self._steps:
            self._steps[place] = steps(facts)
        table = self._steps[place]
        if need.value is None:
            plain = [replace(one, value=(), when="") for one in table]
            return read(plain, "", "opaque", given, name, full=full)
        return read(table, need.value, self._pack.rule(need.key).scheme, given, name, full=full)

    def _full(self, condition: HostCondition, need: Need, host: Host) -> Said:
        """How it is served: on its own branch, by a later one, or by an older one of its major.

        The forward package of the value's own line does away with the caveats of an older one.
        """
        if condition.holds is Answer.CANNOT_COMPARE:
            return _finding(UNKNOWN, "TARGET", condition)
        if condition.holds is Answer.NO:
            return replace(
                _finding(SURVIVES, "MINOR_VERSION", condition),
                fix=package(self._pack, need, host, condition.capability),
                helps=has_package(self._pack, need),
                notes=tuple(self._notes(need, "MINOR_VERSION")),
            )
        own = {head(one, 1) for one in _bounds(condition.requirement)}
        native = condition.value is not None and head(condition.value, 1) in own
        return _finding(SURVIVES, "NATIVE" if native else "BACKWARD", condition)

    def _notes(self, need: Need, topic: str) -> Iterator[Evidence]:
        """The rows of that topic about what asks, in their own words."""
        for fact in self._pack.rows("note", self._family(need.key)):
            if fact.value.get("topic") == topic:
                text = str(fact.value.get("text") or "")
                yield Evidence(on=need.key, bound=text, edge="note", statements=(fact.statement,))


_ORDER = (Answer.NO, Answer.CANNOT_COMPARE, Answer.YES)


def _text(ranges: Iterable[str]) -> str:
    return ",".join(dict.fromkeys(one for one in ranges if one))


def _bounds(requirement: str) -> Iterator[str]:
    for part in requirement.split(","):
        yield part.strip().lstrip("<>=!~ ")


def _finding(verdict: str, reason: str, condition: HostCondition) -> Said:
    name = condition.capability.partition(":")[2]
    value = f"{name} {condition.value}" if condition.value is not None else None
    evidence = Evidence(
        on=condition.host,
        requirement=condition.requirement,
        holds=condition.holds,
        bound=value,
        edge="runs_on",
        statements=condition.statements,
        against=condition.why or None,
    )
    return Said(
        verdict=verdict,
        reason=reason,
        evidence=evidence,
        need=condition.because,
        host=condition.host,
    )
