"""The golden questions that came with the semantics, asked of the program as they are written."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.golden.estate import SHARED, ask, build, differing
from tests.golden.expectation import written
from tests.golden.test_golden import marked

_FILE = SHARED / "golden" / "what-breaks.json"
_GIVEN = json.loads(_FILE.read_text()) if _FILE.exists() else []
QUESTIONS: dict[str, dict[str, Any]] = {given["id"]: given for given in _GIVEN}
BY_LINE = ("CONSTRAINT", "PINNED")
HARM = ("BREAKS", "REBUILD", "UNKNOWN")
CUDA = {"key": "capability:cuda", "from": "12", "to": "13"}
Database = Callable[[str], str]
needs_shared = pytest.mark.skipif(
    not QUESTIONS, reason="needs ../shared: documents of others, kept beside the repository"
)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A database that holds one stack as an environment of its own."""
    built: dict[str, str] = {}

    def of(stack: str) -> str:
        if stack not in built:
            url = f"sqlite:///{tmp_path_factory.mktemp('stack') / 'lineage.db'}"
            document = {"file": f"shared/{stack}.json", "subject": f"environment:local/{stack}"}
            build([document], "local", url)
            built[stack] = url
        return built[stack]

    return of


class Asked:
    """An answer by package name, without the assembly's own item."""

    def __init__(self, url: str, stack: str, **question: str) -> None:
        self.assembly = f"environment:local/{stack}"
        self.answer = ask(question, url)
        self.items: dict[str, dict[str, Any]] = {}
        for item in self.answer["affected"]:
            if item["key"] != self.assembly:
                name = item["key"].removeprefix("pkg:pypi/").partition("@")[0]
                self.items[name] = item

    def of(self, *verdicts: str) -> set[str]:
        """Names with one of these verdicts."""
        return {name for name, item in self.items.items() if item["verdict"] in verdicts}

    def reason(self, name: str) -> str:
        """The reason of a package."""
        return str(self.items[name]["reason"])


def upgrade(database: Database, given: dict[str, Any]) -> Asked:
    """A change of one package."""
    return Asked(database(given["stack"]), given["stack"], **upgraded(given))


def upgraded(given: dict[str, Any]) -> dict[str, str]:
    """The question about a change of one package."""
    change = given["change"]
    return {"key": f"pkg:pypi/{change['package']}", "from": change["from_"], "to": change["to"]}


def placed(stack: str, driver: str, gpu: str) -> dict[str, str]:
    """The question about a stack on a host."""
    return {
        "key": f"environment:local/{stack}",
        "change": "place",
        "to": f"nvidia-driver={driver},gpu={gpu}",
    }


@needs_shared
@pytest.mark.parametrize("name", [marked("shipped-G1", "G1"), marked("shipped-G7", "G7")])
def test_one_pin(name: str, database: Database) -> None:
    given = QUESTIONS[name]
    asked = upgrade(database, given)
    assert asked.of(*HARM) == set(given["breaks_constraint"])
    for broken in given["breaks_constraint"]:
        item = asked.items[broken]
        assert (item["verdict"], item["reason"]) == ("BREAKS", "CONSTRAINT")
        wanted = set(given["breaks_constraint"][broken].split(","))
        assert wanted == set(item["because"][0]["requirement"].replace(" ", "").split(","))
    survivors = asked.of("SURVIVES", "UNDECLARED")
    assert set(given.get("survives", ())) == survivors
    assert len(survivors) + len(asked.of(*HARM)) == given["dependents"]


@needs_shared
@pytest.mark.parametrize("name", [marked("shipped-G3", "G3")])
def test_the_headline(name: str, database: Database) -> None:
    given = QUESTIONS[name]
    asked = Asked(
        database(given["stack"]),
        given["stack"],
        **CUDA,
    )
    assert len(asked.of("SWAPPED")) == given["swapped_count"]
    assert asked.of(*HARM) == asked.of("BREAKS") == set(given["breaks"])
    for package in given["breaks_constraint"]:
        assert asked.reason(package) in BY_LINE
    for package in given["breaks_transitive_pin"]:
        assert asked.reason(package) in (*BY_LINE, "BOUND")
    for package in given["breaks_bound"]:
        assert asked.reason(package) == "BOUND"
    counts = asked.answer["counts"]
    survive = counts["members"] - given["swapped_count"] - len(given["breaks"])
    assert survive == given["survives_count"]
    for package in given["survives_named"]:
        found = asked.items.get(package)
        assert found is None or found["verdict"] in ("SURVIVES", "UNDECLARED")
    assert asked.answer["warnings"], "an environment with two majors of CUDA is a warning"
    assert "nvidia-nccl-cu13" in json.dumps(asked.answer["warnings"])
    fix = {package: written(item["fix"]) for package, item in asked.items.items()}
    assert "cupy-cuda13x@14.2.0" in fix["cupy-cuda12x"]
    assert "onnxruntime-gpu@1." in fix["onnxruntime-gpu"]
    assert "cu13" in fix["numba-cuda"]
    for package in ("faiss-gpu-cu12", "ctranslate2"):
        assert "@" not in fix[package], f"no replacement of {package} is known"


