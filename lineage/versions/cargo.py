"""Requirements of Rust crates: semantic versions where the bare requirement is a caret.

``1.2.3`` is ``^1.2.3``, ``,`` is and; the rest reads as in semver
(https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html).
"""

from __future__ import annotations

import re

from lineage.versions import interval
from lineage.versions.semver import Semver

_BARE = re.compile(r"^[0-9][^xX*]*$")


class Cargo(Semver):
    """Rust crates."""

    name = "cargo"

    def spans(self, range_text: str) -> interval.Spans | None:
        """The range as spans; None if it is no range."""
        words = (word.strip() for word in range_text.split(","))
        carets = ",".join(f"^{word}" if _BARE.match(word) else word for word in words)
        return super().spans(carets)
