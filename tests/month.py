"""A month of CI, made up: repositories, branches, pull requests, tags, rollbacks and retries.

Every push is what a job of GitHub sends from its checkout: one lock file, the subject at the
commit, or at the tag. The month knows what must count afterwards, by the story and not by the code
under test: what main was pushed with last, and the greatest release of each repository.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import orjson

from lineage.ingest.sources.job import job_of
from lineage.model.document import Upload
from lineage.model.identity import Key

PACKAGES = 40
"""Pins of a lock file; torch is one of them."""
_POOL = 400
_KINDS = {"main": 55, "branch": 22, "change": 14, "rollback": 2, "retry": 5, "tag": 2}
"""How often a push is what, in a hundred."""


@dataclass(slots=True)
class Repository:
    """One repository as the month goes: its locks by branch, and what must count.

    A ``young`` one has nothing on main yet.
    """

    number: int
    chance: random.Random
    young: bool = False
    locks: dict[str, dict[int, int]] = field(default_factory=dict)
    torch: dict[str, int] = field(default_factory=dict)
    past: list[tuple[dict[int, int], int]] = field(default_factory=list)
    sent: list[Upload] = field(default_factory=list)
    commits: int = 0
    releases: int = 0
    counting: dict[str, tuple[Key, int]] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"acme/repository-{self.number}"

    def __post_init__(self) -> None:
        drawn = self.chance.sample(range(_POOL), PACKAGES - 1)
        self.locks["main"] = {one: self.chance.randrange(5) for one in sorted(drawn)}
        self.torch["main"] = 0

    def push(self) -> tuple[str, Upload]:
        """The next push: what it is, and what is sent."""
        kind = self.chance.choices(list(_KINDS), list(_KINDS.values()))[0]
        if self.young and kind not in ("change", "retry"):
            kind = "branch"
        if kind == "retry" and self.sent:
            return kind, self.chance.choice(self.sent[-20:])
        if kind == "rollback" and self.past:
            self.locks["main"], self.torch["main"] = self.chance.choice(self.past[-10:])
            return kind, self._sent("main", {"GITHUB_REF": "refs/heads/main"})
        if kind == "tag":
            self.releases += 1
            name = f"v1.{self.releases}.0"
            variables = {"GITHUB_REF": f"refs/tags/{name}", "GITHUB_REF_NAME": name}
            return kind, self._sent("main", variables | {"GITHUB_REF_TYPE": "tag"})
        if kind in ("branch", "change"):
            name = f"{kind}-{self.chance.randrange(6)}"
            self.locks[name], self.torch[name] = dict(self.locks["main"]), self.torch["main"]
            self._change(name)
            if kind == "branch":
                return kind, self._sent(name, {"GITHUB_REF": f"refs/heads/{name}"})
            number = self.commits % 50
            return kind, self._sent(
                name,
                {
                    "GITHUB_EVENT_NAME": "pull_request",
                    "GITHUB_REF": f"refs/pull/{number}/merge",
                    "GITHUB_HEAD_REF": name,
                },
            )
        self._change("main")
        self.past.append((dict(self.locks["main"]), self.torch["main"]))
        return "main", self._sent("main", {"GITHUB_REF": "refs/heads/main"})

    def _change(self, branch: str) -> None:
        lock = self.locks[branch]
        if self.chance.random() < 0.4:
            lock[self.chance.choice(list(lock))] += 1
        if self.chance.random() < 0.1:
            self.torch[branch] += 1

    def _sent(self, branch: str, variables: Mapping[str, str]) -> Upload:
        self.commits += 1
        commit = hashlib.sha1(f"{self.path} {self.commits}".encode()).hexdigest()
        event = orjson.dumps({"repository": {"default_branch": "main"}})
        job = job_of(
            {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": self.path, "GITHUB_SHA": commit,
             "GITHUB_EVENT_PATH": "event.json"} | dict(variables),
            read=lambda _: event,
        )  # fmt: skip
        assert job is not None
        lines = [f"package-{one}==1.{minor}.0" for one, minor in self.locks[branch].items()]
        content = "\n".join([f"torch==2.{self.torch[branch]}.0", *lines]).encode()
        subject = Key(f"environment:{self.path}@{job.version}")
        upload = Upload(
            content=content, name="requirements.txt", format="requirements", subject=subject,
            stream=job.stream, part="requirements.txt", branch=job.branch,
            default=job.default if job.branch is not None else None, commit=job.commit,
        )  # fmt: skip
        self.sent.append(upload)
        if job.change is None and job.branch in (None, "main"):
            self.counting["tag" if job.branch is None else "main"] = (subject, self.torch[branch])
        return upload


@dataclass(slots=True)
class Month:
    """All repositories, and what was pushed: how often what, and what main and tags ever built.

    Of the last repository nothing counts.
    """

    repositories: list[Repository]
    kinds: dict[str, int] = field(default_factory=dict)
    built: set[Key] = field(default_factory=set)

    @classmethod
    def of(cls, repositories: int, seed: int = 7) -> Month:
        return cls(
            [
                Repository(n, random.Random(f"{seed} {n}"), young=n == repositories - 1)
                for n in range(repositories)
            ]
        )

    def pushes(self, days: int, a_day: int) -> Iterator[Upload]:
        """What is pushed in so many days, the repositories in turn."""
        for _ in range(days * a_day):
            for repository in self.repositories:
                kind, upload = repository.push()
                self.kinds[kind] = self.kinds.get(kind, 0) + 1
                if upload.subject is not None and upload.default is not False:
                    self.built.add(upload.subject)
                yield upload

    def counting(self) -> dict[Key, Key]:
        """Every subject that must count, with the torch that it carries."""
        return {
            subject: Key(f"pkg:pypi/torch@2.{minor}.0")
            for repository in self.repositories
            for subject, minor in repository.counting.values()
        }