@needs_shared
@pytest.mark.parametrize("name", [marked("shipped-G5", "G5")])
def test_library_versions_are_not_the_cuda_version(name: str, database: Database) -> None:
    given = QUESTIONS[name]
    asked = Asked(
        database(given["stack"]),
        given["stack"],
        **CUDA,
    )
    assert asked.of(*HARM) == set(given["breaks"])
    said = asked.items["tensorflow"]["because"]
    violated = {_component(b["on"]) for b in said if b["holds"] == "no"}
    bound = {_component(b["on"]) for b in said if b["holds"] == "yes"}
    assert violated == set(given["violated"])
    assert bound == set(given["numeric_ok_but_bound"])
    assert "@" not in written(asked.items["tensorflow"]["fix"])


def _component(key: str) -> str:
    return key.rpartition("/")[2].partition("@")[0].removeprefix("nvidia-").removesuffix("-cu12")


@needs_shared
@pytest.mark.parametrize(
    "name", [marked(f"shipped-G9.{v}", f"G9.{v}") for v in ("5.28.3", "5.29.5", "6.33.6", "7.36.2")]
)
def test_the_target_patch_matters(name: str, database: Database) -> None:
    given = QUESTIONS[name]
    asked = upgrade(database, given)
    assert asked.of("BREAKS") == set(given["breaks"])
    waiting = asked.of(*HARM) - asked.of("BREAKS")
    assert all(asked.reason(name) == "WAITS" for name in waiting)
    for package in given.get("breaks_pinned", ()):
        assert asked.reason(package) == "PINNED"
    direct = set(asked.items) - asked.of("SWAPPED") - set(given.get("breaks_pinned", ()))
    assert len(direct) == given["dependents"]


_GPUS = ("A100", "GeForce RTX 4090")
_CASES = [
    (stack, driver, gpu)
    for stack, row in QUESTIONS.get("G11", {"table": {}})["table"].items()
    for driver in row
    for gpu in _GPUS
]
_HOW = {"MVC": "MINOR_VERSION", "native": "NATIVE", "backward": "BACKWARD"}


@needs_shared
@pytest.mark.parametrize(
    ("stack", "driver", "gpu"),
    [marked(f"shipped-G11-{s}-{d}-{g.split()[-1]}", s, d, g) for s, d, g in _CASES],
)
def test_driver_and_what_can_run(stack: str, driver: str, gpu: str, database: Database) -> None:
    wanted = QUESTIONS["G11"]["table"][stack][driver]
    asked = Asked(database(stack), stack, **placed(stack, driver, gpu))
    found = [i for i in asked.answer["affected"] if i["key"] == asked.assembly]
    assert len(found) == 1
    item = found[0]
    fix = written(item["fix"])
    if wanted in _HOW:
        assert (item["verdict"], item["reason"]) == ("SURVIVES", _HOW[wanted])
    else:
        assert (item["verdict"], item["reason"]) == ("BREAKS", "HOST")
        package = wanted.partition("/compat-")[2].partition(" ")[0]
        if package and gpu == "A100":
            assert f"cuda-compat-{package}" in fix
        else:
            assert "compat" not in fix


def _every() -> dict[str, list[dict[str, str]]]:
    """All these questions, by the stack that they are asked of."""
    found: dict[str, list[dict[str, str]]] = {}
    for given in QUESTIONS.values():
        if "stack" in given:
            asked = upgraded(given) if "package" in given["change"] else CUDA
            found.setdefault(given["stack"], []).append(asked)
    for case in _CASES:
        found.setdefault(case[0], []).append(placed(*case))
    return found


@needs_shared
@pytest.mark.parametrize("stack", sorted(_every()))
def test_the_engines_agree_on_a_stack(stack: str, database: Database) -> None:
    assert differing(_every()[stack], database(stack)) == []
