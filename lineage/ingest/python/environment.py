"""The marker environment of a resolved set (PEP 508): which lines are true in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from packaging.markers import UndefinedComparison, UndefinedEnvironmentName

from lineage.ingest.python.line import Line

# Every variable of a marker: one that the document does not name is empty, never this machine's.
VARIABLES = (
    "implementation_name",
    "implementation_version",
    "os_name",
    "platform_machine",
    "platform_python_implementation",
    "platform_release",
    "platform_system",
    "platform_version",
    "python_full_version",
    "python_version",
    "sys_platform",
)


class Environment:
    """Answers whether lines are active; remembers each answer by marker and extra."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = dict.fromkeys(VARIABLES, "") | dict(values)
        self._known: dict[tuple[str, str], bool] = {}

    def active(self, line: Line, extras: Iterable[str]) -> bool:
        """Whether the line counts where these extras of its distribution were asked for."""
        if line.marker is None:
            return True
        if self._holds(line, ""):
            return True
        return any(self._holds(line, extra) for extra in extras)

    def _holds(self, line: Line, extra: str) -> bool:
        question = (line.requirement.marker or "", extra)
        if question not in self._known:
            self._known[question] = self._evaluate(line, extra)
        return self._known[question]

    def _evaluate(self, line: Line, extra: str) -> bool:
        assert line.marker is not None
        try:
            return line.marker.evaluate({**self.values, "extra": extra})
        except (UndefinedComparison, UndefinedEnvironmentName):
            return False
