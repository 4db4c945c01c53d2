"""GPU code in an artefact: whether a device can run what was compiled into it (rule 5).

A cubin runs on the same major and a minor not above the device's; PTX on anything not below it.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.model.identity import Key
from lineage.record.view import Fact
from lineage.verdict.condition import HostCondition, Need
from lineage.verdict.host import Host
from lineage.verdict.pack import Pack
from lineage.verdict.span import Span, head, numbers
from lineage.versions.scheme import Answer
from lineage.versions.schemes import scheme
from lineage.vocabulary.knowledge import PLATFORM


def runs(pack: Pack, need: Need, host: Host) -> Iterator[HostCondition]:
    """One condition for each capability that rows about the need's code speak of."""
    found: dict[Key, list[Fact]] = {}
    for fact in pack.rows("runs", need.key) if need.value is None else ():
        if _chosen(pack, fact, need):
            capability = pack.capability(str(fact.value["capability"]))
            found.setdefault(capability, []).append(fact)
    for capability, facts in found.items():
        name = pack.rule(capability).scheme
        worst: tuple[Answer, str | None] = (Answer.YES, None)
        values = host.given.get(capability) or (None,)
        for value in values:
            answer = _any(facts, value, name)
            if worst[1] is None or _RANK[answer] < _RANK[worst[0]]:
                worst = (answer, value)
        yield HostCondition(
            capability=capability,
            requirement=_text(facts),
            kind="runs",
            holds=worst[0] if host.given.get(capability) else Answer.CANNOT_COMPARE,
            host=host.key,
            because=need.asker,
            why=need.why,
            value=worst[1],
            statements=tuple(one.statement for one in facts),
        )


_RANK = {Answer.NO: 0, Answer.CANNOT_COMPARE: 1, Answer.YES: 2}


def _chosen(pack: Pack, fact: Fact, need: Need) -> bool:
    """Whether the row is about this build, on this platform, beside these values."""
    build = str(fact.value.get("build") or "")
    if build and need.build and build != need.build:
        return False
    platform = str(fact.value.get(PLATFORM) or "")
    if platform and need.platform and need.platform not in platform:
        return False
    for one in fact.value.get("given") or ():
        capability = pack.capability(str(one["capability"]))
        span = Span(str(one.get("range", "")), pack.rule(capability).scheme)
        values = (need.beside or {}).get(capability, ())
        if not any(span.contains(value) is Answer.YES for value in values):
            return False
    return True


def _any(facts: list[Fact], value: str | None, name: str) -> Answer:
    """Whether some of the code runs there."""
    if value is None:
        return Answer.CANNOT_COMPARE
    order = scheme(name)
    if order.compare(value, value) is None or name == "opaque":
        codes = {str(one) for fact in facts for one in fact.value.get("cubin") or ()}
        return Answer.YES if value in codes else Answer.NO
    for fact in facts:
        for one in fact.value.get("cubin") or ():
            same = head(str(one), 1) == head(value, 1) and bool(numbers(value))
            if same and order.compare(str(one), value) in (-1, 0):
                return Answer.YES
        if any(order.compare(str(one), value) in (-1, 0) for one in fact.value.get("ptx") or ()):
            return Answer.YES
    return Answer.NO


def _text(facts: list[Fact]) -> str:
    cubin = dict.fromkeys(str(one) for fact in facts for one in fact.value.get("cubin") or ())
    ptx = dict.fromkeys(f"{one}+PTX" for fact in facts for one in fact.value.get("ptx") or ())
    return " ".join((*cubin, *ptx))
