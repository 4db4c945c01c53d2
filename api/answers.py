"""Answers that were given, kept for whoever asks the same again; two at once compute it once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any


class Answers:
    """At most ``kept`` answers, least used first. Safe to share between threads."""

    def __init__(self, *, kept: int = 64) -> None:
        self._kept = kept
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()
        self._makers: dict[Hashable, Lock] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """The answer under a key; ``make`` is called where it is not there, by one thread only.

        What ``make`` raises is kept for nobody: whoever waited tries itself.
        """
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
            maker = self._makers.setdefault(key, Lock())
        with maker:
            with self._lock:
                if key in self._answers:
                    return self._answers[key]
            try:
                made = make()
                with self._lock:
                    self._answers[key] = made
                    while len(self._answers) > self._kept:
                        self._answers.popitem(last=False)
            finally:
                with self._lock:
                    if self._makers.get(key) is maker:
                        del self._makers[key]
        return made
