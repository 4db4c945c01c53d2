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
    return {name: module.ENGINE for name, module in sorted(modules.items())}


JUDGE = "reference"
ENGINES = discovered()
"""All engines, the judge among them."""
EXAMINED = {name: engine for name, engine in ENGINES.items() if name != JUDGE}
"""Those that are held to the judge."""
