"""No service is blamed through another's lock: every blame has a path in its own lock file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from lineage import flow
from lineage.graph.engines import csr
from lineage.model.document import Upload
from lineage.model.identity import Key, identify
from lineage.model.revision import At
from lineage.record.store import Record
from lineage.record.views import RecordViews
from queries import impact
from queries.impact import Impact
from queries.question import Handle
from tests.benchmarks.estate import REPORTS, environments
from tests.verdict.own_lock import OLD_MARK, Lock, lock_of, merged, reached

BY_LINES = {"CONSTRAINT", "PINNED", "WAITS"}
CAPABILITY = "capability:cuda"
Blame = dict[Key, dict[str, tuple[str, str | None, str]]]
"""Verdict, reason and what it is about, by member, by environment."""


@dataclass(frozen=True, slots=True)
class Estate:
    """An opened estate of environments, each run by a service of its own, and their locks."""

    handle: Handle
    locks: dict[Key, Lock]

    def asked(self, question: Impact) -> tuple[Blame, set[str]]:
        """What is said of members by environment, and the services that break."""
        found: Blame = {key: {} for key in self.locks}
        broken = set()
        for one in impact.answer(question, self.handle).affected:
            if one.assembly is not None:
                about = one.because[0].on if one.because else ""
                name = identify(one.key).name
                found[Key(one.assembly)][name] = (one.verdict, one.reason, about)
            elif one.verdict == "BREAKS" and one.kind == "service":
                broken.add(one.key)
        return found, broken


def open_estate(folder: Path, count: int) -> Estate:
    """So many environments that all differ, and a service on each."""
    record = Record.open(f"sqlite:///{folder / 'estate.db'}", create=True, namespace="local")
    flow.load_pack(record)
    locks = {}
    for number, content in enumerate(environments(count)):
        key = Key(f"environment:local/env-{number:04d}")
        flow.receive(record, Upload(content=content, name="mix.pip.json", subject=key))
        locks[key] = lock_of(json.loads(content))
    lines = ["lineage: 1", "subject: code:local/deploy@1", "edges:"]
    for key in locks:
        lines += [f"  - kind: runs_on\n    downstream: {service_of(key)}\n    upstream: {key}"]
    text = "\n".join(lines).encode()
    receipt = flow.receive(record, Upload(content=text, name="lineage.yaml"))
    assert not receipt.warnings, receipt.warnings
    views = RecordViews(record)
    return Estate(Handle(views=views, engine=csr.ENGINE(views)), locks)  # type: ignore[arg-type]


def service_of(environment: Key) -> str:
    return environment.replace("environment:", "service:")


def cannot_follow(said: dict[str, tuple[str, str | None, str]], lock: Lock) -> set[str]:
    """Members that break by a line of their own on another member, which has to move along."""
    return {
        name
        for name, (verdict, reason, about) in said.items()
        if verdict == "BREAKS" and reason == "CONSTRAINT"
        if identify(about).name in lock.lines[name]
    }


def asked_for(lock: Lock, name: str) -> set[str]:
    """All that a package asks for there, however far: it may leave with the old release."""
    asked: set[str] = set()
    ahead = [name]
    while ahead:
        for other in lock.lines.get(ahead.pop(), ()):
            if other not in asked:
                asked.add(other)
                ahead.append(other)
    return asked


def loses_a_library(said: dict[str, tuple[str, str | None, str]], asked: set[str]) -> set[str]:
    """Members whose artefact needs what only the old release asks for: broken, or told so."""
    return {
        member
        for member, (verdict, reason, about) in said.items()
        if (verdict, reason) in (("BREAKS", "BOUND"), ("NOTICE", None))
        if identify(about).name in asked
    }


def a_package_changes(estate: Estate, name: str, source: str, to: str) -> tuple[int, int, int]:
    """Pairs that were looked at, that must be blamed, and that the merged graph blames falsely."""
    question = Impact(key=f"pkg:pypi/{name}", from_range=f"=={source}", to=to, at=At())
    blame, services = estate.asked(question)
    checked = needed = false = 0
    below = reached(merged(estate.locks.values()), [(name, source)])
    for key, lock in estate.locks.items():
        there = lock.versions.get(name) == source
        asked = asked_for(lock, name) if there else set()
        forced = cannot_follow(blame[key], lock) | loses_a_library(blame[key], asked)
        leaning = lock.leaning({name, *forced}) if there else set()
        violated = lock.violated(name, [to]) if there else set()
        for member, version in lock.versions.items():
            checked += 1
            said = blame[key].get(member)
            may_leave = said is not None and said[0] == "NOTICE" and member in asked
            assert said is None or member in leaning or may_leave, (key, member, said)
            if member in violated:
                needed += 1
                assert said is not None
                assert said[:2] == ("BREAKS", "CONSTRAINT"), (key, member, said)
            false += (member, version) in below and member not in leaning
        breaks = any(verdict == "BREAKS" for verdict, _, _ in blame[key].values())
        assert (service_of(key) in services) is breaks
    return checked, needed, false


def cuda_changes(estate: Estate) -> tuple[int, int, int]:
    """The same for CUDA 12 to 13, where names bind, too."""
    blame, services = estate.asked(Impact(key="CUDA 12", to="13", at=At()))
    checked = needed = false = 0
    old = {
        (name, version)
        for lock in estate.locks.values()
        for name, version in lock.versions.items()
        if OLD_MARK.search(name)
    }
    below = reached(merged(estate.locks.values()), old)
    for key, lock in estate.locks.items():
        bound = {
            name for name, (verdict, reason, about) in blame[key].items()
            if (reason in ("BOUND", "BUILD") and about == CAPABILITY) or verdict == "SWAPPED"
        }  # fmt: skip
        bound |= cannot_follow(blame[key], lock)
        marked = {name for name in lock.versions if OLD_MARK.search(name)}
        leaning = lock.leaning(marked | bound)
        for member, version in lock.versions.items():
            checked += 1
            verdict, reason, _ = blame[key].get(member, ("", None, ""))
            if verdict in ("BREAKS", "UNKNOWN"):
                assert member in leaning, (key, member, verdict, reason)
            if reason in BY_LINES:
                assert lock.lines[member].keys() & leaning, (key, member, reason)
            pinned = {
                other for other, some in lock.lines[member].items()
                if other in marked and any("==" in str(one) for one in some)
            }  # fmt: skip
            both = any(other.replace("-cu12", "-cu13") in lock.lines[member] for other in pinned)
            if pinned and not both and member not in marked:
                needed += 1
                assert verdict in ("BREAKS", "SWAPPED"), (key, member, pinned, verdict)
            false += (member, version) in below and member not in lock.leaning(marked)
        breaks = any(said[0] == "BREAKS" for said in blame[key].values())
        assert (service_of(key) in services) is breaks
        assert not breaks or leaning
    return checked, needed, false


@pytest.fixture(scope="module")
def hundred(tmp_path_factory: pytest.TempPathFactory) -> Estate:
    return open_estate(tmp_path_factory.mktemp("hundred"), 100)


def versions(estate: Estate, name: str) -> list[str]:
    """The versions of a package that some lock holds, the most frequent first."""
    held = [lock.versions[name] for lock in estate.locks.values() if name in lock.versions]
    return sorted(set(held), key=lambda one: (-held.count(one), one))


def every_lock(estate: Estate) -> None:
    false = {}
    for name, to in (("numpy", "3.0.0"), ("torch", "2.15.0"), ("protobuf", "8.0.0")):
        for source in versions(estate, name)[:2]:
            checked, needed, wrong = a_package_changes(estate, name, source, to)
            false[f"{name} {source}"] = wrong
            print(f"{name} {source} -> {to}: {checked} pairs, {needed} must, {wrong} merged")
    checked, needed, wrong = cuda_changes(estate)
    false["cuda"] = wrong
    print(f"CUDA 12 -> 13: {checked} pairs, {needed} must, {wrong} merged")
    assert checked > 20 * len(estate.locks)
    assert needed
    if REPORTS.is_dir():
        assert sum(false.values()) > 0, "a merged graph would do as well: nothing is proved"


def test_every_blame_has_a_path_in_its_own_lock(hundred: Estate) -> None:
    every_lock(hundred)


@pytest.mark.long
def test_every_blame_has_a_path_in_its_own_lock_of_a_thousand(tmp_path: Path) -> None:
    every_lock(open_estate(tmp_path, 1000))
