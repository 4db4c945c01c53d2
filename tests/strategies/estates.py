"""Random estates: small, seeded, and full of what makes an engine wrong.

An estate is a list of pushes, one per revision. Kinds, ends and where an edge holds are drawn
from the vocabulary tables, so that a new row is walked without a change here.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property, lru_cache

from hypothesis import strategies as st

from lineage.model.claim import Edge, Statement
from lineage.model.identity import Key, identify
from lineage.record.snapshot import SlotState, Snapshot, StreamState
from lineage.vocabulary.edges import EDGES
from lineage.vocabulary.rows import EdgeKind
from tests.snapshots import SnapshotViews, edge, member, pointer, said, snapshot

PACKAGES = tuple(
    f"pkg:pypi/{name}@{version}" for name in ("aa", "bb", "cc", "dd") for version in ("1", "2")
)
THINGS = (
    "dataset:acme/corpus@1",
    "model:acme/base@1",
    "capability:accel@12",
    "prompt:acme/tone@1",
    "run:acme/fit@1",
)
SUBJECTS = (
    "service:acme/chat@1.0",
    "service:acme/chat@1.1",
    "service:acme/chat@1.2",
    "service:acme/search@1.0",
    "container:acme/image@7",
    "container:acme/image@8",
    "environment:acme/lock",
    "host:acme/node",
    "model:acme/tuned@2",
    "pkg:pypi/aa@1",
    "pkg:pypi/bb@2",
)
SCOPES = ("runtime", "runtime", "runtime", "build", "optional")
MAIN = "git/main"


@dataclass(frozen=True, kw_only=True)
class Push:
    """One document: what it says of an assembly and of the world, and how it was sent."""

    stream: str
    slot: str
    subject: Key | None
    inside: tuple[Statement, ...] = ()
    world: tuple[Statement, ...] = ()
    latest: bool | None = None
    branch: str | None = None
    default: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Estate:
    """An estate with its history; revision n is the n-th push."""

    seed: int
    pushes: tuple[Push, ...]

    def snapshot(self, revision: int) -> Snapshot:
        """What is alive after that many pushes: of every slot its newest document.

        What a slot said before and says again is held since it said so first.
        """
        alive: dict[tuple[str, str], tuple[int, Push]] = {}
        since: dict[tuple[str, str], tuple[int, int]] = {}
        streams: dict[str, StreamState] = {}
        for number, push in enumerate(self.pushes[:revision], start=1):
            place = (push.stream, push.slot)
            _, before = alive.get(place, (0, None))
            inside, world = since.get(place, (0, 0))
            since[place] = (
                inside if before is not None and before.inside == push.inside else number,
                world if before is not None and before.world == push.world else number,
            )
            alive[place] = (number, push)
            streams[push.stream] = StreamState(
                name=push.stream, branch=push.branch, default=push.default
            )
        held = []
        for (stream, slot), (_, push) in alive.items():
            inside, world = since[stream, slot]
            if push.subject is not None:
                held.append((stream, slot, push.subject, push.inside, inside))
            if push.world:
                held.append((stream, slot, None, push.world, world))
        return snapshot(
            held,
            streams=streams.values(),
            slots=[
                SlotState(
                    stream=stream,
                    slot=slot,
                    subject=push.subject,
                    revision=number,
                    latest=push.latest,
                )
                for (stream, slot), (number, push) in alive.items()
            ],
            revision=revision,
        )

    @cached_property
    def views(self) -> SnapshotViews:
        """Views of every revision."""
        return SnapshotViews(*(self.snapshot(n) for n in range(1, len(self.pushes) + 1)))


def estates() -> st.SearchStrategy[Estate]:
    """Estates for property tests; a failing one is named by its seed."""
    return st.integers(min_value=0, max_value=2**32).map(estate)


def estate(seed: int) -> Estate:
    """The estate of a seed: at most 6 assemblies and 12 components."""
    return _Maker(seed).make()


@lru_cache(maxsize=4096)
def legal(downstream: str, upstream: str, *, inside: bool) -> tuple[EdgeKind, ...]:
    """The edge kinds that the vocabulary allows between two keys."""
    below, above = identify(downstream).kind, identify(upstream).kind
    return tuple(
        row
        for row in EDGES
        if row.name not in ("same_as", "requires")
        and (row.holds != "everywhere" if inside else row.holds == "everywhere")
        and (not row.downstream or below in row.downstream)
        and (not row.upstream or above in row.upstream)
        and (not row.same_kind or below == above)
    )


class _Maker:
    """One estate while it is drawn."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = random.Random(seed)
        self.pushes: list[Push] = []
        self.subjects: list[str] = []
        self.pool: list[str] = []
        self.usual: dict[str, list[Edge]] = {}
        self.main: set[Key] = set()
        self.inside: dict[str, tuple[Statement, ...]] = {}

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def make(self) -> Estate:
        self._cast()
        for subject in self.subjects:
            self._describe(subject)
        for extra in (self._second_stream, self._branch, self._again):
            if self.chance(0.3):
                extra()
        self.random.shuffle(self.pushes)
        for subject in self.subjects:
            if self.chance(0.25):
                # Another slot says that it is in use, so that older versions count as well.
                self._world(f"use {subject}", (said(subject, "lifecycle", "deployed"),))
        if self.chance(0.3):
            self._move_pointer()
        return Estate(seed=self.seed, pushes=tuple(self.pushes))

    def _cast(self) -> None:
        rng = self.random
        self.subjects = rng.sample(SUBJECTS, rng.randint(2, 6))
        if self.chance(0.4):
            self.subjects = [*SUBJECTS[:3], *self.subjects][: rng.randint(3, 6)]
            self.subjects = list(dict.fromkeys(self.subjects))
        if self.chance(0.2):
            self.subjects = ["service:acme/search@1.0", "model:acme/tuned@2", *self.subjects]
            self.subjects = list(dict.fromkeys(self.subjects))[:6]
        self.main = {identify(one).family for one in self.subjects if self.chance(0.5)}
        room = 10 - len(self.subjects)
        rest = [*PACKAGES, *THINGS]
        self.pool = rng.sample(rest, min(room, rng.randint(3, 6)))
        # Usual edges: what most assemblies say alike, so that closures are often equal.
        order = list(dict.fromkeys([*self.pool, *self.subjects]))
        for at, downstream in enumerate(order):
            ends = [one for one in order[at + 1 :] if self.chance(0.3)]
            if at and self.chance(0.1):
                ends.append(rng.choice(order[:at]))
            self.usual[downstream] = [self._inner(downstream, end) for end in ends]

    def _inner(self, downstream: str, upstream: str) -> Edge:
        rows = legal(downstream, upstream, inside=True)
        row = self.random.choice([EDGES.get("depends_on"), *rows])
        wish = self.random.choice((None, None, ">=1", "<2"))
        scope = self.random.choice(SCOPES)
        return edge(downstream, row.name, upstream, wish, dependency_scope=scope)

    def _describe(self, subject: str) -> None:
        if self.inside and self.chance(0.25):
            inside = self.random.choice(list(self.inside.values()))
        else:
            inside = self._contents(subject)
        self.inside[subject] = inside
        world = self._around(subject)
        if self.chance(0.3):
            world = (*world, *self._reference(subject))
        mark = self.random.choice((None, None, None, True, False))
        # Versions of one family share a stream: one of them is its latest.
        family = identify(subject).family
        branch = ("main", True) if family in self.main else (None, None)
        self.pushes.append(
            Push(
                stream=MAIN if branch[0] else f"bom/{family}",
                slot=subject,
                subject=Key(subject),
                inside=inside,
                world=world,
                latest=mark,
                branch=branch[0],
                default=branch[1],
            )
        )

    def _contents(self, subject: str) -> tuple[Statement, ...]:
        rng = self.random
        others = [one for one in self.subjects if one != subject or self.chance(0.15)]
        members = rng.sample(self.pool, rng.randint(1, min(5, len(self.pool))))
        members += [one for one in others if self.chance(0.3)]
        found: list[Statement] = []
        for key in dict.fromkeys(members):
            direct = rng.choice(("unknown", "unknown", "direct", "transitive"))
            found.append(member(key, direct, dependency_scope=rng.choice(SCOPES)))
            found.extend(self._dependencies(key, members))
            if self.chance(0.08):
                found.append(said(key, "build", rng.choice(("x1", "x2"))))
        if self.chance(0.1):
            family = identify(rng.choice(PACKAGES)).family
            found.append(member(family))
            found.append(edge(rng.choice(members), "depends_on", family, "<2"))
        return tuple(found)

    def _dependencies(self, key: str, members: list[str]) -> list[Statement]:
        edges: list[Statement] = [one for one in self.usual.get(key, ()) if one.upstream in members]
        if self.chance(0.3):
            edges = [one for one in edges if self.chance(0.5)]
            others = [one for one in members if one != key]
            if others and self.chance(0.6):
                edges.append(self._inner(key, self.random.choice(others)))
        if not edges and self.chance(0.4):
            edges.append(said(key, "dependencies", "none"))
        return edges

    def _around(self, subject: str) -> tuple[Statement, ...]:
        """Edges that hold everywhere: often onto the subject of an assembly."""
        found = []
        for _ in range(self.random.randint(0, 3)):
            downstream = self.random.choice([subject, subject, *self.subjects, *self.pool])
            ends = [*self.subjects, *self.subjects, *self.pool]
            upstream = self.random.choice([one for one in ends if one != downstream])
            models = [one for one in self.subjects if one.startswith("model:")]
            if downstream.startswith("service:") and models and self.chance(0.4):
                upstream = models[0]
            rows = legal(downstream, upstream, inside=False)
            if rows:
                # Kinds with narrow ends are rare draws; take them where they are legal.
                narrow = [row for row in rows if row.upstream and row.downstream]
                row = self.random.choice(narrow or list(rows))
                scope = self.random.choice(SCOPES)
                found.append(edge(downstream, row.name, upstream, dependency_scope=scope))
        return tuple(found)

    def _reference(self, subject: str) -> tuple[Statement, ...]:
        """A join, a pointer, or a name without a version."""
        rng = self.random
        draw = rng.random()
        if draw < 0.4:
            one = rng.choice(self.pool)
            kind = identify(one).kind
            same = [key for key in [*self.pool, *self.subjects] if identify(key).kind == kind]
            return (edge(one, "same_as", rng.choice(same)),)
        target = rng.choice([*self.subjects, *self.pool])
        family = identify(target).family
        rows = legal(subject, target, inside=False)
        if not rows or target == subject:
            return ()
        row = rng.choice(rows)
        if draw < 0.8:
            return (
                pointer(family, "stable", target),
                edge(subject, row.name, family, pointer="stable"),
            )
        return (edge(subject, row.name, family),)

    def _world(self, slot: str, statements: tuple[Statement, ...]) -> None:
        self.pushes.append(Push(stream="ops", slot=slot, subject=None, world=statements))

    def _second_stream(self) -> None:
        subject = self.random.choice(self.subjects)
        self.pushes.append(
            Push(
                stream="scanner",
                slot=f"scan {subject}",
                subject=Key(subject),
                inside=self._contents(subject),
            )
        )

    def _branch(self) -> None:
        subject = self.random.choice(self.subjects)
        self.pushes.append(
            Push(
                stream="git/feature",
                slot=subject,
                subject=Key(subject),
                inside=self._contents(subject),
                world=self._around(subject),
                branch="feature",
                default=False,
            )
        )

    def _again(self) -> None:
        """The same slot says something else later."""
        old = self.random.choice([one for one in self.pushes if one.subject])
        assert old.subject is not None
        self.pushes.append(
            Push(
                stream=old.stream,
                slot=old.slot,
                subject=old.subject,
                inside=self._contents(old.subject),
                world=self._around(old.subject),
                branch=old.branch,
                default=old.default,
            )
        )

    def _move_pointer(self) -> None:
        family = identify(self.random.choice([*self.subjects, *self.pool])).family
        known = [*self.subjects, *self.pool]
        versions = [one for one in known if identify(one).family == family]
        moved = pointer(family, "stable", self.random.choice(versions))
        self._world(f"tag {family}", (moved,))
