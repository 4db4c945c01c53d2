"""A Neo4j for tests: named, in Docker, or from its Maven artefacts in a child process."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from platformdirs import user_cache_path

from lineage.graph.engines.neo4j.address import Address
from tests.services.docker import docker_answers, missing, started

RELEASE = "5.26.12"
CALENDAR = "2026.08.1"
"""The newest release by the calendar; it needs Java 25."""
_SOURCES = Path(__file__).parent / "neo4j_server"
_OPENED = ("java.nio", "java.io", "sun.nio.ch")


@dataclass(kw_only=True)
class Neo4jChild:
    """A server in a child process on loopback; its data lives in ``folder``.

    One that is ``long_lived`` is made for speed, not for a quick start.
    """

    java: Path
    classes: str
    folder: Path
    heap: str = "512m"
    pages: int = 128
    long_lived: bool = False
    port: int = 0
    process: subprocess.Popen[str] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"bolt://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers; on the port it had before, if it had one."""
        self.port = self.port or _free_port()
        flags = [f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in _OPENED]
        if java_version(self.java) >= 24:
            flags.append("--enable-native-access=ALL-UNNAMED")
        if not self.long_lived:
            # A few seconds of small questions: what is compiled well for them is never run.
            flags += ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
        flags += ["-Xms128m", f"-Xmx{self.heap}", "-Xlog:disable", "-Xlog:all=off"]
        log = (self.folder.parent / f"{self.folder.name}.log").open("w")
        self.process = subprocess.Popen(
            [self.java, *flags, "-cp", self.classes, _SOURCES / "Server.java",
             str(self.port), str(self.folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            env={**os.environ, "LINEAGE_TEST_NEO4J_PAGES": str(self.pages)},
        )  # fmt: skip
        log.close()
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.strip() == "READY":
                return
        raise RuntimeError(Path(log.name).read_text()[-2000:])

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self.process is not None:
            self.process.kill()
            self._gone()

    def stop(self) -> None:
        """End it in good order."""
        if self.process is not None and self.process.stdin is not None:
            with suppress(BrokenPipeError):
                self.process.stdin.close()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
            self._gone()

    def _gone(self) -> None:
        assert self.process is not None
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        self.process = None


@contextmanager
def neo4j_server(*, long_lived: bool = False) -> Iterator[str]:
    """The Bolt URL of a server; a skip, with the reason, if there is none.

    LINEAGE_TEST_NEO4J names one (bolt://USER:PASSWORD@HOST:PORT); else Docker, else a child. Which
    release the latter two are, LINEAGE_TEST_NEO4J_RELEASE says. A child that is ``long_lived`` is
    made for many questions.
    """
    release = os.environ.get("LINEAGE_TEST_NEO4J_RELEASE", RELEASE)
    named = os.environ.get("LINEAGE_TEST_NEO4J")
    if named:
        yield named
    elif docker_answers():
        from testcontainers.community.neo4j import Neo4jContainer

        with started(partial(Neo4jContainer, password="for-tests"), f"neo4j:{release}") as server:
            yield server.get_connection_url().replace("://", "://neo4j:for-tests@")
    else:
        with neo4j_child(release, long_lived=long_lived) as child:
            yield child.url


@contextmanager
def neo4j_child(
    release: str = RELEASE,
    *,
    heap: str = "512m",
    pages: int = 128,
    long_lived: bool = False,
    kept: Path | None = None,
) -> Iterator[Neo4jChild]:
    """A server of its own, which a test may kill and start again; its data is ``kept`` somewhere,
    or goes with it.
    """
    java = find_java(17 if release.startswith("5.") else 25)
    maven = shutil.which("mvn")
    if java is None or maven is None:
        missing(f"no Neo4j {release}: neither Docker nor a JDK that runs it with mvn is here")
    folder = kept or Path(tempfile.mkdtemp(prefix="lineage-neo4j-"))
    child = Neo4jChild(
        java=java, classes=class_path(release, maven), folder=folder / "data",
        heap=heap, pages=pages, long_lived=long_lived,
    )  # fmt: skip
    child.folder.mkdir(parents=True, exist_ok=True)
    try:
        child.start()
        yield child
    finally:
        child.stop()
        if kept is None:
            shutil.rmtree(folder, ignore_errors=True)


def address_of(url: str, *, space: str = "") -> Address:
    """The address of a server whose URL may have credentials in it."""
    parts = urlsplit(url)
    return Address(
        url=f"{parts.scheme}://{parts.hostname}:{parts.port or 7687}",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        space=space,
        # A machine that does many things at once may let a connection wait.
        patience=60,
    )


def class_path(release: str, maven: str) -> str:
    """The jars of a release, fetched once and kept under the user's cache.

    Who comes while another process or thread fetches them waits for it.
    """
    kept = user_cache_path("lineage-tests") / "neo4j" / release
    kept.mkdir(parents=True, exist_ok=True)
    listed = kept / "classpath"
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_whole(listed):
            _fetch(release, maven, listed)
        return listed.read_text()


def _is_whole(listed: Path) -> bool:
    if not listed.exists():
        return False
    return all(Path(one).exists() for one in listed.read_text().split(os.pathsep))


def _fetch(release: str, maven: str, listed: Path) -> None:
    fresh = listed.with_suffix(".fresh")
    done = subprocess.run(
        [maven, "-q", "-B", "-f", str(_SOURCES / "pom.xml"), f"-Dneo4j.version={release}",
         "dependency:build-classpath", f"-Dmdep.outputFile={fresh}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        missing(f"no Neo4j {release}: mvn cannot get it: {done.stdout[-500:]}")
    fresh.replace(listed)


def find_java(least: int) -> Path | None:
    """A JDK's Java of at least that version: of JAVA_HOME, of the path, or where systems keep them.

    Neo4j 5 wants 17 or 21, so that the oldest that will do is taken. One without a compiler cannot
    run a source file.
    """
    places = [Path(home) / "bin" / "java" for home in [os.environ.get("JAVA_HOME")] if home]
    on_path = shutil.which("java")
    places += [Path(on_path)] if on_path else []
    places += sorted(Path("/usr/lib/jvm").glob("*/bin/java"))
    whole = [one for one in places if one.exists() and (one.resolve().parent / "javac").exists()]
    fitting = {java_version(one): one for one in reversed(whole)}
    return min(
        ((version, one) for version, one in fitting.items() if version >= least),
        default=(0, None),
    )[1]


def java_version(java: Path) -> int:
    """The major version that a Java says of itself; 0 if it says none."""
    done = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    quoted = done.stderr.partition('"')[2].partition('"')[0]
    first = quoted.split(".")[0].split("-")[0]
    return int(first) if first.isdecimal() else 0


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
