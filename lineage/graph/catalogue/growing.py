"""An array that grows at its end; what was handed out stays as it was."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


class Growing:
    """Appends cost their own length. Not safe between threads that append."""

    def __init__(self, dtype: npt.DTypeLike) -> None:
        self._held: npt.NDArray[Any] = np.zeros(1024, dtype=dtype)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def extend(self, values: npt.ArrayLike) -> None:
        """Add values at the end."""
        new = np.asarray(values, dtype=self._held.dtype)
        need = self._size + len(new)
        if need > len(self._held):
            grown = np.zeros(max(need, 2 * len(self._held)), dtype=self._held.dtype)
            grown[: self._size] = self._held[: self._size]
            self._held = grown
        self._held[self._size : need] = new
        self._size = need

    def view(self) -> npt.NDArray[Any]:
        """What is there now, without a copy."""
        return self._held[: self._size]
