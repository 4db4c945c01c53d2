"""Every engine there is: the modules of ``lineage.graph.engines`` that name an ENGINE."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules

from lineage.graph import engines
from lineage.graph.engine import Engine
from lineage.record.view import Views

MakesEngine = Callable[[Views], Engine]


def discovered() -> dict[str, MakesEngine]:
    """Engines by the name of their module; one that cannot be imported fails the suite."""
    modules = {
        found.name: import_module(f"{engines.__name__}.{found.name}")
        for found in iter_modules(engines.__path__)
    }
    return {name: SERVED.get(name, module.ENGINE) for name, module in sorted(modules.items())}


def _neo4j(views: Views) -> Engine:
    from tests.services.running import neo4j_engine

    return neo4j_engine(views)


def share(name: str, number: int) -> int:
    """How many of so many random cases an engine takes in the short run.

    Behind a server each question is several messages; the long run has the cases that are left.
    """
    return max(4, number // 300) if name in SERVED else number


SERVED: dict[str, MakesEngine] = {"neo4j": _neo4j}
"""How to make an engine that needs a server: on the one of this run."""

JUDGE = "reference"
ENGINES = discovered()
"""All engines, the judge among them."""
EXAMINED = {name: engine for name, engine in ENGINES.items() if name != JUDGE}
"""Those that are held to the judge."""
